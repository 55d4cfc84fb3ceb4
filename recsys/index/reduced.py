"""Vectors in fewer dimensions: the directions in which the rows differ most, from their mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.index.contract import VectorIndex, checked, checked_rows
from recsys.text.space import unit_rows
from recsys.types import Matrix, Rows, Vector


@dataclass(frozen=True, eq=False)
class Reduction:
    """z = W'(x - mean), back to unit length; W holds the first principal directions of the rows it was learned from."""

    mean: Vector
    """(dim,)."""
    directions: Matrix
    """(dim, n) orthonormal columns, the one with the largest variance first."""
    kept: float
    """Share of the variance that is kept, in [0, 1]; 1 where there is none to lose."""

    @classmethod
    def of(cls, rows: Matrix, dim: int) -> Self:
        """Learn from ``rows`` (n, m), zero rows left out; ValueError unless ``dim`` is from 1 to m."""
        found = checked_rows(rows)
        if not 1 <= dim <= found.shape[1]:
            raise ValueError(f"dim should be from 1 to {found.shape[1]}, is now {dim}")
        present = found[found.any(axis=1)]
        mean = present.mean(axis=0) if len(present) else np.zeros(found.shape[1], dtype=np.float32)
        apart = (present - mean).astype(np.float64)
        variances, directions = np.linalg.eigh(apart.T @ apart)
        total = float(variances.sum())
        kept = float(variances[-dim:].sum()) / total if total > 0 else 1.0
        return cls(mean, np.ascontiguousarray(directions[:, ::-1][:, :dim], dtype=np.float32), min(kept, 1.0))

    def __call__(self, vectors: Matrix) -> Matrix:
        """(n, dim) float32 unit rows; zero rows stay zero."""
        apart = np.where(vectors.any(axis=1, keepdims=True), vectors - self.mean, 0)
        return unit_rows(np.asarray(apart @ self.directions, dtype=np.float32))


@dataclass(frozen=True, eq=False)
class Reduced:
    """An index of reduced rows that is searched with full vectors; its scores are cosines of reduced vectors."""

    reduction: Reduction
    inner: VectorIndex
    """Over the reduced rows."""

    @classmethod
    def of(cls, rows: Matrix, dim: int, index: Callable[[Matrix], VectorIndex]) -> Self:
        """Reduce ``rows`` (n, m) to ``dim`` and let ``index`` hold them."""
        reduction = Reduction.of(rows, dim)
        return cls(reduction, index(reduction(checked_rows(rows))))

    @property
    def n_rows(self) -> int:
        return self.inner.n_rows

    @property
    def dim(self) -> int:
        return len(self.reduction.mean)

    @property
    def bytes(self) -> int:
        return self.inner.bytes + self.reduction.mean.nbytes + self.reduction.directions.nbytes

    @property
    def reach(self) -> int:
        return self.inner.reach

    def search(self, vectors: Matrix, k: int, among: Rows | None = None) -> tuple[Rows, Matrix]:
        return self.inner.search(self.reduction(checked(vectors, k, self.dim)), k, among)

    def vectors(self, rows: Rows) -> Matrix:
        """(n, dim) what the reduced rows say of the full ones: their part outside of the kept directions is gone."""
        return np.asarray(self.inner.vectors(rows) @ self.reduction.directions.T + self.reduction.mean)
