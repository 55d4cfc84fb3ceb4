"""How hot an item is: what people liked, the more the later."""

from __future__ import annotations

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS
from recsys.models.shared import frozen
from recsys.types import Vector


def heat(data: Dataset, half_life_days: float) -> Vector:
    """(n_items,) float32 >= 0: likes, each halved every ``half_life_days`` since, as of the newest event.

        heat_i = sum over likes of i of 0.5 ** ((now - at) / half_life)

    Every event that counts as a like counts by itself; 0 for items nobody liked, and for all without events. With
    ``half_life_days`` inf nothing cools down.
    """
    if not half_life_days > 0:
        raise ValueError(f"half_life_days should be above 0, is now {half_life_days}")
    if not data.is_like.any():
        return np.zeros(data.n_items, dtype=np.float32)
    days = (data.quality.last_at - data.events[Events.AT].to_numpy(dtype=np.float64)[data.is_like]) / DAY_SECONDS
    hot = np.bincount(data.event_rows[data.is_like], 0.5 ** (days / half_life_days), data.n_items).astype(np.float32)
    frozen(hot)
    return hot
