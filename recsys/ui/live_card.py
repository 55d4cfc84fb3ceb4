"""One card of the list: what it is, how it moved, what you can do with it, and why it is here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.columns import Items
from recsys.explain.ledger import Preview
from recsys.live import Seat
from recsys.live.movement import SAME
from recsys.types import Event, Kind
from recsys.ui import actions
from recsys.ui.facts import facts
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_review import review_form
from recsys.ui.live_why import why
from recsys.ui.live_words import coloured, starred
from recsys.ui.state import Key
from recsys.ui.wording import Wording

_OPINIONS = (
    (Kind.FAVOURITE, "Love", ":material/favorite:"),
    (Kind.LIKE, "Like", ":material/thumb_up:"),
    (Kind.DISLIKE, "Dislike", ":material/thumb_down:"),
)
_WONDERS = {Kind.FAVOURITE: "loved", Kind.LIKE: "liked", Kind.DISLIKE: "disliked"}
N_NAMED = 2
WHY, MORE = "why", "more"
MAX_TITLE, MAX_DESCRIPTION, MAX_CHINESE = 110, 78, 34
NEVER_APART = "\N{NO-BREAK SPACE}"
MAX_UNBROKEN = 20
"""Facts up to so many characters are not broken at the end of a line."""
N_REVIEWS = 2


def card(words: Wording, place: Seat, now: Picture, rank: int, item_id: str, columns: Sequence[str]) -> None:
    """Draw the item at ``rank`` (0-based) of my list, with its facts in ``columns``.

    Few elements, because ten of them are redrawn at every click.
    """
    row, opened = words.data.row(item_id), st.session_state.get(Key.OPENED)
    title = plain(words.field(row, Items.TITLE), MAX_TITLE)
    one_line = MAX_CHINESE if words.chinese else MAX_DESCRIPTION
    limit = None if opened == (MORE, item_id) else one_line
    with st.container(border=True, gap=None, key=f"card-{item_id}"):
        st.markdown(
            f"**{rank + 1}** {_ghost(now, item_id) or coloured(now.moved.badge(item_id))} **{title}** "
            f":small[:gray[{_facts(words, row, columns)}{_chance(now, rank)}]]  \n"
            f":small[{plain(words.field(row, Items.DESCRIPTION), limit)}]"
        )
        with st.container(horizontal=True, gap="xsmall"):
            _buttons(place, item_id, opened)
        if now.wondered is not None and now.wondered.item_id == item_id and now.preview is not None:
            _preview(words, place, now.wondered, now.preview)
        if opened == (WHY, item_id):
            why(words, now, rank)
        elif opened == (MORE, item_id):
            _details(words, row)
            _what_if(item_id)
            review_form(words, place, now, item_id)


def _buttons(place: Seat, item_id: str, opened: tuple[str, str] | None) -> None:
    """Draw what can be done with an item, in words: a tooltip each would double the time to repaint the list."""
    for kind, label, icon in _OPINIONS:
        key, opinion = f"{kind}-{item_id}", (place, kind, item_id)
        st.button(label, key=key, icon=icon, type="tertiary", on_click=actions.act, args=opinion)
    st.button("Why", key=f"{WHY}-{item_id}", type="tertiary", on_click=actions.open_or_close, args=(WHY, item_id))
    opening, label = (place, MORE, item_id), "Close" if opened == (MORE, item_id) else "Review"
    st.button(label, key=f"{MORE}-{item_id}", type="tertiary", on_click=actions.open_item, args=opening)


def _ghost(now: Picture, item_id: str) -> str:
    """Where the item would go if what the visitor wonders about came true; "" when they wonder about nothing."""
    if now.preview is None:
        return ""
    if item_id not in now.preview.moved.steps:
        return ":gray-badge[would leave]"
    step = now.preview.moved.badge(item_id)
    return ":gray-badge[would stay]" if step == SAME else f":gray-badge[would go {step}]"


def _chance(now: Picture, rank: int) -> str:
    """How likely the person is to like the item, where a model can tell; it knows nothing of words in the box."""
    if now.typed:
        return ""
    chance = float("nan") if now.mine.chances is None else float(now.mine.chances[rank])
    return "" if chance != chance else f"{NEVER_APART}· {chance:.0%}{NEVER_APART}likely"


def _what_if(item_id: str) -> None:
    """Offer to see what an opinion would change, without having it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("What if I", width="content")
        for kind, done in _WONDERS.items():
            key = f"if-{kind}-{item_id}"
            st.button(f"{done} it?", key=key, type="tertiary", on_click=actions.wonder, args=(kind, item_id))


def _preview(words: Wording, place: Seat, wondered: Event, preview: Preview) -> None:
    """Say what would change, with the way to do it and the way back."""
    came = ", ".join(plain(words.title(item_id), 28) for item_id in preview.came[:N_NAMED])
    news = f" New: {came}." if came else ""
    with st.container(border=True, gap="xsmall", key="preview"):
        st.markdown(
            f"Only a preview: if you {_WONDERS[wondered.kind]} it, "
            f"**{preview.moved.n_moved} of {len(preview.item_ids)} would move.**{news}"
        )
        with st.container(horizontal=True, gap="small"):
            doing = (place, wondered.kind, wondered.item_id)
            st.button("Do it", key="do-it", type="tertiary", on_click=actions.act, args=doing)
            st.button("Leave it", key="leave-it", type="tertiary", on_click=actions.stop_wondering)


def _facts(words: Wording, row: int, columns: Sequence[str]) -> str:
    """Name the category, and what the scenario wants said of every item."""
    told = facts(words, row, columns)
    said = (plain(one) for one in (words.field(row, Items.CATEGORY), *told) if one)
    return f"{NEVER_APART}· ".join(one.replace(" ", NEVER_APART) if len(one) <= MAX_UNBROKEN else one for one in said)


def _details(words: Wording, row: int) -> None:
    """Show the brand and tags, and what two other people wrote."""
    told = [words.data.field(row, "brand"), *words.tags(row)]
    if any(told):
        st.caption(plain(" · ".join(filter(None, told))))
    for stars, text in words.reviews(row, N_REVIEWS):
        st.caption(f"{starred(stars)} “{plain(text, 200)}”")
