"""Variety by a determinantal point process: the list whose items, each as long as it is good, span most room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.models.spread import unit_range
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import check_share
from recsys.text.space import unit_rows
from recsys.types import Knob, Matrix, Rows, Spec, Vector

COPY = 1e-6
"""An item that adds less room than this is a copy of those chosen; among copies the score decides."""

TEXTS, CATEGORIES, BOTH = "texts", "categories", "both"
BY = (TEXTS, CATEGORIES, BOTH)
"""In what items are to differ."""

Floats = NDArray[np.float64]


def dpp(scores: Vector, vectors: Matrix, k: int, diversity: float) -> Rows:
    """Rows of at most ``k`` items, best first, by greedy search for the most likely list of a DPP (Chen et al. 2018).

        next = argmax over the rest of  log det L[chosen and i],   L = diag(q) S diag(q),   S = (1 + cos) / 2
        q = exp(alpha r),   alpha = (1 - diversity) / (2 diversity)

    which is (1 - diversity) sum r + diversity log det S up to a factor, and is searched in that form, so that nothing
    overflows. The paper turns the knob the other way: its theta, the weight of relevance, is 1 - diversity. 0 gives
    ``top_k``; 1 looks at variety alone and begins with the best by score. ``scores`` (n,) of any scale, NaN is never
    chosen; r is the score moved to [0, 1]. ``vectors`` (n, dim) have rows of at most unit length; a zero row is as
    much like one item as like any other. Ties go to the higher score, then to the lower row. O(k n (k + dim)).

    >>> unit = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> dpp(np.array([.9, .8, .1], dtype=np.float32), unit, 2, 0.5).tolist()
    [0, 2]
    """
    check_share("diversity", diversity)
    if len(vectors) != len(scores):
        raise ValueError(f"there should be one vector per score, are {len(vectors)} for {len(scores)}")
    rows = top_k(scores, max(len(scores), k))
    if diversity == 0 or len(rows) < 2:
        return rows[:k]
    order, _ = widest((1 - diversity) * unit_range(scores[rows]), vectors[rows], k, diversity)
    return rows[order]


def widest(gain: Floats, vectors: Matrix, k: int, diversity: float) -> tuple[Rows, Floats]:
    """Choose at most ``k`` positions by ``gain`` + ``diversity`` log of the room each adds, and say these rooms.

    The room of an item, in (0, 1], is the square of its entry on the diagonal of the Cholesky factor of S, which grows
    by one row per item chosen: their product is det S[chosen]. 0 for a copy. Ties go to the lower position.
    """
    n, size = len(vectors), min(k, len(vectors))
    room, left = np.ones(n), np.ones(n, dtype=bool)
    factor = np.zeros((size, n))
    order, rooms = np.zeros(size, dtype=np.int64), np.zeros(size)
    for place in range(size):
        worth = gain + diversity * np.round(np.log(np.maximum(room, COPY)), 6)
        best = int(np.where(left, worth, -np.inf).argmax())
        order[place], left[best] = best, False
        if room[best] <= COPY:
            continue
        rooms[place] = room[best]
        alike = (1 + (vectors @ vectors[best]).astype(np.float64)) / 2
        factor[place] = (alike - factor[:place, best] @ factor[:place]) / np.sqrt(room[best])
        room = room - factor[place] ** 2
    return order, rooms


@dataclass(frozen=True, slots=True)
class Dpp:
    """The strategy as a re-ranker; ``diversity`` 0 changes nothing, 1 looks at variety alone after the first.

    ``by`` says in what items are to differ: ``texts``, ``categories`` (the directions of their mixes), or ``both``,
    whose cosine is the mean of the two.
    """

    diversity: float = 0.3
    by: str = TEXTS

    def __post_init__(self) -> None:
        check_share("diversity", self.diversity)
        if self.by not in BY:
            raise ValueError(f"by should be one of {', '.join(BY)}, is now {self.by}")

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = dpp(candidates.scores, features(candidates, self.by), k, self.diversity)
        return [int(row) for row in candidates.rows[order]]

    def note(self, candidates: Candidates) -> str:
        """Say when there is nothing in which the items could differ."""
        if features(candidates, self.by).any():
            return ""
        return f"These items have no {'texts or categories' if self.by == BOTH else self.by} to tell them apart."


def features(candidates: Candidates, by: str) -> Matrix:
    """(n, dim) float32 directions in which items are compared: rows of length 1, less where something is missing."""
    if by == TEXTS:
        return candidates.vectors
    mixes = unit_rows(candidates.mix).astype(np.float32)
    if by == BOTH:
        mixes = np.hstack([candidates.vectors, mixes]) * np.float32(0.5**0.5)
    return np.asarray(mixes, dtype=np.float32)


SPEC = Spec(
    "dpp",
    "Variety of the whole",
    "Each next item adds most to what the list covers as a whole.",
    Dpp,
    (
        Knob("diversity", "Variety", "0 keeps the order, 1 looks at variety alone.", 0.3, 0.0, 1.0),
        Knob("by", "Differ in", "What items should differ in.", TEXTS, choices=BY),
    ),
)
