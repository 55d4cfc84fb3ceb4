"""User neighbourhoods sharpened by text: alike are people who liked the same, or things that read the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.pieces import Piece, Readers, text_pieces, with_wish
from recsys.models.shared import fitted, frozen
from recsys.models.user_knn import NEIGHBOUR_KNOBS, UserKnn
from recsys.text.space import unit_rows
from recsys.types import Knob, Matrix, Part, Query, Rows, Spec

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
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
    readers_: Readers | None = field(default=None, init=False, repr=False)
    tastes_: dict[str, Matrix] = field(default_factory=dict, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share should be in [0, 1], is now {self.share}")
        super().fit(data)
        self.readers_ = Readers.of(data)
        spaces = self.readers_.spaces.items()
        self.tastes_ = {name: unit_rows(np.asarray(data.likes @ space.items)) for name, space in spaces}
        frozen(*self.tastes_.values())
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return fitted(self, self.readers_).names

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return fitted(self, self.readers_).texts(self._pieces(query))

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
        return with_wish(found, query, self.typed_share)

    def _read(self, pieces: list[Piece]) -> list[_Read]:
        weights = np.array([piece.part.weight for piece in pieces], dtype=np.float64)
        total = float(np.abs(weights).sum())
        out = []
        for name, places, vectors in fitted(self, self.readers_).read(pieces) if total else ():
            weighed = vectors.astype(np.float64) * (weights[places] / total)[:, None]
            length = float(np.linalg.norm(weighed.sum(axis=0)))
            if length:
                out.append(_Read(name, places, weighed * (np.abs(weights[places]).sum() / total / length)))
        return out


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
