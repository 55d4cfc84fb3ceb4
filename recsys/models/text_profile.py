"""A signed, ageing taste in text space: clicks, reviews and typed words combined, every score an exact sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.pieces import Piece, item_pieces, text_pieces, texts_by_reader, with_typed
from recsys.text import TextSpace, reader
from recsys.types import Contributions, Knob, Matrix, Part, Query, Rows, Spec, Vector


@dataclass
class TextProfile:
    """score_i = sum_a w_a sim(a, i) / sum_a |w_a| + prior * log1p(likes of i) / its maximum.

    ``a`` runs over the items touched, the words written and the text in the box; ``w_a`` is signed by like and
    dislike and halves every ``half_life`` events (``recsys.models.evidence``). ``sim`` is the cosine of centred
    vectors in units of its standard deviation over the catalogue, which lets texts in different scripts be read
    by different encoders and still add up. Items without text get the prior only; never NaN.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength", "typed_share", "prior"})

    half_life: float = 10.0
    dislike_strength: float = 0.7
    typed_share: float = 0.7
    prior: float = 0.1
    data_: Dataset | None = field(default=None, init=False, repr=False)
    spaces_: dict[str, TextSpace] = field(default_factory=dict, init=False, repr=False)
    popularity_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.data_ = data
        self.spaces_ = {name: reader().space(data, name) for name in reader().readers(data)}
        counts = np.log1p(data.like_counts)
        self.popularity_ = (counts / (counts.max() or 1.0)).astype(np.float32)
        self.popularity_.setflags(write=False)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return tuple(self.spaces_)

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return texts_by_reader(self._pieces(query), self.reader_of)

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded; about 0 for an item unrelated to the taste."""
        pieces = self._pieces(query)
        shares = _shares(pieces)
        scores = np.float32(self.prior) * self._popularity
        for space, columns in self._by_space(pieces):
            vectors = self._vectors(space, [pieces[c] for c in columns])
            taste = np.asarray(shares[columns] @ vectors, dtype=np.float32)[None]
            scores = scores + space.similarity(taste)[0]
        return scores.astype(np.float32)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per piece of evidence, and the prior last."""
        pieces = self._pieces(query)
        shares = _shares(pieces)
        values = np.zeros((len(rows), len(pieces) + 1), dtype=np.float32)
        for space, columns in self._by_space(pieces):
            vectors = self._vectors(space, [pieces[c] for c in columns])
            cosines = space.items[rows] @ vectors.T / np.float32(space.scale)
            values[:, columns] = cosines * shares[columns]
        values[:, -1] = np.float32(self.prior) * self._popularity[rows]
        prior = Part("prior", "prior", "liked by many people", 0.0)
        return Contributions((*(piece.part for piece in pieces), prior), values)

    @property
    def _popularity(self) -> Vector:
        if self.popularity_ is None:
            raise NotFittedError(self)
        return self.popularity_

    def _vectors(self, space: TextSpace, pieces: Sequence[Piece]) -> Matrix:
        """(n, dim) centred unit vectors of ``pieces``, all of one encoder."""
        out = np.zeros((len(pieces), space.items.shape[1]), dtype=np.float32)
        for position, piece in enumerate(pieces):
            out[position] = space.items[piece.row] if piece.row is not None else space.vectors([piece.text])[0]
        return out

    def _by_space(self, pieces: Sequence[Piece]) -> Iterator[tuple[TextSpace, list[int]]]:
        """Each space that reads any of ``pieces``, with their positions; items are read by the main one."""
        main = next(iter(self.spaces_))
        readers = [main if piece.row is not None else self.reader_of(piece.text) for piece in pieces]
        for name, space in self.spaces_.items():
            columns = [c for c, reader_name in enumerate(readers) if reader_name == name]
            if columns:
                yield space, columns

    def _pieces(self, query: Query) -> list[Piece]:
        """Every piece with its weight; the typed text gets ``typed_share`` of the whole."""
        if self.data_ is None:
            raise NotFittedError(self)
        found = item_pieces(query, self.data_, self.half_life, self.dislike_strength)
        found += text_pieces(query, self.half_life, self.dislike_strength)
        return with_typed(found, query.typed, self.typed_share)

    def reader_of(self, text: str) -> str:
        """Encoder of this fitted model that reads the script of ``text``."""
        if self.data_ is None:
            raise NotFittedError(self)
        name = reader().route(text, self.data_)
        return name if name in self.spaces_ else next(iter(self.spaces_))


def _shares(pieces: Sequence[Piece]) -> Vector:
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
