"""Hit rate@k."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists
from recsys.metrics.spec import MetricSpec


def hit_rate(lists: TopLists) -> PerUser:
    """1 when at least one item of the list is relevant, else 0; its mean is the share of users served.

    Higher is better; an empty list is 0; NaN for a user without relevant items.

    >>> hit_rate(TopLists.of([[1, 2], [1, 2]], [[2], [3]], k=2)).tolist()
    [1.0, 0.0]
    """
    return np.where(lists.n_relevant > 0, lists.hits.any(axis=1).astype(np.float64), np.nan)


SPEC = MetricSpec(
    "hit_rate",
    "Hit rate",
    "How many people found at least one thing they went on to like.",
    lambda answers, _: hit_rate(answers.lists),
    unit="share of people, 0 to 1",
)
