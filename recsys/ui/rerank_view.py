"""Drawing of the Re-rank page: the switches, the list before and after with what moved between them, and its price."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.models.setting import Setting
from recsys.rerank.setting import ChainSetting
from recsys.types import Query
from recsys.ui import actions, frame, links, rerank_aim, rerank_controls, rerank_lists
from recsys.ui.chain import CHAIN
from recsys.ui.frame import plain
from recsys.ui.ranker import RANKER
from recsys.ui.rerank_figures import figures, steps
from recsys.ui.rerank_model import Reordering, reorder
from recsys.ui.rerank_trade import trade
from recsys.ui.rerank_worth import worth
from recsys.ui.wording import Wording


@frame.part("re-rank")
def reranked(data: Dataset, person: Persona) -> None:
    """Draw the chain and what it makes of the list for ``person``; reruns alone at every switch and slider."""
    query, by = actions.query(data, person), RANKER.read(data.name)
    setting, wrong = rerank_controls.working(data, rerank_aim.chain_for(rerank_aim.AIMS[rerank_aim.USUAL]))
    k, n = _controls(data, setting)
    shown = reorder(data, query, by, setting, k, n)
    _warn(query, wrong, shown)
    _lists(Wording.for_query(data, query), by, shown)
    figures(shown)
    steps(shown)
    trade(data, shown, setting, by)
    worth(data, by, setting, k, n)


def _controls(data: Dataset, setting: ChainSetting) -> tuple[int, int]:
    """Draw everything that can be switched; returns the length of the list and the number of candidates."""
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            frame.beside("Aim")
            rerank_aim.aims(setting)
            own = st.popover("Own aim", key=rerank_controls.Opened.AIM, on_change="rerun")
            if own.open:
                with own:
                    rerank_aim.sliders(setting)
            k, n = rerank_controls.sizes()
            links.to_live(CHAIN, setting, data, "Let these strategies re-rank your list on the Live page.")
        rerank_controls.switches(setting)
        rerank_controls.forms(setting)
    return k, n


def _warn(query: Query, wrong: tuple[str, ...], shown: Reordering) -> None:
    """Say what could not be done as asked, and what there is nothing to go on for."""
    problems = (*wrong, *shown.problems)
    if problems:
        st.warning("  \n".join(map(plain, problems)))
    if not query.events and not query.typed:
        st.page_link(
            links.LIVE,
            label="Nothing is known of you yet, so personal strategies have nothing to go on: click or "
            "type something on Live →",
        )


def _lists(words: Wording, by: Setting, shown: Reordering) -> None:
    if not shown.before:
        frame.empty("There is nothing left to recommend to this person.", "Choose another person or other data.")
        return
    left, between, right = st.columns([8, 5, 12], gap="small")
    with left:
        st.markdown(f"**As recommended** :small[:gray[by {plain(by.label)}]]")
        rerank_lists.candidates(words, shown)
    with between:
        st.markdown(":small[:gray[place → new place]]", text_alignment="center")
        rerank_lists.between(shown)
    with right:
        said = f"{shown.n_moved} of {len(shown.after)} moved, by what, and the chance that you like it"
        st.markdown(f"**Re-ranked** :small[:gray[{said}]]")
        rerank_lists.reranked(words, shown)
    gone = rerank_lists.gone(words, shown)
    if gone:
        st.caption(gone)
