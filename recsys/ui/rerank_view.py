"""Drawing of the Re-rank page: the aim, the list before and after with what moved between them, and its price."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.live import snippet
from recsys.models.setting import Setting
from recsys.rerank import POOL
from recsys.rerank.setting import ChainSetting
from recsys.scenarios import scenario_of
from recsys.types import Query
from recsys.ui import actions, frame, knobs, links, rerank_aim, rerank_controls, rerank_lists, save
from recsys.ui.chain import CHAIN
from recsys.ui.frame import plain
from recsys.ui.ranker import RANKER
from recsys.ui.rerank_figures import figures, sentence, steps, told
from recsys.ui.rerank_model import Reordering, reorder
from recsys.ui.rerank_trade import trade
from recsys.ui.rerank_worth import worth
from recsys.ui.wording import Wording


@frame.part("re-rank")
def reranked(data: Dataset, person: Persona) -> None:
    """Draw the chain and what it makes of the list for ``person``; reruns alone at every switch and slider."""
    query, by = actions.query(data, person), RANKER.read(data.name)
    setting = rerank_controls.working(data, rerank_aim.chain_for(rerank_aim.AIMS[rerank_aim.USUAL]))
    k, n = _controls(data, setting)
    shown = reorder(data, query, by, setting, k, n)
    frame.notices(*shown.problems)
    if shown.bounds:
        frame.hint(f"{shown.bounds}, as you typed on Live.")
    if not query.events and not query.typed:
        st.page_link(
            links.LIVE,
            label="Nothing is known of you yet, so personal strategies have nothing to go on: click or "
            "type something on Live →",
        )
    if not shown.right:
        frame.empty("There is nothing left to recommend to this person.", "Choose another person or other data.")
        return
    _result(Wording.for_query(data, query), query, by, setting, shown)
    worth(data, by, setting, k, n)
    trade(data, shown, setting, by)


def _controls(data: Dataset, setting: ChainSetting) -> tuple[int, int]:
    """Draw what can be chosen; returns the length of the list and the number of candidates."""
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            frame.beside("Aim")
            rerank_aim.aims(setting, data.name)
            k = knobs.list_length()
            links.to_live(CHAIN, setting, data, "Let these strategies re-rank your list on the Live page.")
        _told(data, setting)
        return k, rerank_controls.own(setting, data)


def _told(data: Dataset, setting: ChainSetting) -> None:
    """Say what the chain is for, and what re-ranks the Live page now, with the way to end that."""
    on_live = CHAIN.read(data.name)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="in-force"):
        used = f" Strategies: {setting.label}." if setting.steps else ""
        in_force = on_live.label if on_live.steps else "no re-ranking"
        house = setting.steps and setting == scenario_of(data.name).policy
        about = "The policy of the house." if house else rerank_aim.meaning(setting)
        frame.beside(f"{about}{used} In force on Live: {in_force}.")
        if on_live.steps:
            end = (ChainSetting(), data.name)
            st.button("Take it off Live", key="off-live", type="tertiary", on_click=CHAIN.keep, args=end)


def _result(words: Wording, query: Query, by: Setting, setting: ChainSetting, shown: Reordering) -> None:
    """Draw the sentence, the lists, the figures and what each step did."""
    table = told(shown)
    st.markdown(f"**{plain(sentence(shown, table))}**")
    rerank_lists.side_by_side(words, by.label, shown)
    gone = rerank_lists.gone(words, shown)
    if gone:
        st.caption(gone)
    figures(table)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        end = shown.chain.end
        listed = save.Listed(
            f"{by.word} {setting.word}", words.data, tuple(end.rows[: shown.chain.k].tolist()), end.scores
        )
        save.download("Save this list", save.rows([listed]), "list-re-ranked", "save-list")
        if len(shown.chain.start) <= POOL:
            save.code(
                save.IN_PYTHON,
                lambda: snippet.as_python(words.data, query, [by.word], shown.chain.k, setting.word),
                "code-list",
            )
    steps(shown)
