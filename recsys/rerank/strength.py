"""How a second opinion and the relevance are put together: the ``strength`` of every strategy that has one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.models.spread import unit_range
from recsys.types import Vector

Floats = NDArray[np.float64]


def leaned(relevance: Floats, opinion: Floats | Vector, strength: float) -> Vector:
    """(n,) float32 relevance moved towards ``opinion``: 0 leaves it as it is, 1 orders by the opinion alone.

        (1 - strength) relevance + strength opinion

    The opinion, of any scale, is first moved to the range of the relevances it speaks of: what was second by
    relevance to everything judged stays so, however the judged ones change places. Items without an opinion (NaN)
    keep their relevance; without a relevance they stay NaN. Equal opinions change nothing but the scale.
    """
    check_share("strength", strength)
    out = relevance.copy()
    known = ~np.isnan(relevance) & ~np.isnan(opinion)
    if strength and known.any():
        here = relevance[known]
        moved = here.min() + unit_range(np.asarray(opinion, dtype=np.float32)[known]) * (np.ptp(here) or 1.0)
        out[known] = (1 - strength) * here + strength * moved
    return out.astype(np.float32)


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} should be from 0 to 1, is now {value}")
