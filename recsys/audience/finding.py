"""What every analysis of an audience says, and of whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from recsys.columns import Events
from recsys.data import Dataset

SURE = 0.05
"""A finding counts where its p value, after correction for all that were looked at, is below this."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some of the users of a dataset, under a name."""

    name: str
    user_ids: tuple[str, ...]
    """Sorted, each once."""

    @classmethod
    def of(cls, name: str, user_ids: Iterable[str]) -> Self:
        """The segment of ``user_ids``, in any order and with repeats."""
        return cls(name, tuple(sorted(set(user_ids))))

    def __len__(self) -> int:
        return len(self.user_ids)

    def within(self, data: Dataset) -> Dataset:
        """``data`` with the events of these users only; the catalogue stays whole."""
        return data.with_events(data.events[Events.USER].isin(self.user_ids).to_numpy())


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an analysis found, with its strength: what is not sure says so."""

    sentence: str
    """Plain words for a visitor, with a full stop."""
    n: int
    """How many users or events it rests on; the sentence or chart says which."""
    value: float
    """The size of the effect, in the unit the analysis names."""
    low: float = float("nan")
    """Ends of the 95% interval of ``value``; NaN where none is computed."""
    high: float = float("nan")
    p: float = float("nan")
    """After correction for everything that was looked at beside it; NaN where nothing is tested."""
    user_ids: tuple[str, ...] = ()
    """The people behind it."""

    @property
    def sure(self) -> bool:
        """Whether it would seldom be found where there is nothing: p below ``SURE``, or an interval without 0."""
        if self.p == self.p:
            return self.p < SURE
        return self.low > 0 or self.high < 0
