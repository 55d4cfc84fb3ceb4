"""Browsing on the Data page: the catalogue with one item opened, the people with one history told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.typing import DataframeState

from recsys.columns import Events, Facts, Items
from recsys.data import Dataset, summary
from recsys.data.summary import Shown
from recsys.types import Event, Kind
from recsys.ui import frame
from recsys.ui.choices import linked
from recsys.ui.live_words import counted, priced, starred
from recsys.ui.wording import Wording

N_REVIEWS = 5
N_HISTORY = 40
"""Newest events told of one person."""
MAX_TITLE, MAX_TEXT, MAX_WHOLE = 60, 300, 4000
"""Characters drawn of a title in a line, of a review, and of an item's own texts."""
HEIGHT, N_ROWS = 460, 11
"""Pixels of a long table, and the rows up to which a table is as high as they are."""

_DONE = {
    Kind.VIEW: "saw",
    Kind.CLICK: "opened",
    Kind.LIKE: "liked",
    Kind.FAVOURITE: "loved",
    Kind.DISLIKE: "rejected",
    Kind.RATING: "rated",
    Kind.REVIEW: "reviewed",
    Kind.WISH: "wished for",
}


class Key(StrEnum):
    """Controls of this part in the URL."""

    FIND = "find"
    LANGUAGE = "lang"


_LANGUAGES = {"en": "English", "zh": "中文"}


