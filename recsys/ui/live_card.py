"""One card of the list: what it is, how it moved, what you can do with it, and why it is here."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Items
from recsys.live import Seat
from recsys.live.movement import NEW, SAME
from recsys.types import Kind
from recsys.ui import actions
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_why import why
from recsys.ui.state import Key
from recsys.ui.wording import Wording

_OPINIONS = (
    (Kind.FAVOURITE, ":material/favorite:", "Love it: counts twice"),
    (Kind.LIKE, ":material/thumb_up:", "Like it"),
    (Kind.DISLIKE, ":material/thumb_down:", "Not for me"),
)
WHY, MORE = "why", "more"
MAX_TITLE, MAX_DESCRIPTION = 64, 130
N_REVIEWS = 2
ICON_WIDTH = 32
"""Pixels: 24 is the least a finger or a tremor needs (WCAG 2.2, target size)."""


def card(words: Wording, place: Seat, now: Picture, rank: int, item_id: str) -> None:
    """Draw the item at ``rank`` (0-based) of my list."""
    row = words.data.row(item_id)
    with st.container(border=True, gap="xxsmall", key=f"card-{item_id}"):
        name, buttons = st.columns([7, 5], vertical_alignment="center", gap="xsmall")
        title = plain(words.field(row, Items.TITLE), MAX_TITLE)
        name.markdown(f"**{rank + 1}** {_badge(now.moved.badge(item_id))} **{title}**")
        with buttons.container(horizontal=True, gap="xxsmall", horizontal_alignment="right"):
            _buttons(place, item_id)
        opened = st.session_state.get(Key.OPENED)
        limit = None if opened == (MORE, item_id) else MAX_DESCRIPTION
        st.caption(f"{plain(words.field(row, Items.DESCRIPTION), limit)} · {_facts(words, row)}")
        if opened == (WHY, item_id):
            why(words, now, rank)
        elif opened == (MORE, item_id):
            _details(words, row)
            _review_form(place, item_id)


def _buttons(place: Seat, item_id: str) -> None:
    for kind, icon, says in _OPINIONS:
        key = f"{kind}-{item_id}"
        act = (place, kind, item_id)
        st.button(icon, key=key, help=says, type="tertiary", width=ICON_WIDTH, on_click=actions.act, args=act)
    st.button(
        "Why",
        key=f"{WHY}-{item_id}",
        help="What put it here",
        type="tertiary",
        on_click=actions.open_or_close,
        args=(WHY, item_id),
    )
    st.button(
        "More",
        key=f"{MORE}-{item_id}",
        help="Details, what others wrote, and your own review. Opening counts as a click.",
        type="tertiary",
        on_click=actions.open_item,
        args=(place, MORE, item_id),
    )


def _badge(text: str) -> str:
    if text == SAME:
        return ""
    colour = "blue" if text == NEW else "green" if text.startswith("▲") else "orange"
    return f":{colour}-badge[{text}]"


def _facts(words: Wording, row: int) -> str:
    """Name the category, and the year or brand and price where there are some."""
    price = words.data.field(row, "price")
    facts = (
        words.field(row, Items.CATEGORY),
        words.data.field(row, "year"),
        words.data.field(row, "brand"),
        f"${float(price):,.2f}" if price else "",
    )
    return plain(" · ".join(filter(None, facts)))


def _details(words: Wording, row: int) -> None:
    """Show the tags, and what two other people wrote."""
    tags = words.tags(row)
    if tags:
        st.caption(plain(" · ".join(tags)))
    for stars, text in words.reviews(row, N_REVIEWS):
        st.caption(f"{'★' * round(stars) if stars == stars else ''} “{plain(text, 200)}”")


def _review_form(place: Seat, item_id: str) -> None:
    with st.form(f"form-{item_id}", border=False, enter_to_submit=False):
        st.feedback("stars", key=f"stars-{item_id}")
        st.text_area(
            "Your review",
            key=f"words-{item_id}",
            max_chars=5000,
            height=80,
            placeholder="too narrow, but the sole grips on wet stone · 鞋底很稳，就是有点窄",
        )
        st.form_submit_button("Send review", on_click=actions.send_review, args=(place, item_id))
