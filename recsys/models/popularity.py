"""What most people liked: the baseline every personal list has to beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.stars import item_stars
from recsys.types import Contributions, Part, Query, Rows, Spec, Vector


@dataclass
class Popularity:
    """score_i = log(1 + number of different people who liked i); the same for everybody.

    Stars are the item's damped mean (``recsys.models.stars.item_stars``), NaN for items without any.
    """

    counts_: Vector | None = field(default=None, init=False, repr=False)
    stars_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.counts_ = np.log1p(data.like_counts).astype(np.float32)
        self.stars_ = item_stars(data).astype(np.float32)
        for array in (self.counts_, self.stars_):
            array.setflags(write=False)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 >= 0; 0 for items nobody liked."""
        if self.counts_ is None:
            raise NotFittedError(self)
        return self.counts_.copy()

    def stars(self, query: Query, rows: Rows) -> Vector:
        """(n_rows,) float32 mean stars of each item, the same for everybody."""
        if self.stars_ is None:
            raise NotFittedError(self)
        return self.stars_[rows]

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        part = Part("prior", "prior", "liked by many people", 0.0)
        return Contributions((part,), self.score(query)[rows, None])


SPEC = Spec("popularity", "Popular", "What most people liked, the same for everybody.", Popularity)
