"""Mood: how content people are with what they get, over time and by category, and where that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.audience.course import Trend, trend
from recsys.audience.finding import SURE, Finding, Segment
from recsys.columns import Evaluation, Events, Items
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS
from recsys.metrics import Interval, holm, signed
from recsys.ranking import top_k
from recsys.types import Vector
from recsys.words.sentiment import stars_of

MAX_READ = 3_000
"""Newest reviews without stars that are read for how they sound: more would take seconds."""
MAX_CATEGORIES = 24
"""Categories tested, those with most opinions: each one more asks more of all of them."""
YEAR = 365.25
ALL = "Everything"
CATEGORY = "category"


@dataclass(frozen=True, eq=False, slots=True)
class Mood:
    """Every opinion of a dataset that has stars, or words that tell."""

    log: pd.DataFrame
    """``Events.USER``, ``Events.AT``, ``Evaluation.VALUE`` (stars, 0.5..5) and ``CATEGORY`` ("" for none)."""
    n_read: int
    """How many of them had no stars and were read."""
    n_unsure: int
    """Reviews without stars that nobody could tell, or that were not read: left out."""

    @classmethod
    def of(cls, data: Dataset) -> Mood:
        """The mood of ``data``: stars where given, else what the words sound like; read once per dataset."""
        return data.once(cls, lambda: cls._read(data))

    @classmethod
    def _read(cls, data: Dataset) -> Mood:
        log = data.events[data.events[Events.STARS].notna() | (data.events[Events.TEXT] != "")]
        value = log[Events.STARS].to_numpy(dtype=np.float64).copy()
        wordy = np.flatnonzero(np.isnan(value))
        texts = log[Events.TEXT].to_numpy()
        for place in wordy[-MAX_READ:]:
            found = stars_of(data, str(texts[place]))
            value[place] = np.nan if found is None else found
        n_read = int((~np.isnan(value[wordy])).sum())
        names = dict(zip(data.item_ids, data.column(Items.CATEGORY), strict=True))
        table = pd.DataFrame(
            {
                str(Events.USER): log[Events.USER].to_numpy(),
                str(Events.AT): log[Events.AT].to_numpy(),
                str(Evaluation.VALUE): value,
                CATEGORY: log[Events.ITEM].map(names).to_numpy(),
            }
        )
        return cls(table[~np.isnan(value)].reset_index(drop=True), n_read, len(wordy) - n_read)

    @property
    def per(self) -> str:
        """What changes are told per: "30 days", or "year" where opinions reach over two years and more."""
        at = self.log[Events.AT]
        return "year" if len(at) and at.max() - at.min() > 2 * YEAR * DAY_SECONDS else "30 days"

    def by(self, segment: Segment | None, category: str = ALL) -> pd.DataFrame:
        """Rows of ``log`` by the people of ``segment`` (None: by everybody) about one category, or about ``ALL``."""
        log = self.log if segment is None else self.log[self.log[Events.USER].isin(segment.user_ids)]
        return log if category == ALL else log[log[CATEGORY] == category]


@dataclass(frozen=True, slots=True)
class Change:
    """Whether the mood about one category (or ``ALL``) rises or falls; ``value`` is in stars per ``Mood.per``."""

    category: str
    n: int
    """How many opinions."""
    finding: Finding


def changes(mood: Mood, segment: Segment | None = None) -> tuple[Change, ...]:
    """The trend of everything first, then of each category, the surest first; p corrected for all of them (Holm).

    Categories with too few people or days for a test are left out; () where even everything has.
    """
    log = mood.by(segment)
    counts = log.loc[log[CATEGORY] != "", CATEGORY].value_counts()
    names = [ALL, *map(str, counts.index[:MAX_CATEGORIES])]
    parts = [mood.by(segment, name) for name in names]
    trends = [trend(part) for part in parts]
    p_values = holm(np.array([one.p for one in trends]))
    found = [
        Change(name, len(part), _finding(name, part, one, float(p), mood.per))
        for name, part, one, p in zip(names, parts, trends, p_values, strict=True)
        if one.slope.n and not np.isnan(p)
    ]
    return tuple(found[:1] + _surest(found[1:])) if found and found[0].category == ALL else tuple(_surest(found))


def _surest(found: Sequence[Change]) -> list[Change]:
    # Ties in p (all 1 after correction) go by the size of the change.
    keys: Vector = np.array([-one.finding.p + abs(one.finding.value) / 1000 for one in found], dtype=np.float32)
    return [found[place] for place in top_k(keys, max(1, len(found)))]


def _scaled(slope: Interval, factor: float) -> Interval:
    return Interval(slope.value * factor, slope.low * factor, slope.high * factor, slope.n)


def _finding(name: str, part: pd.DataFrame, found: Trend, p: float, per: str) -> Finding:
    slope, users = (
        _scaled(found.slope, YEAR / 30 if per == "year" else 1.0),
        tuple(sorted(map(str, part[Events.USER].unique()))),
    )
    size = f"{signed(slope.value, 2)} stars per {per} [{signed(slope.low, 2)}, {signed(slope.high, 2)}]"
    if p < SURE:
        words = f"{name}: the mood {'rises' if slope.value > 0 else 'falls'}, {size}."
    else:
        words = f"{name}: no change found ({size})."
    return Finding(words, slope.n, slope.value, slope.low, slope.high, p, users)
