"""Intra-list diversity@k by category."""

import numpy as np

from recsys.metrics.lists import NO_ITEM, Catalogue, PerUser, TopLists, divide
from recsys.metrics.spec import BEYOND, MetricSpec


def category_diversity(lists: TopLists, catalogue: Catalogue) -> PerUser:
    """Share of the pairs of a list that are of different categories, in [0, 1]; higher is more diverse.

    Simpson's index without replacement. Items without a category are left out; NaN for a list with fewer than two
    items that have one.

    >>> three = Catalogue(3, 1, np.zeros(3), np.zeros((3, 0), dtype=np.float32), np.array([0, 0, 1]))
    >>> category_diversity(TopLists.of([[0, 1], [0, 2]], [[0], [0]], k=2), three).tolist()
    [0.0, 1.0]
    """
    categories = np.where(lists.filled, catalogue.categories[lists.rows], NO_ITEM)
    known = categories != NO_ITEM
    both = known[:, :, None] & known[:, None, :]
    differ = both & (categories[:, :, None] != categories[:, None, :])
    n_known = known.sum(axis=1)
    return divide(differ.sum(axis=(1, 2)), n_known * (n_known - 1))


SPEC = MetricSpec(
    "category_diversity",
    "Diversity of categories",
    "How often two items of a list are of different categories.",
    lambda answers, catalogue: category_diversity(answers.lists, catalogue),
    group=BEYOND,
    unit="share of pairs, 0 to 1",
)
