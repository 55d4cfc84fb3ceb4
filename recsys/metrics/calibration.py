"""Calibration divergence: how well the list keeps the mix of a person's interests."""

import math

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.lists import NO_ITEM, Answers, Catalogue, PerUser
from recsys.metrics.spec import BEYOND, MetricSpec

ALPHA = 0.01
"""Share of the taste mixed into the list's mix, so that a category the list lacks costs much but not infinitely."""


def calibration(answers: Answers, catalogue: Catalogue) -> PerUser:
    """How far the categories of the list are from those of what the person liked, in bits; 0 the same, lower is better.

        KL = sum over categories g of p_g log2(p_g / q_g),   q = (1 - alpha) * mix of the list + alpha * p

    p is the mix of the items the person liked before, every item weighing the same. Steck (2018), with alpha = .01;
    he writes the natural logarithm, the base 2 here only changes the unit. In [0, log2(1 / alpha)], about 6.64 when
    the list has none of the person's categories. Items without a category are left out; NaN for a person or a list
    without any item that has one.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([4])
    >>> one = Answers(TopLists.of([[2, 3]], [[2]], k=2), nobody, nobody, counts, counts, nobody, actual=nobody,
    ...     liked=(np.array([0, 1]),))
    >>> four = Catalogue(4, 9, np.ones(4), np.zeros((4, 0), dtype=np.float32), np.array([0, 1, 0, 1]))
    >>> calibration(one, four).tolist()
    [0.0]
    """
    lists = answers.lists
    out = np.full(lists.n_users, np.nan)
    for user in range(lists.n_users):
        taste = _counts(catalogue.categories[answers.liked[user]])
        listed = _counts(catalogue.categories[lists.rows[user][lists.filled[user]]])
        if len(taste) and len(listed):
            out[user] = _divergence(taste, listed)
    return out


def _counts(categories: NDArray[np.int64]) -> NDArray[np.int64]:
    """Items of each category, empty when none has one."""
    return np.bincount(categories[categories != NO_ITEM])


def _divergence(taste: NDArray[np.int64], listed: NDArray[np.int64]) -> float:
    held = np.flatnonzero(taste)
    p = taste[held] / taste.sum()
    there = np.zeros(max(len(taste), len(listed)))
    there[: len(listed)] = listed / listed.sum()
    q = (1 - ALPHA) * there[held] + ALPHA * p
    return max(0.0, float((p * np.log2(p / q)).sum()))  # rounding can leave -1e-17 for equal mixes


SPEC = MetricSpec(
    "calibration",
    "Taste mismatch",
    "How far the categories of the list are from the mix the person liked; 0 is the same mix.",
    calibration,
    group=BEYOND,
    unit="bits",
    higher_is_better=False,
    bounds=(0.0, math.log2(1 / ALPHA)),
)
