"""NDCG@k, binary."""

import numpy as np

from recsys.metrics.lists import PerUser, TopLists, divide
from recsys.metrics.spec import MetricSpec


def ndcg(lists: TopLists) -> PerUser:
    """Hits, each worth 1 / log2(rank + 1), as a share of the best possible list; in [0, 1], higher is better.

        DCG@k = sum over hits at rank r of 1 / log2(r + 1);  NDCG@k = DCG@k / DCG@k of min(k, relevant) hits in front

    Järvelin and Kekäläinen (2002) with gains of 0 and 1. The ideal is cut at ``k`` as well, so that 1 can be reached
    by everybody; numbers from an uncut ideal are lower. 0 without a hit, NaN for a user without relevant items.

    >>> ndcg(TopLists.of([[7, 1, 2]], [[7]], k=3)).tolist(), ndcg(TopLists.of([[1, 2, 7]], [[7]], k=3)).tolist()
    ([1.0], [0.5])
    """
    gains = 1.0 / np.log2(np.arange(2, lists.k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(gains)])[np.minimum(lists.n_relevant, lists.k)]
    return divide(lists.hits @ gains, ideal)


SPEC = MetricSpec(
    "ndcg",
    "NDCG",
    "Hits near the top count more; 1 is the best possible list.",
    lambda answers, _: ndcg(answers.lists),
)
