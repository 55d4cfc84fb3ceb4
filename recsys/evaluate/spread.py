"""How the people of a result are spread over the values of one metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.evaluate.result import Result

N_BINS = 10
"""Bars of a distribution over a range."""
MAX_EACH = 12
"""Up to so many different values each get a bar of their own."""
ABOVE_ZERO = float(np.nextafter(0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a distribution: its ends, and how many people are in it."""

    low: float
    high: float
    n: int

    @property
    def label(self) -> str:
        """The value, or from where to where."""
        if self.low == self.high:
            return f"{self.low:.3g}"
        low = f"{self.low:.3g}" if self.low != ABOVE_ZERO else "above 0"
        return f"{low} to {self.high:.3g}"

    def holds(self, numbers: pd.Series) -> pd.Series:
        """Which of ``numbers`` are in this bar."""
        if self.low == self.high:
            return numbers == self.low
        return (numbers >= self.low) & (numbers < self.high)


def edges(result: Result, metric: str) -> list[tuple[float, float]]:
    """Where the bars of ``metric`` begin and end, the same for every model of the result.

    Zero has a bar of its own where it is the lowest value, as most people have no hit at all; few different values
    get one bar each.
    """
    numbers = result.per_user[metric].dropna().to_numpy()
    if not len(numbers):
        return []
    values = np.unique(numbers)
    if len(values) <= MAX_EACH:
        return [(float(one), float(one)) for one in values]
    low, high = float(values[0]), float(values[-1])
    cuts = np.linspace(low, high, N_BINS + 1)
    cuts[-1] = np.nextafter(high, np.inf)
    ranges = [(float(a), float(b)) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    if low == 0:
        ranges = [(0.0, 0.0), (ABOVE_ZERO, ranges[0][1]), *ranges[1:]]
    return ranges


def distribution(result: Result, model: str, metric: str) -> list[Bin]:
    """How the people of ``model`` are spread over the values of ``metric``."""
    numbers = users(result, model)[metric]
    return [Bin(a, b, int(Bin(a, b, 0).holds(numbers).sum())) for a, b in edges(result, metric)]


def users(result: Result, model: str) -> pd.DataFrame:
    """Rows of ``per_user`` for one model."""
    return result.per_user[result.per_user[Evaluation.MODEL] == model].reset_index(drop=True)


def n_hits(rows: pd.DataFrame, k: int) -> pd.Series:
    """(n_users,) hits in the list, from precision."""
    return (rows["precision"] * k).round().fillna(0).astype(int)
