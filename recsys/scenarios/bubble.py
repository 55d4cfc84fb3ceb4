"""The filter-bubble meter: how far the topics of a list are from those of everything there is to read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.rerank.mix import Mix
from recsys.types import Rows

N_DRAWS = 300
"""Lists drawn at random that say what chance alone gives."""

Floats = NDArray[np.float64]


def bubble(data: Dataset, rows: Rows) -> float:
    """0 where the topics of ``rows`` (n,) are mixed as in the whole catalogue, 1 where they have none in common.

    The Jensen-Shannon distance (Lin 1991; Endres and Schindelin 2003) with the base 2: the root of

        JS(p, q) = (KL(p | m) + KL(q | m)) / 2,   m = (p + q) / 2

    of the two mixes of categories. NaN without rows, or where no item has a category.
    """
    shares = Mix.of(data).shares
    listed, everything = shares[rows].sum(axis=0), shares.sum(axis=0)
    if not listed.sum():
        return float("nan")
    p, q = listed / listed.sum(), everything / everything.sum()
    middle = (p + q) / 2
    divergence = (_divergence(p, middle) + _divergence(q, middle)) / 2
    return float(np.sqrt(max(divergence, 0.0)))


def by_chance(data: Dataset, k: int) -> float:
    """Mean :func:`bubble` of ``N_DRAWS`` lists of ``k`` items drawn at random: short lists are never quite mixed."""
    return data.once((by_chance, k), lambda: _by_chance(data, k))


def _by_chance(data: Dataset, k: int) -> float:
    rng = np.random.default_rng(k)
    n = min(k, data.n_items)
    return float(np.mean([bubble(data, rng.permutation(data.n_items)[:n].astype(np.int64)) for _ in range(N_DRAWS)]))


def _divergence(p: Floats, q: Floats) -> float:
    """KL(p | q) in bits; ``q`` is above 0 wherever ``p`` is."""
    held = p > 0
    return float((p[held] * np.log2(p[held] / q[held])).sum())
