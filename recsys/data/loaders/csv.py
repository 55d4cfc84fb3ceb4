"""A person's own tables to a dataset: items and events, or one table of reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from recsys.columns import TAG_SEPARATOR, Events, Facts, Items
from recsys.data.dataset import Dataset
from recsys.data.loaders.csv_guess import NAMES, ROLES, guess, header_is_data
from recsys.data.loaders.csv_read import FIRST_ROW, MAX_BYTES, read
from recsys.data.loaders.csv_values import KINDS, numbers, times
from recsys.errors import DataError
from recsys.types import STARS, Kind

__all__ = ["MAX_BYTES", "NAMES", "ROLES", "build", "guess", "header_is_data", "load", "read"]

DESCRIPTION_LENGTH = 600
"""Characters of reviews that stand in for a missing description."""

Roles = Mapping[str, str]
"""Role (a column of ``Items``, ``Facts`` or ``Events``) -> column of the person's table."""

_OF_ITEMS = (*Items, *Facts)


@dataclass(frozen=True, eq=False)
class _Source:
    """One table, what its columns mean, and the notes taken while reading it."""

    table: pd.DataFrame
    roles: Roles
    what: str
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        columns = [str(column) for column in self.table.columns]
        for role, column in self.roles.items():
            if role not in ROLES:
                raise DataError(f"{role!r} is not a role of a column; the roles are {', '.join(ROLES)}")
            if column not in columns:
                raise DataError(
                    f"the {self.what} table has no column {column!r} for {role}; it has {', '.join(columns)}"
                )

    def has(self, role: str) -> bool:
        return role in self.roles

    def cells(self, role: str) -> pd.Series:
        """Texts of the role's column, "" where empty or where no column has the role."""
        if role not in self.roles:
            return pd.Series("", index=self.table.index, dtype="str")
        return self.table[self.roles[role]].astype("object").fillna("").astype("str").str.strip()

    def first(self, role: str, rows: pd.Series) -> str:
        """Where the first of ``rows`` (bool) stands and what is in it: for errors and notes."""
        position = int(np.flatnonzero(rows.to_numpy())[0])
        label = self.table.index[position]
        # Labels of a table that was read from a file are its records; skipped blank rows leave gaps.
        row = int(label if isinstance(label, int | np.integer) else position) + FIRST_ROW
        return f"column {self.roles[role]!r}, row {row} holds {self.cells(role).iloc[position][:60]!r}"

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


def load(path: Path, *, events: Path | None = None, name: str = "") -> Dataset:
    """Read a CSV file, and a second one of events if given, as :func:`guess` understands their columns."""
    table, log = read(path), read(events) if events else None
    return build(table, guess(table), log, guess(log) if log is not None else None, name or path.stem)[0]


def build(
    items: pd.DataFrame,
    items_roles: Roles,
    events: pd.DataFrame | None = None,
    events_roles: Roles | None = None,
    name: str = "your table",
) -> tuple[Dataset, list[str]]:
    """A dataset from a person's tables, and notes on every decision that was taken for them.

    With one table that has a user column, each different item of it becomes an item: its title is the title column
    or the id, its description the description column or the first reviews up to ``DESCRIPTION_LENGTH`` characters.
    With one table without users there are no events.

    An event without a kind is a review when it has text, else a rating when it has stars, else a click; where others
    of the table have stars, one that has neither says nothing and is left out. Without a time column the order of the
    rows is the time, one second apart from 1970. An id column that is missing is replaced by the titles. Raises
    DataError naming the column, its row (the header is row 1) and an example.
    """
    source = _Source(items, items_roles, "items" if events is not None else "uploaded")
    log = source if events is None else _Source(events, events_roles or {}, "events", source.notes)
    one_table = events is None and source.has(Events.USER)
    catalogue = _items_of_events(source) if one_table else _items(source)
    if log.has(Events.USER):
        actions = _events(log, catalogue)
    elif events is not None:
        raise DataError(f"the events table needs a column of users; it has {', '.join(map(str, events.columns))}")
    else:
        actions = pd.DataFrame(columns=list(Events))
        source.note("no user column: a catalogue without events, so nothing is known to be popular")
    _note_unused(source, dropped=one_table)
    if log is not source:
        _note_unused(log, dropped=True, read=(_key(log), *Events))
    return Dataset.from_tables(name, catalogue, actions, source=f"Your own data, {name}."), source.notes


