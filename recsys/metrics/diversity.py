"""Intra-list diversity@k by text."""

import numpy as np

from recsys.metrics.lists import Catalogue, PerUser, TopLists, divide
from recsys.metrics.spec import BEYOND, MetricSpec


def diversity(lists: TopLists, catalogue: Catalogue) -> PerUser:
    """How different the texts of a list are: 1 - mean cosine over its pairs of items; higher is more diverse.

    Ziegler et al. (2005), turned around so that more is more. The vectors are the centred ones: raw sentence vectors
    share a large common part, which would make every list look alike. 0 for a list of copies, about 1 for unrelated
    texts; above 1 when items point away from each other, at most 2 for two items. Items without text are left out;
    NaN for a list with fewer than two texts.

    >>> vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> three = Catalogue(3, 1, np.zeros(3), vectors, np.full(3, -1))
    >>> diversity(TopLists.of([[0, 1], [0, 2]], [[0], [0]], k=2), three).tolist()
    [0.0, 1.0]
    """
    has_text = np.asarray(catalogue.vectors.any(axis=1))
    readable = lists.filled & has_text[lists.rows]
    n_texts = readable.sum(axis=1)
    sums = np.zeros((lists.n_users, catalogue.vectors.shape[1]))
    for place in range(lists.k):  # one rank at a time: all lists at once would be k times the memory
        sums += np.where(readable[:, place, None], catalogue.vectors[lists.rows[:, place]], 0)
    # |sum of unit vectors|^2 = n + the cosine of every ordered pair
    cosines = (sums**2).sum(axis=1) - n_texts
    return 1.0 - divide(cosines, n_texts * (n_texts - 1))


SPEC = MetricSpec(
    "diversity",
    "Diversity of texts",
    "How different the descriptions within a list are; 0 means copies, about 1 unrelated.",
    lambda answers, catalogue: diversity(answers.lists, catalogue),
    group=BEYOND,
    unit="1 - mean cosine",
    bounds=(0.0, 2.0),
)
