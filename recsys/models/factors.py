"""Alternating least squares for likes: everybody's small ridge problem, solved many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[Any]
"""float32 in training, float64 where every digit counts."""

BLOCK = 1 << 21
"""Numbers gathered at a time: 8 MB of float32, which a processor's cache can still hold a good part of."""


def half_step(likes: sp.csr_matrix, others: Floats, shared: Floats, penalties: Floats, priors: Floats) -> Floats:
    """New factors of every row of ``likes`` while the factors of its columns stand still.

        (S + penalty_u I + sum_{a in u} h_a h_a') w_u = sum_{a in u} h_a + penalty_u prior_u

    ``likes`` is (n_rows, n_columns) of 0/1, ``others`` (n_columns, factors) the h, ``shared`` S = alpha0 H'H,
    ``penalties`` (n_rows,) above 0, ``priors`` (n_rows, factors). The answer is exact and of the dtype of ``others``.

    S is turned to its own axes once, which leaves S + penalty I diagonal for every row; a row with fewer likes than
    factors is then solved in the space of its likes (Woodbury), any other in the space of the factors.
    """
    spread, axes = np.linalg.eigh(shared.astype(np.float64))
    axes = axes.astype(others.dtype)
    # A zero row at the end stands in for the likes that shorter rows of a block do not have.
    turned = np.vstack([others @ axes, np.zeros((1, others.shape[1]), dtype=others.dtype)])
    stretch = np.maximum(spread, 0.0) + penalties[:, None]
    scales = (stretch**-0.5).astype(others.dtype)
    targets = likes.astype(others.dtype) @ turned[:-1] + penalties[:, None].astype(others.dtype) * (priors @ axes)
    out = np.empty_like(targets)
    for rows, width in _blocks(np.diff(likes.indptr), others.shape[1]):
        out[rows] = _solved(turned[_columns(likes, rows, width)], scales[rows], targets[rows])
    return np.asarray(out @ axes.T)


def _solved(found: Floats, scales: Floats, targets: Floats) -> Floats:
    """(n, factors) from ``found`` (n, width, factors): the diagonal scaled to 1, so that every matrix is I + A'A."""
    scaled = found * scales[:, None, :]
    wanted = (targets * scales)[:, :, None]
    _, width, factors = scaled.shape
    across = scaled.transpose(0, 2, 1)
    if width < factors:
        inner = scaled @ across
        inner[:, np.arange(width), np.arange(width)] += 1
        answer = wanted - across @ np.linalg.solve(inner, scaled @ wanted)
    else:
        outer = across @ scaled
        outer[:, np.arange(factors), np.arange(factors)] += 1
        answer = np.linalg.solve(outer, wanted)
    return np.asarray(answer[:, :, 0] * scales)


def _blocks(lengths: NDArray[np.integer], factors: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Rows of about equally many likes together, and the width that holds the longest of them."""
    order = np.argsort(lengths, kind="stable")
    at = 0
    while at < len(order):
        # The length an eighth of the way on: rows a little longer share a block, padded by little.
        width = max(int(lengths[order[at]] * 9 // 8), 1)
        end = int(np.searchsorted(lengths[order], width, side="right"))
        end = min(end, at + max(BLOCK // (width * factors), 1))
        yield order[at:end], width
        at = end


def _columns(likes: sp.csr_matrix, rows: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """(n, width) columns that each of ``rows`` likes; after its last one the number of columns."""
    start, end = likes.indptr[rows][:, None], likes.indptr[rows + 1][:, None]
    places = start + np.arange(width)
    inside = places < end
    return np.where(inside, likes.indices[np.where(inside, places, 0)], likes.shape[1]).astype(np.int64)
