"""F1@k."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists
from recsys.metrics.spec import MetricSpec


def f1(lists: TopLists) -> PerUser:
    """Harmonic mean of a user's precision@k and recall@k, in [0, 1], higher is better.

        2 P R / (P + R) = 2 hits / (k + relevant)

    Taken per user, then averaged: the mean F1 is not the F1 of the means. 0 without a hit, NaN for a user without
    relevant items.

    >>> f1(TopLists.of([[1, 2, 3, 4]], [[2, 4]], k=4)).round(4).tolist()
    [0.6667]
    """
    doubled = 2.0 * lists.hits.sum(axis=1)
    return np.where(lists.n_relevant > 0, doubled / (lists.k + lists.n_relevant), np.nan)


SPEC = MetricSpec(
    "f1",
    "F1",
    "Precision and recall in one number.",
    lambda answers, _: f1(answers.lists),
)
