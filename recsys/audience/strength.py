"""How sure a share, a ratio or an inequality is where one person stands for many events, and many things are tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.metrics.significance import NOTHING, Interval, percentile_interval

Floats = NDArray[np.float64]

Z = 1.959964
"""97.5% of a normal variable lies below it."""
N_BOOT = 500


def ratio(parts: NDArray[Any], wholes: NDArray[Any]) -> Interval:
    """Sum of ``parts`` over sum of ``wholes`` with a 95% interval; both (n_people,), one number per person.

    See :func:`ratios`. ``n`` is the number of people; all NaN where the wholes sum to 0, no width for a single person.

    >>> ratio(np.array([1, 1]), np.array([2, 2]))
    Interval(value=0.5, low=0.5, high=0.5, n=2)
    """
    if not wholes.sum():
        return NOTHING
    values, errors = ratios(sp.csr_matrix(parts.astype(np.float64)[:, None]), wholes)
    value, half = float(values[0]), Z * float(errors[0])
    return Interval(value, value - half, value + half, len(wholes))


def ratios(parts: sp.csr_matrix, wholes: NDArray[Any]) -> tuple[Floats, Floats]:
    """Sum of each column of ``parts`` (n_people, n_cells) over the sum of ``wholes`` (n_people,), and standard errors.

    People are drawn, not events: the error is that of a ratio of sums over clusters, by linearisation (Cochran 1977,
    chapter 6). NaN where the wholes sum to 0.
    """
    whole, n = wholes.astype(np.float64), len(wholes)
    total = whole.sum() or np.nan
    value = np.asarray(parts.sum(axis=0), dtype=np.float64).ravel() / total
    squares = np.asarray(parts.multiply(parts).sum(axis=0), dtype=np.float64).ravel()
    spread = squares - 2 * value * (parts.T @ whole) + value**2 * (whole**2).sum()
    return value, np.sqrt(np.maximum(spread, 0.0) * n / max(n - 1, 1)) / total


def share(n: int, of: int) -> Interval:
    """``n`` people out of ``of`` as a share in [0, 1] with its 95% interval (Wilson 1927); NaN for none at all.

    >>> share(0, 10).low
    0.0
    """
    if of == 0:
        return NOTHING
    p, z = n / of, Z**2 / of
    middle = (p + z / 2) / (1 + z)
    half = Z * np.sqrt(p * (1 - p) / of + z / (4 * of)) / (1 + z)
    # At the ends rounding would leave the share itself just outside.
    low, high = middle - half if n else 0.0, middle + half if n < of else 1.0
    return Interval(p, float(low), float(high), of)


def inequality(counts: NDArray[Any], seed: int = 0) -> Interval:
    """Gini index of ``counts`` in [0, 1]: 0 where all have equally many, near 1 where one has all.

        G = sum over i of (2 i - n - 1) x_i / (n sum x),   x sorted ascending, i from 1

    The interval draws the people (or items) again, ``N_BOOT`` times (percentiles). NaN where there is nothing.
    """
    values, times = np.unique(counts.astype(np.float64), return_counts=True)
    n = int(times.sum())
    if n == 0 or not values.any():
        return NOTHING
    draws = np.random.default_rng([seed, n]).multinomial(n, times / n, size=N_BOOT)
    return percentile_interval(float(_gini(values, times[None, :])[0]), _gini(values, draws), n)


def _gini(values: Floats, times: NDArray[np.int64]) -> Floats:
    """(n_draws,) the index where ``values`` (ascending) come ``times`` (n_draws, n_values) each; 0 for nothing."""
    n, ends = times.sum(axis=1), times.cumsum(axis=1)
    # Equal values take the places from `ends - times + 1` to `ends`: their sum is the count times their middle.
    places = times * (2 * ends - times + 1) / 2
    total = times @ values
    weighted = (2 * places - (n + 1)[:, None] * times) @ values
    return np.asarray(np.divide(weighted, n * total, out=np.zeros(len(times)), where=total > 0))


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjust p-values so that of all that end below 0.05 about 5% are false finds.

        adjusted of the j-th smallest of m = min over i >= j of m p_i / i,  at most 1

    Benjamini and Hochberg (1995). NaN stays NaN and is not counted in m.

    >>> benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03])).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    scaled = p_values[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return adjusted
