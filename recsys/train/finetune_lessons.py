"""What a text encoder is taught: where items lie among the likes, whose histories lead to them, and what misleads.

Everything here is learned from the likes of one training part; the texts of other items are never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.models.ease import ease_links, inverse_gram, likes_among
from recsys.ranking import top_k
from recsys.text import TextSpace
from recsys.text.space import unit_rows
from recsys.types import Matrix, Rows, Vector

L2, DROPOUT = 200.0, 0.3
"""Of the links, as the recommender EASE has them."""
TEXT_SHARE = 0.5
"""Weight of the untouched vector in a target beside that of the likes, 1."""
N_HARD = 8
"""Hard negatives per item: the nearest texts that few of its people like."""
ENOUGH = 20
"""From so many likes on an item counts fully; below, by the root of their number."""
BEST = "best"
"""Folder of the best encoder so far, in that of the training."""
LEAST_ITEMS = 20
"""With fewer liked items with a text there is nothing to tell apart."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lessons:
    """One lesson per liked item with a text."""

    rows: Rows
    """(n,) rows of the items in the catalogue, ascending."""
    texts: Sequence[str]
    """(n,) what the encoder reads."""
    targets: Matrix
    """(n, dim) float32 unit rows: where the centred vector of each text should lie."""
    weights: Vector
    """(n,) float32 with mean 1: what many people liked counts more."""
    likes: sp.csr_matrix
    """(n_people, n) float32 of 0/1."""
    hard: Rows
    """(n, N_HARD) positions of the items with the nearest texts that have the least likes in common."""

    @classmethod
    def of(cls, train: Dataset, space: TextSpace) -> Lessons:
        """Lessons from the likes of ``train``, whose texts the untouched encoder reads in ``space``.

        DataError where fewer than LEAST_ITEMS items with a text were liked.
        """
        among = (train.like_counts > 0) & space.has_text
        rows = np.flatnonzero(among)
        if len(rows) < LEAST_ITEMS:
            raise DataError(
                f"{train.label} has {len(rows)} liked items with a text, and an encoder needs {LEAST_ITEMS} to learn "
                "from: use data with more likes"
            )
        likes = likes_among(train, among)
        before = space.items[rows].astype(np.float64)
        counts = np.sqrt(np.minimum(np.asarray(likes.sum(axis=0)).ravel(), ENOUGH))
        return cls(
            rows,
            [train.latin_texts[row] for row in rows.tolist()],
            targets(likes, before),
            (counts / counts.mean()).astype(np.float32),
            likes.astype(np.float32),
            hard_negatives(likes, before),
        )


def targets(likes: sp.csr_matrix, before: Floats) -> Matrix:
    """(n, dim) float32 unit rows whose cosines say who is liked with whom, turned to lie near ``before`` (n, dim).

    The links B of EASE, made symmetric, are V diag(w) V'; T is V sqrt(max(w, 0)) with rows of median length 1, so that
    what few people liked stays near its text. With E = ``before``, the targets are the first dim directions of
    [T, TEXT_SHARE E], turned by the rotation that brings them nearest to E (orthogonal Procrustes, Schönemann 1966):
    what is learned is then as small a change of the encoder as possible.
    """
    links = ease_links(inverse_gram(likes, L2, DROPOUT))
    values, directions = np.linalg.eigh((links + links.T) / 2)
    placed = directions * np.sqrt(np.maximum(values, 0.0))
    placed /= float(np.median(np.linalg.norm(placed, axis=1))) or 1.0
    both = np.hstack([placed, TEXT_SHARE * before])
    left, sizes, _ = np.linalg.svd(both @ both.T, hermitian=True)
    dim = before.shape[1]
    kept = np.zeros((len(before), dim))
    n_kept = min(dim, len(sizes))
    kept[:, :n_kept] = left[:, :n_kept] * np.sqrt(np.maximum(sizes[:n_kept], 0.0))
    kept = unit_rows(kept)
    to, _, back = np.linalg.svd(kept.T @ before)
    return np.asarray(kept @ (to @ back), dtype=np.float32)


def hard_negatives(likes: sp.csr_matrix, before: Floats) -> Rows:
    """(n, N_HARD) for each item the nearest texts of those that none of its people likes, and of the others after them.

    With fewer than N_HARD other items some come more than once.
    """
    together = (likes.T @ likes).toarray() > 0
    alike = (before @ before.T).astype(np.float32)
    alike[together] -= 2.0  # below every cosine: only where nothing else is left
    out = np.zeros((len(alike), N_HARD), dtype=np.int64)
    for place, near in enumerate(alike):
        out[place] = np.resize(top_k(near, N_HARD, np.array([place])), N_HARD)
    return out
