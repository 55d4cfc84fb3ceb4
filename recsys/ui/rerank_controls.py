"""Controls of the Re-rank page: which strategies are on, their knobs, and how long the lists are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import streamlit as st

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.models.setting import MAX_TEXT, written
from recsys.rerank import POOL, RERANKERS
from recsys.rerank.judge import Judge
from recsys.rerank.setting import ChainSetting
from recsys.types import Spec
from recsys.ui import frame, knobs
from recsys.ui.chain import CHAIN
from recsys.ui.moment import moment_picker

EXPLORES, ASKS = "⚄", "✎"
"""Marks of strategies that show items to learn from the answer, and of those that ask a model."""
MOMENT = "context"
"""The strategy that looks at the time of day and the device."""
MAX_COLUMNS = 4
LENGTHS = (5, 10, 20)
POOLS = (50, POOL, 200)


class Control(StrEnum):
    """Controls of this page in the URL."""

    CHAIN = "chain"
    LENGTH = "top"
    POOL = "pool"


class Opened(StrEnum):
    """Keys of what opens above the page."""

    AIM = "own-aim"
    MORE = "more-strategies"


_KEPT = "_chain"
"""The chain of this page in the session: going to another page takes it out of the address."""
_ADJUST = "adjust-strategy"


def working(data: Dataset, usual: ChainSetting) -> tuple[ChainSetting, tuple[str, ...]]:
    """Return the chain of this page, and one sentence when the link asks for one that cannot be had.

    Where neither the link nor the session names one, it is the chain adopted on Live or, without that, ``usual``.
    """
    word = st.query_params.get(Control.CHAIN) or st.session_state.get(_KEPT)
    if word:
        try:
            setting = ChainSetting.parse(str(word))
        except (RecsysError, ValueError) as error:
            return usual, (f"The chain in this link cannot be used, the usual one is shown: {error}.",)
        keep(setting)
        return setting, ()
    on_live = CHAIN.read(data.name)
    return (on_live if on_live.steps else usual), ()


def keep(setting: ChainSetting) -> None:
    """Make ``setting`` the chain of this page, in the session and in the address."""
    st.session_state[_KEPT] = setting.word
    if st.query_params.get(Control.CHAIN) != setting.word:
        st.query_params[Control.CHAIN] = setting.word


def switches(setting: ChainSetting) -> None:
    """Draw every strategy as a switch, in the order in which they are applied; the special ones stand apart."""
    usual = [name for name in RERANKERS if not _mark(name)]
    special = [name for name in RERANKERS if _mark(name)]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        frame.beside("Candidates →")
        _switch("usual", usual, setting)
        n_on = sum(name in special for name in setting.names)
        more = st.popover(f"More ({n_on} on)" if n_on else "More", key=Opened.MORE, on_change="rerun")
        if more.open:  # what is drawn unseen would show its defaults once it is seen
            more.caption(
                f"{EXPLORES} shows some items to learn about you, not because they fit best. "
                f"{ASKS} needs a model that whoever runs this app has set."
            )
            with more:
                _switch("special", special, setting)


def _switch(group: str, names: Sequence[str], setting: ChainSetting) -> None:
    key, on = f"{group}-strategies", [name for name in setting.names if name in names]
    if st.session_state.get(key) != on:  # setting what is there already would fight a fast hand
        st.session_state[key] = on
    st.pills(
        "Strategies, applied from left to right",
        names,
        selection_mode="multi",
        format_func=label,
        key=key,
        on_change=_switched,
        args=(setting, key, tuple(names)),
        wrap=True,
        label_visibility="collapsed",
    )


def _switched(setting: ChainSetting, key: str, names: tuple[str, ...]) -> None:
    """Take the switches of one group as they are now, and leave the others."""
    on = st.session_state[key]
    keep(setting.only(name for name in RERANKERS if name in (on if name in names else setting.names)))


def label(name: str) -> str:
    """A strategy for a visitor, with its mark."""
    return f"{_mark(name)} {RERANKERS[name].label}".strip() if name in RERANKERS else name


def _mark(name: str) -> str:
    """The sign of a strategy that explores or asks a model; "" for the usual ones."""
    kind = RERANKERS[name].build
    return EXPLORES if hasattr(kind, "propensities") else ASKS if issubclass(kind, Judge) else ""


def forms(setting: ChainSetting) -> None:
    """Draw the choice of a strategy to adjust, and the knobs of the chosen one."""
    if MOMENT in setting.names:
        moment_picker()
    names = [name for name in setting.names if RERANKERS[name].knobs]
    if not names:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        frame.beside("Adjust")
        opened = st.pills("Adjust", names, format_func=label, key=_ADJUST, label_visibility="collapsed")
    if opened in names:
        form(setting, str(opened))


def form(setting: ChainSetting, name: str) -> None:
    """Draw one control per knob of the strategy, and the way back to its defaults."""
    spec, now = RERANKERS[name], setting.knobs(name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{frame.plain(spec.label)}** :small[{frame.plain(spec.line)}]", width="content")
        defaults = setting.turned(name, {})
        st.button("Reset", key=f"reset-{name}", type="tertiary", disabled=not now, on_click=keep, args=(defaults,))
    columns = 1 if any(map(written, spec.knobs)) else MAX_COLUMNS
    with st.grid(columns, min_column_width=200, gap="small", key=f"strategy-form-{name}") as grid:
        for knob in spec.knobs:
            with grid.cell():
                _control(setting, spec, knob.name, now.get(knob.name, knob.default))


def _control(setting: ChainSetting, spec: Spec, name: str, value: Any) -> None:
    knob = next(knob for knob in spec.knobs if knob.name == name)
    key = f"strategy-{spec.name}-{name}"
    if not written(knob):
        knobs.control(knob, value, key, _turn, (setting, spec.name, name, key))
        return
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    st.text_area(
        knob.label,
        key=key,
        help=knob.help,
        height=100,
        max_chars=MAX_TEXT,
        on_change=_turn,
        args=(setting, spec.name, name, key),
    )


def _turn(setting: ChainSetting, strategy: str, knob: str, key: str) -> None:
    """Put a moved control into the chain of this page."""
    value = st.session_state[key]
    now: Mapping[str, Any] = setting.knobs(strategy)
    keep(setting.turned(strategy, {**now, knob: float(f"{value:.6g}") if isinstance(value, float) else value}))


def sizes() -> tuple[int, int]:
    """Draw how long the list is and how many candidates it is made of; returns both."""
    with st.popover("Sizes"):
        k = st.segmented_control(
            "Items in the list",
            LENGTHS,
            default=LENGTHS[1],
            required=True,
            key=Control.LENGTH,
            bind="query-params",
        )
        n = st.segmented_control(
            "Candidates to choose from",
            POOLS,
            default=POOL,
            required=True,
            key=Control.POOL,
            bind="query-params",
            help="More candidates give the strategies more to choose from, further down in the order of fit.",
        )
    return int(k or LENGTHS[1]), int(n or POOL)
