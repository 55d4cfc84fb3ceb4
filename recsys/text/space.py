"""A catalogue read by one encoder: item vectors, their centre, and the unit in which similarity is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from recsys.types import Encoder, Matrix, Vector

SCALE_SAMPLE = 500
MIN_SCALE = 1e-3
"""Below it all items are equally far apart (two items, or equal texts): rounding is no unit, 1 is."""
MIN_LENGTH = 1e-5
"""Shorter vectors are rounding of float32, not direction."""

Float = TypeVar("Float", bound=np.floating)


@dataclass(frozen=True, eq=False)
class TextSpace:
    """Item vectors of one catalogue under one encoder, raw and centred; immutable, shared by sessions."""

    encoder: Encoder
    raw: Matrix
    """(n_items, dim) unit rows as the encoder gave them; zero rows for items without text."""
    centre: Vector
    """(dim,) mean of the non-zero raw rows."""
    items: Matrix
    """(n_items, dim) raw rows minus the centre, scaled to unit length again."""
    scale: float
    """Standard deviation of the cosine of two different items, centred: the unit of ``similarity``."""
    read: Callable[[Sequence[str]], Matrix]
    """Raw vectors of texts, through the vector store."""

    @classmethod
    def build(
        cls, encoder: Encoder, raw: Matrix, read: Callable[[Sequence[str]], Matrix], *, is_centred: bool = False
    ) -> TextSpace:
        """Centre ``raw``, unless it is, and measure the scale on at most 500 evenly spaced items."""
        present = raw.any(axis=1)
        centre = np.zeros(raw.shape[1], dtype=np.float32)
        if present.any() and not is_centred:
            centre = raw[present].mean(axis=0)
        items = raw if is_centred else centred(raw, centre)
        sample = items[np.flatnonzero(present)]
        sample = sample[:: -(-len(sample) // SCALE_SAMPLE) or 1]
        cosines = (sample @ sample.T)[~np.eye(len(sample), dtype=bool)]
        scale = float(cosines.std()) if len(cosines) else 0.0
        if scale < MIN_SCALE:
            scale = 1.0
        for array in (raw, centre, items):
            array.setflags(write=False)
        return cls(encoder, raw, centre, items, scale, read)

    def __reduce__(self) -> tuple[object, ...]:
        # A copy in another process reads with its own encoder, without this process's vector store.
        return _reopened, (self.encoder, self.raw, self.centre, self.items, self.scale)

    @cached_property
    def has_text(self) -> NDArray[np.bool_]:
        """(n_items,) the items this encoder could read; looked up once, as that takes a walk over all numbers."""
        found = np.asarray(self.raw.any(axis=1))
        found.setflags(write=False)
        return found

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) centred unit vectors of ``texts``."""
        return centred(self.read(texts), self.centre)

    def similarity(self, vectors: Matrix) -> Matrix:
        """(n, n_items) cosine of centred ``vectors`` with every item, in units of ``scale``.

        About N(0, 1) over unrelated pairs, so that the similarities of two encoders can be added.
        """
        return np.asarray(vectors @ self.items.T / np.float32(self.scale), dtype=np.float32)


def centred(vectors: Matrix, centre: Vector) -> Matrix:
    """Rows minus ``centre``, back to unit length; zero rows stay zero."""
    return unit_rows(np.where(vectors.any(axis=1, keepdims=True), vectors - centre, 0).astype(np.float32))


def unit_rows(vectors: NDArray[Float]) -> NDArray[Float]:
    """(n, dim) ``vectors`` scaled to unit length; rows shorter than ``MIN_LENGTH`` become zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[Float] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > MIN_LENGTH)
    return unit


def _reopened(encoder: Encoder, raw: Matrix, centre: Vector, items: Matrix, scale: float) -> TextSpace:
    for array in (raw, centre, items):
        array.setflags(write=False)
    return TextSpace(encoder, raw, centre, items, scale, encoder.encode)
