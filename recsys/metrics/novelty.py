"""Novelty@k: how little known the recommended items are."""

import math

import numpy as np

from recsys.metrics.lists import Catalogue, PerUser, TopLists, mean_where
from recsys.metrics.spec import BEYOND, MetricSpec


def novelty(lists: TopLists, catalogue: Catalogue) -> PerUser:
    """Mean self-information of the items of a list, in bits; higher is more novel.

        mean over items i of -log2 p_i,   p_i = (likes of i + 1) / (people + 1)

    Zhou et al. (2010), "Solving the apparent diversity-accuracy dilemma". The added ones let an item nobody liked
    have a finite value: as if one more person had liked everything. In [0, log2(people + 1)]: 0 when everybody liked
    every item. NaN for an empty list. Random lists are the most novel, so read it beside accuracy.

    >>> three = Catalogue(3, 3, np.array([3.0, 1.0, 0.0]), np.zeros((3, 0), dtype=np.float32), np.full(3, -1))
    >>> novelty(TopLists.of([[0, 1], [2]], [[1], [1]], k=2), three).tolist()
    [0.5, 2.0]
    """
    surprise = -np.log2((catalogue.like_counts + 1) / (catalogue.n_people + 1))
    return mean_where(surprise[lists.rows], lists.filled)


SPEC = MetricSpec(
    "novelty",
    "Novelty",
    "How little known the listed items are: each 1 more means liked by half as many people.",
    lambda answers, catalogue: novelty(answers.lists, catalogue),
    group=BEYOND,
    unit="bits",
    bounds=(0.0, math.inf),
)
