"""Popularity lift@k: how much more popular the list is than the person's own taste."""

import math

import numpy as np

from recsys.metrics.lists import Answers, Catalogue, PerUser, divide, mean_where
from recsys.metrics.spec import BEYOND, MetricSpec


def popularity_lift(answers: Answers, catalogue: Catalogue) -> PerUser:
    """How much more liked the items of the list are than those the person liked before; neither way is better.

        lift = mean likes of the list's items / mean likes of the items the person liked - 1

    Abdollahpouri et al. (2020), taken per user and then averaged; they compare means of whole groups of users. 0 means
    as popular as their taste, 1 twice as popular, -1/2 half as popular; at least -1, without an upper end (a fan of
    little known things can be given very popular ones). NaN for an empty list, and for a person who liked nothing or
    only things nobody else is counted for.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([4])
    >>> one = Answers(TopLists.of([[0, 1]], [[0]], k=2), nobody, nobody, counts, counts, nobody, actual=nobody,
    ...     liked=(np.array([2, 3]),))
    >>> four = Catalogue(4, 9, np.array([8.0, 4, 3, 1]), np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> popularity_lift(one, four).tolist()  # 6 / 2 - 1
    [2.0]
    """
    lists = answers.lists
    listed = mean_where(catalogue.like_counts[lists.rows], lists.filled)
    sums = np.array([catalogue.like_counts[rows].sum() for rows in answers.liked], dtype=np.float64)
    sizes = np.array([len(rows) for rows in answers.liked], dtype=np.int64)
    return divide(listed, divide(sums, sizes)) - 1.0


SPEC = MetricSpec(
    "popularity_lift",
    "Popularity lift",
    "How much more popular the list is than what the person liked; 0 is just as popular.",
    popularity_lift,
    group=BEYOND,
    unit="0 as popular, 1 twice as popular",
    higher_is_better=None,
    bounds=(-1.0, math.inf),
)
