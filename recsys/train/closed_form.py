"""A linear head for a text encoder in closed form: the texts of liked items, mapped to their place among the likes.

With Z (n_liked, dim) the centred text vectors of the liked items and K = (Z'Z + l2 I)^-1 Z', ridge regression maps any
target T of those items (n_liked, m) to the matrix K T: a text z is expected at z'K T. What the head learns from are
products of such places, z'A z2 with

    A = K B K'          B the links of EASE, made symmetric: texts predict both ends of a link
    A = K H (K H)'      H the item factors of implicit ALS

and of A the ``dim`` leading directions. The first is how ``recsys.models.ease_text`` links two items nobody liked yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models import build, shared
from recsys.models.ease import Ease
from recsys.models.ials import Ials
from recsys.models.shared import fitted
from recsys.text.space import TextSpace, unit_rows
from recsys.types import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linear:
    """What the head does to a text vector v: (v - centre) matrix, back to unit length."""

    centre: Floats
    """(dim,) mean text vector of the items it learned from."""
    matrix: Floats
    """(dim, dim) symmetric, no eigenvalue below 0."""

    def __call__(self, raw: Matrix) -> Matrix:
        """(n, dim) float32 unit rows; zero rows, which are texts that could not be read, stay zero."""
        moved = np.where(raw.any(axis=1, keepdims=True), raw - self.centre, 0.0) @ self.matrix
        return np.asarray(unit_rows(moved), dtype=np.float32)

    def over(self, space: TextSpace) -> TextSpace:
        """The same catalogue as the encoder with this head reads it, without any encoding."""
        return TextSpace.build(space.encoder, self(space.raw), lambda texts: self(space.read(texts)))


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a head learns from: the liked items of a training part that have a text, and their place among the likes."""

    centre: Floats
    vectors: Floats
    """(n_liked, dim) centred text vectors."""
    places: Callable[[Floats], Floats]
    """From K (dim, n_liked) to A (dim, dim)."""

    @classmethod
    def of(cls, data: Dataset, space: TextSpace, target: str) -> Lesson:
        """Fit the model ``target`` of TARGETS to ``data``; nothing of an item without likes enters."""
        liked = (data.like_counts > 0) & space.has_text
        raw = space.raw[liked].astype(np.float64)
        centre = raw.mean(axis=0) if len(raw) else np.zeros(raw.shape[1])
        return cls(centre, raw - centre, TARGETS[target](data, liked))

    def expected(self, l2: float) -> Floats:
        """A of the module, (dim, dim) symmetric."""
        return self.places(regression(self.vectors, l2))

    def head(self, expected: Floats, dim: int, share: float) -> Linear:
        """The head of the ``dim`` leading directions of ``expected`` = A, mixed with the untouched vector.

            M M = (1 - share) I + share s A_dim,    s = |Z|^2 / tr(Z A_dim Z')

        M is the symmetric root, so that products of two heads are those of the untouched vectors and of the mapped ones
        side by side, weighted, in as many numbers as before. ``share`` in [0, 1]; 0 only centres, as where A has no
        direction with a positive value.
        """
        values, axes = np.linalg.eigh(expected)
        values = np.where(np.arange(len(values)) >= len(values) - dim, np.maximum(values, 0.0), 0.0)
        spread = float(((self.vectors @ axes) ** 2 @ values).sum())
        size = float((self.vectors**2).sum()) / spread if spread > 0 else 0.0
        stretch = np.sqrt((1 - share if spread > 0 else 1.0) + share * size * values)
        return Linear(self.centre, (axes * stretch) @ axes.T)


def regression(vectors: Floats, l2: float) -> Floats:
    """K of the module, (dim, n): ridge regression on ``vectors`` (n, dim) without intercept; ``l2`` above 0."""
    if l2 <= 0:
        raise ValueError(f"l2 should be above 0, is now {l2}")
    gram = vectors.T @ vectors
    gram[np.diag_indices_from(gram)] += l2
    return np.asarray(np.linalg.solve(gram, vectors.T))


def _by_ease(data: Dataset, liked: NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    model = shared(build("ease"), data)
    assert isinstance(model, Ease)
    links = np.asarray(fitted(model, model.links_))[np.ix_(liked, liked)].astype(np.float64)
    links = (links + links.T) / 2
    return lambda k: k @ links @ k.T


def _by_ials(data: Dataset, liked: NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    model = shared(build("ials"), data)
    assert isinstance(model, Ials)
    factors = fitted(model, model.items_)[liked].astype(np.float64)

    def products(k: Floats) -> Floats:
        places = k @ factors
        return np.asarray(places @ places.T)

    return products


TARGETS: Mapping[str, Callable[[Dataset, NDArray[np.bool_]], Callable[[Floats], Floats]]] = {
    "ease": _by_ease,
    "ials": _by_ials,
}
"""The models whose view of the items the texts learn to predict."""
