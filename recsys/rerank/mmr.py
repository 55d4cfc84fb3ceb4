"""Variety by maximal marginal relevance: each next item is good and unlike those already in the list."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.models.spread import spread_top_k
from recsys.rerank.candidates import Candidates
from recsys.types import Knob, Matrix, Rows, Spec, Vector


def mmr(scores: Vector, vectors: Matrix, k: int, diversity: float) -> Rows:
    """Rows of at most ``k`` items, best first: the order of ``recsys.models.spread.spread_top_k``."""
    return spread_top_k(scores, vectors, k, diversity)


@dataclass(frozen=True, slots=True)
class Mmr:
    """The strategy as a re-ranker; ``diversity`` 0 changes nothing, 1 looks at variety alone after the first."""

    diversity: float = 0.3

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = mmr(candidates.scores, candidates.vectors, k, self.diversity)
        return [int(row) for row in candidates.rows[order]]


SPEC = Spec(
    "mmr",
    "Variety",
    "Each next item is good and unlike those above it.",
    Mmr,
    (Knob("diversity", "Variety", "0 keeps the order, 1 looks at variety alone.", 0.3, 0.0, 1.0),),
)
