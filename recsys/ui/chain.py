"""Which strategies re-rank the Live page's list: none, or those adopted from the Re-rank page."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.rerank.setting import ChainSetting
from recsys.types import Reranker
from recsys.ui.state import chain_key, notice


def chain(data: Dataset) -> dict[str, Reranker]:
    """Return the strategies that re-rank the Live list of ``data``, in their order, and keep them in the address."""
    setting = adopted(data)
    _put_in_url(chain_key(data.name), setting)
    return setting.build()


def adopted(data: Dataset) -> ChainSetting:
    """Return the chain in the session or, when there is none, in the URL; a wrong one is said and left out."""
    key = chain_key(data.name)
    word = st.session_state.get(key) or st.query_params.get(key) or ""
    try:
        setting = ChainSetting.parse(str(word))
        setting.build()
    except (RecsysError, ValueError) as error:
        notice(f"The re-ranking in this link cannot be used: {error}.")
        adopt_chain(data, ChainSetting())
        return ChainSetting()
    return setting


def adopt_chain(data: Dataset, setting: ChainSetting) -> None:
    """Let ``setting`` re-rank the Live list of ``data`` in this session; the empty chain ends that."""
    key = chain_key(data.name)
    st.session_state[key] = setting.word
    _put_in_url(key, setting)


def _put_in_url(key: str, setting: ChainSetting) -> None:
    """Write a chain into the address bar, and take the empty one out of it."""
    if not setting.steps:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != setting.word:
        st.query_params[key] = setting.word
