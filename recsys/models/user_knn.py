"""User neighbourhoods: what the people whose likes overlap most with yours liked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.evidence import Touched, touched
from recsys.models.item_item import SESSION_KNOBS, neighbours_knob
from recsys.models.shared import fitted, frozen
from recsys.ranking import top_k
from recsys.types import Contributions, Knob, Part, Query, Rows, Spec, Vector

Floats = NDArray[np.float64]


@dataclass
class UserKnn:
    """User-based neighbourhoods (Herlocker et al. 1999).

        score_i = sum of sim(v) over the ``neighbours`` most similar people v who liked i
        sim(v) = w . l_v / (|w| |l_v| + shrink)

    l_v is 1 at the likes of v; w holds the signed, aged weights of the session (``recsys.models.evidence``), scaled
    so that the largest is 1. Only people with a similarity above 0 are neighbours. Items nobody liked are NaN, and
    all are when nobody is similar.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"neighbours", "shrink", "half_life", "dislike_strength"})

    neighbours: int = 100
    shrink: float = 1.0
    half_life: float = 50.0
    dislike_strength: float = 0.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    likes_: sp.csr_matrix | None = field(default=None, init=False, repr=False)
    by_item_: sp.csr_matrix | None = field(default=None, init=False, repr=False)
    lengths_: Floats | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if self.neighbours < 1 or self.shrink < 0:
            raise ValueError(
                f"neighbours should be at least 1 and shrink at least 0, are now {self.neighbours} and {self.shrink}"
            )
        self.likes_ = data.likes.astype(np.float64)
        self.by_item_ = self.likes_.T.tocsr()
        self.lengths_ = np.sqrt(np.diff(self.likes_.indptr))
        self.data_ = data
        frozen(self.likes_, self.by_item_, self.lengths_)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 at least 0, at most about ``neighbours``; 0 for what no neighbour liked."""
        likes, by_item, _ = self._learned
        similar = self.similarity(query)
        near = self._nearest(similar)
        if not len(near):
            return np.full(likes.shape[1], np.nan, dtype=np.float32)
        scores = (sp.csr_matrix(similar[near][None]) @ likes[near]).toarray()[0]
        return np.where(np.diff(by_item.indptr) > 0, scores, np.nan).astype(np.float32)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per part of the similarity, the neighbours being those that all parts together chose."""
        likes, _, _ = self._learned
        near = self._nearest(self.similarity(query))
        parts, shares = self.shares(query, near)
        values = likes[near][:, rows].T @ shares.T
        return Contributions(parts, np.asarray(values, dtype=np.float32).reshape(len(rows), len(parts)))

    def similarity(self, query: Query) -> Floats:
        """(n_users,) how similar everybody in the training data is to whoever asks; 0 for no likes in common."""
        likes, by_item, _ = self._learned
        evidence = self._evidence(query)
        if not len(evidence):
            return np.zeros(likes.shape[0])
        weights = _scaled(evidence)
        overlap = (sp.csr_matrix(weights[None]) @ by_item[evidence.rows]).toarray()[0]
        return self._per_length(overlap, weights, slice(None))

    def shares(self, query: Query, near: Rows) -> tuple[tuple[Part, ...], Floats]:
        """The parts of a query and (n_parts, n_near) what each adds to the similarity of the people ``near``."""
        _, by_item, _ = self._learned
        evidence = self._evidence(query)
        weights = _scaled(evidence)
        overlap = by_item[evidence.rows][:, near].toarray() * weights[:, None]
        return evidence.parts, self._per_length(overlap, weights, near)

    def _per_length(self, overlap: Floats, weights: Floats, among: Rows | slice) -> Floats:
        _, _, lengths = self._learned
        length = np.linalg.norm(weights) * lengths[among] + self.shrink
        return np.asarray(np.divide(overlap, length, out=np.zeros_like(overlap), where=length > 0))

    def _nearest(self, similar: Floats) -> Rows:
        return top_k(np.where(similar > 0, similar, np.nan), self.neighbours)

    def _evidence(self, query: Query) -> Touched:
        return touched(query.events, fitted(self, self.data_), self.half_life, self.dislike_strength)

    @property
    def _learned(self) -> tuple[sp.csr_matrix, sp.csr_matrix, Floats]:
        return fitted(self, self.likes_), fitted(self, self.by_item_), fitted(self, self.lengths_)


def _scaled(evidence: Touched) -> Floats:
    weights = evidence.weights.astype(np.float64)
    return np.asarray(weights / (np.abs(weights).max(initial=0.0) or 1.0))


NEIGHBOUR_KNOBS = (
    neighbours_knob("How many of the most similar people have a say."),
    Knob("shrink", "Caution", "Higher trusts only people with much in common.", 1.0, 0.0, 200.0),
    *(knob for knob in SESSION_KNOBS if knob.name != "prior"),
)

SPEC = Spec("user_knn", "Similar people", "What the people most like you liked.", UserKnn, NEIGHBOUR_KNOBS)
