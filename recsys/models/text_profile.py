"""A signed, ageing taste in text space: clicks, reviews and typed words combined, every score an exact sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.models.pieces import Piece, Readers, of_query
from recsys.models.popularity import POPULAR, shares
from recsys.models.shared import fitted
from recsys.text import TextSpace
from recsys.types import Contributions, Knob, Matrix, Query, Rows, Spec, Vector

REFUSED_FROM = 0.5
"""A text that is refused pushes what is nearer to it than this share of its nearest item."""
REFUSED_FACTOR = 3.0
"""How many times as much as a pull of the same weight it then counts."""


@dataclass
class TextProfile:
    """score_i = sum_a w_a near_a(sim(a, i)) / sum_a |w_a| + prior * log1p(likes of i) / its maximum.

    ``a`` runs over the items touched, the words written and the text in the box; ``w_a`` is signed by like and
    dislike and halves every ``half_life`` events (``recsys.models.evidence``). ``sim`` is the cosine of centred
    vectors in units of its standard deviation over the catalogue, which lets texts in different scripts be read
    by different encoders and still add up. ``near_a`` keeps it as it is, except for a text that refuses: then only
    what is half as near as its nearest item counts, because "no coffee" says nothing of shoes and little of tea. Items
    without text get the prior only; never NaN.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength", "typed_share", "prior"})

    half_life: float = 10.0
    dislike_strength: float = 0.7
    typed_share: float = 0.7
    prior: float = 0.1
    readers_: Readers | None = field(default=None, init=False, repr=False)
    popularity_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.readers_, self.popularity_ = Readers.of(data), shares(data)
        return self

    @property
    def readers(self) -> Readers:
        """The fitted data and its text spaces."""
        return fitted(self, self.readers_)

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return self.readers.names

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return self.readers.texts(self._pieces(query))

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded; about 0 for an item unrelated to the taste."""
        pieces = self._pieces(query)
        weights = _relative_weights(pieces)
        scores = np.float32(self.prior) * fitted(self, self.popularity_)
        refuses = np.array([piece.refuses for piece in pieces], dtype=bool)
        for name, columns, vectors in self.readers.read(pieces):
            space, pulls = self.readers.spaces[name], ~refuses[columns]
            pulling = [pieces[column] for column in columns[pulls].tolist()]
            scores = scores + self._pulled(space, pulling, weights[columns[pulls]], vectors[pulls])
            if not pulls.all():
                scores = scores + weights[columns[~pulls]] @ _pushes(space, vectors[~pulls])
        return scores.astype(np.float32)

    def closeness(self, text: str) -> float:
        """How alike the item nearest to ``text`` is, in standard deviations of two random items; NaN without any.

        Texts that ask for something of the catalogue reach 3 to 6, random letters stay below 2.3 (docs/decisions.md).
        """
        name = self.readers.name_of(text)
        space = self.readers.spaces[name]
        alike = space.similarity(space.vectors([text]))[0]
        return float(alike.max()) if len(alike) else float("nan")

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per piece of evidence, and the prior last."""
        pieces = self._pieces(query)
        weights = _relative_weights(pieces)
        refuses = np.array([piece.refuses for piece in pieces], dtype=bool)
        values = np.zeros((len(rows), len(pieces) + 1), dtype=np.float32)
        for name, columns, vectors in self.readers.read(pieces):
            space = self.readers.spaces[name]
            near = self._near(space, [pieces[column] for column in columns.tolist()], vectors, rows)
            if refuses[columns].any():
                near[refuses[columns]] = _pushes(space, vectors[refuses[columns]])[:, rows]
            values[:, columns] = near.T * weights[columns]
        values[:, -1] = np.float32(self.prior) * fitted(self, self.popularity_)[rows]
        return Contributions((*(piece.part for piece in pieces), POPULAR), values)

    def _pulled(self, space: TextSpace, pieces: Sequence[Piece], weights: Vector, vectors: Matrix) -> Vector:
        """(n_items,) how hard ``pieces``, read as ``vectors`` (n, dim), pull at each item by their ``weights``."""
        taste = np.asarray(weights @ vectors, dtype=np.float32)[None]  # of one vector, as ``near`` is a plain product
        return np.asarray(space.similarity(taste)[0])

    def _near(self, space: TextSpace, pieces: Sequence[Piece], vectors: Matrix, rows: Rows) -> Matrix:
        """(n, n_rows) how hard each of ``pieces``, read as ``vectors`` (n, dim), pulls at the items ``rows``."""
        return np.asarray(vectors @ space.items[rows].T / np.float32(space.scale), dtype=np.float32)

    def _pieces(self, query: Query) -> list[Piece]:
        return of_query(query, self.readers.data, self.half_life, self.dislike_strength, self.typed_share)


def _pushes(space: TextSpace, vectors: Matrix) -> Matrix:
    """(n, n_items) how hard each refused text pushes each item: 0 for what is less than half as near as the nearest."""
    alike = space.similarity(vectors)
    from_here = alike.max(axis=1, keepdims=True, initial=0.0) * np.float32(REFUSED_FROM)
    return np.asarray(np.maximum(alike - from_here, 0) * np.float32(REFUSED_FACTOR), dtype=np.float32)


def _relative_weights(pieces: Sequence[Piece]) -> Vector:
    """(n,) float32 signed weights whose sizes sum to 1; divided before float32, where very old ones are 0."""
    weights = np.array([piece.part.weight for piece in pieces], dtype=np.float64)
    return np.asarray(weights / (np.abs(weights).sum() or 1.0), dtype=np.float32)


SPEC = Spec(
    "text_profile",
    "Text profile",
    "Likes pull, dislikes push, newer counts more, typed words lead.",
    TextProfile,
    (
        Knob("half_life", "Memory", "After this many newer events an event counts half.", 10.0, 1.0, 1000.0, log=True),
        Knob("dislike_strength", "Dislike strength", "How strongly a dislike pushes away.", 0.7, 0.0, 2.0),
        Knob("typed_share", "Weight of typed words", "Share of the list that follows the text box.", 0.7, 0.0, 0.99),
        Knob("prior", "Popularity", "How much it counts that many people liked an item.", 0.1, 0.0, 2.0),
    ),
)
