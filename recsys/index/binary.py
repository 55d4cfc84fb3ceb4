"""Vectors as one bit per dimension: rows are found by counting bits, then scored by a second index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys.index.contract import VectorIndex, checked, checked_rows
from recsys.ranking import top_k
from recsys.types import Matrix, Rows, Vector

CANDIDATES = 100
PLANES = 3
CLIP = 2.0
"""What is searched for is cut at so many root mean squares before it is put into planes."""
SAMPLE, STEPS = 4096, 15
"""Rows that the rotation is learned from, and how often it is improved."""
WORD = 64
SWEEP = 1 << 14
"""Rows counted at a time: their sums stay in the processor's cache."""

Words = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Binary:
    """A row is kept as the signs of R'(x - mean); another index scores the ``candidates`` rows nearest to a vector.

    R is the rotation that brings signs and values closest together, so that as little as possible is lost (iterative
    quantisation, Gong and Lazebnik 2011). The vector q that is searched for is kept finer than the rows, as in RaBitQ
    (Gao and Long 2024): R'q is rounded to sum over j < planes of 2^j p_j with p_j in {-1, 1}, and then

        (R'q) . signs  =  constant - 2 * sum over j of 2^j Hamming(p_j, signs)

    With one plane it is the plain Hamming distance. Lengths are not kept: rows should be about equally long. The mean
    adds the same to every score and is left out. All candidates then get the exact score of ``second``, among them
    only is the order right; where more than ``candidates`` are asked for, as many are scored.
    """

    codes: Words
    """(n_words, n_rows): the bits of all rows, 64 dimensions per line, so that a sweep reads them as they lie."""
    rotation: Matrix
    """(dim, dim)."""
    second: VectorIndex
    candidates: int = CANDIDATES
    planes: int = PLANES

    @classmethod
    def of(
        cls, rows: Matrix, second: VectorIndex, candidates: int = CANDIDATES, planes: int = PLANES, seed: int = 0
    ) -> Self:
        """Index ``rows`` (n, dim); ``second`` holds the same rows in the same order and gives the scores."""
        found = checked_rows(rows)
        if (second.n_rows, second.dim) != found.shape:
            raise ValueError(f"the second index should hold {found.shape} numbers too, has {second.n_rows, second.dim}")
        if candidates < 1 or not 1 <= planes <= 8:
            raise ValueError(f"candidates should be 1 or more and planes 1 to 8, are now {candidates} and {planes}")
        mean = found.mean(axis=0) if len(found) else np.zeros(found.shape[1], dtype=np.float32)
        rotation = rotated(found[:: -(-len(found) // SAMPLE) or 1] - mean, seed)
        codes = np.zeros((-(-found.shape[1] // WORD), len(found)), dtype=np.uint64)
        for start in range(0, len(found), SWEEP):
            signs = (found[start : start + SWEEP] - mean) @ rotation > 0
            codes[:, start : start + SWEEP] = _packed(signs).T
        return cls(codes, rotation, second, candidates, planes)

    @property
    def n_rows(self) -> int:
        return self.second.n_rows

    @property
    def dim(self) -> int:
        return self.second.dim

    @property
    def swept_bytes(self) -> int:
        """Bytes that every search goes through; the second index is read at the candidates only."""
        return self.codes.nbytes + self.rotation.nbytes

    @property
    def bytes(self) -> int:
        return self.swept_bytes + self.second.bytes

    @property
    def reach(self) -> int:
        return min(self.candidates, self.n_rows)

    def search(self, vectors: Matrix, k: int, among: Rows | None = None) -> tuple[Rows, Matrix]:
        found = checked(vectors, k, self.dim)
        k = min(k, self.n_rows if among is None else len(among))
        rows, scores = np.zeros((len(found), k), dtype=np.int64), np.zeros((len(found), k), dtype=np.float32)
        codes = self.codes if among is None else np.ascontiguousarray(self.codes[:, among])
        for place, vector in enumerate(found if k else ()):
            near = self._nearest(codes, vector, max(k, self.candidates), among)
            rows[place], scores[place] = (one[0] for one in self.second.search(vector[None], k, near))
        return rows, scores

    def vectors(self, rows: Rows) -> Matrix:
        return self.second.vectors(rows)

    def _nearest(self, codes: Words, vector: Vector, n: int, among: Rows | None) -> Rows:
        """The ``n`` rows with the smallest distance, ascending by row."""
        chosen = np.zeros(codes.shape[1], dtype=bool)
        chosen[top_k(-self._distances(codes, vector).astype(np.float32), n)] = True
        places = np.flatnonzero(chosen)
        return places if among is None else among[places]

    def _distances(self, codes: Words, vector: Vector) -> NDArray[np.unsignedinteger]:
        """(n,) weighted Hamming distances of all rows."""
        planes = _packed(in_planes(vector @ self.rotation, self.planes))
        out = np.zeros(codes.shape[1], dtype=np.min_scalar_type(self.dim * ((1 << self.planes) - 1)))
        for start in range(0, len(out), SWEEP):
            part, bits = out[start : start + SWEEP], codes[:, start : start + SWEEP]
            for plane in planes[::-1]:  # the heaviest first: doubling in between weighs them
                part *= 2
                for word, mine in zip(bits, plane, strict=True):
                    part += np.bitwise_count(word ^ mine)
        return out


def in_planes(vector: Vector, n: int) -> NDArray[np.bool_]:
    """(n, dim) the signs p_j, True for 1, lightest first, of ``vector`` rounded to odd multiples of its unit."""
    unit = CLIP * float(np.sqrt(np.mean(np.square(vector)))) if n > 1 and len(vector) else 1.0
    steps = np.floor((vector / (unit or 1.0) + 1) / 2 * (1 << n)) if n > 1 else vector >= 0
    levels = np.clip(steps, 0, (1 << n) - 1).astype(np.int64)
    return (levels >> np.arange(n)[:, None] & 1).astype(bool)


def rotated(rows: Matrix, seed: int = 0) -> Matrix:
    """(dim, dim) rotation R with little |sign(rows R) - rows R|; a random one, by ``seed``, without anything to learn.

    Alternates between the signs for the rotation and the rotation for the signs (orthogonal Procrustes).
    """
    dim = rows.shape[1]
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))[0].astype(np.float32)
    for _ in range(STEPS if rows.any() else 0):
        left, _, right = np.linalg.svd(rows.T @ np.where(rows @ rotation > 0, np.float32(1), np.float32(-1)))
        rotation = left @ right
    return np.ascontiguousarray(rotation, dtype=np.float32)


def _packed(bits: NDArray[np.bool_]) -> Words:
    """(n, n_words) ``bits`` (n, dim), 64 in a word; the last word is filled up with zeros."""
    n, dim = bits.shape
    padded = np.zeros((n, -(-dim // WORD) * WORD), dtype=bool)
    padded[:, :dim] = bits
    return np.packbits(padded, axis=1).view(np.uint64)
