"""Vectors in whole numbers of 8 bits: a quarter of the memory, and next to the same answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys.index.contract import checked, checked_rows, swept
from recsys.types import Matrix, Rows, Vector

LEVELS = 127
"""Whole numbers to each side of zero."""
SWEEP = 2048
"""Rows turned into float32 at a time: they stay in the processor's cache until they are multiplied."""


@dataclass(frozen=True, eq=False)
class Whole:
    """x_d is kept as round(x_d / s_d), where s_d is the largest |x_d| of all rows divided by 127.

    No number is off by more than half of its dimension's unit s_d. What is searched for stays in float32: the score is
    the exact inner product with the row as it is remembered.
    """

    codes: NDArray[np.int8]
    """(n_rows, dim)."""
    units: Vector
    """(dim,) s_d; 0 for a dimension in which every row is 0."""

    @classmethod
    def of(cls, rows: Matrix) -> Self:
        """Index ``rows`` (n, dim), which are also what the units are calibrated on."""
        found = checked_rows(rows)
        units = np.abs(found).max(axis=0, initial=0.0).astype(np.float32) / np.float32(LEVELS)
        codes = np.zeros(found.shape, dtype=np.int8)
        for start in range(0, len(found), SWEEP):
            part = found[start : start + SWEEP]
            scaled = np.divide(part, units, out=np.zeros_like(part), where=units > 0)
            codes[start : start + SWEEP] = np.clip(np.rint(scaled), -LEVELS, LEVELS)
        return cls(codes, units)

    @property
    def n_rows(self) -> int:
        return len(self.codes)

    @property
    def dim(self) -> int:
        return int(self.codes.shape[1])

    @property
    def bytes(self) -> int:
        return self.codes.nbytes + self.units.nbytes

    @property
    def reach(self) -> int:
        return self.n_rows

    def search(self, vectors: Matrix, k: int, among: Rows | None = None) -> tuple[Rows, Matrix]:
        codes = self.codes if among is None else self.codes[among]
        found = checked(vectors, k, self.dim)
        return swept(found, k, len(codes), among, lambda some: self._scores(codes, some))

    def vectors(self, rows: Rows) -> Matrix:
        return np.asarray(self.codes[rows] * self.units, dtype=np.float32)

    def _scores(self, codes: NDArray[np.int8], vectors: Matrix) -> Matrix:
        scaled = vectors * self.units
        out = np.empty((len(vectors), len(codes)), dtype=np.float32)
        room = np.empty((min(SWEEP, len(codes)), self.dim), dtype=np.float32)
        for start in range(0, len(codes), SWEEP):
            part = room[: len(codes[start : start + SWEEP])]
            part[...] = codes[start : start + SWEEP]
            out[:, start : start + SWEEP] = scaled @ part.T
        return out