def _note_unused(source: _Source, dropped: bool, read: Sequence[str] = ROLES) -> None:
    """Name the columns without one of the roles that are ``read``: facts of an item are shown with it."""
    used = {column for role, column in source.roles.items() if role in read}
    unused = ", ".join(str(column) for column in source.table.columns if str(column) not in used)
    if unused and dropped:
        source.note(f"columns of the {source.what} table that are not used: {unused}")
    elif unused:
        source.note(f"columns shown with an item, but not used for the lists: {unused}")


def _key(source: _Source) -> str:
    """The role that tells items apart: the id, or the title where there is no id."""
    for role in (Items.ID, Items.TITLE):
        if source.has(role):
            return role
    columns = ", ".join(map(str, source.table.columns))
    raise DataError(f"no column of the {source.what} table names the items: choose one for {Items.ID} among {columns}")


def _items(source: _Source) -> pd.DataFrame:
    key = _key(source)
    if key == Items.TITLE:
        source.note("no item id column: the titles serve as ids")
    if not source.has(Items.TITLE):
        source.note(f"no title column: items are called by {source.roles[key]!r}")
    table = {Items.ID: source.cells(key), Items.TITLE: source.cells(Items.TITLE if source.has(Items.TITLE) else key)}
    table |= {role: source.cells(role) for role in _OF_ITEMS if source.has(role) and role not in table}
    for role in (Items.TAGS, Items.TAGS_ZH):
        if role in table:
            table[role] = _separated(table[role])
    taken = {source.roles[role] for role in _OF_ITEMS if source.has(role)} | set(_OF_ITEMS)
    extras = {str(column): source.table[column] for column in source.table.columns if column not in taken}
    return pd.DataFrame(table | extras)


def _separated(tags: pd.Series) -> pd.Series:
    """Tags between ``|``, whatever of ``| ; 、 ， ,`` stood between them."""
    if tags.str.contains(TAG_SEPARATOR, regex=False).any():
        return tags
    return tags.str.replace(r"\s*[;、，,；]\s*", TAG_SEPARATOR, regex=True)


def _items_of_events(source: _Source) -> pd.DataFrame:
    """One row per different item of a table of events, in order of appearance."""
    key = _key(source)
    rows = _items(source)[[role for role in _OF_ITEMS if role in (Items.ID, Items.TITLE) or source.has(role)]]
    rows = rows[rows[Items.ID] != ""]
    if rows.empty:
        raise DataError(f"column {source.roles[key]!r} names no item in any row: choose another column for {key}")
    table = rows.where(rows != "").groupby(Items.ID, sort=False).first().reset_index()
    if not source.has(Items.DESCRIPTION) and source.has(Events.TEXT):
        texts = source.cells(Events.TEXT).loc[rows.index].groupby(rows[Items.ID], sort=False).agg(_opening)
        table[Items.DESCRIPTION] = table[Items.ID].map(texts)
        source.note("no description column: the first reviews of an item describe it")
    source.note(f"one table: its {len(table):,} different items are the catalogue")
    return table.fillna({Items.TITLE: table[Items.ID]})


def _opening(texts: pd.Series) -> str:
    """The first texts, whole ones up to ``DESCRIPTION_LENGTH`` characters together; the first one is cut to fit."""
    out = ""
    for text in texts:
        joined = f"{out} {text}".strip()
        if out and len(joined) > DESCRIPTION_LENGTH:
            break
        out = joined[:DESCRIPTION_LENGTH]
    return out


