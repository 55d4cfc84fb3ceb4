"""``Dataset``: the one form in which every source enters the app; validated once, never changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import pandas as pd
import scipy.sparse as sp

from recsys.columns import TAG_SEPARATOR, Events, Follows, Items, Table
from recsys.data.quality import Quality, inspect, recounted
from recsys.errors import DataError, UnknownIdError
from recsys.types import Event, Kind, Rows

POSITIVE_KINDS = frozenset({Kind.CLICK, Kind.LIKE, Kind.FAVOURITE})
"""Kinds that count as liking whatever the stars."""

OPEN_KINDS = frozenset({Kind.VIEW, Kind.CLICK, Kind.WISH})
"""Looking at an item settles nothing: it may be recommended again."""

T = TypeVar("T")

LIKED_STARS = 4.0
"""What ``Dataset.liked_stars`` is unless somebody asks otherwise."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A ready-made person of a dataset: who they are in one line, and what they did so far."""

    name: str
    line: str
    events: tuple[Event, ...] = ()
    wishes: tuple[str, ...] = ()
    """Texts this person might type, offered as suggestions."""
    follows: tuple[str, ...] = ()
    """Ids of the people they follow."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A catalogue and what people did with it.

    Build it with :meth:`from_tables`, which checks, or by a loader of ``recsys.data.loaders.LOADERS``.
    The tables are shared by every session: treat them as read-only.
    """

    name: str
    label: str
    items: pd.DataFrame
    """One row per item, in the order of ``rows`` everywhere; columns of ``Items`` plus extras."""
    events: pd.DataFrame
    """Columns of ``Events``, oldest first; every ``item_id`` is in ``items``."""
    quality: Quality
    source: str = ""
    """Where the data comes from and under which licence, in one sentence."""
    synthetic: bool = False
    personas: tuple[Persona, ...] = field(default=())
    private: bool = False
    """True for a visitor's own data: nothing derived from it may be written to disk."""
    liked_stars: float = LIKED_STARS
    """A rating or review of at least this many stars counts as a like."""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables by name (``recsys.columns.Table``): who people are, who follows whom, playlists."""
    encoder: str = ""
    """Name of the encoder that reads it; "" for the one of this installation."""

    @classmethod
    def from_tables(
        cls,
        name: str,
        items: pd.DataFrame,
        events: pd.DataFrame,
        *,
        label: str = "",
        source: str = "",
        synthetic: bool = False,
        personas: Sequence[Persona] = (),
        tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> Dataset:
        """Check both tables and build a dataset; what had to be left out is counted in ``quality``.

        Raises DataError when a needed column is missing or no usable item remains.
        """
        require(items, (Items.ID, Items.TITLE), "the items table")
        require(events, (Events.USER, Events.ITEM, Events.KIND, Events.AT), "the events table")
        clean_items, clean_events, quality = inspect(items, events)
        if clean_items.empty:
            raise DataError(f"{name} has no item with an id and a title: nothing can be recommended")
        return cls(
            name,
            label or name,
            clean_items,
            clean_events,
            quality,
            source,
            synthetic,
            tuple(personas),
            tables=dict(tables or {}),
        )

    @property
    def n_items(self) -> int:
        return len(self.items)

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(self.items[Items.ID])

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each item id."""
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    @cached_property
    def user_ids(self) -> tuple[str, ...]:
        """Every user with at least one event, sorted."""
        return tuple(sorted(self.events[Events.USER].unique()))

    @cached_property
    def version(self) -> str:
        """16 hex digits that change whenever any item or event, or the encoder that reads them, changes."""
        read_by = f" {self.encoder}" if self.encoder else ""
        return _digest(f"{self.name} {self.liked_stars:g}{read_by}", self.items, self.events)

    @cached_property
    def catalogue_version(self) -> str:
        """16 hex digits that change whenever any item changes, and never with the events.

        A dataset and its splits share it, and with it the vectors of their texts.
        """
        return _digest("catalogue", self.items)

    def has(self, needs: Iterable[str]) -> bool:
        """Whether every one of ``needs`` is a column of the items or a further table."""
        return all(name in self.items.columns or name in self.tables for name in needs)

    def row(self, item_id: str) -> int:
        """Row of ``item_id``; UnknownIdError when it is not in the catalogue."""
        if item_id not in self.row_of:
            raise UnknownIdError(f"{item_id!r} is not an item of {self.label}")
        return self.row_of[item_id]

    def field(self, row: int, column: str) -> str:
        """One cell as text, "" when the column or the value is missing."""
        cells = self._cells.get(column)
        return cells[row] if cells is not None else ""

    def column(self, name: str) -> list[str]:
        """(n_items,) cells of one column as text, "" where the column or the value is missing; not to be changed."""
        return self._cells.get(name) or [""] * self.n_items

    @cached_property
    def _cells(self) -> dict[str, list[str]]:
        # Lists of str: a lookup in a frame costs as much as scoring the whole catalogue.
        tables = {name: self.items[name].astype("object") for name in self.items.columns}
        return {str(name): cells.where(cells.notna(), "").astype(str).tolist() for name, cells in tables.items()}

    def title(self, item_id: str) -> str:
        return self.field(self.row(item_id), Items.TITLE)

    def tags(self, row: int) -> list[str]:
        """Return the tags of an item and its category, without repeats."""
        words = [*self.field(row, Items.TAGS).split(TAG_SEPARATOR), self.field(row, Items.CATEGORY)]
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    @cached_property
    def tag_counts(self) -> Counter[str]:
        """How many items carry each tag or category."""
        return Counter(tag for row in range(self.n_items) for tag in self.tags(row))

    @cached_property
    def chinese_tags(self) -> dict[str, str]:
        """Chinese name of each tag and category that has one."""
        names: dict[str, str] = {}
        for row in range(self.n_items):
            for words, chinese in ((Items.TAGS, Items.TAGS_ZH), (Items.CATEGORY, Items.CATEGORY_ZH)):
                pair = (self.field(row, column).split(TAG_SEPARATOR) for column in (words, chinese))
                names |= {tag: name for tag, name in zip(*pair, strict=False) if tag and name}
        return names

    @cached_property
    def latin_texts(self) -> tuple[str, ...]:
        """Per item: title, description, category and tags, in the first language of the source."""
        return self._joined((Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS))

    @cached_property
    def all_texts(self) -> tuple[str, ...]:
        """Per item: everything written about it, in every language."""
        return self._joined(tuple(Items)[1:])

    @cached_property
    def memo(self) -> dict[object, object]:
        """What was derived from this dataset and should live as long as it does; see :meth:`once`."""
        return {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once and kept under ``key`` as long as this dataset is; nobody changes it.

        ``key`` should be the function or class that asks, with its arguments: another one's key is another one's
        value. Keys have to be few, as nothing kept goes before the dataset does. Of two threads that make it at the
        same time the first one's stays.
        """
        if key not in self.memo:
            self.memo.setdefault(key, make())
        return cast("T", self.memo[key])

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name not in ("memo", "_event_columns")}

    @cached_property
    def is_like(self) -> np.ndarray:
        """(n_events,) bool: clicks, likes, favourites, and ratings or reviews of ``liked_stars`` or more."""
        by_kind = self.events[Events.KIND].isin(POSITIVE_KINDS)
        return (by_kind | (self.events[Events.STARS] >= self.liked_stars)).to_numpy()

    @cached_property
    def like_counts(self) -> np.ndarray:
        """(n_items,) float64: number of different users who liked each item."""
        return np.bincount(self.likes.indices, minlength=self.n_items).astype(np.float64)

    @cached_property
    def likes(self) -> sp.csr_matrix:
        """(n_users, n_items) float32 of 0/1, users in the order of ``user_ids``."""
        liked = np.unique(self.event_pairs[self.is_like])
        shape = (len(self.user_ids), self.n_items)
        return sp.csr_matrix((np.ones(len(liked), dtype=np.float32), np.divmod(liked, self.n_items)), shape=shape)

    @cached_property
    def event_pairs(self) -> Rows:
        """(n_events,) user and item of each event in one number: place in ``user_ids`` times ``n_items``, plus row."""
        users = pd.Index(self.user_ids).get_indexer(pd.Index(self.events[Events.USER]))
        rows = pd.Index(self.item_ids).get_indexer(pd.Index(self.events[Events.ITEM]))
        return np.asarray(users.astype(np.int64) * self.n_items + rows)

    @property
    def event_users(self) -> Rows:
        """(n_events,) place in ``user_ids`` of who did it."""
        return self.event_pairs // self.n_items

    @property
    def event_rows(self) -> Rows:
        """(n_events,) row of the item it was done to."""
        return self.event_pairs % self.n_items

    @cached_property
    def _events_by_user(self) -> dict[str, np.ndarray]:
        return {
            str(user): np.asarray(rows) for user, rows in self.events.groupby(Events.USER, sort=False).indices.items()
        }

    @cached_property
    def _event_columns(self) -> tuple[list[str], list[str], list[float], list[float], list[str]]:
        # Lists, as for the cells of items: a history is a few lookups, not a slice of a frame.
        items, kinds, at, stars, texts = (
            self.events[name].tolist() for name in (Events.ITEM, Events.KIND, Events.AT, Events.STARS, Events.TEXT)
        )
        return items, kinds, at, stars, texts

    def history(self, user_id: str) -> tuple[Event, ...]:
        """What ``user_id`` did, oldest first; empty for a stranger."""
        positions = self._events_by_user.get(user_id)
        if positions is None:
            return ()
        items, kinds, at, stars, texts = self._event_columns
        return tuple(
            Event(
                f"h{n}",
                Kind(kinds[place]),
                float(at[place]),
                str(items[place]),
                None if pd.isna(stars[place]) else float(stars[place]),
                str(texts[place]),
            )
            for n, place in enumerate(positions.tolist())
        )

    @cached_property
    def _follows(self) -> dict[str, tuple[str, ...]]:
        table = self.tables.get(Table.FOLLOWS)
        if table is None:
            return {}
        by_user = table.groupby(Follows.USER, sort=False)[Follows.FOLLOWED]
        return {str(user): tuple(map(str, followed)) for user, followed in by_user}

    def follows_of(self, user_id: str) -> tuple[str, ...]:
        """Ids of the people ``user_id`` follows; none for a stranger, or where nobody follows anybody."""
        return self._follows.get(user_id, ())

    @cached_property
    def _reviews_by_item(self) -> dict[str, list[tuple[float, str]]]:
        written = self.events[self.events[Events.TEXT] != ""]
        out: dict[str, list[tuple[float, str]]] = {}
        for item, stars, text in zip(written[Events.ITEM], written[Events.STARS], written[Events.TEXT], strict=True):
            out.setdefault(str(item), []).append((float(stars), str(text)))
        return out

    def reviews(self, row: int) -> list[tuple[float, str]]:
        """Return the reviews of one item as (stars, text), oldest first; stars are NaN when none were given."""
        return self._reviews_by_item.get(self.item_ids[row], [])

    def with_events(self, keep: np.ndarray) -> Dataset:
        """The same catalogue with only the events where ``keep`` (n_events, bool) is true, counted in ``quality``."""
        events = self.events[keep].reset_index(drop=True)
        return replace(self, events=events, quality=recounted(self.quality, events))

    def liked_from(self, stars: float) -> Dataset:
        """The same tables, with ratings and reviews counting as likes from ``stars`` on."""
        return replace(self, liked_stars=stars)

    def read_by(self, encoder: str) -> Dataset:
        """The same tables, read by the encoder of that name; "" for the one of this installation.

        What is learned from it is kept apart, so that the lists of two encoders can be compared.
        """
        return self if encoder == self.encoder else replace(self, encoder=encoder)

    def with_personas(self, personas: Sequence[Persona]) -> Dataset:
        """The same tables with these ready-made people."""
        return replace(self, personas=tuple(personas))

    def _joined(self, columns: Sequence[str]) -> tuple[str, ...]:
        present = [column for column in columns if column in self.items.columns]
        cells = self.items[present].fillna("").astype(str)
        return tuple(". ".join(part.replace(TAG_SEPARATOR, ", ") for part in row if part) for row in cells.to_numpy())


def counts_as_like(event: Event, liked_stars: float) -> bool:
    """What ``Dataset.is_like`` says of the event, for a dataset with this ``liked_stars``."""
    return event.kind in POSITIVE_KINDS or (event.stars is not None and event.stars >= liked_stars)


def decided_rows(events: Sequence[Event], data: Dataset) -> Rows:
    """Rows of the items that ``events`` gave an opinion on, in any direction, without repeats."""
    return touched_rows([event for event in events if event.kind not in OPEN_KINDS], data)


def touched_rows(events: Sequence[Event], data: Dataset) -> Rows:
    """Rows of the items that ``events`` touched in any way (for "already seen"), without repeats."""
    rows = {data.row_of[e.item_id] for e in events if e.item_id in data.row_of}
    return np.array(sorted(rows), dtype=np.int64)


def _digest(name: str, *tables: pd.DataFrame) -> str:
    digest = hashlib.sha256(name.encode())
    for table in tables:
        digest.update(",".join(map(str, table.columns)).encode())
        digest.update(pd.util.hash_pandas_object(table.astype(str), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def require(table: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Raise DataError naming the missing columns and the ones that are there."""
    missing = [str(column) for column in columns if column not in table.columns]
    if missing:
        raise DataError(f"{what} needs the column(s) {', '.join(missing)}; it has {', '.join(map(str, table.columns))}")
