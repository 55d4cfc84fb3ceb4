"""Controls of the Re-rank page: which strategies are on, their knobs, and what they may choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from recsys.data import Dataset
from recsys.rerank import POOL, RERANKERS
from recsys.rerank.judge import Judge
from recsys.rerank.setting import ChainSetting
from recsys.types import Knob, Spec
from recsys.ui import frame, knobs
from recsys.ui.chain import CHAIN
from recsys.ui.links import Linked
from recsys.ui.moment import moment_picker

EXPLORES, ASKS = "⚄", "✎"
"""Marks of strategies that show items to learn from the answer, and of those that ask a model."""
MOMENT = "context"
"""The strategy that looks at the time of day and the device."""
COLUMN = "column"
"""Knob that names a column of the data."""
SIZES = (50, POOL, 200)
OWN = "build-your-own"
"""Key of what opens above the list."""
EARLIER = "chain"
"""Name of ``MIX`` in links of earlier versions, without the data."""


def _size(word: str) -> int:
    if word not in map(str, SIZES):
        raise ValueError(f"there should be {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]}")
    return int(word)


MIX = Linked[ChainSetting | None](
    "mix",
    ChainSetting.parse,
    lambda chosen: chosen.word if chosen else "",
    None,
    "The strategies in this link cannot be used, the usual ones are shown",
)
"""The strategies of this page; None while nobody chose any. Those of the Live page are ``CHAIN``."""
_SIZE = Linked("pool", _size, str, POOL, "The number of candidates in this link cannot be used")


def working(data: Dataset, usual: ChainSetting) -> ChainSetting:
    """The chain of this page: the chosen one, else the one in force on Live, else ``usual``."""
    earlier = st.query_params.get(EARLIER)
    if earlier is not None:
        del st.query_params[EARLIER]
        if earlier and MIX.name(data.name) not in st.query_params:
            st.query_params[MIX.name(data.name)] = earlier
    on_live = CHAIN.read(data.name)
    return MIX.read(data.name) or (on_live if on_live.steps else usual)


def keep(setting: ChainSetting, data_name: str) -> None:
    """Make ``setting`` the chain of this page, in the session and in the address."""
    MIX.keep(setting, data_name)


def own(setting: ChainSetting, data: Dataset) -> int:
    """Draw, folded away, every switch and knob of the chain; returns how many candidates it chooses from."""
    n = _SIZE.read()
    box = st.expander("Build your own", key=OWN, on_change="rerun")
    if box.open:  # what is drawn unseen would show its defaults once it is seen
        with box:
            _switches(setting, data)
            if MOMENT in setting.names:
                moment_picker()
            for name in setting.names:
                if knobs.shown(RERANKERS[name]):
                    _form(setting, name, data)
            n = _pool(n)
    return n


def offered(setting: ChainSetting, data: Dataset) -> list[str]:
    """Strategies that have what they need in ``data``, and those that are on, so that they can be switched off."""
    return [name for name, spec in RERANKERS.items() if name in setting.names or data.has(spec.needs)]


def _switches(setting: ChainSetting, data: Dataset) -> None:
    """Draw what is offered as switches, in the order in which they are applied; the special ones stand apart."""
    names = offered(setting, data)
    frame.hint("Switch strategies on; they are applied from left to right, each to what the one before it made.")
    _switch("usual", [name for name in names if not _mark(name)], setting, data.name)
    frame.hint(
        f"{EXPLORES} shows some items to learn about you, not because they fit best. "
        f"{ASKS} needs a model that whoever runs this app has set."
    )
    _switch("special", [name for name in names if _mark(name)], setting, data.name)


def _switch(group: str, names: Sequence[str], setting: ChainSetting, data_name: str) -> None:
    key, on = f"{group}-strategies", [name for name in setting.names if name in names]
    if st.session_state.get(key) != on:  # setting what is there already would fight a fast hand
        st.session_state[key] = on

    def switched() -> None:
        """Take the switches of this group as they are now, and leave the others."""
        chosen = {*st.session_state[key], *(name for name in setting.names if name not in names)}
        keep(setting.only(name for name in RERANKERS if name in chosen), data_name)

    st.pills(
        "Strategies, applied from left to right",
        names,
        selection_mode="multi",
        format_func=label,
        key=key,
        on_change=switched,
        wrap=True,
        label_visibility="collapsed",
    )


def label(name: str) -> str:
    """A strategy for a visitor, with its mark."""
    return f"{_mark(name)} {RERANKERS[name].label}".strip() if name in RERANKERS else name


def _mark(name: str) -> str:
    """The sign of a strategy that explores or asks a model; "" for the usual ones."""
    kind = RERANKERS[name].build
    return EXPLORES if hasattr(kind, "propensities") else ASKS if issubclass(kind, Judge) else ""


def _form(setting: ChainSetting, name: str, data: Dataset) -> None:
    spec = _with_columns(RERANKERS[name], setting, data)
    heading = f"**{frame.plain(spec.label)}** :small[{frame.plain(spec.line)}]"
    turn = partial(_turn, setting, name, data.name)
    knobs.form(spec, setting.knobs(name), turn, heading)


def _with_columns(spec: Spec, setting: ChainSetting, data: Dataset) -> Spec:
    """``spec`` with a choice of the columns of ``data`` where its strategy is told the name of one."""
    able = getattr(spec.build, "columns", None)
    if able is None:
        return spec
    now = setting.knobs(spec.name)

    def known(knob: Knob) -> Knob:
        chosen = now.get(knob.name, knob.default)
        return replace(knob, choices=tuple(dict.fromkeys([chosen, *able(data)]))) if knob.name == COLUMN else knob

    return replace(spec, knobs=tuple(map(known, spec.knobs)))


def _turn(setting: ChainSetting, name: str, data_name: str, values: dict[str, object]) -> None:
    keep(setting.turned(name, values), data_name)


def _pool(now: int) -> int:
    key = "_candidates"
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    n = st.segmented_control(
        "Candidates to choose from",
        SIZES,
        required=True,
        key=key,
        on_change=lambda: _SIZE.keep(int(st.session_state[key] or POOL)),
        help="More candidates give the strategies more to choose from, further down in the order of fit.",
    )
    return int(n or now)
