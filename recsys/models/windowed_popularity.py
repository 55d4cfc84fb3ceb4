"""What most people liked lately: the stronger of the two baselines wherever fashions change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS
from recsys.models.popularity import POPULAR, MostLiked
from recsys.types import Knob, Part, Spec


@dataclass
class WindowedPopularity(MostLiked):
    """score_i = log(1 + number of different people who liked i in the last ``days``); the same for everybody.

    The days count back from the newest event the model was fitted on, whatever its kind. When nobody liked anything
    in them, all likes count, as in ``popularity``.
    """

    reason: ClassVar[Part] = replace(POPULAR, label="liked by many people lately")

    days: float = 60.0

    def counted(self, data: Dataset) -> Dataset:
        if self.days <= 0:
            raise ValueError(f"days should be above 0, is now {self.days}")
        at = data.events[Events.AT].to_numpy(dtype=np.float64)
        lately = at >= at.max(initial=-np.inf) - self.days * DAY_SECONDS
        return data.with_events(lately) if (lately & data.is_like).any() else data


SPEC = Spec(
    "windowed_popularity",
    "Popular lately",
    "What most people liked in the last weeks or months, the same for everybody.",
    WindowedPopularity,
    (Knob("days", "Days", "How far back likes count, from the newest event.", 60.0, 1.0, 3650.0, log=True),),
)
