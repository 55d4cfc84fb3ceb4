"""What is wrong with a source, in counts: rows left out are counted here and nowhere repaired silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data.clock import TIMES, moment
from recsys.types import STARS, Kind

LEFT_OUT = "left out"
"""What became of a row that is not in use."""

FEW_EVENTS = 5
"""Users and items with fewer events than this are counted as sparse."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of a dataset's defects and its extent.

    ``dropped_*`` rows were left out of the dataset; every other count describes rows that are in it.
    """

    n_items: int
    n_users: int
    n_events: int
    n_reviews: int
    dropped_items_without_id: int
    dropped_items_without_title: int
    dropped_duplicate_items: int
    dropped_events_of_unknown_items: int
    dropped_events_without_user_or_time: int
    dropped_events_of_unknown_kind: int
    dropped_duplicate_events: int
    dropped_stars_out_of_range: int
    dropped_ratings_without_stars: int
    items_without_description: int
    items_without_category: int
    users_with_few_events: int
    items_with_few_events: int
    first_at: float
    """Seconds since 1970 UTC of the first event; NaN without events."""
    last_at: float
    dropped_items_without_text: int = 0
    """Where a source was asked for items with a text only."""
    dropped_events_on_items_without_text: int = 0

    @property
    def n_dropped(self) -> int:
        """Rows left out, items and events together."""
        return sum(getattr(self, name) for name in self.__slots__ if name.startswith("dropped_"))

    @property
    def density(self) -> float:
        """Events per user-item pair; 0 without users or items."""
        pairs = self.n_users * self.n_items
        return self.n_events / pairs if pairs else 0.0

    def dates(self) -> tuple[str, str]:
        """First and last day of the events, "—" without events."""
        first, last = (moment(at) for at in (self.first_at, self.last_at))
        return (first.date().isoformat(), last.date().isoformat()) if first and last else ("—", "—")

    def rows(self) -> list[tuple[str, int, str]]:
        """(what, count, what became of it) for a table; left-out rows first."""
        out = [
            (name.removeprefix("dropped_").replace("_", " "), int(getattr(self, name)), LEFT_OUT)
            for name in self.__slots__
            if name.startswith("dropped_")
        ]
        out += [
            ("items without a description", self.items_without_description, "kept; text models cannot place them well"),
            ("items without a category", self.items_without_category, "kept"),
            (f"users with fewer than {FEW_EVENTS} events", self.users_with_few_events, "kept"),
            (f"items with fewer than {FEW_EVENTS} events", self.items_with_few_events, "kept"),
        ]
        return out


def inspect(items: pd.DataFrame, events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Quality]:
    """Split both tables into usable rows and counts of the rest.

    Returns the usable items (order kept, text columns as str), the usable events (sorted by time, stable)
    and the report.
    """
    good_items, item_counts = _usable_items(items)
    good_events, event_counts = _usable_events(events, good_items[Items.ID])
    quality = Quality(
        n_items=len(good_items),
        **item_counts,
        **event_counts,
        items_without_description=_blank(good_items, Items.DESCRIPTION),
        items_without_category=_blank(good_items, Items.CATEGORY),
        **_said_by(good_events, len(good_items)),
    )
    return good_items, good_events, quality


def recounted(quality: Quality, events: pd.DataFrame) -> Quality:
    """The report on the same items with only these ``events``; what was left out of the source stays as counted."""
    return replace(quality, **_said_by(events, quality.n_items))


def _said_by(events: pd.DataFrame, n_items: int) -> dict[str, Any]:
    """Every count of a report that depends on which events there are."""
    per_user, per_item = events[Events.USER].value_counts(), events[Events.ITEM].value_counts()
    times = events[Events.AT]
    return {
        "n_users": len(per_user),
        "n_events": len(events),
        "n_reviews": int((events[Events.KIND] == Kind.REVIEW).sum()),
        "users_with_few_events": int((per_user < FEW_EVENTS).sum()),
        "items_with_few_events": n_items - int((per_item >= FEW_EVENTS).sum()),
        "first_at": float(times.min()) if len(times) else float("nan"),
        "last_at": float(times.max()) if len(times) else float("nan"),
    }


def _usable_items(items: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    table = items.copy()
    for column in Items:
        if column in table.columns:
            table[column] = _as_text(table[column])
    no_id = table[Items.ID] == ""
    no_title = ~no_id & (table[Items.TITLE] == "")
    # The first row that can be used stands; a repeat of a row left out is not a repeat.
    duplicate = table[Items.ID].where(~(no_id | no_title)).duplicated() & ~(no_id | no_title)
    counts = {
        "dropped_items_without_id": int(no_id.sum()),
        "dropped_items_without_title": int(no_title.sum()),
        "dropped_duplicate_items": int(duplicate.sum()),
    }
    return table[~(no_id | no_title | duplicate)].reset_index(drop=True), counts


def _usable_events(events: pd.DataFrame, item_ids: pd.Series) -> tuple[pd.DataFrame, dict[str, int]]:
    table = pd.DataFrame(
        {
            Events.USER: _as_text(events[Events.USER]),
            Events.ITEM: _as_text(events[Events.ITEM]),
            Events.KIND: _as_text(events[Events.KIND]).str.lower(),
            Events.AT: pd.to_numeric(events[Events.AT], errors="coerce").astype("float64"),
            Events.STARS: _optional(events, Events.STARS, np.nan),
            Events.TEXT: _as_text(_optional(events, Events.TEXT, "")),
        }
    )
    table[Events.STARS] = pd.to_numeric(table[Events.STARS], errors="coerce").astype("float64")
    bad: dict[str, pd.Series] = {
        "dropped_events_without_user_or_time": (table[Events.USER] == "") | ~table[Events.AT].between(*TIMES),
        "dropped_events_of_unknown_items": ~table[Events.ITEM].isin(item_ids),
        "dropped_events_of_unknown_kind": ~table[Events.KIND].isin([kind.value for kind in Kind]),
        "dropped_stars_out_of_range": ~(table[Events.STARS].isna() | table[Events.STARS].between(*STARS)),
        "dropped_ratings_without_stars": (table[Events.KIND] == Kind.RATING) & table[Events.STARS].isna(),
        "dropped_duplicate_events": table.duplicated(),
    }
    counts, left_out = {}, pd.Series(False, index=table.index)
    for name, rows in bad.items():
        counts[name] = int((rows & ~left_out).sum())
        left_out |= rows
    usable = table[~left_out].sort_values(Events.AT, kind="stable").reset_index(drop=True)
    return usable, counts


def _as_text(column: pd.Series) -> pd.Series:
    """Text without blanks around it, "" for missing; an id column with gaps reads 7, not 7.0."""
    if pd.api.types.is_float_dtype(column):
        known = column.dropna()
        # Larger whole numbers fit into no integer: they stay as they are written.
        if ((known % 1 == 0) & (known.abs() < 2.0**63)).all():
            column = column.astype("Int64")
    return column.astype("object").where(column.notna(), "").astype(str).str.strip()


def _optional(table: pd.DataFrame, column: str, default: object) -> pd.Series:
    return table[column] if column in table.columns else pd.Series(default, index=table.index, dtype="object")


def _blank(table: pd.DataFrame, column: str) -> int:
    return int((table[column] == "").sum()) if column in table.columns else len(table)
