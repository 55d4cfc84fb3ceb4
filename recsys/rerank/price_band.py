"""Near your price: what is far from the prices of what somebody liked loses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.columns import Facts
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import Floats, numbers
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import check_share
from recsys.types import Knob, Spec, Vector

PRIOR_LIKES = 3.0
"""Likes that weigh as much as the assumption that prices spread as they do in the catalogue."""
SAME = float(np.log(1.1))
"""A tenth more or less is the same price."""
TO_SIGMA = 1.4826
"""Median distance to standard deviation of a normal distribution."""


@dataclass(frozen=True)
class Band:
    """A range of prices, by the logarithm: twice the price is as far as half of it."""

    centre: float
    """Median of the logarithms of the prices of what was liked."""
    half: float
    """How far the range goes either way, above 0."""

    def loss(self, logs: Floats) -> Floats:
        """(n,) in [0, 1]: 0 within the range, 1 from twice as far on, 0 where the price (n,) is not known (NaN)."""
        return np.nan_to_num(np.clip(np.abs(logs - self.centre) / self.half - 1, 0.0, 1.0), nan=0.0)

    @property
    def said(self) -> str:
        """Both ends in words."""
        low, high = np.exp([self.centre - self.half, self.centre + self.half])
        return f"{low:,.{_decimals(low)}f} to {high:,.{_decimals(high)}f}"


@dataclass(frozen=True)
class PriceBand(Adjuster):
    """relevance - strength * loss: nothing within the person's own range of prices, ever more outside.

        centre = median of log price,   half = width * max(1.4826 MAD, log 1.1)

    over what the person liked, the MAD drawn towards that of the catalogue by PRIOR_LIKES. Ours.
    """

    strength: float = 0.3
    width: float = 1.5

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        if self.width <= 0:
            raise ValueError(f"width should be above 0, is now {self.width}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance where no price is known, of the items or of what was liked."""
        band, logs = self.band(candidates), _logs(candidates)
        loss = np.zeros(len(candidates)) if band is None or logs is None else band.loss(logs[candidates.rows])
        return (candidates.relevance - self.strength * loss).astype(np.float32)

    def band(self, candidates: Candidates) -> Band | None:
        """The person's range; None where nothing tells it."""
        logs = _logs(candidates)
        if logs is None:
            return None
        liked = logs[candidates.taken.rows]
        liked = liked[np.isfinite(liked)]
        if not len(liked):
            return None
        spread = (len(liked) * _mad(liked) + PRIOR_LIKES * _mad(logs[np.isfinite(logs)])) / (len(liked) + PRIOR_LIKES)
        return Band(float(np.median(liked)), self.width * max(TO_SIGMA * spread, SAME))

    def note(self, candidates: Candidates) -> str:
        if candidates.data is None:
            return NO_CATALOGUE
        if _logs(candidates) is None:
            return "No price is known here, so this changes nothing."
        band = self.band(candidates)
        if band is None:
            return "Nothing liked yet that has a price, so this changes nothing."
        return f"Your likes are priced about {band.said}; what is further away loses."


def _logs(candidates: Candidates) -> Floats | None:
    """(n_items,) logarithms of the prices of the catalogue, NaN for unknown ones and those not above 0."""
    data = candidates.data
    prices = None if data is None else numbers(data, Facts.PRICE)
    if data is None or prices is None or not (prices > 0).any():
        return None
    return data.once(_logs, lambda: np.log(prices, out=np.full(len(prices), np.nan), where=prices > 0))


def _mad(logs: Floats) -> float:
    return float(np.median(np.abs(logs - np.median(logs))))


def _decimals(price: float) -> int:
    return 0 if price >= 10 else 2


SPEC = Spec(
    "price_band",
    "Near your price",
    "Things far from the prices of what you liked go down.",
    PriceBand,
    (
        Knob("strength", "Strength", "0 keeps the order; more lowers what is far from your prices.", 0.3, 0.0, 1.0),
        Knob("width", "Width", "How wide your range of prices is; more lets more through.", 1.5, 0.5, 5.0),
    ),
    needs=(str(Facts.PRICE),),
)
