"""Gini index of exposure: a property of all lists together, not of one."""

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.lists import Catalogue, PerUser, TopLists
from recsys.metrics.spec import BEYOND, MetricSpec


def gini(lists: TopLists, catalogue: Catalogue) -> float:
    """How unequally the lists share their places among all items: 0 equally often, 1 all on one item; lower is better.

        G = sum over pairs of items of |x_i - x_j| / ((items - 1) * sum x),   x_i = lists that item i is in

    Gini (1912), in the form of Castells, Hurley and Vargas (2015), whose divisor ``items - 1`` lets it reach 1. Items
    that nobody gets count with 0. With lists of k different items the most unequal there can be is everybody getting
    the same: (items - k) / (items - 1). Few lists are unequal by necessity, so compare it only at the same number of
    users. NaN when all lists are empty or the catalogue has fewer than two items.

    >>> nothing = np.zeros(4)
    >>> four = Catalogue(4, 1, nothing, np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> gini(TopLists.of([[2], [2]], [[3], [3]], k=1), four)
    1.0
    >>> gini(TopLists.of([[0, 1], [2, 3]], [[3], [3]], k=2), four)
    0.0
    """
    times_listed = _times_listed(lists, catalogue)
    places = (catalogue.n_items - 1) * int(times_listed.sum())
    return float(_differences(times_listed) / places) if places > 0 else float("nan")


def gini_credits(lists: TopLists, catalogue: Catalogue) -> PerUser:
    """(n_users,) numbers whose mean is the Gini index and whose spread tells how sure it is.

    Resampled users repeat their lists, which looks more unequal than as many different people are (see coverage); so
    each user gets the jackknife influence, with the index of everybody else worked out exactly:

        credit_u = G + (n - 1) (mean G_without - G_without_u)

    Everybody gets G itself when a single user fills every place there is: nothing would be left without them.
    """
    times_listed = _times_listed(lists, catalogue)
    own = np.where(lists.filled, times_listed[lists.rows], 0)
    places = (catalogue.n_items - 1) * (times_listed.sum() - lists.filled.sum(axis=1))
    if not (places > 0).all():
        return np.full(lists.n_users, gini(lists, catalogue))
    without = (_differences(times_listed) + _change_without(own, times_listed)) / places
    if not lists.n_users:
        return np.zeros(0)
    return np.asarray(gini(lists, catalogue) + (lists.n_users - 1) * (without.mean() - without))


def _times_listed(lists: TopLists, catalogue: Catalogue) -> NDArray[np.int64]:
    return np.bincount(lists.rows[lists.filled], minlength=catalogue.n_items)


def _differences(times_listed: NDArray[np.int64]) -> int:
    """Sum over pairs of items of how far their counts are apart.

    Between t - 1 and t lies one step for each pair with one item on either side, so no sorting is needed.
    """
    reached = _items_with_at_least(times_listed)[1:]
    return int((reached * (len(times_listed) - reached)).sum())


def _items_with_at_least(times_listed: NDArray[np.int64]) -> NDArray[np.int64]:
    """(largest count + 1,) number of items listed t or more times, for t = 0, 1, ..."""
    return np.asarray(np.bincount(times_listed)[::-1].cumsum()[::-1])


def _change_without(own: NDArray[np.int64], times_listed: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n_users,) what the sum of differences gains when one user's list is taken away.

    ``own`` (n_users, k) holds how often each item of a list is listed in all, 0 at an empty place. With m_t items of
    the list listed exactly t times, c_t items reach t before and c_t - m_t after:

        change = sum over t of m_t (2 c_t - items - m_t)
    """
    reached = _items_with_at_least(times_listed)
    filled = own > 0
    gained = np.where(filled, 2 * reached[own] - len(times_listed), 0).sum(axis=1)
    squares = np.zeros(len(own), dtype=np.int64)  # sum of m_t squared = ordered pairs of places with equal counts
    for place in range(own.shape[1]):
        squares += ((own == own[:, [place]]) & filled & filled[:, [place]]).sum(axis=1)
    return np.asarray(gained - squares)


SPEC = MetricSpec(
    "gini",
    "Inequality (Gini)",
    "How unequally items get listed: 0 all equally often, 1 one item takes every place.",
    lambda answers, catalogue: gini_credits(answers.lists, catalogue),
    group=BEYOND,
    unit="0 equal, 1 all on one item",
    higher_is_better=False,
    per_user=False,
)
