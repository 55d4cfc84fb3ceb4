"""How good stated chances are: right on average (calibrated) and telling things apart (sharp)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

N_BINS = 10
Z = 1.959963984540054
"""Standard deviations on both sides that hold 95% of a normal distribution."""
TINY = 1e-15
"""Chances are kept so far from 0 and 1 in the logarithm: one sure mistake would be infinitely bad."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of about the same chance, and what came of them."""

    low: float
    """Chances from here, in [0, 1]."""
    high: float
    """Up to here, without this value unless it is 1."""
    n: int
    """Statements, 1 or more."""
    predicted: float
    """Their mean chance."""
    observed: float
    """Share that came true."""
    observed_low: float
    """Ends of Wilson's 95% interval of that share."""
    observed_high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What is to be said of one set of chances; numbers are NaN and ``bins`` empty when ``n`` is 0."""

    n: int
    brier: float
    ece: float
    log_loss: float
    bins: tuple[Bin, ...]

    def skill(self, reference: Reliability) -> float:
        """1 - Brier / Brier of ``reference``: 1 perfect, 0 no better, below 0 worse; NaN against a perfect one.

        >>> always_half = reliability([0.5, 0.5], [1, 0])
        >>> reliability([0.75, 0.25], [1, 0]).skill(always_half)
        0.75
        """
        return 1.0 - self.brier / reference.brier if reference.brier > 0 else float("nan")


def brier(chances: ArrayLike, outcomes: ArrayLike) -> float:
    """Mean of (chance - outcome)^2 over statements (Brier 1950); in [0, 1], lower is better; NaN without any.

    ``outcomes`` are 1 for what came true and 0 for what did not. Statements of NaN are left out.

    >>> brier([0.75, 0.5], [1, 0])
    0.15625
    """
    stated, true = _known(chances, outcomes)
    return float(np.square(stated - true).mean()) if len(true) else float("nan")


def log_loss(chances: ArrayLike, outcomes: ArrayLike) -> float:
    """Mean of -ln(chance of what happened); 0 or more, lower is better; at most -ln(TINY); NaN without any.

    >>> round(log_loss([0.5, 0.5], [1, 0]), 6)  # ln 2
    0.693147
    """
    stated, true = _known(chances, outcomes)
    if not len(true):
        return float("nan")
    happened = np.where(true > 0, stated, 1.0 - stated)
    return float(-np.log(np.maximum(happened, TINY)).mean())


def ece(chances: ArrayLike, outcomes: ArrayLike, n_bins: int = N_BINS) -> float:
    """Expected calibration error: sum over bins of n_b / n |mean chance - share true|; in [0, 1], lower is better.

    Bins are of equal width (Naeini, Cooper and Hauskrecht 2015). Saying the average of everything has an error of
    about 0, so read it beside ``brier``. NaN without any statement.

    >>> ece([0.75, 0.75, 0.25, 0.25], [1, 0, 0, 0])
    0.25
    """
    bins = reliability_bins(chances, outcomes, n_bins)
    n_all = sum(one.n for one in bins)
    return sum(one.n * abs(one.predicted - one.observed) for one in bins) / n_all if n_all else float("nan")


def reliability_bins(chances: ArrayLike, outcomes: ArrayLike, n_bins: int = N_BINS) -> tuple[Bin, ...]:
    """The statements sorted into bins of equal width; bins without any are left out.

    ValueError for a chance outside [0, 1], an outcome that is neither 0 nor 1, or fewer than 1 bin.
    """
    if n_bins < 1:
        raise ValueError(f"n_bins should be at least 1, is now {n_bins}")
    stated, true = _known(chances, outcomes)
    place = np.minimum((stated * n_bins).astype(np.int64), n_bins - 1)
    counts = np.bincount(place, minlength=n_bins)
    sums, hits = (np.bincount(place, weights=values, minlength=n_bins) for values in (stated, true))
    out = []
    for number in np.flatnonzero(counts).tolist():
        n, n_true = int(counts[number]), float(hits[number])
        low, high = wilson(n_true, n)
        out.append(Bin(number / n_bins, (number + 1) / n_bins, n, float(sums[number] / n), n_true / n, low, high))
    return tuple(out)


def reliability(chances: ArrayLike, outcomes: ArrayLike, n_bins: int = N_BINS) -> Reliability:
    """Everything above of one set of statements."""
    _, true = _known(chances, outcomes)
    return Reliability(
        len(true),
        brier(chances, outcomes),
        ece(chances, outcomes, n_bins),
        log_loss(chances, outcomes),
        reliability_bins(chances, outcomes, n_bins),
    )


def wilson(n_true: float, n: int) -> tuple[float, float]:
    """Ends of the 95% interval of a share of ``n_true`` in ``n`` independent cases (Wilson 1927), within [0, 1].

    (0, 1) without any case: nothing is known.

    >>> low, high = wilson(5, 10)
    >>> round(low, 3), round(high, 3)
    (0.237, 0.763)
    """
    if not 0 <= n_true <= n:
        raise ValueError(f"n_true should be from 0 to {n}, is now {n_true:g}")
    if n == 0:
        return 0.0, 1.0
    share, z2 = n_true / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * float(np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)))
    return max(0.0, middle - half), min(1.0, middle + half)


def _known(chances: ArrayLike, outcomes: ArrayLike) -> tuple[Floats, Floats]:
    """Chances and outcomes of the statements that were made, checked."""
    stated, true = np.asarray(chances, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if stated.shape != true.shape or stated.ndim != 1:
        raise ValueError(f"one outcome a chance is needed; there are {stated.shape} chances and {true.shape} outcomes")
    made = ~np.isnan(stated)
    stated, true = stated[made], true[made]
    if ((stated < 0) | (stated > 1)).any():
        raise ValueError(f"chances should be from 0 to 1; there are {stated.min():g} and {stated.max():g}")
    if not np.isin(true, (0.0, 1.0)).all():
        raise ValueError("outcomes should be 0 or 1")
    return stated, true
