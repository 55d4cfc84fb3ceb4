"""Interest: what the person will probably like, whatever put it on the list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import check_share, leaned
from recsys.types import Knob, Spec, Vector


@dataclass(frozen=True)
class Interest(Adjuster):
    """Blends relevance with the chance of a like: pointwise ordering, at ``strength`` 1 by the chance alone."""

    strength: float = 0.3

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance where no model gives a chance."""
        if candidates.chance is None:
            return candidates.relevance.astype(np.float32)
        return leaned(candidates.relevance, candidates.chance, self.strength)

    def note(self, candidates: Candidates) -> str:
        if candidates.chance is None or bool(np.isnan(candidates.chance).all()):
            return "No model gives the chance of a like here, so this changes nothing."
        missing = int(np.isnan(candidates.chance).sum())
        return f"{missing} of {len(candidates)} items have no chance and keep their place by relevance." * bool(missing)


SPEC = Spec(
    "interest",
    "Chance of a like",
    "Moves up what you will probably like, by a chance that was checked against what people did.",
    Interest,
    (Knob("strength", "Strength", "0 keeps the order, 1 orders by the chance alone.", 0.3, 0.0, 1.0),),
)
