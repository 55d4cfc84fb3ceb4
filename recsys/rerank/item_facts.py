"""What a catalogue says of its items besides what they are about: how long, how new, how many are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS
from recsys.rerank.item_columns import Floats, numbers

MINUTES, STOCK = "minutes", "stock"
DATES = ("published_at", "added_at")
YEAR = "year"
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class ItemFacts:
    """Numbers by item, NaN where unknown; a fact is None where the whole catalogue lacks it."""

    length: Floats | None
    """(n_items,) in [-1, 1]: 0 for the median length in minutes, 1 for an interquartile range or more above it."""
    age_days: Floats | None
    """(n_items,) days before the newest item, which has 0."""
    dated_by: str
    """Column the age is from, or ``first event``; "" without an age."""
    stock: Floats | None
    """(n_items,) pieces left."""

    @classmethod
    def of(cls, data: Dataset) -> ItemFacts:
        """Read the columns ``minutes``, ``published_at``, ``added_at`` or ``year``, and ``stock``; once per dataset."""
        return data.once(cls, lambda: cls._read(data))

    @classmethod
    def _read(cls, data: Dataset) -> ItemFacts:
        age, dated_by = _age(data)
        return cls(_length(numbers(data, MINUTES)), age, dated_by, numbers(data, STOCK))


def _length(minutes: Floats | None) -> Floats | None:
    if minutes is None:
        return None
    low, middle, high = np.nanquantile(minutes, [0.25, 0.5, 0.75])
    return np.asarray(np.clip((minutes - middle) / (high - low or 1.0), -1.0, 1.0))


def _age(data: Dataset) -> tuple[Floats | None, str]:
    for column in (*DATES, YEAR):
        days = _days(data, column)
        if days is not None:
            return np.nanmax(days) - days, column
    if not len(data.events):
        return None, ""
    first = data.events.groupby(Events.ITEM)[Events.AT].min()
    days = first.reindex(pd.Index(data.items[Items.ID])).to_numpy(dtype=np.float64, na_value=np.nan) / DAY_SECONDS
    return np.nanmax(days) - days, "first event"


def _days(data: Dataset, column: str) -> Floats | None:
    """When each item of ``column`` is from, in days from some fixed day; numbers in a date column are seconds."""
    found = numbers(data, column)
    if column == YEAR:
        return None if found is None else found * DAYS_A_YEAR
    if found is not None:
        return found / DAY_SECONDS
    if column not in data.items.columns:
        return None
    dates = pd.to_datetime(data.items[column], errors="coerce", utc=True, format="ISO8601")
    days = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy(dtype=np.float64) / DAY_SECONDS
    return None if bool(np.isnan(days).all()) else np.asarray(days, dtype=np.float64)
