"""The order of every list: ``top_k`` sorts, and all lists of the app come from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.types import Rows, Vector

Scores = Vector | NDArray[np.float64]


def top_k(scores: Scores, k: int, exclude: Rows | None = None) -> Rows:
    """Rows of the ``k`` highest scores, best first.

    Ties go to the lower row; NaN is never ranked; rows in ``exclude`` are left out. Fewer than ``k`` rows come
    back when fewer can be ranked. O(n) selection, then a sort of the survivors.

    >>> top_k(np.array([.2, .9, np.nan, .9, .5], dtype=np.float32), 3).tolist()
    [1, 3, 4]
    """
    if k < 1:
        raise ValueError(f"k should be at least 1, is now {k}")
    keyed: Scores = scores.copy() if scores.dtype.kind == "f" else scores.astype(np.float64)
    np.copyto(keyed, -np.inf, where=np.isnan(keyed))
    if exclude is not None:
        keyed[exclude] = -np.inf
    least = np.partition(keyed, len(keyed) - k)[len(keyed) - k] if len(keyed) > k else -np.inf
    if least > -np.inf:
        rows = (keyed >= least).nonzero()[0]
    else:  # too few are left, or some really score -inf: all that can be ranked are
        allowed = ~np.isnan(scores)
        if exclude is not None:
            allowed[exclude] = False
        rows = allowed.nonzero()[0]
    order = (-keyed[rows]).argsort(kind="stable")
    return np.asarray(rows[order[:k]], dtype=np.int64)


def ranks(scores: Scores, exclude: Rows | None = None) -> Rows:
    """(n_items,) int64: 1 for the best row, 0 for rows that are not ranked."""
    out = np.zeros(len(scores), dtype=np.int64)
    if len(scores):
        order = top_k(scores, len(scores), exclude)
        out[order] = np.arange(1, len(order) + 1)
    return out
