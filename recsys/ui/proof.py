"""A strategy that costs money has to prove itself: without a measured gain the language model stays off the list."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate.rerank_effect import LANGUAGE_MODEL, Worth
from recsys.models.setting import Setting
from recsys.rerank import POOL, RERANKERS
from recsys.rerank.setting import ChainSetting
from recsys.settings import settings
from recsys.ui.chain import CHAIN
from recsys.ui.experiments import experiments
from recsys.ui.live_model import BESIDE, K, Wanted
from recsys.ui.ranker import RANKER

ANYWAY = "language-model-anyway"
"""In the session: the visitor wants it in spite of what was measured."""


def question(ranker: Setting, chain: ChainSetting, k: int = K, pool: int = POOL) -> Worth:
    """Return what is measured of ``chain``; a language model is part of the question where one is asked."""
    return Worth(ranker, chain, k, pool, settings().llm_model if LANGUAGE_MODEL in chain.names else "")


def in_force(data: Dataset, ranker: Setting, chain: ChainSetting) -> tuple[ChainSetting, str]:
    """Return the part of ``chain`` that re-ranks the Live page, and why the language model is not in it, else ""."""
    if LANGUAGE_MODEL not in chain.names or st.session_state.get(ANYWAY):
        return chain, ""
    found = experiments(data).found(data, question(ranker, chain.only([LANGUAGE_MODEL])))
    if found is None or found.worth_it:
        return chain, ""
    rest = chain.only([name for name in chain.names if name != LANGUAGE_MODEL])
    return rest, f"“{RERANKERS[LANGUAGE_MODEL].label}” is off, as measured on this data. {found.words}"


def wanted_on_live(data: Dataset) -> Wanted:
    """Return what ranks and re-ranks the Live page now, for pages that show its list."""
    by = RANKER.read(data.name)
    chain, _ = in_force(data, by, CHAIN.read(data.name))
    return Wanted(BESIDE[0], by, chain.build())


def use_anyway() -> None:
    """Let the language model re-rank in this session, whatever was measured."""
    st.session_state[ANYWAY] = True
