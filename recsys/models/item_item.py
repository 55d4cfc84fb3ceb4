"""What all models share that score an item by its links to the items somebody liked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse._sparsetools import csr_matvecs

from recsys.data import Dataset
from recsys.models import popularity
from recsys.models.evidence import Touched, touched
from recsys.models.shared import fitted, frozen
from recsys.types import Contributions, Knob, Matrix, Query, Rows, Vector

Links = Matrix | sp.csr_matrix
"""(n_items, n_items) float32: what liking the row item adds to the score of the column item; the diagonal is 0."""

RUN = 512
"""Items whose links are found at a time."""

SESSION_KNOBS = (
    Knob("half_life", "Memory", "After this many newer items an item counts half.", 50.0, 1.0, 1000.0, log=True),
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


def neighbours_knob(line: str, default: int = 100) -> Knob:
    """How many of the most similar have a say, as ``line`` tells."""
    return Knob("neighbours", "Neighbours", line, default, 1, 1000, log=True, whole=True)


@dataclass
class ItemItem(ABC):
    """score_i = sum_a w_a B[a, i] + prior * log1p(likes of i) / its maximum.

    ``a`` runs over the items of the query and ``w_a`` is signed and aged (``recsys.models.evidence.touched``), so
    somebody never seen in training is scored from the clicks just made, and every score is an exact sum of them.
    Items without any link are NaN, and all items are when ``prior`` is 0 and no item of the query has a link. A
    subclass computes ``B`` in :meth:`learn`.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset(knob.name for knob in SESSION_KNOBS)

    half_life: float = 50.0
    dislike_strength: float = 0.0
    prior: float = 0.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    links_: Links | None = field(default=None, init=False, repr=False)
    linked_: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)
    unlinked_: Rows | None = field(default=None, init=False, repr=False)
    telling_: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)
    popularity_: Vector | None = field(default=None, init=False, repr=False)

    @abstractmethod
    def learn(self, data: Dataset) -> tuple[Links, NDArray[np.bool_]]:
        """The links, and (n_items,) which items can be scored by them: the others are NaN."""

    def fit(self, data: Dataset) -> Self:
        links, self.linked_ = self.learn(data)
        self.links_ = links if sp.issparse(links) else np.ascontiguousarray(links)
        self.unlinked_ = np.flatnonzero(~self.linked_)
        self.telling_ = _has_links(self.links_)
        self.data_, self.popularity_ = data, popularity.shares(data)
        frozen(self.links_, self.linked_, self.unlinked_, self.telling_)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded, higher is better; NaN where there is no link or nothing to go on."""
        linked = fitted(self, self.linked_)
        evidence = self._evidence(query)
        if not len(evidence) and not self.prior:
            return np.full(len(linked), np.nan, dtype=np.float32)
        scores = self._pushed(evidence)
        if self.prior:
            scores += np.float32(self.prior) * fitted(self, self.popularity_)
        scores[fitted(self, self.unlinked_)] = np.nan
        return scores

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per item of the query, and the prior last where it counts."""
        evidence = self._evidence(query)
        values = (self._links_between(evidence, rows) * evidence.weights[:, None]).T
        if not self.prior:
            return Contributions(evidence.parts, values)
        shares = np.float32(self.prior) * fitted(self, self.popularity_)[rows, None]
        return Contributions((*evidence.parts, popularity.POPULAR), np.hstack([values, shares]))

    def _pushed(self, evidence: Touched) -> Vector:
        """(n_items,) float32: the links from all items of the query, each times its weight, added up."""
        assert self.links_ is not None
        return _summed(self.links_, evidence)

    def _links_between(self, evidence: Touched, rows: Rows) -> Matrix:
        """(n, n_rows) float32: the links from each item of the query to ``rows``."""
        assert self.links_ is not None
        return _block(self.links_, evidence.rows, rows)

    def _evidence(self, query: Query) -> Touched:
        """The items of the query that can move a list; the others would only order it by row."""
        found = touched(query.events, fitted(self, self.data_), self.half_life, self.dislike_strength)
        telling = self._telling(found)
        return found if telling.all() else found.only(telling)

    def _telling(self, found: Touched) -> NDArray[np.bool_]:
        """(n,) which items of the query have links."""
        return np.asarray(fitted(self, self.telling_)[found.rows])


def strongest(n_items: int, neighbours: int, links_into: Callable[[slice], NDArray[np.float64]]) -> sp.csr_matrix:
    """Links in which each item keeps the ``neighbours`` strongest that lead to it, and those as strong as the last.

    ``links_into(targets)`` gives (n_targets, n_items) float64 >= 0 for a run of items, every source in a column; a
    link of 0, or from an item to itself, is none. Runs keep the memory small, and keeping equals keeps the links
    independent of the order of the items.
    """
    if neighbours < 1:
        raise ValueError(f"neighbours should be at least 1, is now {neighbours}")
    runs = [sp.csr_matrix(np.zeros((0, n_items), dtype=np.float32))]
    for start in range(0, n_items, RUN):
        targets = slice(start, min(start + RUN, n_items))
        found = links_into(targets)
        found[np.arange(len(found)), np.arange(targets.start, targets.stop)] = 0.0
        if neighbours < n_items:
            weakest = np.partition(found, n_items - neighbours, axis=1)[:, n_items - neighbours]
            found[found < weakest[:, None]] = 0.0
        runs.append(sp.csr_matrix(found, dtype=np.float32))
    return sp.csr_matrix(sp.vstack(runs).T)


def _summed(links: Links, evidence: Touched) -> Vector:
    if sp.issparse(links):
        row = sp.csr_matrix(evidence.weights[None]) @ links[evidence.rows]
        return np.asarray(row.toarray()[0], dtype=np.float32)
    # SciPy's kernel of a sparse matrix times a dense one, for a matrix of one row: nothing is copied, and no second
    # thread is woken for what takes ten microseconds.
    pushed = np.zeros(links.shape[1], dtype=np.float32)
    ends = np.array([0, len(evidence)], dtype=np.int64)
    n_items, n_scored = links.shape
    csr_matvecs(1, n_items, n_scored, ends, evidence.rows, evidence.weights, links.ravel(), pushed)
    return pushed


def _block(links: Links, sources: Rows, targets: Rows) -> Matrix:
    """(n_sources, n_targets) dense."""
    if sp.issparse(links):
        return np.asarray(links[sources][:, targets].toarray())
    return np.asarray(links[np.ix_(sources, targets)])


def _has_links(links: Links) -> NDArray[np.bool_]:
    if sp.issparse(links):
        return np.asarray(np.diff(links.indptr) > 0)
    return np.asarray(links.any(axis=1))
