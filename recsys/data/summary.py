"""A dataset at a glance: the tables behind the Data page's lists and charts. Table in, table out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data.clock import DAY_SECONDS, moment
from recsys.data.dataset import Dataset
from recsys.data.holdout import TEST_SHARE
from recsys.types import Rows

MAX_BARS = 120
"""A timeline uses the finest unit that needs at most this many bars."""

NO_CLOCK_BEFORE = 365 * DAY_SECONDS
"""A source without times counts its rows as seconds from 1970: real events are later than this."""


class Shown(StrEnum):
    """Columns of the tables of this module, beside those of ``Items`` and ``Events``."""

    START = "start"  # first day of a span, ISO date
    N_EVENTS = "n_events"
    N_LIKES = "n_likes"
    N_REVIEWS = "n_reviews"
    N_PEOPLE = "n_people"
    RANK = "rank"  # 1 = liked by most people
    FIRST = "first_day"
    LAST = "last_day"
    WHAT = "what"
    COUNT = "count"
    BECAME = "became"
    FROM = "from"  # fewest events of a group of people
    TO = "to"  # most


@dataclass(frozen=True, eq=False, slots=True)
class Timeline:
    """Events per span of time and kind."""

    table: pd.DataFrame
    """Columns ``START``, ``Events.KIND``, ``N_EVENTS``; oldest first; only spans with events."""
    unit: str
    """``week``, ``month`` or ``year``."""


def has_dates(data: Dataset) -> bool:
    """Whether the events carry real times; False without events and where the order of rows stands in for time."""
    return bool(data.quality.last_at >= NO_CLOCK_BEFORE)


def timeline(data: Dataset) -> Timeline:
    """Count events per week (from Monday, UTC) and kind; per month or year where that is more than 120 bars."""
    days = np.floor(data.events[Events.AT].to_numpy(dtype=np.float64) / DAY_SECONDS).astype(np.int64)
    units = {"week": _mondays(days), "month": _firsts(days, "M"), "year": _firsts(days, "Y")}
    unit = next((name for name, starts in units.items() if _n_spans(starts, name) <= MAX_BARS), "year")
    table = pd.DataFrame({Shown.START: units[unit].astype(str), Events.KIND: data.events[Events.KIND].to_numpy()})
    counts = table.value_counts(sort=False).rename(Shown.N_EVENTS).reset_index()
    return Timeline(counts.sort_values([Shown.START, Events.KIND], ignore_index=True), unit)


def _mondays(days: np.ndarray) -> np.ndarray:
    # Day 0 of 1970 was a Thursday.
    return np.asarray(days - (days + 3) % 7).astype("datetime64[D]")


def _firsts(days: np.ndarray, unit: str) -> np.ndarray:
    return np.asarray(days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype("datetime64[D]"))


def _n_spans(starts: np.ndarray, unit: str) -> int:
    """Spans from the first to the last, empty ones included."""
    if not len(starts):
        return 0
    n_days = int((starts.max() - starts.min()).astype(np.int64))
    return n_days // {"week": 7, "month": 30, "year": 365}[unit] + 1


def newest_fifth(data: Dataset) -> str:
    """Day (ISO, UTC) where the newest fifth of the events begins, which "Past and future" holds out; "" undated."""
    at = data.events[Events.AT].to_numpy()
    return day(data, float(at[min(len(at) - 1, int(len(at) * (1 - TEST_SHARE)))])) if len(at) else ""


def activity(data: Dataset) -> pd.DataFrame:
    """How many people did how much: columns ``FROM``, ``TO`` (events, groups that double) and ``N_PEOPLE``."""
    counts = data.events[Events.USER].value_counts().to_numpy()
    exponents = np.arange(int(np.log2(counts.max())) + 1) if len(counts) else np.zeros(0, dtype=np.int64)
    low, high = 2**exponents, 2 ** (exponents + 1) - 1
    n_people = [int(((counts >= a) & (counts <= b)).sum()) for a, b in zip(low, high, strict=True)]
    return pd.DataFrame({Shown.FROM: low, Shown.TO: high, Shown.N_PEOPLE: n_people})


def popularity(data: Dataset) -> pd.DataFrame:
    """How many different people liked each item, most liked first: columns ``RANK`` (from 1) and ``N_PEOPLE``."""
    counts = np.sort(data.like_counts)[::-1].astype(np.int64)
    return pd.DataFrame({Shown.RANK: np.arange(1, len(counts) + 1), Shown.N_PEOPLE: counts})


def share_of_top(table: pd.DataFrame, share: float = 0.1) -> float:
    """Share of all likes that the first ``share`` of the items of ``popularity`` hold, in [0, 1]; NaN without likes.

    The number of items is rounded up.
    """
    likes = table[Shown.N_PEOPLE].to_numpy()
    total = likes.sum()
    return float(likes[: ceil(share * len(likes))].sum() / total) if total else float("nan")


def stars(data: Dataset) -> pd.DataFrame:
    """Ratings and reviews per half star that occurs: columns ``Events.STARS`` and ``N_EVENTS``, fewest stars first.

    Finer values count for the nearest half star; empty when nobody gave stars.
    """
    given = data.events[Events.STARS].dropna()
    counts = (given * 2).round().div(2).value_counts().sort_index()
    return pd.DataFrame({Events.STARS: counts.index.astype(float), Shown.N_EVENTS: counts.to_numpy()})


def items(data: Dataset) -> pd.DataFrame:
    """One row per item in catalogue order: titles and category as they are, people who liked it, events, reviews."""
    named = [c for c in (Items.TITLE, Items.TITLE_ZH, Items.CATEGORY) if c in data.items.columns]
    table = data.items[[str(column) for column in named]].copy()
    table[Shown.N_LIKES] = data.like_counts.astype(np.int64)
    for column, log in ((Shown.N_EVENTS, data.events), (Shown.N_REVIEWS, _written(data))):
        table[column] = log[Events.ITEM].value_counts().reindex(list(data.item_ids), fill_value=0).to_numpy()
    return table


def search(data: Dataset, text: str) -> Rows:
    """Rows of the items whose texts hold every word of ``text``, in any letter case; all rows for an empty text."""
    words = text.casefold().split()
    texts = (item.casefold() for item in data.all_texts)
    found = [row for row, item in enumerate(texts) if all(word in item for word in words)]
    return np.array(found, dtype=np.int64)


def people(data: Dataset) -> pd.DataFrame:
    """One row per user in the order of ``user_ids``: events, items liked, reviews, first and last day.

    Days are ISO dates in UTC, "" where the source has no times.
    """
    users = list(data.user_ids)
    by_user = data.events.groupby(Events.USER)[Events.AT].agg(["size", "min", "max"]).reindex(users)
    reviews = _written(data)[Events.USER].value_counts().reindex(users, fill_value=0)
    return pd.DataFrame(
        {
            Events.USER: users,
            Shown.N_EVENTS: by_user["size"].to_numpy(),
            Shown.N_LIKES: np.asarray(data.likes.sum(axis=1)).ravel().astype(np.int64),
            Shown.N_REVIEWS: reviews.to_numpy(),
            Shown.FIRST: [day(data, at) for at in by_user["min"]],
            Shown.LAST: [day(data, at) for at in by_user["max"]],
        }
    )


def day(data: Dataset, at: float) -> str:
    """ISO date (UTC) of a time of ``data`` in seconds since 1970; "" where its source has no times."""
    dated = moment(at) if has_dates(data) else None
    return dated.date().isoformat() if dated else ""


def quality(data: Dataset) -> pd.DataFrame:
    """Return the quality report as a table: ``WHAT``, ``COUNT``, ``BECAME``; what was found first, then the "—"."""
    rows = [(what, count, became if count else "—") for what, count, became in data.quality.rows()]
    rows.sort(key=lambda row: not row[1])
    return pd.DataFrame(rows, columns=[str(Shown.WHAT), str(Shown.COUNT), str(Shown.BECAME)])


def _written(data: Dataset) -> pd.DataFrame:
    return data.events[data.events[Events.TEXT] != ""]
