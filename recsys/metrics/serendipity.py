"""Serendipity@k: useful and not what everybody gets anyway."""

import numpy as np

from recsys.metrics.lists import Answers, Catalogue, PerUser
from recsys.metrics.spec import BEYOND, MetricSpec
from recsys.ranking import ranks


def serendipity(answers: Answers, catalogue: Catalogue) -> PerUser:
    """Share of the ``k`` places with a hit that plain popularity would not have listed; in [0, 1], higher is better.

        |hits that are not in the k most liked items this person does not know| / k

    Ge, Delgado-Battenfeld and Jannach (2010), with a held-out like as "useful" and popularity as the primitive
    recommender. Never above precision@k, and 0 for popularity itself. Empty places count as misses; NaN for a user
    without relevant items, who cannot have a hit.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([4])
    >>> one = Answers(TopLists.of([[0, 3]], [[0, 3]], k=2), (np.array([0, 3]),), (np.array([1, 2]),), counts, counts,
    ...     known=nobody, liked=nobody, actual=nobody)
    >>> four = Catalogue(4, 9, np.array([9.0, 5, 4, 1]), np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> serendipity(one, four).tolist()  # popularity would give items 0 and 1
    [0.5]
    """
    lists = answers.lists
    places = ranks(catalogue.like_counts)
    surprising = np.zeros(lists.n_users)
    for user in np.flatnonzero(lists.hits.any(axis=1)):
        known = catalogue.like_counts[answers.known[user]]
        for row in lists.rows[user][lists.hits[user]]:
            count = catalogue.like_counts[row]
            ahead = (known > count) | ((known == count) & (answers.known[user] < row))
            surprising[user] += places[row] - ahead.sum() > lists.k
    return np.where(lists.n_relevant > 0, surprising / lists.k, np.nan)


SPEC = MetricSpec(
    "serendipity",
    "Serendipity",
    "How much of the list is a hit that simply listing what is popular would have missed.",
    serendipity,
    group=BEYOND,
)
