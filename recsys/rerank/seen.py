"""Seen: what the person opened before makes room for what they did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import touched_rows
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import check_share
from recsys.types import Knob, Spec, Vector


@dataclass(frozen=True)
class Seen(Adjuster):
    """relevance - strength for every item with an event of any kind; at strength 1 it is taken out."""

    strength: float = 1.0

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; NaN for what is hidden."""
        loss = np.nan if self.strength == 1 else self.strength
        return np.where(_opened(candidates), candidates.relevance - loss, candidates.relevance).astype(np.float32)

    def note(self, candidates: Candidates) -> str:
        if candidates.data is None:
            return NO_CATALOGUE
        n, what = int(_opened(candidates).sum()), "hidden" if self.strength == 1 else "lowered"
        if not n or not self.strength:
            return "None of these were opened before." if not n else ""
        if n == len(candidates) and self.strength == 1:
            return "All of these were opened before, so nothing is left."
        return f"{n} of {len(candidates)} items were opened before and are {what}."


def _opened(candidates: Candidates) -> NDArray[np.bool_]:
    """(n,) whether the person did anything with each candidate."""
    if candidates.data is None:
        return np.zeros(len(candidates), dtype=bool)
    return np.isin(candidates.rows, touched_rows(candidates.query.events, candidates.data))


SPEC = Spec(
    "seen",
    "Hide what was opened",
    "What you looked at before does not come again.",
    Seen,
    (Knob("strength", "Strength", "0 keeps the order, 1 hides what was opened.", 1.0, 0.0, 1.0),),
)
