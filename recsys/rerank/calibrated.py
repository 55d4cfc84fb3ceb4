"""Calibration: a list that keeps the mix of what the person likes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.calibration import ALPHA
from recsys.models.spread import unit_range
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import check_share
from recsys.types import Knob, Rows, Spec, Vector

Floats = NDArray[np.float64]


def miscalibration(total: Floats, taste: Floats, alpha: float = ALPHA) -> Floats:
    """How far mixes are from a taste, in nats: 0 the same, log(1 / alpha) at most, when a mix has nothing of it.

        KL = sum over categories g of p_g log(p_g / q~_g),   q~ = (1 - alpha) q + alpha p

    Steck (2018). ``total`` (..., n_labels) sums of shares, brought to q by their own sum; ``taste`` p (n_labels,)
    sums to 1. A total of zeros counts as a mix with nothing of the taste. Divide by log 2 for bits.

    >>> miscalibration(np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([0.75, 0.25])).round(3).tolist()
    [0.0, 4.605]
    """
    held = taste > 0
    p = taste[held]
    sums = total.sum(axis=-1, keepdims=True)
    q = np.divide(total[..., held], sums, out=np.zeros((*total.shape[:-1], len(p))), where=sums > 0)
    return np.asarray(np.maximum(0.0, np.log(p) @ p - np.log((1 - alpha) * q + alpha * p) @ p))


def calibrated(scores: Vector, mix: Floats, taste: Floats, k: int, strength: float) -> Rows:
    """Rows of at most ``k`` items, best first: those that keep the mix of the taste (Steck 2018).

        chosen greedily:  next = argmax over the rest of  (1 - strength) r_i / k - strength KL(taste || mix with i)

    ``scores`` (n,) of any scale, NaN is never chosen; r is the score moved to [0, 1]. ``mix`` (n, n_labels) shares of
    each item. Two departures: Steck adds up the scores of his model, here the mean relevance of the list stands beside
    its divergence, so that a strength does the same to short and long lists. And as the divergence is that of the whole
    list, whatever its order, those chosen are shown by score: a better list with the same mix. 0 gives ``top_k``, 1
    looks at the mix alone. Ties go to the higher score, then to the lower row. O(k n n_labels).

    >>> mix = np.array([[1, 0], [1, 0], [0, 1]])
    >>> calibrated(np.array([.9, .8, .1], dtype=np.float32), mix, np.array([.5, .5]), 2, 0.5).tolist()
    [0, 2]
    """
    check_share("strength", strength)
    rows = top_k(scores, max(len(scores), k))
    if strength == 0 or len(rows) < 2 or not taste.any():
        return rows[:k]
    size = min(k, len(rows))
    worth, shares = (1 - strength) * unit_range(scores[rows]) / size, mix[rows]
    left, total = np.ones(len(rows), dtype=bool), np.zeros(mix.shape[1])
    for _ in range(size):
        gain = worth - strength * np.round(miscalibration(total + shares, taste), 9)
        best = int(np.where(left, gain, -np.inf).argmax())
        left[best] = False
        total = total + shares[best]
    return rows[~left]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The strategy as a re-ranker; ``strength`` 0 changes nothing, 1 looks at the mix alone."""

    strength: float = 0.1

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = calibrated(candidates.scores, candidates.mix, candidates.taste, k, self.strength)
        return [int(row) for row in candidates.rows[order]]

    def note(self, candidates: Candidates) -> str:
        """Say when there is no taste to keep the mix of."""
        return "" if candidates.taste.any() else "Nothing liked yet that has a category, so there is no mix to keep."


SPEC = Spec(
    "calibrated",
    "Your mix",
    "The list keeps the mix of categories you like.",
    Calibrated,
    (Knob("strength", "Keep the mix", "0 keeps the order, 1 looks at the mix alone.", 0.1, 0.0, 1.0),),
)
