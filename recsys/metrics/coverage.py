"""Catalogue coverage@k: a property of all lists together, not of one."""

import numpy as np

from recsys.metrics.lists import Catalogue, PerUser, TopLists
from recsys.metrics.spec import BEYOND, MetricSpec


def coverage(lists: TopLists, catalogue: Catalogue) -> float:
    """Share of the catalogue that stands in at least one list, in [0, 1], higher is better; 0 without lists.

    It grows with the number of users, so compare it only at the same number.

    >>> nothing = np.zeros(4)
    >>> four = Catalogue(4, 1, nothing, np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> coverage(TopLists.of([[0, 1], [1]], [[3], [3]], k=2), four)
    0.5
    """
    shown = np.unique(lists.rows[lists.filled])
    return len(shown) / catalogue.n_items if catalogue.n_items else 0.0


def coverage_credits(lists: TopLists, catalogue: Catalogue) -> PerUser:
    """(n_users,) numbers whose mean is the coverage and whose spread tells how sure it is.

    Resampling users and counting their items again would be wrong: a resample repeats users, so it covers less than
    as many different people do, and its interval misses its own estimate. Instead each user gets the jackknife
    influence: what the coverage would lose without them, from the items that stand in nobody else's list.

        credit_u = C + (n - 1) (own_u - mean own) / items      (Efron and Stein 1981: never too narrow on average)

    >>> nothing = np.zeros(4)
    >>> four = Catalogue(4, 1, nothing, np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> coverage_credits(TopLists.of([[0, 1], [1]], [[3], [3]], k=2), four).tolist()
    [0.625, 0.375]
    """
    if not lists.n_users:
        return np.zeros(0)
    times_shown = np.bincount(lists.rows[lists.filled], minlength=catalogue.n_items)
    own = (lists.filled & (times_shown[lists.rows] == 1)).sum(axis=1)
    influence = (lists.n_users - 1) * (own - own.mean()) / catalogue.n_items
    return np.asarray(coverage(lists, catalogue) + influence)


SPEC = MetricSpec(
    "coverage",
    "Coverage",
    "How much of the catalogue appears in somebody's list.",
    lambda answers, catalogue: coverage_credits(answers.lists, catalogue),
    group=BEYOND,
    unit="share of the catalogue",
    per_user=False,
)
