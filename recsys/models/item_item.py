"""What all models share that score an item by its links to the items somebody liked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.evidence import Touched, touched
from recsys.types import Contributions, Knob, Matrix, Part, Query, Rows, Vector

Links = Matrix | sp.csr_matrix
"""(n_items, n_items) float32: what liking the row item adds to the score of the column item; the diagonal is 0."""

SESSION_KNOBS = (
    Knob("half_life", "Memory", "After this many newer events an event counts half.", 50.0, 1.0, 1000.0, log=True),
    Knob(
        "dislike_strength",
        "Dislike strength",
        "How strongly a dislike pushes away what is linked to it.",
        0.0,
        0.0,
        2.0,
    ),
    Knob("prior", "Popularity", "How much it counts that many people liked an item.", 0.0, 0.0, 2.0),
)
"""Knobs of every model that scores from the items of a session."""


@dataclass
class ItemItem(ABC):
    """score_i = sum_a w_a B[a, i] + prior * log1p(likes of i) / its maximum.

    ``a`` runs over the items of the query and ``w_a`` is signed and aged (``recsys.models.evidence.touched``), so
    somebody never seen in training is scored from the clicks just made, and every score is an exact sum of them.
    Items without any link are NaN, and all items are when the query says nothing and ``prior`` is 0. A subclass
    computes ``B`` in :meth:`learn`.
    """

    half_life: float = 50.0
    dislike_strength: float = 0.0
    prior: float = 0.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    links_: Links | None = field(default=None, init=False, repr=False)
    linked_: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)
    popularity_: Vector | None = field(default=None, init=False, repr=False)

    @abstractmethod
    def learn(self, data: Dataset) -> tuple[Links, NDArray[np.bool_]]:
        """The links, and (n_items,) which items have any: the others cannot be scored."""

    def fit(self, data: Dataset) -> Self:
        self.links_, self.linked_ = self.learn(data)
        counts = np.log1p(data.like_counts)
        self.popularity_ = (counts / (counts.max() or 1.0)).astype(np.float32)
        self.data_ = data
        for array in (*_arrays(self.links_), self.linked_, self.popularity_):
            array.setflags(write=False)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded, higher is better; NaN where there is no link or nothing to go on."""
        links, linked, popularity = self._learned
        evidence = self._evidence(query)
        if not len(evidence) and not self.prior:
            return np.full(len(linked), np.nan, dtype=np.float32)
        scores = _summed(links, evidence) + np.float32(self.prior) * popularity
        return np.where(linked, scores, np.float32(np.nan))

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per item of the query, and the prior last where it counts."""
        links, _, popularity = self._learned
        evidence = self._evidence(query)
        block = links[evidence.rows][:, rows]
        dense = block.toarray() if sp.issparse(block) else np.asarray(block)
        values = (dense * evidence.weights[:, None]).T.astype(np.float32)
        if not self.prior:
            return Contributions(evidence.parts, values)
        prior = Part("prior", "prior", "liked by many people", 0.0)
        shares = np.float32(self.prior) * popularity[rows, None]
        return Contributions((*evidence.parts, prior), np.hstack([values, shares]))

    @property
    def _learned(self) -> tuple[Links, NDArray[np.bool_], Vector]:
        if self.links_ is None or self.linked_ is None or self.popularity_ is None:
            raise NotFittedError(self)
        return self.links_, self.linked_, self.popularity_

    def _evidence(self, query: Query) -> Touched:
        if self.data_ is None:
            raise NotFittedError(self)
        return touched(query.events, self.data_, self.half_life, self.dislike_strength)


def _summed(links: Links, evidence: Touched) -> Vector:
    if sp.issparse(links):
        row = sp.csr_matrix(evidence.weights[None]) @ links[evidence.rows]
        return np.asarray(row.toarray()[0], dtype=np.float32)
    return np.asarray(evidence.weights @ links[evidence.rows], dtype=np.float32)


def _arrays(links: Links) -> tuple[np.ndarray, ...]:
    return (links.data, links.indices, links.indptr) if sp.issparse(links) else (np.asarray(links),)
