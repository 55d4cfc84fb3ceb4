"""Which model ranks the Live page's list: chosen there, or adopted from a page that measured it."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.ui.live_model import BESIDE, FOR_YOU
from recsys.ui.state import notice, ranker_key

NOT_MINE = frozenset(BESIDE)
"""Models that are shown as a comparison, not as my list."""
_PICK = "ranker"
_LABEL = "Recommender that ranks your list"


def ranker(data: Dataset) -> Setting:
    """Return the setting in the session or, when there is none, in the URL; a wrong one is said and left out."""
    key = ranker_key(data.name)
    word = st.session_state.get(key) or st.query_params.get(key)
    if not word:
        return Setting(FOR_YOU)
    try:
        return Setting.parse(str(word))
    except (RecsysError, ValueError) as error:
        notice(f"The recommender in this link is not known here: {error}.")
        adopt(data, Setting(FOR_YOU))
        return Setting(FOR_YOU)


def adopt(data: Dataset, setting: Setting) -> None:
    """Let ``setting`` rank the Live page's list of ``data`` in this session; its link says so."""
    key = ranker_key(data.name)
    st.session_state[key] = setting.word
    _put_in_url(key, setting)


def ranker_picker(data: Dataset) -> Setting:
    """Draw the choice of the ranker and return the chosen one."""
    now = ranker(data)
    _put_in_url(ranker_key(data.name), now)
    words = [now.word, *(name for name in MODELS if name not in NOT_MINE and name != now.word)]
    st.session_state[_PICK] = now.word
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**For you**, ranked by", width="content")
        st.selectbox(
            _LABEL,
            words,
            format_func=lambda word: Setting.parse(word).label,
            key=_PICK,
            label_visibility="collapsed",
            on_change=_picked,
            args=(data,),
            width=260,
        )
    return now


def _picked(data: Dataset) -> None:
    adopt(data, Setting.parse(st.session_state[_PICK]))


def _put_in_url(key: str, setting: Setting) -> None:
    """Write a ranker that is not the default into the address bar, and take the default out of it."""
    if setting == Setting(FOR_YOU):
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != setting.word:
        st.query_params[key] = setting.word
