"""MRR@k: mean reciprocal rank."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists
from recsys.metrics.spec import MetricSpec


def mrr(lists: TopLists) -> PerUser:
    """1 / rank of the first hit within the list, in [0, 1], higher is better.

    Voorhees (1999). Only the first hit counts. 0 without a hit in the list, so the value can only grow with ``k``;
    NaN for a user without relevant items.

    >>> mrr(TopLists.of([[4, 7, 8], [1, 2]], [[7, 8], [9]], k=3)).tolist()
    [0.5, 0.0]
    """
    first = lists.hits.argmax(axis=1) + 1.0  # 1 also where there is no hit: masked next
    reciprocal = np.where(lists.hits.any(axis=1), 1.0 / first, 0.0)
    return np.where(lists.n_relevant > 0, reciprocal, np.nan)


SPEC = MetricSpec(
    "mrr",
    "MRR",
    "How early the first hit comes: 1 at the top, a half in second place.",
    lambda answers, _: mrr(answers.lists),
)
