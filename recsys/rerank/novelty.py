"""Novelty: little known items come up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import check_share, leaned
from recsys.types import Knob, Spec, Vector


def surprise(candidates: Candidates) -> NDArray[np.float64]:
    """(n,) self-information of each item in bits, -log2((likes + 1) / (people + 1)); zeros without ``data``.

    The formula of ``recsys.metrics.novelty`` (Zhou et al. 2010), item by item.
    """
    if candidates.data is None:
        return np.zeros(len(candidates))
    likes = candidates.data.like_counts[candidates.rows]
    return np.asarray(-np.log2((likes + 1) / (len(candidates.data.user_ids) + 1)))


@dataclass(frozen=True, slots=True)
class Novelty(Adjuster):
    """How little known an item is, blended with its relevance: (1 - strength) r + strength n, both in [0, 1].

    n is the self-information moved to [0, 1] over the candidates. 0 changes nothing, 1 puts the least known first,
    those known alike in the order they came in. Where all are known alike, or likes are not known, nothing changes.
    """

    strength: float = 0.2

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32 in [0, 1]; NaN where the score is."""
        bits = surprise(candidates)
        told_apart = len(bits) > 0 and bool(np.ptp(bits))
        return leaned(candidates.relevance, bits, self.strength if told_apart else 0.0)

    def note(self, candidates: Candidates) -> str:
        """Say when nothing tells the items apart."""
        bits = surprise(candidates)
        return "" if len(bits) and np.ptp(bits) else "These items are known alike, so none is more of a discovery."


SPEC = Spec(
    "novelty",
    "Discovery",
    "Little known items come up.",
    Novelty,
    (Knob("strength", "Discovery", "0 keeps the order, 1 puts the least known first.", 0.2, 0.0, 1.0),),
)
