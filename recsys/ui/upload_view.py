"""Your own data on the Data page: upload, check the guessed columns, use it, forget it. In memory only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd
import streamlit as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.data.loaders import csv
from recsys.errors import DataError
from recsys.settings import ROOT
from recsys.ui import frame, upload_template
from recsys.ui.state import Key
from recsys.ui.upload_model import ACTS, SLOTS, THINGS, Plan, Roles, Slot, adopt, draft, forget, parsed
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
_ITEM = (Items.ID, Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS)
_CHINESE = (Items.TITLE_ZH, Items.DESCRIPTION_ZH, Items.CATEGORY_ZH, Items.TAGS_ZH)
_ACT = (Events.USER, Events.AT, Events.KIND, Events.STARS, Events.TEXT)


def own_data(_data: Dataset) -> None:
    """Draw the whole section."""
    _in_use()
    st.caption(
        f"One or two CSV files of at most {MEGABYTES} MB each, in English or Chinese; either alone is enough. "
        "A column of titles or texts will do; with people and what they liked, lists become personal. "
        "The files stay in memory, for you only, and are gone when your session ends."
    )
    with st.grid(2, min_column_width=300, gap="medium"):
        for slot in SLOTS:
            st.file_uploader(slot.label, ["csv", "tsv", "txt"], key=slot.key, help=slot.help, max_upload_size=MEGABYTES)
    tables = _tables()
    if tables:
        _offer(_plan(tables), tables)
    elif not any(slot.file for slot in SLOTS):
        _template()


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
            st.button("Forget it", key="forget-own", on_click=forget, help="Takes your data out of every page.")


def _template() -> None:
    st.markdown("**No file at hand?** Try it with this invented tea shop: download both, then upload them above.")
    with st.container(horizontal=True):
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
    st.markdown(f"**{frame.plain(name, 60)}** — {len(table):,} rows, the first {min(N_PREVIEW, len(table))}:")
    columns = ", ".join(map(str, table.columns))
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
        st.button("Use this data", type="primary", key="use-own", on_click=adopt, args=(plan,))


def _size(data: Dataset) -> str:
    found = data.quality
    return f"{found.n_items:,} items, {found.n_users:,} people, {found.n_events:,} events, {found.n_reviews:,} reviews"


def _left_out(data: Dataset) -> list[str]:
    """Sentences on rows left out, and on a first list that takes long."""
    found = [
        f"{count:,} {what}: left out" for what, count, became in data.quality.rows() if became == "left out" and count
    ]
    if data.n_items > MANY_TEXTS:
        found.append(f"the first list takes a while: {data.n_items:,} texts are read once")
    return found


def refuse(error: DataError) -> None:
    """Draw the one sentence on why a file cannot be used."""
    st.error(frame.plain(str(error)), title="This cannot be used yet")
