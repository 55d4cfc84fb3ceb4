"""How sure a mean is: the bootstrap over users, paired when two models are compared.

One user is one cluster: all that a user did enters as one number, so users are drawn, not events (Efron and
Tibshirani 1993; for recommenders, Sakai 2006). Two models are compared on the same draws of the same users.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_BOOT = 1000
"""Resamples: the ends of a 95% interval then stand on 25 resamples each."""
CONFIDENCE = 0.95
FEW_USERS = 10
"""With fewer users the resamples are too alike to tell chance from a difference."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95% interval; all NaN when ``n`` is 0."""

    value: float
    low: float
    high: float
    n: int
    """Users it stands on."""

    @property
    def found(self) -> bool:
        """For a difference: the interval leaves zero out and stands on at least FEW_USERS users."""
        return self.n >= FEW_USERS and (self.low > 0 or self.high < 0)


def resample_weights(n_users: int, n_boot: int = N_BOOT, seed: int = 0) -> Floats:
    """(n_boot, n_users) how often each user is drawn when ``n_users`` are drawn with replacement; rows sum to it."""
    if n_boot < 1:
        raise ValueError(f"n_boot should be at least 1, is now {n_boot}")
    if n_users == 0:
        return np.zeros((n_boot, 0))
    rng = np.random.default_rng([seed, n_users])
    return rng.multinomial(n_users, np.full(n_users, 1 / n_users), size=n_boot).astype(np.float64)


def resampled_means(values: Floats, weights: Floats) -> Floats:
    """(n_boot, n_columns) mean of each column of ``values`` (n_users, n_columns) in each resample.

    NaN cells do not count: neither their value nor their user. A resample without any number is NaN.
    """
    present = ~np.isnan(values)
    sums = weights @ np.where(present, values, 0.0)
    counts = weights @ present.astype(np.float64)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def percentile_interval(value: float, resampled: Floats, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The middle ``confidence`` of the resampled values around the estimate ``value``."""
    known = resampled[~np.isnan(resampled)]
    if n == 0 or not len(known):
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(value), float(low), float(high), n)


def mean_interval(values: Floats, n_boot: int = N_BOOT, seed: int = 0) -> Interval:
    """Mean of one number per user, with its interval; NaN users are left out.

    >>> mean_interval(np.array([1.0, 1.0, 1.0])).low
    1.0
    """
    known = values[~np.isnan(values)]
    value = float(known.mean()) if len(known) else float("nan")
    return percentile_interval(value, _means(known, n_boot, seed), len(known))


def paired_difference(ours: Floats, theirs: Floats, n_boot: int = N_BOOT, seed: int = 0) -> Interval:
    """Mean of ``ours - theirs`` over the users that have both, with its interval.

    >>> paired_difference(np.array([0.4, 0.6] * 9), np.array([0.1, 0.5] * 9)).found
    True
    """
    if len(ours) != len(theirs):
        raise ValueError(f"both models need the same users, have {len(ours)} and {len(theirs)}")
    return mean_interval(ours - theirs, n_boot, seed)


def difference_in_words(ours: str, theirs: str, difference: Interval, digits: int = 3) -> str:
    """One sentence a visitor can read.

    >>> difference_in_words("A", "B", Interval(0.031, 0.012, 0.05, 200))
    'A against B: +0.031 [+0.012, +0.050].'
    >>> difference_in_words("A", "B", Interval(0.031, -0.01, 0.07, 200))
    'A against B: no difference found (+0.031 [-0.010, +0.070]).'
    """
    if not difference.n:
        return f"{ours} against {theirs}: nothing to compare."
    value, low, high = (f"{number:+.{digits}f}" for number in (difference.value, difference.low, difference.high))
    numbers = f"{value} [{low}, {high}]"
    if difference.found:
        return f"{ours} against {theirs}: {numbers}."
    reason = f", with only {difference.n} people" if difference.n < FEW_USERS else ""
    return f"{ours} against {theirs}: no difference found{reason} ({numbers})."


def _means(values: Floats, n_boot: int, seed: int) -> Floats:
    return resampled_means(values[:, None], resample_weights(len(values), n_boot, seed))[:, 0]
