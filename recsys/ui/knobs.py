"""Forms made from the knobs of a model or a strategy, and what models were turned to in the address."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.models import MODELS
from recsys.models.setting import MAX_TEXT, Setting, written
from recsys.types import Knob, Spec

IN_URL = "knobs"
"""``knobs=ease:l2=500,dropout=0.3`` in the address, once per model whose knobs were turned."""
_KEPT = "_knobs"
"""The same words in the session: going to another page takes them out of the address."""

MAX_COLUMNS = 6
MAX_WHOLE = 200
"""More whole numbers than this become round stops."""
N_STEPS = 40
"""About so many steps a plain slider has."""
MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Stops per power of ten of a slider that goes by the logarithm."""
FOR_TESTS = frozenset({"seed"})
"""Knobs that only repeat or vary an experiment: nobody turns them to get a better list."""
LENGTHS = (5, 10, 20)

Chosen = Mapping[str, Setting]
"""By model, only those whose knobs were turned."""
Turned = Callable[[dict[str, Any]], None]
"""Told all values that somebody chose, by name; those left out stand at their defaults."""


def turned() -> tuple[Chosen, tuple[str, ...]]:
    """Return the settings in the address, and one sentence for each that cannot be used and is left out."""
    words = st.query_params.get_all(IN_URL)
    if not words and st.session_state.get(_KEPT):
        words = list(st.session_state[_KEPT])
        st.query_params[IN_URL] = words
    st.session_state[_KEPT] = tuple(words)
    return read(words)


def read(words: Sequence[str]) -> tuple[Chosen, tuple[str, ...]]:
    """Read the words of ``Setting``; returns what they say by model, and one sentence for each that says nothing."""
    found: dict[str, Setting] = {}
    wrong: list[str] = []
    for word in filter(None, words):
        try:
            setting = Setting.parse(word)
        except (RecsysError, ValueError) as error:
            wrong.append(f"A setting in this link cannot be used, its defaults are shown: {error}.")
        else:
            if setting.knobs:
                found[setting.model] = setting
    return found, tuple(wrong)


def keep(model: str, values: Mapping[str, Any]) -> None:
    """Put the knobs of one model into the address; those left out stand at their defaults."""
    chosen = {**turned()[0], model: Setting.of(model, values)}
    words = [chosen[name].word for name in MODELS if name in chosen and chosen[name].knobs]
    st.session_state[_KEPT] = tuple(words)
    if words:
        st.query_params[IN_URL] = words
    else:
        st.query_params.pop(IN_URL, None)


def shown(spec: Spec) -> tuple[Knob, ...]:
    """The knobs that a form has a control for."""
    return tuple(knob for knob in spec.knobs if knob.name not in FOR_TESTS)


def form(spec: Spec, now: Mapping[str, Any], on_turn: Turned, heading: str = "") -> None:
    """Draw one control per knob of ``spec`` at its value in ``now``, and the way back to the defaults."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if heading:
            st.markdown(heading, width="content")
        st.button("Reset", key=f"reset-{spec.name}", type="tertiary", disabled=not now, on_click=on_turn, args=({},))
    columns = 1 if any(map(written, spec.knobs)) else MAX_COLUMNS
    with st.grid(columns, min_column_width=130, gap="small", key=f"form-{spec.name}") as grid:
        for knob in shown(spec):
            with grid.cell():
                _control(knob, f"knob-{spec.name}-{knob.name}", now, on_turn)


def _control(knob: Knob, key: str, now: Mapping[str, Any], on_turn: Turned) -> None:
    """Draw the control that fits the knob: words, a list of choices, stops by the logarithm, or a plain slider."""
    value = now.get(knob.name, knob.default)
    if not _same(st.session_state.get(key), value):  # setting what is there already would fight a moving hand
        st.session_state[key] = value

    def take() -> None:
        chosen = st.session_state[key]
        on_turn({**now, knob.name: float(f"{chosen:.6g}") if isinstance(chosen, float) else chosen})

    more: dict[str, Any] = {"key": key, "help": f"{knob.help} In links and code: `{knob.name}`.", "on_change": take}
    if written(knob):
        st.text_area(knob.label, height=100, max_chars=MAX_TEXT, **more)
    elif knob.choices:
        st.selectbox(knob.label, knob.choices, format_func=_choice, **more)
    elif knob.log or _long(knob):
        st.select_slider(knob.label, stops(knob, value), format_func=said, **more)
    else:
        low, high, step = ends(knob)
        st.slider(knob.label, low, high, step=step, **more)


def list_length() -> int:
    """Draw the choice of how many items a list has, bound to the address, and return it."""
    length = st.segmented_control(
        "Items in a list",
        LENGTHS,
        default=LENGTHS[1],
        required=True,
        format_func=lambda n: f"Top {n}",
        key="length",
        bind="query-params",
        label_visibility="collapsed",
    )
    return int(length or LENGTHS[1])


def said(value: float) -> str:
    """A stop of a slider as its label.

    >>> said(10000.0), said(0.015), said(500)
    ('10,000', '0.015', '500')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _choice(name: str) -> str:
    """A choice in words: the label of a model where it is one."""
    return MODELS[name].label if name in MODELS else name.replace("_", " ") or "none"


def stops(knob: Knob, value: float | None = None) -> list[Any]:
    """Return the stops of a slider by the logarithm, rising: round numbers, both ends, the default and ``value``."""
    low, high = _range(knob)
    first = low or 1.0
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(high)) + 1)
    round_ones = {float(f"{m * 10.0**power:.6g}") for power in powers for m in MANTISSAS}
    found = {low, high, float(knob.default)} | {stop for stop in round_ones if low < stop < high}
    if value is not None:
        found.add(float(value))
    return sorted({round(stop) for stop in found}) if knob.whole else sorted(found)


def ends(knob: Knob) -> tuple[Any, Any, Any]:
    """Lowest, highest and step of a plain slider: whole numbers, or a round step that gives about ``N_STEPS``."""
    low, high = _range(knob)
    if knob.whole:
        return int(low), int(high), 1
    rough = (high - low) / N_STEPS or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * max(m for m in (1, 2, 5) if m * power <= rough * (1 + 1e-9))
    return low, high, float(f"{step:.6g}")


def _long(knob: Knob) -> bool:
    """Whether a slider through all whole numbers of ``knob`` would be too fine to hit one."""
    low, high = _range(knob)
    return knob.whole and low >= 0 and high - low > MAX_WHOLE


def _range(knob: Knob) -> tuple[float, float]:
    """Lowest and highest value; the ends move out to a default beyond them."""
    low = knob.default if knob.low is None else min(knob.low, knob.default)
    high = knob.default if knob.high is None else max(knob.high, knob.default)
    return float(low), float(high)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return bool(one == other) and type(one) is type(other)
