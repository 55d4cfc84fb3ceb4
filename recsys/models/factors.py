"""Alternating least squares for likes: everybody's small ridge problem, solved many at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Floats = NDArray[Any]
"""float32 in training, float64 where every digit counts."""

BLOCK = 1 << 18
"""Numbers gathered at a time: 1 MB of float32, which stays in a processor's own cache for all steps."""

EXACT = 64
"""Rounding errors of the dtype that count as none."""

_limiting = threading.RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Multiply by one thread: for matrices this small its helpers cost more than they do, and all when busy.

    The limit holds for the whole process, so one such block runs at a time: none restores what another has set.
    """
    with _limiting, _threads().limit(limits=1, user_api="blas"):
        yield


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


class Ridges:
    """New factors of every row of ``likes`` while those of its columns stand still, laid out once for all rounds.

        (S + penalty_u I + sum_{a in u} h_a h_a') w_u = sum_{a in u} y_ua h_a + penalty_u prior_u

    ``likes`` (n_rows, n_columns) holds the y: 1 for likes, or what else the products w_u . h_a should come to.
    """

    def __init__(self, likes: sp.csr_matrix, others: Floats) -> None:
        """``others`` (n_columns, factors) are of the dtype and number of those in every round."""
        self.likes = likes.astype(others.dtype)
        self.blocks = [(rows, _columns(likes, rows, width)) for rows, width in _blocks(likes, others.shape[1])]

    def solved(
        self,
        others: Floats,
        shared: Floats,
        penalties: Floats,
        priors: Floats,
        start: Floats | None = None,
        tolerance: float = 0.0,
        targets: Floats | None = None,
    ) -> Floats:
        """(n_rows, factors) by conjugate gradients (Takács et al. 2011), from ``start`` where there is one.

        ``others`` (n_columns, factors) are the h, ``shared`` S = alpha0 H'H, ``penalties`` (n_rows,) above 0,
        ``priors`` and ``start`` (n_rows, factors), ``targets`` (n_likes,) the y of this round where they change. The
        answer has the dtype of ``others`` and is exact for it, or up to ``tolerance`` of the right side. Meant to be
        called under :func:`one_thread`.

        S is turned to its own axes once, which leaves S + penalty I diagonal for every row; scaled by that, every
        matrix is I + A'A with the likes of the row in A, and a few steps do.
        """
        spread, axes = np.linalg.eigh(shared.astype(np.float64))
        axes = axes.astype(others.dtype)
        # A zero row at the end stands in for the likes that shorter rows of a block do not have.
        turned = np.vstack([others @ axes, np.zeros((1, others.shape[1]), dtype=others.dtype)])
        stretch = np.maximum(spread, 0.0) + penalties[:, None]
        scales = (stretch**-0.5).astype(others.dtype)
        likes = self.likes
        if targets is not None:
            likes = sp.csr_matrix((targets, likes.indices, likes.indptr), shape=likes.shape)
        wanted = scales * (likes @ turned[:-1] + penalties[:, None].astype(others.dtype) * (priors @ axes))
        guesses = np.zeros_like(wanted) if start is None else (start @ axes) / scales
        tolerance = max(tolerance, EXACT * float(np.finfo(others.dtype).eps))
        for rows, columns in self.blocks:
            guesses[rows] = _conjugate(turned[columns], scales[rows], wanted[rows], guesses[rows], tolerance)
        return np.asarray((guesses * scales) @ axes.T)


def _conjugate(found: Floats, scales: Floats, wanted: Floats, guess: Floats, tolerance: float) -> Floats:
    """(n, factors) x of (I + A'A) x = ``wanted`` with A = ``found`` ``scales``, found (n, width, factors)."""
    across = found.swapaxes(1, 2)

    def times(x: Floats) -> Floats:
        return np.asarray(x + scales * (across @ (found @ (scales * x)[:, :, None]))[:, :, 0])

    rest = wanted - times(guess)
    step, left = rest, _squares(rest)
    goal = tolerance**2 * _squares(wanted)
    tiny = np.finfo(found.dtype).tiny
    for _ in range(4 * found.shape[2]):
        if (left <= goal).all():
            break
        image = times(step)
        # A row that is solved already takes steps of length 0 until the others are.
        length = left / np.maximum(np.vecdot(step, image)[:, None], tiny)
        guess, rest = guess + length * step, rest - length * image
        before, left = left, _squares(rest)
        step = rest + left / np.maximum(before, tiny) * step
    return guess


def _squares(rows: Floats) -> Floats:
    return np.asarray(np.vecdot(rows, rows)[:, None])


def _blocks(likes: sp.csr_matrix, factors: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Rows of about equally many likes together, and the width that holds the longest of them."""
    lengths = np.diff(likes.indptr)
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
