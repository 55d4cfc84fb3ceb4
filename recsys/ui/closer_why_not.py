"""Why an item the visitor names is not on the list: the gap to the last place, taken apart."""

from __future__ import annotations

import streamlit as st

from recsys.explain.why_not import WhyNot, find_items
from recsys.explain.why_not import why_not as asked_why_not
from recsys.live import Seat
from recsys.plots.why_not import why_not_alt, why_not_figure
from recsys.rerank import RERANKERS
from recsys.ui import actions, frame
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import counted, nth
from recsys.ui.state import Key
from recsys.ui.wording import Wording

N_FOUND = 6
N_PUSHES = 3


def why_not(words: Wording, place: Seat, now: Picture) -> None:
    """Draw the search, what it found, and the answer for the chosen item."""
    typed = st.text_input(
        "Name an item",
        key="why-not",
        type="search",
        placeholder="Part of a title, in English or Chinese",
        live="250ms",
        label_visibility="collapsed",
    )
    found = find_items(words.data, str(typed or ""), N_FOUND) if typed else now.beside.item_ids[:N_FOUND]
    if not found:
        frame.empty("No title like that in this catalogue.", "Try fewer letters.")
        return
    with st.container(horizontal=True, gap="small"):
        if not typed:
            st.caption("For example:", width="content")
        for item_id in found:
            label, key = plain(words.title(item_id), 36), f"ask-{item_id}"
            st.button(label, key=key, type="tertiary", on_click=_ask, args=(item_id,))
    asked = str(st.session_state.get(Key.ASKED) or "")
    if typed and asked not in found:
        asked = found[0]
    if asked in words.data.row_of:
        _answer(words, place, now, asked_why_not(now.situation, asked, _hidden(now)))


def _ask(item_id: str) -> None:
    st.session_state[Key.ASKED] = item_id


def _hidden(now: Picture) -> dict[str, str]:
    """What re-ranking took out of my list, by item, with the name of the strategy that did."""
    if now.mine.chain is None:
        return {}
    ids = now.situation.data.item_ids
    return {ids[row]: RERANKERS[step.name].label for step in now.mine.chain.steps for row in step.hidden}


def _answer(words: Wording, place: Seat, now: Picture, told: WhyNot) -> None:
    stands = f"stands {nth(told.rank)}" if told.rank else "cannot be listed"
    st.markdown(f"**{plain(words.title(told.item_id), 60)}** {stands}. " + " ".join(plain(one) for one in told.says))
    if told.parts:
        titles = words.title(told.item_id), words.title(told.bar_id)
        figure, alt = why_not_figure(told, *titles), why_not_alt(told, *titles)
        frame.chart(figure, "why-not-figure", alt)
    for push in told.pushes[:N_PUSHES]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.caption(f"“{plain(push.label, 50)}” costs it {counted(push.places, 'place')}.", width="stretch")
            if push.key != "typed":
                target = (place, push.key)
                st.button("Undo", key=f"push-undo-{push.key}", type="tertiary", on_click=actions.undo, args=target)
