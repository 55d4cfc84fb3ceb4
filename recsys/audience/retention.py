"""Who comes back: people by when they joined, and how many of them are there how long after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.audience.frequency import in_cells
from recsys.audience.strength import share
from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS

UNITS = {"day": 1, "week": 7, "four weeks": 28, "quarter": 91, "year": 364}
"""Days of a span: the shortest that needs at most ``MAX_SPANS`` and in which ``USUAL_GROUP`` people join (median)."""
MAX_SPANS, MIN_SPANS, USUAL_GROUP = 28, 3, 10


class Back(StrEnum):
    """Columns of the table of :attr:`Retention.table`."""

    JOINED = "joined"  # first day of the span of joining, ISO
    SINCE = "since"  # spans after it, 0 for the span of joining itself
    N_JOINED = "n_joined"
    N_PEOPLE = "n_people"  # of those, who did anything in that span
    SHARE = "share"  # with the ends of its 95% interval
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, eq=False)
class Retention:
    """Who of ``data`` did something in which span of time; spans of weeks begin on Monday, UTC."""

    data: Dataset
    unit: str
    """One of ``UNITS``."""
    start: int
    """First day of span 0, in days since 1970."""
    span: NDArray[np.int64]
    """(n_events,) span of each event."""
    joined: NDArray[np.int64]
    """(n_users,) span of each person's first event in the data."""
    n_whole: int
    """Spans that the data cover from their first day to their last."""

    @classmethod
    def of(cls, data: Dataset) -> Retention:
        """Group the people of ``data``; computed once."""
        return data.once(cls, lambda: cls._made(data))

    @classmethod
    def _made(cls, data: Dataset) -> Retention:
        days = np.floor(data.events[Events.AT].to_numpy(dtype=np.float64) / DAY_SECONDS).astype(np.int64)
        if not len(days):
            return cls(data, "week", 0, days, days, 0)
        start = int(days.min() - (days.min() + 3) % 7)  # the first of January 1970 was a Thursday
        first = np.full(len(data.user_ids), days.max(), dtype=np.int64)
        np.minimum.at(first, data.event_users, days)
        unit = _unit(first - start, int(days.max() + 1 - start))
        length = UNITS[unit]
        return cls(
            data, unit, start, (days - start) // length, (first - start) // length, (days.max() + 1 - start) // length
        )

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per span of joining and span since: columns of ``Back``, oldest first.

        Spans not covered whole are left out, and spans in which nobody joined; empty without events.
        """
        there = np.unique(np.column_stack([self.data.event_users, self.span]), axis=0)
        since = there[:, 1] - self.joined[there[:, 0]]
        counts = np.zeros((self.n_whole + 1,) * 2, dtype=np.int64)
        np.add.at(counts, (self.joined[there[:, 0]], since), 1)
        n_joined = np.bincount(self.joined, minlength=self.n_whole)
        rows = []
        for cohort in np.flatnonzero(n_joined[: self.n_whole]):
            for later in range(self.n_whole - cohort):
                n, of = int(counts[cohort, later]), int(n_joined[cohort])
                found = share(n, of)
                rows.append((self.day(int(cohort)), later, of, n, found.value, found.low, found.high))
        return pd.DataFrame(rows, columns=[str(column) for column in Back])

    def day(self, span: int) -> str:
        """ISO date of the first day of ``span``."""
        return str(np.datetime64(self.start + span * UNITS[self.unit], "D"))

    def people(self, joined: str, since: int) -> tuple[str, ...]:
        """Who joined in the span that begins on ``joined`` (ISO day) and is there ``since`` spans later, sorted."""
        cohort = (int(np.datetime64(joined, "D").astype(np.int64)) - self.start) // UNITS[self.unit]
        mine = self.joined[self.data.event_users] == cohort
        return in_cells(self.data, mine & (self.span == cohort + since))


def _unit(joined: NDArray[np.int64], n_days: int) -> str:
    """The span that suits people who joined on these days, from 0, in data of ``n_days``."""
    fits = [unit for unit, n in UNITS.items() if MIN_SPANS <= n_days // n <= MAX_SPANS]
    for unit in fits:
        groups = np.bincount(joined // UNITS[unit])
        if np.median(groups[groups > 0]) >= USUAL_GROUP:
            return unit
    return fits[-1] if fits else ("day" if n_days < MAX_SPANS else "year")
