"""Metrics of everybody together, as one number per user whose mean is the metric.

A ratio of sums is not a mean of users' ratios. So that the bootstrap over users works for it all the same, each user
gets a credit: the metric plus what it owes to them to first order (the infinitesimal jackknife; Jaeckel 1972, Efron
1982). Credits may leave the range of the metric; only their mean and their spread mean something.
"""

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.lists import Answers, PerUser


def ratio_credits(sums: NDArray[np.float64], counts: NDArray[np.int64]) -> PerUser:
    """(n_users,) credits of total ``sums`` / total ``counts``; NaN for a user who counts nothing.

        R = sum s / sum n;   credit_u = R + (s_u - R n_u) / mean n

    >>> credits = ratio_credits(np.array([4.0, 0.0, 0.0]), np.array([1, 3, 0]))
    >>> credits.tolist(), float(np.nanmean(credits))
    ([2.5, -0.5, nan], 1.0)
    """
    has = counts > 0
    if not has.any():
        return np.full(len(counts), np.nan)
    ratio = sums[has].sum() / counts[has].sum()
    return np.where(has, ratio + (sums - ratio * counts) / counts[has].mean(), np.nan)


def star_pairs(answers: Answers) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """(n_pairs,) actual stars, (n_pairs,) predicted stars and (n_pairs,) position of their user.

    One pair for each held-out rating that the model predicted; none for a model that predicts no stars.
    """
    predicted = answers.predicted if answers.predicted is not None else ()
    if not predicted:
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
    actual = np.concatenate(answers.actual).astype(np.float64)
    guess = np.concatenate(predicted).astype(np.float64)
    users = np.repeat(np.arange(len(predicted)), [len(stars) for stars in answers.actual])
    known = ~(np.isnan(actual) | np.isnan(guess))
    return actual[known], guess[known], users[known]


def star_totals(
    answers: Answers, values: NDArray[np.float64], users: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(n_users,) sum of the ``values`` of each user's pairs and (n_users,) number of pairs."""
    n_users = answers.lists.n_users
    sums = np.bincount(users, weights=values, minlength=n_users).astype(np.float64)
    return sums, np.bincount(users, minlength=n_users)
