"""EASE: an item-to-item model in closed form, with the dropout of a denoising autoencoder as a knob."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.models.item_item import SESSION_KNOBS, ItemItem
from recsys.types import Knob, Matrix, Spec

MAX_ITEMS = 20_000
"""The links of so many items take 1.6 GB; more are refused."""

BLOCK = 256

MAX_DENSE = 20_000_000
"""Up to so many people times items the likes are multiplied as a dense matrix of 80 MB, which is faster."""

FEW_PEOPLE = 0.5
"""Below this many people per item the inverse is found through the people."""

Floats = NDArray[np.float64]


@dataclass
class Ease(ItemItem):
    """Links that best rebuild everybody's likes from their other likes, held small by ``l2``.

        P = (X'X + l2 I + p / (1 - p) diag(X'X))^-1,   B_ij = -P_ij / P_jj,   B_jj = 0

    X is the 0/1 matrix of likes, users by items (Steck 2019). ``dropout`` p is the share of likes that training
    drops at random; the closed form is the limit of infinitely many such copies (EDLAE, Steck 2020). Items nobody
    liked have no links.
    """

    l2: float = 200.0
    dropout: float = 0.3

    def learn(self, data: Dataset) -> tuple[Matrix, NDArray[np.bool_]]:
        warm = data.like_counts > 0
        links = ease_links(inverse_gram(likes_among(data, warm), self.l2, self.dropout))
        return spread(links, warm), warm


def likes_among(data: Dataset, among: NDArray[np.bool_]) -> sp.csr_matrix:
    """X of the items ``among``, (n_people, n_among) float64: people who like none of them left out."""
    if among.sum() > MAX_ITEMS:
        raise DataError(f"this model handles at most {MAX_ITEMS:,} liked items, {data.label} has {among.sum():,}")
    likes = data.likes[:, among].astype(np.float64)
    return likes[np.diff(likes.indptr) > 0]


def inverse_gram(likes: sp.csr_matrix, l2: float, dropout: float = 0.0) -> Floats:
    """P of the formula above, (n_items, n_items); ``l2`` above 0, ``dropout`` in [0, 1).

    With D the diagonal that is added to X'X, P is also D^-1 - D^-1 X' (I + X D^-1 X')^-1 X D^-1 (Woodbury): a matrix
    of people by people to solve with, several times faster where they are fewer than the items.
    """
    if l2 <= 0 or not 0 <= dropout < 1:
        raise ValueError(f"l2 should be above 0 and dropout in [0, 1), are now {l2} and {dropout}")
    n_people, n_items = likes.shape
    added = l2 + dropout / (1 - dropout) * np.asarray(likes.sum(axis=0)).ravel()
    if n_people >= FEW_PEOPLE * n_items:
        penalised = _shared_likes(likes)
        penalised[np.diag_indices(n_items)] += added
        return _inverse(penalised)
    scaled = sp.csr_matrix(likes.multiply(1 / added))
    people = np.asarray((scaled @ likes.T).toarray())
    people[np.diag_indices(n_people)] += 1.0
    root = scipy.linalg.cholesky(people, lower=True, overwrite_a=True, check_finite=False)
    half = scipy.linalg.solve_triangular(root, scaled.toarray(), lower=True, overwrite_b=True, check_finite=False)
    inverse = half.T @ half
    np.negative(inverse, out=inverse)
    inverse[np.diag_indices(n_items)] += 1 / added
    return np.asarray(inverse)


def _shared_likes(likes: sp.csr_matrix) -> Floats:
    """X'X: a dense product of 0 and 1, exact in float32, where that is small; a sparse one otherwise."""
    n_people, n_items = likes.shape
    if n_people * n_items > MAX_DENSE:
        return np.asarray((likes.T @ likes).toarray())
    # By SciPy's BLAS like the inverse after it: the threads of NumPy's would still be spinning, and in its way.
    dense = likes.toarray().astype(np.float32)
    lower = scipy.linalg.blas.ssyrk(1.0, dense.T, lower=1)
    return _mirrored(np.asarray(lower.T, dtype=np.float64))


def _inverse(positive: Floats) -> Floats:
    """Inverse of a symmetric matrix with positive eigenvalues, which it overwrites: Cholesky, then one triangle."""
    if not len(positive):
        return positive
    factor, _ = scipy.linalg.lapack.dpotrf(positive.T, lower=1, overwrite_a=1, clean=0)
    half, failed = scipy.linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError("l2 is too small to solve for these likes; it should be larger")
    return _mirrored(half.T)


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


def spread(links: Floats, among: NDArray[np.bool_]) -> Matrix:
    """``links`` of the items ``among`` as (n_items, n_items) float32, 0 for the others."""
    out = np.zeros((len(among), len(among)), dtype=np.float32)
    if among.all():
        out[:] = links
    else:
        out[np.ix_(among, among)] = links
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
        *SESSION_KNOBS,
    ),
)
