"""EASE: an item-to-item model in closed form, with the dropout of a denoising autoencoder as a knob."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.data.dataset import counts_as_like
from recsys.errors import DataError
from recsys.models.ease_user import own_links
from recsys.models.evidence import Touched
from recsys.models.item_item import SESSION_KNOBS, ItemItem
from recsys.models.shared import frozen
from recsys.types import Knob, Matrix, Rows, Spec, Vector

MAX_ITEMS = 20_000
"""The links of so many items take 1.6 GB; more are refused."""

BLOCK = 256

MAX_DENSE = 20_000_000
"""Up to so many people times items the likes are multiplied as a dense matrix of 80 MB, which is faster."""

LEAST_L2 = 1e-9
"""Of the mean number of likes of an item: with less, items liked by the same people cannot be told apart in float64."""

FEW_PEOPLE = 0.6
"""Below this many people per item the inverse is found through the people."""

OFF, ON = "off", "on"

Floats = NDArray[np.float64]


@dataclass
class Ease(ItemItem):
    """Links that best rebuild everybody's likes from their other likes, held small by ``l2``.

        P = (X'X + l2 I + p / (1 - p) diag(X'X))^-1,   B_ij = -P_ij / P_jj,   B_jj = 0

    X is the 0/1 matrix of likes, users by items (Steck 2019). ``dropout`` p is the share of likes that training
    drops at random; the closed form is the limit of infinitely many such copies (EDLAE, Steck 2020). Items nobody
    liked have no links.

    With ``join`` the links are those of the model that also learned from the likes of the query, as if it had been
    solved again with this person in X (``recsys.models.ease_user``). Meant for strangers: somebody whose likes are in
    X already would count twice.
    """

    session_knobs: ClassVar[frozenset[str]] = ItemItem.session_knobs | {"join"}

    l2: float = 200.0
    dropout: float = 0.3
    join: str = OFF
    inverse_diagonal_: Floats | None = field(default=None, init=False, repr=False)
    """(n_items,) the diagonal of P."""

    def learn(self, data: Dataset) -> tuple[Matrix, NDArray[np.bool_]]:
        warm = data.like_counts > 0
        inverse = inverse_gram(likes_among(data, warm), self.l2, self.dropout)
        self.inverse_diagonal_ = np.full(data.n_items, 1 / self.l2)
        self.inverse_diagonal_[warm] = np.diag(inverse)
        frozen(self.inverse_diagonal_)
        return spread(ease_links(inverse), warm), warm

    def _telling(self, found: Touched) -> NDArray[np.bool_]:
        telling = super()._telling(found)
        # An item nobody else liked has no links yet: those to the other likes of this person are made now.
        return telling if self.join == OFF or not telling.any() else telling | self._liked(found)

    def _pushed(self, evidence: Touched) -> Vector:
        if self.join == OFF or not len(evidence):
            return super()._pushed(evidence)
        return np.asarray(evidence.weights @ self._own_links(evidence), dtype=np.float32)

    def _links_between(self, evidence: Touched, rows: Rows) -> Matrix:
        if self.join == OFF:
            return super()._links_between(evidence, rows)
        return np.asarray(self._own_links(evidence)[:, rows], dtype=np.float32)

    def _own_links(self, evidence: Touched) -> Floats:
        """(n, n_items) the links from the items of the query, of the model that learned from its likes too."""
        assert self.inverse_diagonal_ is not None
        liked = self._liked(evidence)
        return own_links(np.asarray(self.links_), self.inverse_diagonal_, evidence.rows, liked, self.dropout)

    def _liked(self, evidence: Touched) -> NDArray[np.bool_]:
        stars = evidence.data.liked_stars
        return np.array([counts_as_like(event, stars) for event in evidence.events], dtype=bool)


def likes_among(data: Dataset, among: NDArray[np.bool_]) -> sp.csr_matrix:
    """X of the items ``among``, (n_people, n_among) float64: people who like none of them left out."""
    if among.sum() > MAX_ITEMS:
        raise DataError(f"this model handles at most {MAX_ITEMS:,} liked items, {data.label} has {among.sum():,}")
    likes = data.likes[:, among].astype(np.float64)
    return likes[np.diff(likes.indptr) > 0]


def inverse_gram(likes: sp.csr_matrix, l2: float, dropout: float = 0.0) -> Floats:
    """P of the formula above, (n_items, n_items); ``l2`` above 0 by more than rounding, ``dropout`` in [0, 1).

    With D the diagonal that is added to X'X, P is also D^-1 - D^-1 X' (I + X D^-1 X')^-1 X D^-1 (Woodbury): a matrix
    of people by people to solve with, several times faster where they are fewer than the items.
    """
    if l2 <= 0 or not 0 <= dropout < 1:
        raise ValueError(f"l2 should be above 0 and dropout in [0, 1), are now {l2} and {dropout}")
    n_people, n_items = likes.shape
    least = LEAST_L2 * float(likes.multiply(likes).sum()) / max(n_items, 1)
    if l2 < least:
        raise ValueError(f"l2 should be at least {least:.1g} to solve for these likes, is now {l2:g}")
    added = l2 + dropout / (1 - dropout) * np.asarray(likes.sum(axis=0), dtype=np.float64).ravel()
    if not n_items:
        return np.zeros((0, 0))
    if n_people < FEW_PEOPLE * n_items:
        return _through_people(likes, added)
    penalised = _shared_likes(likes)
    penalised[np.diag_indices(n_items)] += added
    return _inverse(penalised)


def _through_people(likes: sp.csr_matrix, added: Floats) -> Floats:
    """P by a matrix of people by people; ``added`` (n_items,) is the diagonal D."""
    # By SciPy's BLAS all along, in its order of columns: what NumPy calls a row here is a column there.
    scaled = (likes.toarray() / np.sqrt(added)).T
    if (added == added[0]).all():
        people = _shared_likes(sp.csr_matrix(likes.T)).T / added[0]
    else:
        people = scipy.linalg.blas.dsyrk(1.0, scaled, trans=1, lower=1)
    people[np.diag_indices(len(people))] += 1.0
    root = _root(people)
    half = scipy.linalg.blas.dtrsm(1.0, root, scaled, side=1, lower=1, trans_a=1, overwrite_b=1)
    half /= np.sqrt(added)[:, None]
    inverse = _mirrored(scipy.linalg.blas.dsyrk(-1.0, half, lower=1).T)
    inverse[np.diag_indices(len(inverse))] += 1 / added
    return inverse


def _shared_likes(likes: sp.csr_matrix) -> Floats:
    """X'X, at least its upper triangle: a dense product of 0 and 1, exact in float32, where small, or a sparse one."""
    n_people, n_items = likes.shape
    if n_people * n_items > MAX_DENSE:
        return np.asarray((likes.T @ likes).toarray())
    # By SciPy's BLAS like the inverse after it: the threads of NumPy's would still be spinning, and in its way.
    dense = likes.toarray().astype(np.float32)
    lower = scipy.linalg.blas.ssyrk(1.0, dense.T, lower=1)
    return np.asarray(lower.T, dtype=np.float64)


def _inverse(positive: Floats) -> Floats:
    """Inverse of a symmetric matrix with positive eigenvalues, which it overwrites; its upper triangle is read."""
    if not len(positive):
        return positive
    half, _ = scipy.linalg.lapack.dpotri(_root(positive.T), lower=1, overwrite_c=1)
    return _mirrored(half.T)


def _root(positive: Floats) -> Floats:
    """Cholesky factor of a symmetric matrix, which it overwrites; its lower triangle is read, and what is above stays.

    ValueError where its eigenvalues are not all positive.
    """
    factor, failed = scipy.linalg.lapack.dpotrf(positive, lower=1, overwrite_a=1, clean=0)
    if failed:
        raise ValueError("these likes cannot be solved for: l2 should be larger")
    return np.asarray(factor)


def _mirrored(upper: Floats) -> Floats:
    """A symmetric matrix from its upper triangle, in place and by blocks that a processor's cache can hold."""
    for start in range(0, len(upper), BLOCK):
        end = start + BLOCK
        upper[end:, start:end] = upper[start:end, end:].T
        corner = upper[start:end, start:end]
        corner[:] = np.triu(corner) + np.triu(corner, 1).T
    return upper


def ease_links(inverse: Floats) -> Floats:
    """B of the formula above, made in the place of P."""
    inverse /= -np.diag(inverse)
    np.fill_diagonal(inverse, 0.0)
    return inverse


def spread(links: NDArray[np.floating], among: NDArray[np.bool_]) -> Matrix:
    """``links`` of the items ``among`` as (n_items, n_items) float32, 0 for the others."""
    out = np.zeros((len(among), len(among)), dtype=np.float32)
    wide = np.zeros((len(links), len(among)), dtype=np.float32)
    # Runs of neighbours are copied several times faster than items one by one.
    edges = np.flatnonzero(np.diff(among, prepend=False, append=False)).reshape(-1, 2)
    ends = np.cumsum(edges[:, 1] - edges[:, 0])
    starts = ends - edges[:, 1] + edges[:, 0]
    runs = [(slice(*to), slice(*at)) for to, at in zip(edges, zip(starts, ends, strict=True), strict=True)]
    for to, at in runs:
        wide[:, to] = links[:, at]
    for to, at in runs:
        out[to] = wide[at]
    return out


CAUTION = Knob("l2", "Caution", "Higher trusts only links that many people share.", 200.0, 1.0, 10_000.0, log=True)
DROPOUT = Knob(
    "dropout", "Dropout", "Share of likes dropped in training, so that no link is taken for granted.", 0.3, 0.0, 0.9
)
"""Knobs of every form of EASE."""

SPEC = Spec(
    "ease",
    "EASE",
    "What people who liked the same things liked too, solved exactly.",
    Ease,
    (
        CAUTION,
        DROPOUT,
        Knob("join", "Learn from you too", "Your own likes are counted in the model at once.", OFF, choices=(OFF, ON)),
        *SESSION_KNOBS,
    ),
)
