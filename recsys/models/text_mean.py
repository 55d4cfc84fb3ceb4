"""The articles' model, exactly: the mean of the vectors of everything a person touched, and its cosine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.models.pieces import Piece, vectors_of
from recsys.models.shared import fitted
from recsys.text import TextSpace, reader
from recsys.types import Contributions, Matrix, Part, Query, Rows, Spec, Vector

MIN_LENGTH = 1e-6
"""A shorter mean vector points nowhere: the records were unreadable or cancel out."""


@dataclass
class TextMean:
    """v(u) = mean of embed(r) over the records r of u; score_i = cos(v(u), embed(i)).

    Records are the items touched, the words of reviews and wishes, and the typed text. As in the articles there
    is no sign (a disliked item counts like a liked one), no age, no centring and one encoder for every script.
    Without records, and for items without text, the score is NaN.
    """

    encoder: str = "auto"
    data_: Dataset | None = field(default=None, init=False, repr=False)
    space_: TextSpace | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        name = reader().main(data) if self.encoder == "auto" else self.encoder
        self.data_, self.space_ = data, reader().space(data, name)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return (self._space.encoder.name,)

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        texts = tuple(piece.text for piece in self._pieces(query) if piece.row is None)
        return {self._space.encoder.name: texts} if texts else {}

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 in [-1, 1]."""
        _, vectors = self._records(query)
        mean = vectors.mean(axis=0) if len(vectors) else np.zeros(self._space.raw.shape[1])
        length = float(np.linalg.norm(mean))
        if length < MIN_LENGTH:
            return np.full(len(self._space.raw), np.nan, dtype=np.float32)
        scores = (self._space.raw @ (mean / length)).astype(np.float32)
        scores[~self._space.has_text] = np.nan
        return scores

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """Each record's share of the cosine: embed(r) . embed(i) / (n |v(u)|); NaN where the score is NaN for all."""
        parts, vectors = self._records(query)
        if not parts:
            return Contributions((), np.zeros((len(rows), 0), dtype=np.float32))
        length = float(np.linalg.norm(vectors.mean(axis=0)))
        if length < MIN_LENGTH:
            return Contributions(parts, np.full((len(rows), len(parts)), np.nan, dtype=np.float32))
        values = self._space.raw[rows] @ vectors.T / np.float32(len(parts) * length)
        return Contributions(parts, values.astype(np.float32))

    @property
    def _space(self) -> TextSpace:
        return fitted(self, self.space_)

    def _pieces(self, query: Query) -> list[Piece]:
        """The records of the query, every one of weight 1."""
        data = fitted(self, self.data_)
        found: list[Piece] = []
        for event in query.events:
            if event.item_id in data.row_of:
                part = Part(event.event_id, event.kind, data.title(event.item_id), 1.0)
                found.append(Piece(part, row=data.row_of[event.item_id]))
            if event.text.strip():
                found.append(Piece(Part(event.event_id, event.kind, event.text, 1.0), text=event.text))
        if query.typed.strip():
            found.append(Piece(Part("typed", "typed", query.typed, 1.0), text=query.typed))
        return found

    def _records(self, query: Query) -> tuple[tuple[Part, ...], Matrix]:
        """Parts and their raw vectors (n, dim)."""
        pieces = self._pieces(query)
        return tuple(piece.part for piece in pieces), vectors_of(pieces, self._space.raw, self._space.read)


SPEC = Spec("text_mean", "Average of texts", "The articles' formula: mean of all texts, then cosine.", TextMean)
