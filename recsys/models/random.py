"""Random order: the floor under every metric."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.types import Query, Spec, Vector


@dataclass
class Random:
    """A fresh uniform order per person, the same every time for the same person and seed."""

    seed: int = 0
    n_items_: int | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.n_items_ = data.n_items
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 uniform in [0, 1)."""
        if self.n_items_ is None:
            raise NotFittedError(self)
        person = (query.user_id or "").encode("utf-8", "surrogatepass")
        rng = np.random.default_rng([self.seed, *person])
        return rng.random(self.n_items_, dtype=np.float32)


SPEC = Spec("random", "Random", "A random order: the floor under every number.", Random)
