"""Forms made from the knobs of a model, and their settings in the address."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.types import Knob, Spec

IN_URL = "knobs"
"""``knobs=ease:l2=500,dropout=0.3`` in the address, once per model whose knobs were turned."""
_KEPT = "_knobs"
"""The same words in the session: going to another page takes them out of the address."""

MAX_COLUMNS = 7
MAX_WHOLE = 200
"""More whole numbers than this become round stops."""
N_STEPS = 40
"""About so many steps a plain slider has."""
MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Stops per power of ten of a slider that goes by the logarithm."""

Chosen = Mapping[str, Setting]
"""By model, only those whose knobs were turned."""


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


def form(spec: Spec, setting: Setting) -> None:
    """Draw one control per knob of ``spec`` at its value in ``setting``, and the way back to the defaults."""
    now = dict(setting.knobs)
    with st.grid(
        min(MAX_COLUMNS, len(spec.knobs) + 1), min_column_width=130, gap="small", key=f"form-{spec.name}"
    ) as grid:
        with grid.cell(), st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{spec.label}**", width="content")
            st.button(
                "Reset",
                key=f"reset-{spec.name}",
                type="tertiary",
                disabled=not now,
                on_click=_store,
                args=(spec.name, {knob.name: None for knob in spec.knobs}),
            )
        for knob in spec.knobs:
            _control(spec.name, knob, now.get(knob.name, knob.default))


def _control(model: str, knob: Knob, value: Any) -> None:
    key = f"knob-{model}-{knob.name}"
    control(knob, value, key, _take, (model, knob.name, key))


def control(knob: Knob, value: Any, key: str, on_change: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Draw the control that fits the knob at ``value``: a list of choices, stops by the logarithm, or a plain slider.

    What was chosen is in the session under ``key`` when ``on_change(*args)`` is called.
    """
    if not _same(st.session_state.get(key), value):  # setting what is there already would fight a moving hand
        st.session_state[key] = value
    more: dict[str, Any] = {"key": key, "help": knob.help, "on_change": on_change, "args": args}
    if knob.choices:
        st.selectbox(knob.label, knob.choices, format_func=_choice, **more)
    elif knob.log or _long(knob):
        st.select_slider(knob.label, stops(knob, value), format_func=lambda stop: f"{stop:,.4g}", **more)
    else:
        low, high, step = ends(knob)
        st.slider(knob.label, low, high, step=step, **more)


def _choice(name: str) -> str:
    """A choice in words: the label of a model where it is one."""
    return MODELS[name].label if name in MODELS else name.replace("_", " ")


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


def _take(model: str, knob: str, key: str) -> None:
    """Put a moved control into the address."""
    value = st.session_state[key]
    _store(model, {knob: float(f"{value:.6g}") if isinstance(value, float) else value})


def _store(model: str, values: Mapping[str, Any]) -> None:
    """Change knobs of one model in the address; None stands for the default."""
    chosen = dict(turned()[0])
    knobs = {**dict(chosen.get(model, Setting(model)).knobs), **values}
    chosen[model] = Setting.of(model, {name: value for name, value in knobs.items() if value is not None})
    words = [chosen[name].word for name in MODELS if name in chosen and chosen[name].knobs]
    st.session_state[_KEPT] = tuple(words)
    if words:
        st.query_params[IN_URL] = words
    else:
        st.query_params.pop(IN_URL, None)
