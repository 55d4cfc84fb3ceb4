"""A taste carried from one catalogue to another: what somebody liked there says what they may like here.

Both catalogues are read by the same encoder and centred, so that a taste is a direction that means something in both:

    t = sum_a w_a x_a / sum_a |w_a|        score_i = t' M y_i

with ``x_a`` the centred vectors of what somebody did at home, signed and aged as in ``recsys.models.text_profile``,
``y_i`` those of the items abroad, and ``M`` the identity or a linear map learned from people known in both places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.pieces import Readers, of_query
from recsys.ranking import top_k
from recsys.types import Matrix, Query, Rows, Vector

HALF_LIFE, DISLIKE_STRENGTH, TYPED_SHARE = 50.0, 0.7, 0.7
"""A taste that travels is what lasts: ten events, as for a list at home, would be the mood of an evening."""
RIDGE = 3.0
"""People's worth of belief that the two places mean the same: what the learned map is pulled to the identity by."""
LEAST_KNOWN = 30
"""With fewer people known in both places nothing is learned from them."""
N_CARRIED = 10
"""Items abroad that stand for the taste on the Live page."""


@dataclass(frozen=True, eq=False)
class Bridge:
    """The way from the catalogue ``home`` to the catalogue ``abroad``."""

    home: Dataset
    abroad: Dataset
    names: tuple[str, ...]
    """Encoders that read both with the same meaning; none where there is no way."""

    @classmethod
    def between(cls, home: Dataset, abroad: Dataset) -> Bridge:
        """Find the encoders both share; one that was fitted on a catalogue means something there only."""
        here, there = Readers.of(home).spaces, Readers.of(abroad).spaces
        shared = (name for name in here if name in there)
        return cls(home, abroad, tuple(n for n in shared if here[n].encoder.version == there[n].encoder.version))

    @property
    def encoder(self) -> str:
        """The encoder the taste is carried by, "" where there is none."""
        return self.names[0] if self.names else ""

    def taste(self, query: Query) -> Vector:
        """(dim,) float32 what ``query`` says of somebody at home; zeros where it says nothing that can be carried."""
        return taste(self.home, query, self.encoder)

    def score(self, query: Query, way: Matrix | None = None) -> Vector:
        """(n_items abroad,) float32, 0 for what is unrelated; NaN everywhere without a taste or without a way."""
        if not self.encoder:
            return np.full(self.abroad.n_items, np.nan, dtype=np.float32)
        return reached(Readers.of(self.abroad).spaces[self.encoder].items, self.taste(query), way)

    def carried(self, query: Query, k: int = N_CARRIED, way: Matrix | None = None) -> Rows:
        """The ``k`` rows abroad that the taste points to most, the nearest first; none without a taste."""
        return top_k(self.score(query, way), k)

    def both(self) -> tuple[str, ...]:
        """Users with events in both places, sorted."""
        return tuple(sorted(set(self.home.user_ids) & set(self.abroad.user_ids)))

    def learned(self) -> Matrix | None:
        """(dim, dim) float32 the map learned from everybody known in both; None with fewer than ``LEAST_KNOWN``.

        Kept as long as the data abroad.
        """
        people = self.both()
        if len(people) < LEAST_KNOWN or not self.encoder:
            return None
        return self.abroad.once((Bridge, self.home.version, self.encoder), lambda: self.map_by(people))

    def map_by(self, people: Sequence[str]) -> Matrix:
        """(dim, dim) float32 the map learned from ``people``, who are known in both."""
        there = [taste(self.abroad, Query(self.abroad.history(user)), self.encoder) for user in people]
        here = [self.taste(Query(self.home.history(user))) for user in people]
        return aligned(np.stack(here), np.stack(there))


def taste(data: Dataset, query: Query, encoder: str) -> Vector:
    """(dim,) float32 of length at most 1: what ``query`` says, as far as ``encoder`` reads it; zeros for nothing."""
    readers = Readers.of(data)
    pieces = of_query(query, data, HALF_LIFE, DISLIKE_STRENGTH, TYPED_SHARE)
    total = np.zeros(readers.spaces[encoder].items.shape[1], dtype=np.float64)
    size = 0.0
    for name, columns, vectors in readers.read(pieces):
        if name == encoder:
            weights = np.array([pieces[column].part.weight for column in columns], dtype=np.float64)
            total += weights @ vectors
            size += float(np.abs(weights).sum())
    return (total / (size or 1.0)).astype(np.float32)


def reached(items: Matrix, direction: Vector, way: Matrix | None = None) -> Vector:
    """(n,) float32 ``items`` (n, dim) scored by a taste (dim,) that went ``way`` (dim, dim); NaN without a taste."""
    if not direction.any():
        return np.full(len(items), np.nan, dtype=np.float32)
    return np.asarray(items @ (direction if way is None else direction @ way), dtype=np.float32)


def aligned(here: Matrix, there: Matrix, ridge: float = RIDGE) -> Matrix:
    """(dim, dim) float32 map M with ``here @ M`` near ``there``, both (n, dim) tastes of the same people.

    Ridge regression towards the identity: minimises |A M - B|^2 + r |M - I|^2, with the rows of A and B the tastes at
    unit length and r = ``ridge``; M = (A'A + r I)^-1 (A'B + r I). Infinite ridge is the identity.
    """
    a, b = _unit(here), _unit(there)
    eye = np.eye(a.shape[1])
    return np.asarray(np.linalg.solve(a.T @ a + ridge * eye, a.T @ b + ridge * eye), dtype=np.float32)


def _unit(rows: Matrix) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float64)
    unit: NDArray[np.float64] = np.divide(rows, lengths, out=np.zeros(rows.shape), where=lengths > 0)
    return unit
