"""What strategies share that judge each item by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod

from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.types import Vector


class Adjuster(ABC):
    """A strategy that adds to, or takes from, the relevance of each item: a subclass says how much."""

    @abstractmethod
    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32 new scores, on the scale of ``candidates.relevance``; NaN takes an item out."""

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        return [int(row) for row in candidates.rows[top_k(self.adjusted(candidates), k)]]
