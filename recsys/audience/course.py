"""How a number that many people give moves over time: its mean by day, week or month, and whether it has a trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Evaluation, Events
from recsys.data.clock import DAY_SECONDS
from recsys.metrics import Interval
from recsys.metrics.significance import N_BOOT, NOTHING, percentile_interval, resample_weights, resampled_means

MAX_PERIODS = 40
"""Points that a line can have; longer stretches of time are cut into longer periods."""
UNITS = {"D": "day", "W-SUN": "week", "M": "month", "Q": "quarter", "Y": "year"}
"""Lengths of a period, the shortest first, by their names in pandas; weeks begin on Monday."""
MIN_DAYS, MIN_PEOPLE = 7, 20
"""In less time there is no trend to speak of, with fewer people none that could be told from chance."""
FEW = 5
"""The mean of fewer people has no interval: they may agree by chance."""
N_FLIPS = 1999
MAX_CELLS = 4_000_000
"""Draws times people held at once: where there are many people, fewer draws do."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Period:
    """One day, week, month, quarter or year of a course."""

    day: str
    """Its first day, ISO, in UTC."""
    mean: Interval
    """Of all that people gave in it; ``n`` is the number of people."""
    n: int
    """How many numbers were given."""
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """By how much a number rises (above 0) or falls in 30 days, and how sure that is."""

    slope: Interval
    """``n`` is the number of people; all NaN where there is too little to tell."""
    p: float
    """Uncorrected: who tests several corrects them together. NaN where nothing is tested."""


NO_TREND = Trend(NOTHING, float("nan"))


def unit_of(log: pd.DataFrame) -> str:
    """The shortest of ``UNITS`` of which ``log`` takes at most ``MAX_PERIODS``; "D" for an empty one."""
    for unit in UNITS:
        n_days = {"D": 1, "W-SUN": 7, "M": 30, "Q": 91, "Y": 365}[unit]
        if log.empty or np.ptp(log[Events.AT].to_numpy()) / DAY_SECONDS / n_days < MAX_PERIODS - 1:
            return unit
    return "Y"


def course(log: pd.DataFrame, unit: str = "", seed: int = 0) -> tuple[Period, ...]:
    """The mean of ``Evaluation.VALUE`` per period, oldest first; () for an empty log.

    ``log`` has one row per number given: ``Events.USER``, ``Events.AT`` (seconds, UTC) and ``Evaluation.VALUE``. The
    intervals draw the people again (percentiles): all that one gives stands and falls together. With fewer than ``FEW``
    people in a period their ends are NaN.
    """
    if log.empty:
        return ()
    at = pd.to_datetime(log[Events.AT].to_numpy(dtype=np.float64), unit="s")
    starts = at.to_period(unit or unit_of(log)).start_time
    found = []
    for start, rows in log.groupby(starts, sort=True):
        found.append(_period(str(pd.Timestamp(str(start)).date()), rows, seed))
    return tuple(found)


def _period(day: str, rows: pd.DataFrame, seed: int) -> Period:
    sums = rows.groupby(Events.USER)[Evaluation.VALUE].agg(["sum", "size"])
    total, counts = sums["sum"].to_numpy(dtype=np.float64), sums["size"].to_numpy(dtype=np.float64)
    if len(sums) < FEW:
        nobody_knows = Interval(float(total.sum() / counts.sum()), float("nan"), float("nan"), len(sums))
        return Period(day, nobody_knows, len(rows), tuple(map(str, sums.index)))
    weights = resample_weights(len(sums), _draws(len(sums)), seed)
    means = resampled_means(np.column_stack([total, counts]), weights)
    mean = percentile_interval(total.sum() / counts.sum(), means[:, 0] / means[:, 1], len(sums))
    return Period(day, mean, len(rows), tuple(map(str, sums.index)))


def trend(log: pd.DataFrame, seed: int = 0) -> Trend:
    """Slope of ``Evaluation.VALUE`` over time, per 30 days, with its interval and a test for "it has none".

        slope = sum over people of s_u / sum of (t - mean t)^2,   s_u = sum over u's numbers of (t - mean t)(y - mean y)

    The interval draws the people again. For p the sign of each person's s_u is turned at random, ``N_FLIPS`` times:
    without a trend each is as often above 0 as below (a sign-flip score test; for clusters, Canay, Romano and Shaikh
    2017). Nothing is tested with fewer than ``MIN_PEOPLE`` people, or in less than ``MIN_DAYS``.
    """
    if log.empty or log[Events.USER].nunique() < MIN_PEOPLE:
        return NO_TREND
    t = log[Events.AT].to_numpy(dtype=np.float64) / (30 * DAY_SECONDS)
    if np.ptp(t) * 30 < MIN_DAYS:
        return NO_TREND
    y = log[Evaluation.VALUE].to_numpy(dtype=np.float64)
    t, y = t - t.mean(), y - y.mean()
    columns = np.column_stack([np.ones(len(t)), t, y, t * y, t * t])
    people = pd.DataFrame(columns).groupby(log[Events.USER].to_numpy()).sum().to_numpy()
    drawn = resample_weights(len(people), _draws(len(people)), seed) @ people
    value = float(people[:, 3].sum() / people[:, 4].sum())
    return Trend(percentile_interval(value, _slope(drawn), len(people)), _flipped(people[:, 3], seed))


def _slope(sums: Floats) -> Floats:
    """Slope of least squares from rows of (n, sum t, sum y, sum ty, sum tt); NaN where all is at one time."""
    n, t, y, ty, tt = sums.T
    spread = n * tt - t * t
    return np.asarray(np.divide(n * ty - t * y, spread, out=np.full(len(sums), np.nan), where=spread > 1e-9))


def _flipped(scores: Floats, seed: int) -> float:
    """Chance in (0, 1] of a sum as far from 0 as that of ``scores`` (n_people,) when each sign is a coin's."""
    rng, total, n_far, left = np.random.default_rng([seed, len(scores)]), abs(scores.sum()), 0, N_FLIPS
    while left:
        step = min(left, max(1, MAX_CELLS // len(scores)))
        signs = rng.integers(0, 2, size=(step, len(scores)), dtype=np.int8) * 2.0 - 1
        n_far += int((np.abs(signs @ scores) >= total - 1e-12).sum())
        left -= step
    return (1 + n_far) / (1 + N_FLIPS)


def _draws(n_people: int) -> int:
    return int(np.clip(MAX_CELLS // max(n_people, 1), 100, N_BOOT))
