"""What the list is for: a point between accuracy, variety and discovery that chooses the strategies and their knobs."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

import streamlit as st

from recsys.rerank import RERANKERS
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.types import Reranker
from recsys.ui import frame
from recsys.ui.rerank_controls import keep

Weights = tuple[float, float, float]
"""Accuracy, variety, discovery; only their proportions count."""

AIMS: Mapping[str, Weights] = {
    "Best fit": (1.0, 0.0, 0.0),
    "Balanced": (0.4, 0.3, 0.3),
    "Varied": (0.3, 0.7, 0.0),
    "Surprising": (0.4, 0.1, 0.5),
}
"""Points that have a name."""
USUAL = "Balanced"
_LABELS = ("Accuracy", "Variety", "Discovery")
_HELP = (
    "How much it counts that you will probably like an item.",
    "How much it counts that the items differ from each other.",
    "How much it counts that few people know an item.",
)
_SERVE = frozenset({"novelty", "dpp"})
"""Strategies that an objective uses."""
_LAST_DIGIT = 2e-4
_PICK = "aim"
_RAW = "_aim"
"""Where the sliders stand: of their places only the proportions are in the chain."""


def chain_for(weights: Weights) -> ChainSetting:
    """The chain that serves an aim; ValueError when all weights are 0."""
    return ChainSetting.holding(Objective(*weights).strategies())


def weights_of(setting: ChainSetting) -> Weights | None:
    """The aim that ``setting`` serves, its weights summing to 1; None for a chain that was put together by hand.

    >>> weights_of(chain_for((2.0, 1.0, 1.0)))
    (0.5, 0.25, 0.25)
    """
    if not set(setting.names) <= _SERVE:
        return None
    built = setting.build()
    diversity = float(getattr(built.get("dpp"), "diversity", 0.0))
    strength = float(getattr(built.get("novelty"), "strength", 0.0))
    weights = tuple(round(w, 4) for w in ((1 - strength) * (1 - diversity), diversity, strength * (1 - diversity)))
    aim = (weights[0], weights[1], weights[2])
    return aim if _same(built, Objective(*aim).strategies()) else None


def aims(setting: ChainSetting) -> None:
    """Draw the named aims, the one that the chain serves marked."""
    now = next((name for name, weights in AIMS.items() if chain_for(weights) == setting), None)
    if st.session_state.get(_PICK) != now:
        st.session_state[_PICK] = now
    st.pills("Aim", list(AIMS), key=_PICK, on_change=_picked, label_visibility="collapsed")


def _picked() -> None:
    name = st.session_state[_PICK]
    if name in AIMS:
        keep(chain_for(AIMS[name]))


def sliders(setting: ChainSetting) -> None:
    """Draw one slider per weight; moving one chooses the strategies anew."""
    raw = st.session_state.get(_RAW)
    served = weights_of(setting)
    if raw is None or not any(raw) or chain_for(raw) != setting:
        raw = served or AIMS[USUAL]
    if served is None:
        frame.hint("These strategies were chosen by hand. Moving a slider puts others in their place.")
    for label, text, value in zip(_LABELS, _HELP, raw, strict=True):
        key = f"aim-{label.lower()}"
        if abs(st.session_state.get(key, -1.0) - value) > 1e-6:
            st.session_state[key] = float(value)
        st.slider(label, 0.0, 1.0, step=0.01, help=text, key=key, on_change=_moved)


def choose(weights: Weights) -> None:
    """Put the strategies that serve an aim in place of what was chosen; nothing for three zeros."""
    if any(weights):
        st.session_state[_RAW] = weights
        keep(chain_for(weights))


def _moved() -> None:
    accuracy, variety, discovery = (float(st.session_state[f"aim-{label.lower()}"]) for label in _LABELS)
    choose((accuracy, variety, discovery))


def _same(one: Mapping[str, Reranker], other: Mapping[str, Reranker]) -> bool:
    """Whether strategies are the same but for the last digit of a knob."""
    if list(one) != list(other):
        return False
    pairs = (
        (getattr(one[name], knob.name), getattr(other[name], knob.name))
        for name in one
        for knob in RERANKERS[name].knobs
    )
    return all(a == b if isinstance(a, str) else isclose(a, b, abs_tol=_LAST_DIGIT) for a, b in pairs)
