"""Item neighbourhoods sharpened by text: alike when the same people like both, or when they read alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.item_item import SESSION_KNOBS, ItemItem, neighbours_knob, strongest
from recsys.models.item_knn import NEIGHBOURS, SHRINK, like_cosines
from recsys.text import reader
from recsys.types import Knob, Spec


@dataclass
class ItemKnnText(ItemItem):
    """B[a, i] = (1 - share) cos_likes(a, i) + share max(0, cos_text(a, i)), kept for the strongest ``neighbours``.

    cos_likes is that of ``item_knn``, cos_text the cosine of the centred text vectors; an item without text is like
    no other. Items nobody liked have links by their text alone, in both directions, so a new item is recommended
    and a click on it counts. With ``share`` 0 this is ``item_knn``.
    """

    share: float = 0.25
    neighbours: int = 200
    shrink: float = 20.0

    def learn(self, data: Dataset) -> tuple[sp.csr_matrix, NDArray[np.bool_]]:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share should be in [0, 1], is now {self.share}")
        space = reader().space(data, reader().main(data))
        cosines = like_cosines(data, self.shrink)

        def blend(targets: slice) -> NDArray[np.float64]:
            read_alike = np.maximum(space.items[targets] @ space.items.T, 0.0)
            return np.asarray((1 - self.share) * cosines(targets) + self.share * read_alike, dtype=np.float64)

        known = data.like_counts > 0
        linked = (known if self.share < 1 else np.zeros_like(known)) | (space.has_text if self.share else False)
        return strongest(data.n_items, self.neighbours, blend), linked


SPEC = Spec(
    "item_knn_text",
    "Similar items + text",
    "Things liked by the same people or described in similar words.",
    ItemKnnText,
    (
        Knob("share", "Weight of text", "How much of the similarity is read from the texts.", 0.25, 0.0, 1.0),
        neighbours_knob(NEIGHBOURS, default=200),
        SHRINK,
        *SESSION_KNOBS,
    ),
)
