"""Live feedback: what was just liked lifts its like at once, what was disliked or passed over lowers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recsys.data import Dataset
from recsys.data.dataset import OPEN_KINDS
from recsys.models.evidence import Touched, touched
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import Floats, check_share
from recsys.text import reader
from recsys.types import Event, Kind, Knob, Query, Spec, Vector

OUT_OF_MIND = 0.01
"""Pieces of feedback that weigh less are not counted in the note."""


@dataclass(frozen=True)
class Feedback(Adjuster):
    """Adds to each item what the newest feedback on items with similar texts says, whatever the ranker made of it.

        relevance + strength * clip(sum over feedback a of w_a max(0, cos(i, a)), -1, 1)

    w is 1 for a like and for an item just opened, 2 for a favourite, -1 for a dislike, -``passing`` for an item that
    was seen or opened and left for another one; it halves with every ``half_life`` further items. After Rocchio (1971),
    with a short memory.
    """

    strength: float = 0.3
    half_life: float = 3.0
    passing: float = 0.2

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        check_share("passing", self.passing)
        if self.half_life <= 0:
            raise ValueError(f"half_life should be above 0 items, is now {self.half_life}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance while there is no feedback."""
        return (candidates.relevance + self.strength * self.push(candidates)).astype(np.float32)

    def push(self, candidates: Candidates) -> Floats:
        """(n,) in [-1, 1]: what feedback says of each candidate; 0 for what is like none of it."""
        if candidates.data is None:
            return np.zeros(len(candidates))
        pieces, weights = self._pieces(candidates.query, candidates.data)
        items = reader().space(candidates.data, reader().main(candidates.data)).items
        nearness = np.maximum(items[candidates.rows] @ items[pieces.rows].T, 0)
        return np.asarray(np.clip(nearness.astype(np.float64) @ weights, -1.0, 1.0))

    def note(self, candidates: Candidates) -> str:
        if candidates.data is None:
            return NO_CATALOGUE
        weights = self._pieces(candidates.query, candidates.data)[1]
        n_up, n_down = int((weights > OUT_OF_MIND).sum()), int((weights < -OUT_OF_MIND).sum())
        if not n_up + n_down:
            return "There is no fresh feedback yet, so this changes nothing."
        return f"Fresh in memory: {n_up} to see more of and {n_down} to see less of."

    def _pieces(self, query: Query, data: Dataset) -> tuple[Touched, Floats]:
        """Feedback, and its (n,) aged weights."""
        pieces = touched(query.events, data, self.half_life, dislike_strength=1.0)
        ages = 0.5 ** (np.arange(len(pieces) - 1, -1, -1) / self.half_life)
        opened = np.array([event.kind in OPEN_KINDS for event in pieces.events], dtype=bool)
        seen = np.array([event.kind is Kind.VIEW for event in pieces.events], dtype=bool)
        passed = opened & np.array(_left_behind(pieces.events), dtype=bool)
        weights = np.where(seen, 0.0, pieces.weights.astype(np.float64))
        return pieces, np.where(passed, -self.passing * ages, weights)


def _left_behind(events: Sequence[Event]) -> list[bool]:
    """Per event: whether an opinion on another item came after it."""
    last = max((n for n, event in enumerate(events) if event.kind not in OPEN_KINDS), default=-1)
    return [n < last for n in range(len(events))]


SPEC = Spec(
    "feedback",
    "Just now",
    "What you just liked lifts similar items at once; what you disliked or passed over lowers them.",
    Feedback,
    (
        Knob("strength", "Strength", "0 keeps the order; more lets fresh feedback count for more.", 0.3, 0.0, 1.0),
        Knob("half_life", "Memory", "Feedback counts half after so many further items.", 3.0, 0.5, 50.0, log=True),
        Knob("passing", "Passed over", "How much opening an item and moving on counts against it.", 0.2, 0.0, 1.0),
    ),
)
