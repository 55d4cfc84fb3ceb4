"""What most people liked: the baseline every personal list has to beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.models.shared import fitted, frozen
from recsys.models.stars import item_stars
from recsys.types import Contributions, Part, Query, Rows, Spec, Vector

POPULAR = Part("prior", "prior", "liked by many people", 0.0)
"""Popularity as a reason."""


def shares(data: Dataset) -> Vector:
    """(n_items,) float32 in [0, 1]: log(1 + people who liked it), as a share of the largest; 0 where nobody did."""
    counts = np.log1p(data.like_counts)
    found: Vector = (counts / (counts.max() or 1.0)).astype(np.float32)
    frozen(found)
    return found


@dataclass
class MostLiked:
    """score_i = log(1 + number of different people who liked i in :meth:`counted`); the same for everybody."""

    reason: ClassVar[Part] = POPULAR

    counts_: Vector | None = field(default=None, init=False, repr=False)

    def counted(self, data: Dataset) -> Dataset:
        """The part of ``data`` whose likes count: all of it."""
        return data

    def fit(self, data: Dataset) -> Self:
        self.counts_ = np.log1p(self.counted(data).like_counts).astype(np.float32)
        frozen(self.counts_)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 >= 0; 0 for items of which nobody's like counts."""
        return fitted(self, self.counts_).copy()

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        return Contributions((self.reason,), self.score(query)[rows, None])


@dataclass
class Popularity(MostLiked):
    """score_i = log(1 + number of different people who liked i); the same for everybody.

    Stars are the item's damped mean (``recsys.models.stars.item_stars``), NaN for items without any.
    """

    stars_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.stars_ = item_stars(data).astype(np.float32)
        frozen(self.stars_)
        return super().fit(data)

    def stars(self, query: Query, rows: Rows) -> Vector:
        """(n_rows,) float32 mean stars of each item, the same for everybody."""
        return fitted(self, self.stars_)[rows]


SPEC = Spec("popularity", "Popular", "What most people liked, the same for everybody.", Popularity)
