"""A signed, ageing taste in text space: clicks, reviews and typed words combined, every score an exact sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.evidence import decayed_weights
from recsys.text import TextSpace, reader
from recsys.types import Contributions, Knob, Matrix, Part, Query, Rows, Spec, Vector


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One signed piece of a taste: an item of the catalogue or a text."""

    part: Part
    encoder: str
    row: int | None = None
    text: str = ""


@dataclass
class TextProfile:
    """score_i = sum_a w_a sim(a, i) / sum_a |w_a| + prior * log1p(likes of i) / its maximum.

    ``a`` runs over the items touched, the words written and the text in the box; ``w_a`` is signed by like and
    dislike and halves every ``half_life`` events (``recsys.models.evidence``). ``sim`` is the cosine of centred
    vectors in units of its standard deviation over the catalogue, which lets texts in different scripts be read
    by different encoders and still add up. Items without text get the prior only; never NaN.
    """

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
        by_encoder: dict[str, list[str]] = {}
        for evidence in self._evidence(query):
            if evidence.row is None:
                by_encoder.setdefault(evidence.encoder, []).append(evidence.text)
        return {name: tuple(texts) for name, texts in by_encoder.items()}

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded; about 0 for an item unrelated to the taste."""
        evidence = self._evidence(query)
        shares = _shares(evidence)
        scores = np.float32(self.prior) * self._popularity
        for name, space in self.spaces_.items():
            columns = [c for c, e in enumerate(evidence) if e.encoder == name]
            if columns:
                vectors = self._vectors(space, [evidence[c] for c in columns])
                taste = np.asarray(shares[columns] @ vectors, dtype=np.float32)[None]
                scores = scores + space.similarity(taste)[0]
        return scores.astype(np.float32)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per piece of evidence, and the prior last."""
        evidence = self._evidence(query)
        shares = _shares(evidence)
        values = np.zeros((len(rows), len(evidence) + 1), dtype=np.float32)
        for name, space in self.spaces_.items():
            columns = [c for c, e in enumerate(evidence) if e.encoder == name]
            if columns:
                vectors = self._vectors(space, [evidence[c] for c in columns])
                cosines = space.items[rows] @ vectors.T / np.float32(space.scale)
                values[:, columns] = cosines * shares[columns]
        values[:, -1] = np.float32(self.prior) * self._popularity[rows]
        prior = Part("prior", "prior", "liked by many people", 0.0)
        return Contributions((*(e.part for e in evidence), prior), values)

    @property
    def _popularity(self) -> Vector:
        if self.popularity_ is None:
            raise NotFittedError(self)
        return self.popularity_

    def _vectors(self, space: TextSpace, evidence: Sequence[_Evidence]) -> Matrix:
        """(n, dim) centred unit vectors of ``evidence``, all of one encoder."""
        out = np.zeros((len(evidence), space.items.shape[1]), dtype=np.float32)
        for position, piece in enumerate(evidence):
            out[position] = space.items[piece.row] if piece.row is not None else space.vectors([piece.text])[0]
        return out

    def _evidence(self, query: Query) -> list[_Evidence]:
        """Every piece with its weight; the typed text gets ``typed_share`` of the whole."""
        data = self.data_
        if data is None:
            raise NotFittedError(self)
        main = next(iter(self.spaces_))
        weights = decayed_weights(query.events, self.half_life, self.dislike_strength)
        out: list[_Evidence] = []
        for event, weight in zip(query.events, weights, strict=True):
            if weight and event.item_id in data.row_of:
                part = Part(event.event_id, event.kind, data.title(event.item_id), weight)
                out.append(_Evidence(part, main, row=data.row_of[event.item_id]))
            if weight and event.text.strip():
                part = Part(event.event_id, event.kind, event.text, weight)
                out.append(_Evidence(part, self.reader_of(event.text), text=event.text))
        if query.typed.strip():
            so_far = sum(abs(e.part.weight) for e in out)
            share = min(self.typed_share, 0.99)
            weight = so_far * share / (1 - share) if so_far else 1.0
            part = Part("typed", "typed", query.typed, weight)
            out.append(_Evidence(part, self.reader_of(query.typed), text=query.typed))
        return out

    def reader_of(self, text: str) -> str:
        """Encoder of this fitted model that reads the script of ``text``."""
        if self.data_ is None:
            raise NotFittedError(self)
        name = reader().route(text, self.data_)
        return name if name in self.spaces_ else next(iter(self.spaces_))


def _shares(evidence: Sequence[_Evidence]) -> Vector:
    """(n,) float32 signed weights whose sizes sum to 1; divided before float32, where very old ones are 0."""
    weights = np.array([e.part.weight for e in evidence], dtype=np.float64)
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
