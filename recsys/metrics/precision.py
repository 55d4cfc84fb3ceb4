"""Precision@k."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists
from recsys.metrics.spec import MetricSpec


def precision(lists: TopLists) -> PerUser:
    """Share of the ``k`` places that hold a hit: hits / k, in [0, 1], higher is better.

    The divisor is ``k`` also for a shorter list: an empty place is a miss, and an empty list scores 0.

    >>> precision(TopLists.of([[1, 2, 3, 4]], [[2, 4, 9]], k=4)).tolist()
    [0.5]
    """
    return np.asarray(lists.hits.sum(axis=1) / lists.k)


SPEC = MetricSpec(
    "precision",
    "Precision",
    "How much of the list the person went on to like.",
    lambda answers, _: precision(answers.lists),
)