def _events(source: _Source, catalogue: pd.DataFrame) -> pd.DataFrame:
    stars, text = _stars(source), source.cells(Events.TEXT)
    return pd.DataFrame(
        {
            Events.USER: source.cells(Events.USER),
            Events.ITEM: _item_ids(source, catalogue),
            Events.KIND: _kinds(source, stars, text),
            Events.AT: _seconds(source),
            Events.STARS: stars,
            Events.TEXT: text,
        }
    )


def _item_ids(source: _Source, catalogue: pd.DataFrame) -> pd.Series:
    key = _key(source)
    named = source.cells(key)
    known = catalogue[Items.ID if key == Items.ID else Items.TITLE]
    found = named.isin(known[known != ""])
    if not found.any():
        raise DataError(
            f"no row of the events table names an item of the items table: {source.first(key, ~found)} "
            f"where the items are called {', '.join(map(repr, known.head(3)))}; choose the columns that match"
        )
    if key == Items.ID:
        return named
    ids = catalogue.drop_duplicates(Items.TITLE).set_index(Items.TITLE)[Items.ID]
    return named.map(ids).astype("str").fillna("")


def _stars(source: _Source) -> pd.Series:
    cells = source.cells(Events.STARS)
    values = numbers(cells)
    _count_unreadable(source, Events.STARS, values.isna() & (cells != ""), "a number of stars")
    outside = values.notna() & ~values.between(*STARS)
    if outside.sum() * 2 > values.notna().sum():
        low, high = STARS
        raise DataError(
            f"{source.first(Events.STARS, outside)} where {low} to {high} stars are expected: "
            "rescale the column or choose another one"
        )
    return values


_EXPECTED = {
    "seconds": "a time in seconds, as in the other rows,",
    "milliseconds": "a time in milliseconds, as in the other rows,",
    "dates": "a date or a time stamp",
    "dates, day first": "a date, the day first,",
}


def _seconds(source: _Source) -> pd.Series:
    if not source.has(Events.AT):
        source.note("no time column: the order of the rows is used as time")
        return pd.Series(np.arange(len(source.table), dtype=np.float64), index=source.table.index)
    cells = source.cells(Events.AT)
    read_as = times(cells)
    _count_unreadable(source, Events.AT, read_as.seconds.isna() & (cells != ""), _EXPECTED[read_as.reading])
    source.note(f"times in {source.roles[Events.AT]!r} are read as {read_as.reading}")
    return read_as.seconds


def _count_unreadable(source: _Source, role: str, bad: pd.Series, expected: str) -> None:
    """Note the cells that could not be read; DataError when they are most of the column."""
    if not bad.any():
        return
    message = f"{source.first(role, bad)} where {expected} is expected"
    if bad.sum() * 2 > (source.cells(role) != "").sum():
        raise DataError(f"{message}: choose another column for {role} or correct the cells")
    source.note(f"{message}: {int(bad.sum()):,} such cell(s) are taken as empty")


def _kinds(source: _Source, stars: pd.Series, text: pd.Series) -> pd.Series:
    # A plain StrEnum member would turn the column into objects: values only.
    # Where others gave stars, an empty cell is no rating; called one, it is left out and counted.
    rated = bool(stars.notna().any())
    judged = pd.Series(Kind.RATING.value if rated else Kind.CLICK.value, index=stars.index, dtype="str")
    judged = judged.mask(stars.notna(), Kind.RATING.value).mask(text != "", Kind.REVIEW.value)
    if not source.has(Events.KIND):
        rest = "with neither it is left out" if rated else "else a click"
        source.note(f"no kind column: a row with words is a review, with stars a rating, {rest}")
        return judged
    written = source.cells(Events.KIND).str.lower()
    kinds = written.map(KINDS).astype("str").fillna(written)
    renamed = pd.DataFrame({"written": written, "kind": kinds})[kinds != written].drop_duplicates()
    for word, kind in renamed.itertuples(index=False, name=None):
        source.note(f"{word!r} in {source.roles[Events.KIND]!r} counts as {kind}")
    return kinds.where(written != "", judged)
