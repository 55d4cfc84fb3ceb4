"""The nearest texts lead: like the text profile, but what is very alike counts more than in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.models import text_profile
from recsys.models.pieces import Piece
from recsys.models.text_profile import TextProfile
from recsys.text import TextSpace
from recsys.types import Knob, Matrix, Query, Rows, Spec, Vector

MAX_PIECES = 128
"""So many pieces of evidence count, the strongest: each is compared with every item."""
SAMPLE = 500
"""Items on which the usual reach is measured, evenly spaced."""
DEFAULTS = {"half_life": 1000.0, "typed_share": 0.9, "prior": 1.0}
"""Knobs of the text profile that are set otherwise here. Near copies of what was liked pull hard: words need more
of the weight to lead."""


@dataclass
class TextNearest(TextProfile):
    """score_i = sum_a w_a near_a(sim(a, i)) / sum_a |w_a| + prior * log1p(likes of i) / its maximum.

        near_a(x) = r_a exp(b (x - r_a)),   b = sharpness

    r_a is the reach of ``a``: for words, how alike their nearest item is; for an item, how alike the nearest other item
    usually is (the median over the catalogue). So words pull their nearest item as hard as in ``text_profile``, an item
    pulls near copies of itself harder, and what is little alike is hardly moved. In ``text_profile`` a taste is one
    vector, and an item a little like all of it beats one very like a part of it; here that part decides. Everything
    else is as there; an item without text counts as unrelated. At most MAX_PIECES pieces count.
    """

    session_knobs: ClassVar[frozenset[str]] = TextProfile.session_knobs | {"sharpness"}

    half_life: float = DEFAULTS["half_life"]
    typed_share: float = DEFAULTS["typed_share"]
    prior: float = DEFAULTS["prior"]
    sharpness: float = 0.5
    reach_: float | None = field(default=None, init=False, repr=False)
    """The usual reach of an item."""

    def __post_init__(self) -> None:
        if self.sharpness <= 0:
            raise ValueError(f"sharpness should be above 0, is now {self.sharpness}")

    def fit(self, data: Dataset) -> Self:
        super().fit(data)
        self.reach_ = usual_reach(self.readers.main)
        return self

    def _pieces(self, query: Query) -> list[Piece]:
        pieces = super()._pieces(query)
        if len(pieces) <= MAX_PIECES:
            return pieces
        sizes = np.array([-abs(piece.part.weight) for piece in pieces])
        return [pieces[place] for place in np.sort(np.argsort(sizes, kind="stable")[:MAX_PIECES])]

    def _pulled(self, space: TextSpace, pieces: Sequence[Piece], weights: Vector, vectors: Matrix) -> Vector:
        alike = space.similarity(vectors)
        return np.asarray(weights @ self._sharpened(alike, self._reach(pieces, alike)), dtype=np.float32)

    def _near(self, space: TextSpace, pieces: Sequence[Piece], vectors: Matrix, rows: Rows) -> Matrix:
        alike = space.similarity(vectors)
        return self._sharpened(alike[:, rows], self._reach(pieces, alike))

    def _reach(self, pieces: Sequence[Piece], alike: Matrix) -> Vector:
        """(n, 1) r of the formula above for ``pieces``, which are so ``alike`` (n, n_items) the items."""
        written = np.array([piece.row is None for piece in pieces], dtype=bool)
        reach = np.where(written, alike.max(axis=1, initial=0.0), self.reach_)
        return np.asarray(reach, dtype=np.float32)[:, None]

    def _sharpened(self, alike: Matrix, reach: Vector) -> Matrix:
        return np.asarray(reach * np.exp(np.float32(self.sharpness) * (alike - reach)), dtype=np.float32)


def usual_reach(space: TextSpace) -> float:
    """The median, over items with a text, of how alike the nearest other item is; 0 where there is no other."""
    among = np.flatnonzero(space.has_text)
    if len(among) < 2:
        return 0.0
    sample = among[:: -(-len(among) // SAMPLE)]
    alike = space.similarity(space.items[sample])
    alike[np.arange(len(sample)), sample] = -np.inf
    return max(0.0, float(np.median(alike[:, among].max(axis=1))))


SPEC = Spec(
    "text_nearest",
    "Nearest texts",
    "What reads very like one thing you liked beats what reads a little like all of it.",
    TextNearest,
    (
        Knob("sharpness", "Sharpness", "How much more the nearest texts count than the others.", 0.5, 0.1, 3.0),
        *(replace(knob, default=DEFAULTS.get(knob.name, knob.default)) for knob in text_profile.SPEC.knobs),
    ),
)
