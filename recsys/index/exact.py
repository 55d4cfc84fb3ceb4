"""Every vector as it is: the exact answer, which the others are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.index.contract import checked, checked_rows, swept
from recsys.types import Matrix, Rows


@dataclass(frozen=True, eq=False)
class Exact:
    """Rows of float32, one product of matrices per search."""

    rows: Matrix

    @classmethod
    def of(cls, rows: Matrix) -> Self:
        """Index ``rows`` (n, dim)."""
        return cls(checked_rows(rows))

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def dim(self) -> int:
        return int(self.rows.shape[1])

    @property
    def bytes(self) -> int:
        return self.rows.nbytes

    @property
    def reach(self) -> int:
        return self.n_rows

    def search(self, vectors: Matrix, k: int, among: Rows | None = None) -> tuple[Rows, Matrix]:
        rows = self.rows if among is None else self.rows[among]
        found = checked(vectors, k, self.dim)
        # One vector goes through the rows as they lie; a matrix of one row would be multiplied more slowly.
        return swept(found, k, len(rows), among, lambda some: np.stack([rows @ one for one in some]))

    def vectors(self, rows: Rows) -> Matrix:
        return self.rows[rows]
