"""User neighbourhoods sharpened by text: alike are people who liked the same, or things that read the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.pieces import Piece, text_pieces, texts_by_reader, with_typed
from recsys.models.user_knn import NEIGHBOUR_KNOBS, UserKnn
from recsys.text import TextSpace, reader
from recsys.types import Knob, Matrix, Part, Query, Rows, Spec, Vector

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Read:
    """The pieces of a query that one encoder reads."""

    encoder: str
    places: Rows
    """(n,) positions of the pieces among all of the query."""
    vectors: Floats
    """(n, dim) their vectors, weighed so that they sum to a vector of the length of the encoder's share in [0, 1]."""


@dataclass
class UserKnnText(UserKnn):
    """UserKnn with sim(v) = (1 - share) cos_likes(v) + share max(0, cos_text(v)).

    cos_text is that of two tastes: the mean of the centred vectors of what v liked, and the weighted mean of those of
    the session: its items, the words of its reviews and wishes, and the text in the box, which gets ``typed_share``
    of all weight. Scripts that different encoders read have a mean each, weighed by their share. So typed words alone
    are enough to find neighbours. With ``share`` 0 this is ``user_knn``.
    """

    share: float = 0.2
    typed_share: float = 0.7
    spaces_: dict[str, TextSpace] = field(default_factory=dict, init=False, repr=False)
    tastes_: dict[str, Matrix] = field(default_factory=dict, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share should be in [0, 1], is now {self.share}")
        super().fit(data)
        self.spaces_ = {name: reader().space(data, name) for name in reader().readers(data)}
        self.tastes_ = {name: _unit(np.asarray(data.likes @ space.items)) for name, space in self.spaces_.items()}
        for tastes in self.tastes_.values():
            tastes.setflags(write=False)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return tuple(self.spaces_)

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return texts_by_reader(self._pieces(query), self._reader_of)

    def similarity(self, query: Query) -> Floats:
        by_likes = (1 - self.share) * super().similarity(query)
        if not self.share:
            return by_likes
        by_text = np.zeros_like(by_likes)
        for read in self._read(self._pieces(query)):
            by_text += self.tastes_[read.encoder] @ read.vectors.sum(axis=0)
        return np.asarray(by_likes + self.share * np.maximum(by_text, 0.0))

    def shares(self, query: Query, near: Rows) -> tuple[tuple[Part, ...], Floats]:
        parts, by_likes = super().shares(query, near)
        pieces = self._pieces(query)
        by_text = np.zeros((len(pieces), len(near)))
        for read in self._read(pieces) if self.share else ():
            by_text[read.places] = read.vectors @ self.tastes_[read.encoder][near].T
        by_text[:, by_text.sum(axis=0) <= 0] = 0.0
        by_text *= self.share
        # The items of the query come first among the pieces: what they say by text joins what they say by likes.
        by_text[: len(parts)] += (1 - self.share) * by_likes
        return tuple(piece.part for piece in pieces), by_text

    def _pieces(self, query: Query) -> list[Piece]:
        evidence = self._evidence(query)
        found = [Piece(part, row=int(row)) for part, row in zip(evidence.parts, evidence.rows, strict=True)]
        found += text_pieces(query, self.half_life, self.dislike_strength)
        return with_typed(found, query.typed, self.typed_share)

    def _read(self, pieces: list[Piece]) -> list[_Read]:
        main = next(iter(self.spaces_))
        readers = np.array([main if p.row is not None else self._reader_of(p.text) for p in pieces], dtype=object)
        weights = np.array([piece.part.weight for piece in pieces], dtype=np.float64)
        total = float(np.abs(weights).sum())
        out = []
        for name, space in self.spaces_.items():
            places = np.flatnonzero(readers == name)
            if not len(places) or not total:
                continue
            vectors = np.array([self._vector(space, pieces[place]) for place in places], dtype=np.float64)
            weighed = vectors * (weights[places] / total)[:, None]
            length = float(np.linalg.norm(weighed.sum(axis=0)))
            if length:
                out.append(_Read(name, places, weighed * (np.abs(weights[places]).sum() / total / length)))
        return out

    def _vector(self, space: TextSpace, piece: Piece) -> Vector:
        return np.asarray(space.items[piece.row] if piece.row is not None else space.vectors([piece.text])[0])

    def _reader_of(self, text: str) -> str:
        if self.data_ is None:
            raise NotFittedError(self)
        name = reader().route(text, self.data_)
        return name if name in self.spaces_ else next(iter(self.spaces_))


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


SPEC = Spec(
    "user_knn_text",
    "Similar people + text",
    "What people liked who like the same things, or things described alike.",
    UserKnnText,
    (
        Knob("share", "Weight of text", "How much of the similarity is read from the texts.", 0.2, 0.0, 1.0),
        Knob("typed_share", "Weight of typed words", "Share of the texts that the text box takes.", 0.7, 0.0, 0.99),
        *NEIGHBOUR_KNOBS,
    ),
)