@frame.part("data-items")
def items(data: Dataset) -> None:
    """Draw the searchable catalogue beside the chosen item; reruns alone while you type."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "Find items",
            key=Key.FIND,
            type="search",
            placeholder="words of a title, text or tag · 标题、描述里的词",
            live="250ms",
            bind="query-params",
        )
        words = Wording(data, _in_chinese(data))
    rows = summary.search(data, typed or "")
    if not len(rows):
        frame.empty(f"No item has all of “{(typed or '')[:80]}” in its texts.", "Try fewer or other words.")
        st.button("Show all items", key="show-all", on_click=_forget_search)
        return
    ids = [data.item_ids[row] for row in rows]
    place = _place(f"_item-{data.name}", ids)
    table, detail = st.columns([3, 2], gap="medium")
    with table:
        found = f"{len(rows):,} of {data.n_items:,} items" if len(rows) < data.n_items else f"{len(rows):,} items"
        st.caption(found)
        _rows_to_choose(
            _items_table(words).iloc[rows],
            key=f"items-{data.version}",
            place=place,
            take=lambda chosen: _keep(f"_item-{data.name}", ids, chosen),
            columns=_ITEM_COLUMNS,
            alt=f"{found} of {data.label}: titles, category, likes, events and reviews of each",
        )
        st.caption("Choose a row to read everything about the item.")
    with detail:
        _item(words, int(rows[place]))


def _in_chinese(data: Dataset) -> bool:
    """Draw the choice of a language where the data has two; whether it is Chinese."""
    if Items.TITLE_ZH not in data.items.columns or not (data.items[Items.TITLE_ZH] != "").any():
        return False
    return linked("Texts", _LANGUAGES, Key.LANGUAGE, "language", width="content") == "zh"


@frame.part("data-people")
def people(data: Dataset) -> None:
    """Draw the people beside the history of the chosen one, in words."""
    ids = sorted(data.user_ids, key=_by_number)
    if not ids:
        frame.empty("This data has items but no people yet.", "Choose other data above, or add events.")
        return
    place = _place(f"_user-{data.name}", ids)
    table, detail = st.columns([3, 2], gap="medium")
    with table:
        st.caption(f"{len(ids):,} people")
        _rows_to_choose(
            _people_table(data).loc[ids],
            key=f"people-{data.version}",
            place=place,
            take=lambda chosen: _keep(f"_user-{data.name}", ids, chosen),
            columns=_PEOPLE_COLUMNS,
            alt=f"{len(ids):,} people of {data.label}: events, likes, reviews, first and last day of each",
        )
        st.caption("Choose a row to read what somebody did; click a heading to sort.")
    with detail:
        _history(data, ids[place])


def _by_number(user_id: str) -> tuple[bool, int, str]:
    """Order of people: numbers as numbers, 2 before 10, then names."""
    whole = user_id.isascii() and user_id.isdigit()
    return not whole, int(user_id) if whole else 0, user_id


_ITEM_COLUMNS = {
    Items.TITLE: st.column_config.TextColumn("Title", width=285),
    Items.CATEGORY: st.column_config.TextColumn("Category", width=110),
    Shown.N_LIKES: st.column_config.NumberColumn("Liked by", help="Different people.", width=68),
    Shown.N_EVENTS: st.column_config.NumberColumn("Events", width=60),
    Shown.N_REVIEWS: st.column_config.NumberColumn("Reviews", width=66),
}
_PEOPLE_COLUMNS = {
    Events.USER: st.column_config.TextColumn("Person"),
    Shown.N_EVENTS: st.column_config.NumberColumn("Events"),
    Shown.N_LIKES: st.column_config.NumberColumn("Items liked"),
    Shown.N_REVIEWS: st.column_config.NumberColumn("Reviews"),
    Shown.FIRST: st.column_config.TextColumn("First day"),
    Shown.LAST: st.column_config.TextColumn("Last day"),
}


def _items_table(words: Wording) -> pd.DataFrame:
    """The catalogue in one language; kept with the data, so that it goes when they go."""
    return words.data.once((_items_table, words.chinese), lambda: _items_in(words))


def _items_in(words: Wording) -> pd.DataFrame:
    named = {
        str(column): [words.field(row, column) for row in range(words.data.n_items)]
        for column in (Items.TITLE, Items.CATEGORY)
    }
    return _once(words.data, summary.items).drop(columns=[Items.TITLE_ZH], errors="ignore").assign(**named)


def _people_table(data: Dataset) -> pd.DataFrame:
    return _once(data, summary.people).set_index(Events.USER, drop=False)


def _once(data: Dataset, make: Callable[[Dataset], pd.DataFrame]) -> pd.DataFrame:
    """A table of ``data``, made once and kept as long as they are; nobody changes it."""
    return data.once(make, lambda: make(data))


def _forget_search() -> None:
    st.session_state[Key.FIND] = ""


def _place(key: str, ids: Sequence[str]) -> int:
    """Position in ``ids`` of what was chosen before; the first when it is not among them."""
    chosen = st.session_state.get(key)
    return ids.index(chosen) if chosen in ids else 0


def _keep(key: str, ids: Sequence[str], position: int | None) -> None:
    """Remember the id of the chosen row: a position would mean another item once the list changes."""
    if position is None or not 0 <= position < len(ids):
        st.session_state.pop(key, None)
    else:
        st.session_state[key] = ids[position]


def _rows_to_choose(
    table: pd.DataFrame,
    key: str,
    place: int,
    take: Callable[[int | None], None],
    columns: Mapping[StrEnum, Any],
    alt: str,
) -> None:
    """Draw ``table`` with the row at ``place`` marked; a click calls ``take`` with the position of its row."""
    if _marked(st.session_state.get(key)) != [place]:
        st.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}

    def taken() -> None:
        rows = _marked(st.session_state.get(key))
        take(rows[0] if rows else None)

    st.dataframe(
        table,
        key=key,
        on_select=taken,
        selection_mode="single-row",
        hide_index=True,
        height=HEIGHT if len(table) > N_ROWS else "content",
        column_config={str(column): shown for column, shown in columns.items()},
        placeholder="",
        alt=alt,
    )


def _marked(state: DataframeState | None) -> list[int]:
    return list(state["selection"]["rows"]) if state else []


def _item(words: Wording, row: int) -> None:
    """Draw everything known about one item, its newest reviews last."""
    data = words.data
    with st.container(border=True, key="chosen-item"):
        st.markdown(f"**{frame.plain(words.field(row, Items.TITLE), MAX_WHOLE)}**")
        if words.field(row, Items.DESCRIPTION):
            st.markdown(frame.plain(words.field(row, Items.DESCRIPTION), MAX_WHOLE))
        _tags(words, row)
        n_likes = int(data.like_counts[row])
        liked = f"liked by {n_likes:,} of {len(data.user_ids):,} people"
        st.caption(frame.plain(" · ".join([*_facts(data, row), liked])))
        _reviews(words, row)


def _facts(data: Dataset, row: int) -> list[str]:
    """What the source says of an item beyond the known columns; whole numbers without a point."""
    facts = []
    for column in data.items.columns.difference([str(known) for known in Items], sort=False):
        value = data.items[column].iat[row]
        said = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else data.field(row, column)
        if said:
            facts.append(priced(said) if column == Facts.PRICE and data.synthetic else f"{column}: {said}")
    return facts


def _tags(words: Wording, row: int) -> None:
    tags = dict.fromkeys([words.field(row, Items.CATEGORY), *words.tags(row)])
    badges = [f":gray-badge[{frame.plain(tag)}]" for tag in tags if tag.strip()]
    if badges:
        st.markdown(" ".join(badges))


def _reviews(words: Wording, row: int) -> None:
    n_all = len(words.data.reviews(row))
    if not n_all:
        st.caption("No reviews yet.")
        return
    st.caption(counted(n_all, "review") + (f", {N_REVIEWS} of them here" if n_all > N_REVIEWS else ""))
    for stars, text in words.reviews(row, N_REVIEWS):
        st.markdown(f"{starred(stars)} {frame.plain(text, MAX_TEXT)}".strip())


def _history(data: Dataset, user_id: str) -> None:
    """Draw what one person did, day by day, newest first."""
    history = data.history(user_id)
    newest = history[-N_HISTORY:]
    with st.container(border=True, key="chosen-person", height=HEIGHT + 40):
        st.markdown(f"**{frame.plain(user_id, MAX_TITLE)}**, newest first")
        for when, events in groupby(reversed(newest), key=lambda event: summary.day(data, event.at)):
            if when:
                st.caption(when)
            st.markdown("\n".join(f"- {line}" for line in told(Wording(data), list(events)[::-1])))
        if len(history) > len(newest):
            st.caption(f"and {len(history) - len(newest):,} earlier")


def told(words: Wording, events: Sequence[Event]) -> list[str]:
    """Say what a person did, one line per item, as Markdown; ``events`` oldest first, lines newest first."""
    by_item: dict[str | None, list[Event]] = {}
    for event in reversed(events):
        by_item.setdefault(event.item_id, []).insert(0, event)
    return [_line(words, done) for done in by_item.values()]


def _line(words: Wording, events: Sequence[Event]) -> str:
    """Say what a person did to one item: "saw, opened, rated Tent ★★★★"."""
    done = ", ".join(dict.fromkeys(_DONE[event.kind] for event in events))
    said = [frame.plain(words.title(events[0].item_id), MAX_TITLE)]
    for event in events:
        said += [starred(event.stars)] if event.stars else []
        said += [f"“{frame.plain(event.text, MAX_TEXT)}”"] if event.text else []
    return f"{done} {' '.join(said)}"
