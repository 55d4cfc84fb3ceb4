"""MAP@k: the mean over users of their average precision."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists, divide
from recsys.metrics.spec import MetricSpec


def average_precision(lists: TopLists) -> PerUser:
    """Precision at the rank of each hit, averaged over the hits the best list would have; in [0, 1], higher is better.

        AP@k = sum over hits at rank r of (hits up to r) / r,  divided by min(k, relevant)

    Buckley and Voorhees (2000), cut at ``k``. The divisor is the smaller of k and the number of relevant items, so
    that everybody can reach 1; ``ranx`` and trec_eval divide by all relevant items, which is lower for users with
    more than k of them and the same for all others. 0 without a hit, NaN for a user without relevant items.

    >>> average_precision(TopLists.of([[7, 1, 8]], [[7, 8]], k=3)).round(4).tolist()  # (1/1 + 2/3) / 2
    [0.8333]
    """
    precision_at = np.cumsum(lists.hits, axis=1) / np.arange(1, lists.k + 1)
    return divide((lists.hits * precision_at).sum(axis=1), np.minimum(lists.n_relevant, lists.k))


SPEC = MetricSpec(
    "map",
    "MAP",
    "How pure the list is each time it reaches something the person went on to like.",
    lambda answers, _: average_precision(answers.lists),
)
