"""What most people liked: the baseline every personal list has to beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.types import Contributions, Part, Query, Rows, Spec, Vector


@dataclass
class Popularity:
    """score_i = log(1 + number of different people who liked i); the same for everybody."""

    counts_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.counts_ = np.log1p(data.like_counts).astype(np.float32)
        self.counts_.setflags(write=False)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 >= 0; 0 for items nobody liked."""
        if self.counts_ is None:
            raise NotFittedError(self)
        return self.counts_.copy()

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        part = Part("prior", "prior", "liked by many people", 0.0)
        return Contributions((part,), self.score(query)[rows, None])


SPEC = Spec("popularity", "Popular", "What most people liked, the same for everybody.", Popularity)
