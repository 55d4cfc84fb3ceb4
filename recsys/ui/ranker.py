"""Which model ranks the Live page's list: chosen there, or adopted from a page that measured it."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.models.registry import offered
from recsys.models.setting import Setting
from recsys.scenarios import scenario_of
from recsys.ui.links import Linked
from recsys.ui.live_model import BESIDE, FOR_YOU
from recsys.ui.state import notice

NOT_MINE = frozenset(BESIDE)
"""Models that are shown as a comparison, not as my list."""
_PICK = "ranker"
_LABEL = "Recommender that ranks your list"


RANKER = Linked(
    "by",
    Setting.parse,
    lambda setting: setting.word,
    Setting(FOR_YOU),
    "The recommender in this link is not known here",
    lambda data_name: scenario_of(data_name).ranker or Setting(FOR_YOU),
)
"""Knobs tuned on one dataset fit no other."""


def ranker_picker(data: Dataset) -> Setting:
    """Draw the choice of the ranker and return the chosen one."""
    now = _known_here(data)
    words = [now.word, *(name for name in offered(data) if name not in NOT_MINE and name != now.word)]
    st.session_state[_PICK] = now.word
    st.markdown("**For you**, ranked by", width="content")
    st.selectbox(
        _LABEL,
        words,
        format_func=lambda word: Setting.parse(word).label,
        key=_PICK,
        label_visibility="collapsed",
        on_change=_picked,
        args=(data,),
        width=220,
    )
    return now


def _known_here(data: Dataset) -> Setting:
    """The recommender that is chosen; the usual one, and why, where ``data`` have not got what the chosen one needs."""
    now = RANKER.read(data.name)
    if now.model in offered(data):
        return now
    usual = RANKER.usual_for(data.name)
    notice(f"“{now.label}” needs data of a kind that {data.label} has not got: {usual.label} ranks your list.")
    RANKER.keep(usual, data.name)
    return usual


def _picked(data: Dataset) -> None:
    RANKER.keep(Setting.parse(st.session_state[_PICK]), data.name)
