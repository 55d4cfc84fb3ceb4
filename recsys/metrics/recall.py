"""Recall@k."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists, divide
from recsys.metrics.spec import MetricSpec


def recall(lists: TopLists) -> PerUser:
    """Share of a user's relevant items that are in the list: hits / relevant, in [0, 1], higher is better.

    The divisor is the number of relevant items, not the smaller of that and ``k``; so with more than ``k`` of them
    1 cannot be reached. NaN for a user without relevant items; 0 for an empty list.

    >>> recall(TopLists.of([[1, 2, 3, 4]], [[2, 4, 8, 9]], k=4)).tolist()
    [0.5]
    """
    n_hits = lists.hits.sum(axis=1).astype(np.float64)
    return divide(n_hits, lists.n_relevant)


SPEC = MetricSpec(
    "recall",
    "Recall",
    "How much of what the person went on to like is in the list.",
    lambda answers, _: recall(answers.lists),
)
