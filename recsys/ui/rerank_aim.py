"""What the list is for: a point between accuracy, variety and discovery that chooses the strategies and their knobs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import streamlit as st

from recsys.rerank.objective import Objective, points
from recsys.rerank.setting import ChainSetting
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
_LINES: Mapping[str, str] = {
    "Best fit": "What you will most probably like comes first, as the recommender says.",
    "Balanced": "Some fit, some variety, some lesser known items.",
    "Varied": "Items that differ from each other, even if some fit less.",
    "Surprising": "Items that few people know, even if some fit less.",
}
_PICK = "aim"


def chain_for(weights: Weights) -> ChainSetting:
    """The chain that serves an aim; ValueError when all weights are 0."""
    return ChainSetting.holding(Objective(*weights).strategies())


def aim_of(setting: ChainSetting) -> Objective | None:
    """The point of the triangle that ``setting`` serves; None for a chain that was put together by hand."""
    return _served().get(setting)


@cache
def _served() -> Mapping[ChainSetting, Objective]:
    return {chain_for(point.weights): point for point in points()}


def meaning(setting: ChainSetting) -> str:
    """One plain sentence on what the list is for."""
    named = next((name for name, weights in AIMS.items() if chain_for(weights) == setting), None)
    if named:
        return _LINES[named]
    point = aim_of(setting)
    if point is None:
        return "Put together by hand."
    accuracy, variety, discovery = point.weights
    return f"Your own aim: {accuracy:.0%} fit, {variety:.0%} variety, {discovery:.0%} lesser known items."


def aims(setting: ChainSetting, data_name: str) -> None:
    """Draw the named aims, the one that the chain serves marked."""
    now = next((name for name, weights in AIMS.items() if chain_for(weights) == setting), None)
    if st.session_state.get(_PICK) != now:
        st.session_state[_PICK] = now
    st.pills("Aim", list(AIMS), key=_PICK, on_change=_picked, args=(data_name,), label_visibility="collapsed")


def _picked(data_name: str) -> None:
    name = st.session_state[_PICK]
    if name in AIMS:
        keep(chain_for(AIMS[name]), data_name)
