"""What every index of vectors promises, and what all of them check and do in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from recsys.ranking import Scores, top_k
from recsys.types import Matrix, Rows, Vector

BLOCK_NUMBERS = 1 << 24
"""Scores held at a time where many vectors are searched for together: 64 MB."""


class VectorIndex(Protocol):
    """Rows that can be searched by their inner product with a vector: the cosine, where both are of unit length.

    Equal scores fall to the lower row, so that the same question has the same answer. An index never changes.
    """

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        ...

    @property
    def dim(self) -> int:
        """Length of the vectors that are searched for."""
        ...

    @property
    def bytes(self) -> int:
        """Bytes of everything it holds."""
        ...

    @property
    def reach(self) -> int:
        """So many rows at most does one search score; ``n_rows`` for a search that leaves nothing out."""
        ...

    def search(self, vectors: Matrix, k: int, among: Rows | None = None) -> tuple[Rows, Matrix]:
        """Rows and scores of the ``k`` best rows for each of ``vectors``: two matrices (n, k), best first.

        Only rows ``among`` these, ascending and none twice, where they are given. Fewer than ``k`` columns come back
        where fewer rows are there. ValueError for ``k`` below 0 and for vectors of another length or with a number
        that is not finite.
        """
        ...

    def vectors(self, rows: Rows) -> Matrix:
        """(n, dim) float32 rows as the index remembers them."""
        ...


def checked_rows(rows: Matrix) -> Matrix:
    """``rows`` (n, dim) as float32 in one piece; ValueError unless it is a matrix of finite numbers."""
    found = np.ascontiguousarray(rows, dtype=np.float32)
    if found.ndim != 2:
        raise ValueError(f"vectors should be a matrix of rows, have {found.ndim} axes")
    if not np.isfinite(found).all():
        raise ValueError("vectors should be finite numbers, some are not: leave those rows out or make them zero")
    return found


def checked(vectors: Matrix, k: int, dim: int) -> Matrix:
    """The vectors of a search as float32; ValueError as the contract says."""
    if k < 0:
        raise ValueError(f"k should be at least 0, is now {k}")
    found = checked_rows(vectors)
    if found.shape[1] != dim:
        raise ValueError(f"vectors should have {dim} numbers each as the index does, have {found.shape[1]}")
    return found


def best(scores: Scores, k: int, among: Rows | None) -> tuple[Rows, Vector]:
    """Rows and scores of the ``k`` highest of ``scores``, which belong to ``among`` or else to all rows."""
    if not k or not len(scores):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    places = top_k(scores, k)
    return places if among is None else among[places], scores[places].astype(np.float32)


def swept(
    vectors: Matrix, k: int, n_rows: int, among: Rows | None, scores_of: Callable[[Matrix], Matrix]
) -> tuple[Rows, Matrix]:
    """Search by scoring every row: ``scores_of`` some vectors (n, dim) are (n, n rows) float32."""
    k = min(k, n_rows if among is None else len(among))
    rows, scores = np.zeros((len(vectors), k), dtype=np.int64), np.zeros((len(vectors), k), dtype=np.float32)
    at_once = max(1, BLOCK_NUMBERS // max(n_rows, 1))
    for start in range(0, len(vectors) if k else 0, at_once):
        for place, found in enumerate(scores_of(vectors[start : start + at_once]), start):
            rows[place], scores[place] = best(found, k, among)
    return rows, scores
