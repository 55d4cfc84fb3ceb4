"""Your own data on the Data page: upload, check the guessed columns, use it, forget it. In memory only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd
import streamlit as st

from recsys.columns import Events, Facts, Items
from recsys.data import Dataset
from recsys.data.loaders import csv
from recsys.data.quality import LEFT_OUT
from recsys.errors import DataError
from recsys.settings import ROOT
from recsys.ui import frame, upload_template
from recsys.ui.live_words import counted
from recsys.ui.state import Key
from recsys.ui.upload_model import (
    ACTS,
    MAX_LABEL,
    NAME,
    SLOTS,
    THINGS,
    Plan,
    Roles,
    Slot,
    adopt,
    adopt_template,
    draft,
    forget,
    parsed,
)
from recsys.ui.uploads import uploads

N_PREVIEW = 5
MANY_TEXTS = 1_500
"""Items from which the first list takes long enough to say so."""
MEGABYTES = csv.MAX_BYTES // 2**20

_ROLES = {
    Items.ID: ("Item id", "What tells items apart. Without it the titles do."),
    Items.TITLE: ("Title", "What an item is called."),
    Items.DESCRIPTION: ("Description", "Words about the item: the more, the better the recommendations."),
    Items.CATEGORY: ("Category", "One group per item."),
    Items.TAGS: ("Tags", "Several words in one cell, between | ; or ,"),
    Facts.PRICE: ("Price", "Shown with the item as it stands."),
    Items.TITLE_ZH: ("Chinese title", "The title in Chinese, if it has a column of its own."),
    Items.DESCRIPTION_ZH: ("Chinese description", "The description in Chinese, if it has a column of its own."),
    Items.CATEGORY_ZH: ("Chinese category", "The category in Chinese, if it has a column of its own."),
    Items.TAGS_ZH: ("Chinese tags", "The tags in Chinese, if they have a column of their own."),
    Events.USER: ("Person", "Who did it: any name or number. Without it the table is a catalogue."),
    Events.AT: ("Time", "A date, or seconds since 1970. Without it the order of the rows counts."),
    Events.KIND: ("Kind", "What they did: view, click, like, favourite, dislike, rating or review."),
    Events.STARS: ("Stars", "From 0.5 to 5."),
    Events.TEXT: ("Review", "The words a person wrote."),
}
"""Role of a column -> its name for a visitor, and what it is for."""
_ITEM = (Items.ID, Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS, Facts.PRICE)
_CHINESE = (Items.TITLE_ZH, Items.DESCRIPTION_ZH, Items.CATEGORY_ZH, Items.TAGS_ZH)
_ACT = (Events.USER, Events.AT, Events.KIND, Events.STARS, Events.TEXT)


_NEEDED = {
    THINGS: "Only a title or an id is needed. Capitals, blanks and signs in a name do not count.",
    ACTS: "Only a person and an item, by id or title, are needed. Without a file of items these are the catalogue.",
}
MAX_EXAMPLE = 28


def own_data(_data: Dataset) -> None:
    """Draw the whole section."""
    _in_use()
    st.caption(
        f"One or two CSV files of at most {MEGABYTES} MB each, in English or Chinese; either alone is enough. "
        f"A file that gets a red mark is larger: keep its newest rows. Files stay in memory, for you only: closing or "
        "reloading this browser tab forgets them."
    )
    with st.grid(2, min_column_width=300, gap="medium") as grid:
        for slot in SLOTS:
            with grid.cell():
                st.file_uploader(slot.label, key=slot.key, help=slot.help, max_upload_size=MEGABYTES)
                if slot.file is None:
                    _wanted(slot)
    tables = _tables()
    if tables:
        _offer(_plan(tables), tables)
    elif not any(slot.file for slot in SLOTS):
        _template()


def _wanted(slot: Slot) -> None:
    """Draw which columns a file may have, what they may be called, and a row of the tea shop."""
    text, roles = {
        THINGS: (upload_template.ITEMS, (Items.TITLE, *(role for role in _ITEM if role != Items.TITLE))),
        ACTS: (upload_template.EVENTS, (Events.USER, Items.ID, Events.KIND, Events.STARS, Events.TEXT, Events.AT)),
    }[slot]
    table = csv.read(text.encode())
    named = csv.guess(table)
    st.table(
        {
            "Column": [_ROLES[role][0] for role in roles],
            "Also called": [" · ".join(_names(role)) for role in roles],
            "For example": [frame.plain(table[named[role]].iloc[0], MAX_EXAMPLE) for role in roles],
        },
        border="horizontal",
        hide_header=False,
        hide_index=True,
        alt=f"Columns of {slot.label}, their names, and an example of each",
    )
    st.caption(_NEEDED[slot])


def _names(role: str) -> list[str]:
    """The names that are known for a column, a few in each language."""
    names = csv.NAMES[role]
    return [name for name in names if name.isascii()][:2] + [name for name in names if not name.isascii()][:2]


def _in_use() -> None:
    """Draw what this session uses already, with the way to Live and the way out."""
    name = st.session_state.get(Key.UPLOAD)
    if name is None:
        return
    data = uploads().find(name)
    if data is None:
        frame.empty("Your data had to make room for other visitors' data.", "Upload it again below.")
        return
    with st.container(border=True, key="own-in-use"):
        st.markdown(f"**{frame.plain(data.label)}** is in use on every page · {_size(data)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(ROOT / "pages" / "live.py", label="See it on Live →")
            with st.popover("Forget it", key="forget"):
                st.markdown("This takes your data out of every page and out of memory. It cannot be brought back.")
                st.button("Yes, forget my data", key="forget-own", on_click=forget)


def _template() -> None:
    frame.section("No file at hand?")
    st.markdown("Here is an invented tea shop: use it as your own with one click, or as a template for your files.")
    with st.container(horizontal=True):
        st.button("Try the tea shop", key="try-template", type="primary", on_click=adopt_template)
        for name, text in (("items", upload_template.ITEMS), ("events", upload_template.EVENTS)):
            st.download_button(
                f"Template: {name} (CSV)",
                text.encode("utf-8-sig"),  # with a mark, so that spreadsheets read the Chinese
                file_name=f"tea-shop-{name}.csv",
                mime="text/csv",
                key=f"template-{name}",
                on_click="ignore",
            )


def _tables() -> dict[Slot, pd.DataFrame]:
    """Tables of the files in the uploaders; a file that cannot be read is a sentence instead."""
    tables = {}
    for slot in SLOTS:
        if slot.file is not None:
            try:
                tables[slot] = parsed(slot.file.file_id, slot.file)
            except DataError as error:
                refuse(error)
    return tables


def _plan(tables: Mapping[Slot, pd.DataFrame]) -> Plan:
    """Draw a preview and the meaning of the columns of each table; returns what the visitor settled on."""
    roles = tuple(_meaning(slot, table, alone=len(tables) == 1) for slot, table in tables.items())
    files = [slot.file for slot in tables if slot.file is not None]
    return Plan(tuple(file.file_id for file in files), tuple(file.name for file in files), roles)


def _meaning(slot: Slot, table: pd.DataFrame, alone: bool) -> Roles:
    """Draw the first rows, then one box per role that starts at the guess."""
    name = slot.file.name if slot.file is not None else ""
    frame.section(frame.plain(name, 60))
    columns = ", ".join(map(str, table.columns))
    if csv.header_is_data(table):
        st.warning(
            f"The first row ({frame.plain(columns, 80)}) looks like data, not like names of columns, and counts as "
            "names now. If it is data, put a row such as user,item,rating,time above it and upload the file again."
        )
    st.caption(f"{counted(len(table), 'row')}, the first {min(N_PREVIEW, len(table))}:")
    st.dataframe(
        table.head(N_PREVIEW), hide_index=True, key=f"preview-{slot.name}", alt=f"First rows of {name}: {columns}"
    )
    guess = csv.guess(table)
    shown = (*_ITEM, *_ACT) if alone else {THINGS: _ITEM, ACTS: (Items.ID, Items.TITLE, *_ACT)}[slot]
    st.caption("What the columns mean, as far as names and cells tell. Correct what is wrong.")
    chosen: dict[str, str] = {}
    with st.grid(5, min_column_width=150):
        for role in shown:
            chosen[role] = _box(slot, role, table, guess)
    if alone or slot is THINGS:
        with st.expander("Chinese columns beside the English ones"), st.grid(4, min_column_width=150):
            for role in _CHINESE:
                chosen[role] = _box(slot, role, table, guess)
    return tuple((role, column) for role, column in chosen.items() if column)


def _box(slot: Slot, role: StrEnum, table: pd.DataFrame, guess: Mapping[str, str]) -> str:
    columns = ["", *map(str, table.columns)]
    label, purpose = _ROLES[role]
    file_id = slot.file.file_id if slot.file is not None else ""
    return st.selectbox(
        label,
        columns,
        index=columns.index(guess.get(role, "")),
        format_func=lambda column: column or "no column",
        key=f"role-{slot.name}-{role}-{file_id}",
        help=purpose,
    )


def _offer(plan: Plan, tables: Mapping[Slot, pd.DataFrame]) -> None:
    """Draw what the files make, what was assumed, and the button that takes it; or the sentence on what is wrong."""
    if any(slot.file is not None and slot not in tables for slot in SLOTS):
        return  # one of two files is broken: its sentence stands above
    try:
        data, notes = draft(plan)
    except DataError as error:
        refuse(error)
        return
    with st.container(border=True, key="own-offer"):
        st.markdown(f"**This makes** {_size(data)}.")
        st.caption("  \n".join(f"• {frame.plain(note)}" for note in [*_left_out(data), *notes]))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Call it", plan.called, key=NAME, max_chars=MAX_LABEL, width=260)
            st.button("Use this data", type="primary", key="use-own", on_click=adopt, args=(plan,))


def _size(data: Dataset) -> str:
    found = data.quality
    people = "1 person" if found.n_users == 1 else f"{found.n_users:,} people"
    parts = (
        counted(found.n_items, "item"),
        people,
        counted(found.n_events, "event"),
        counted(found.n_reviews, "review"),
    )
    return ", ".join(parts)


def _left_out(data: Dataset) -> list[str]:
    """Sentences on rows left out, and on a first list that takes long."""
    found = [
        f"{count:,} {what}: {LEFT_OUT}" for what, count, became in data.quality.rows() if became == LEFT_OUT and count
    ]
    if data.n_items > MANY_TEXTS:
        found.append(f"the first list takes a while: {data.n_items:,} texts are read once")
    return found


def refuse(error: DataError) -> None:
    """Draw the one sentence on why a file cannot be used."""
    st.error(frame.plain(str(error)), title="This cannot be used yet")
