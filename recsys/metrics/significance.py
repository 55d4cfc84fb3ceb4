"""How sure a mean is: the bootstrap over users, paired when two models are compared.

One user is one cluster: all that a user did enters as one number, so users are drawn, not events (Efron and
Tibshirani 1993; for recommenders, Sakai 2006). Two models are compared on the same draws of the same users. Whoever
compares many pairs finds some difference by chance: ``holm`` corrects the p-values of all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_BOOT = 1000
"""Resamples: the ends of a 95% interval then stand on 25 resamples each."""
CONFIDENCE = 0.95
LEVEL = 0.05
"""A p-value below it counts as a difference found."""
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


NOTHING = Interval(float("nan"), float("nan"), float("nan"), 0)
"""The interval of what nobody gives a number for."""


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


def percentile_interval(value: float, resampled: Floats, n: int) -> Interval:
    """The middle ``CONFIDENCE`` of the resampled values around the estimate ``value``."""
    known = resampled[~np.isnan(resampled)]
    if n == 0 or not len(known):
        return NOTHING
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(value), float(low), float(high), n)


@dataclass(frozen=True, eq=False, slots=True)
class Estimates:
    """Means of many columns at once, each with its resampled means: what intervals and p-values are read from."""

    values: Floats
    """(n_columns,) mean over the users that have a number; NaN without any."""
    resampled: Floats
    """(n_boot, n_columns) the same in each resample."""
    n_users: NDArray[np.int64]
    """(n_columns,) users each mean stands on."""

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> Estimates:
        """Estimate the mean of each column of ``values`` (n_users, n_columns) on the resamples ``weights``.

        One column per model and metric; the same ``weights`` for all of them is what pairs the differences.
        """
        counts = (~np.isnan(values)).sum(axis=0)
        sums = np.where(np.isnan(values), 0.0, values).sum(axis=0)
        means = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
        return cls(means, resampled_means(values, weights), counts)

    def intervals(self) -> list[Interval]:
        """One interval per column."""
        columns = zip(self.values, self.resampled.T, self.n_users, strict=True)
        return [percentile_interval(float(value), draws, int(n)) for value, draws, n in columns]

    def p_values(self) -> Floats:
        """(n_columns,) two-sided p-values for "this mean difference is zero", in (0, 1].

            p = (1 + resamples that lie at least as far from the estimate as zero does) / (1 + resamples)

        Efron and Tibshirani (1993), chapter 16: the resamples, moved so that their mean is zero, show what chance
        alone gives. The added ones (Davison and Hinkley 1997) keep p above zero: B resamples cannot show less than
        1 / (B + 1). NaN for fewer than FEW_USERS users.
        """
        distance = np.abs(self.values)
        with_number = ~np.isnan(self.resampled)
        as_far = with_number & (np.abs(self.resampled - self.values) >= distance)
        p = (1 + as_far.sum(axis=0)) / (1 + with_number.sum(axis=0))
        return np.where(self.n_users >= FEW_USERS, p, np.nan)


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


def relative_gain(ours: Floats, theirs: Floats, weights: Floats) -> Interval:
    """mean(ours) / mean(theirs) - 1 over the people that have both, with its paired bootstrap interval.

    A ratio of means, not a mean of ratios: most people have no hit under one of the models. All NaN when ``theirs``
    has no hit.
    """
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    columns = np.where(both[:, None], np.column_stack([ours, theirs]), np.nan)
    if not both.any() or np.nanmean(columns[:, 1]) == 0:
        return NOTHING
    value = np.nanmean(columns[:, 0]) / np.nanmean(columns[:, 1]) - 1
    means = resampled_means(columns, weights)
    above = means[:, 1] > 0
    ratios = np.divide(means[:, 0], means[:, 1], out=np.full(len(means), np.nan), where=above) - 1
    return percentile_interval(float(value), ratios, int(both.sum()))


def holm(p_values: Floats) -> Floats:
    """Adjust the p-values of one family of comparisons, so that 5% is the chance of even one false find among them.

        adjusted of the j-th smallest of m = max over i <= j of (m - i + 1) p_i,  at most 1

    Holm (1979), step-down; holds however the comparisons depend on each other. NaN stays NaN and is no member of the
    family. With B resamples nothing can be found in a family of more than (B + 1) / 20: keep families small (one
    metric, one rival) or draw more.

    >>> holm(np.array([0.04, 0.01, np.nan, 0.03])).tolist()
    [0.06, 0.03, nan, 0.06]
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    if not len(known):
        return adjusted
    order = known[np.argsort(p_values[known], kind="stable")]
    steps = np.arange(len(order), 0, -1) * p_values[order]
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def signed(value: float, digits: int = 3) -> str:
    """A difference with its sign and so many ``digits``; up to two more where it would round to 0, which has no sign.

    >>> signed(0.0312), signed(-0.0004), signed(-0.000001), signed(0.0)
    ('+0.031', '-0.0004', '0.000', '0.000')
    """
    for more in range(3):
        shown = f"{value:+.{digits + more}f}"
        if float(shown):
            return shown
    return f"{0:.{digits}f}"


def difference_in_words(
    ours: str, theirs: str, difference: Interval, digits: int = 3, p_adjusted: float | None = None
) -> str:
    """One sentence a visitor can read.

    A difference is claimed only when the interval leaves zero out and, where ``p_adjusted`` (see ``holm``) is given,
    it is below LEVEL; NaN is not.

    >>> difference_in_words("A", "B", Interval(0.031, 0.012, 0.05, 200))
    'A against B: +0.031 [+0.012, +0.050].'
    >>> difference_in_words("A", "B", Interval(0.031, -0.01, 0.07, 200))
    'A against B: no difference found (+0.031 [-0.010, +0.070]).'
    """
    if not difference.n:
        return f"{ours} against {theirs}: nothing to compare."
    value, low, high = (signed(end, digits) for end in (difference.value, difference.low, difference.high))
    numbers = f"{value} [{low}, {high}]"
    by_chance = p_adjusted is not None and not p_adjusted < LEVEL
    if difference.found and not by_chance:
        return f"{ours} against {theirs}: {numbers}."
    reason = ""
    if difference.n < FEW_USERS:
        reason = f", with only {difference.n} people"
    elif difference.found:
        reason = ", allowing for the number of comparisons"
    return f"{ours} against {theirs}: no difference found{reason} ({numbers})."


def _means(values: Floats, n_boot: int, seed: int) -> Floats:
    return resampled_means(values[:, None], resample_weights(len(values), n_boot, seed))[:, 0]
