"""What most people liked lately: the stronger of the two baselines wherever fashions change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.types import Contributions, Knob, Part, Query, Rows, Spec, Vector

DAY_SECONDS = 86_400.0


@dataclass
class WindowedPopularity:
    """score_i = log(1 + number of different people who liked i in the last ``days``); the same for everybody.

    The days count back from the newest event the model was fitted on, whatever its kind. When nobody liked anything
    in them, all likes count, as in ``popularity``.
    """

    days: float = 60.0
    counts_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if self.days <= 0:
            raise ValueError(f"days should be above 0, is now {self.days}")
        at = data.events[Events.AT].to_numpy(dtype=np.float64)
        lately = at >= at.max(initial=-np.inf) - self.days * DAY_SECONDS
        counted = data.with_events(lately) if (lately & data.is_like).any() else data
        self.counts_ = np.log1p(counted.like_counts).astype(np.float32)
        self.counts_.setflags(write=False)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 >= 0; 0 for items nobody liked in the window."""
        if self.counts_ is None:
            raise NotFittedError(self)
        return self.counts_.copy()

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        part = Part("prior", "prior", "liked by many people lately", 0.0)
        return Contributions((part,), self.score(query)[rows, None])


SPEC = Spec(
    "windowed_popularity",
    "Popular lately",
    "What most people liked in the last weeks or months, the same for everybody.",
    WindowedPopularity,
    (Knob("days", "Days", "How far back likes count, from the newest event.", 60.0, 1.0, 3650.0, log=True),),
)
