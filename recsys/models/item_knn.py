"""Item neighbourhoods: two items are alike when the same people like both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.item_item import SESSION_KNOBS, ItemItem, neighbours_knob, strongest
from recsys.types import Knob, Spec

NEIGHBOURS = "How many of the most similar items may speak for an item."
SHRINK = Knob("shrink", "Caution", "Higher distrusts items that only a few people liked.", 20.0, 0.0, 500.0)
"""Of the models that compare items by who likes them."""


@dataclass
class ItemKnn(ItemItem):
    """B[a, i] = |a and i| / (sqrt(|a| |i|) + shrink) where ``a`` is one of the ``neighbours`` most similar to ``i``.

    |a| is the number of people who liked ``a``, |a and i| of those who liked both: the cosine of the two columns of
    likes (Sarwar et al. 2001), made smaller where few people stand behind it. Items nobody liked have no links.
    """

    neighbours: int = 100
    shrink: float = 20.0

    def learn(self, data: Dataset) -> tuple[sp.csr_matrix, NDArray[np.bool_]]:
        return strongest(data.n_items, self.neighbours, like_cosines(data, self.shrink)), data.like_counts > 0


def like_cosines(data: Dataset, shrink: float) -> Callable[[slice], NDArray[np.float64]]:
    """Function from a run of items to their (n_run, n_items) shrunk cosines with all items, in [0, 1]."""
    if shrink < 0:
        raise ValueError(f"shrink should be at least 0, is now {shrink}")
    likes = data.likes.astype(np.float64)
    by_item, counts = likes.T.tocsr(), data.like_counts

    def cosines(targets: slice) -> NDArray[np.float64]:
        shared = np.asarray((by_item[targets] @ likes).toarray())
        lengths = np.sqrt(np.outer(counts[targets], counts)) + shrink
        np.divide(shared, lengths, out=shared, where=lengths > 0)
        return shared

    return cosines


SPEC = Spec(
    "item_knn",
    "Similar items",
    "Things liked by the same people as the things you like.",
    ItemKnn,
    (neighbours_knob(NEIGHBOURS), SHRINK, *SESSION_KNOBS),
)
