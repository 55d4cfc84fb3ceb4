"""Bare pools for the tests of strategies that pick a list: scores, unit vectors, mixes of categories, a taste."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

pools = st.tuples(st.integers(0, 10_000), st.integers(1, 14), st.integers(1, 5))
"""Seed, number of items, number of categories (and of dimensions)."""


def pool(seed: int, n: int, dim: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores without ties, unit vectors, shares per item that sum to 1 or 0, and a taste that sums to 1."""
    rng = np.random.default_rng([seed, n, dim])
    scores = rng.permutation(np.linspace(-3, 5, n)).astype(np.float32)
    vectors = rng.normal(size=(n, dim + 1)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    held = rng.random((n, dim)) < 0.5
    mix = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
    taste = rng.dirichlet(np.ones(dim))
    return scores, vectors, mix, taste


def unit(scores: np.ndarray) -> np.ndarray:
    exact = scores.astype(np.float64)
    return (exact - exact.min()) / (np.ptp(exact) or 1.0)


def greedy(value, n: int, k: int) -> list[int]:
    """Brute force: each time the position that makes ``value`` of the whole list highest, the lower one of equals."""
    chosen: list[int] = []
    while len(chosen) < min(k, n):
        rest = [position for position in range(n) if position not in chosen]
        chosen.append(max(rest, key=lambda position: (round(value([*chosen, position]), 9), -position)))
    return chosen
