"""What is known, and how surely, of one person's taste: a Bayesian line through the things they judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.evidence import touched
from recsys.rerank.candidates import Candidates
from recsys.text import reader

MAX_DIRECTIONS = 16
"""Principal directions of the texts: enough to tell topics apart, few enough to be learned from a few events."""
REG = 1.0
"""Strength of the belief, before any event, that somebody has no taste in any direction."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Directions:
    """A catalogue seen along its principal directions."""

    items: Floats
    """(n_items, d) with d at most MAX_DIRECTIONS; scaled so that the mean squared length of items with text is 1."""

    @classmethod
    def of(cls, data: Dataset) -> Directions:
        """Directions of the texts of ``data``; found once per dataset."""
        return data.once(cls, lambda: cls._found(data))

    @classmethod
    def _found(cls, data: Dataset) -> Directions:
        vectors = reader().space(data, reader().main(data)).items.astype(np.float64)
        values, axes = np.linalg.eigh(vectors.T @ vectors)
        kept = np.flatnonzero(values > 1e-9 * max(values.max(initial=0.0), 1e-9))[::-1][:MAX_DIRECTIONS]
        axes = axes[:, kept]
        axes = axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)  # the sign of an axis is arbitrary, so fix one
        items = vectors @ axes
        lengths = (items**2).sum(axis=1)
        if lengths.any():
            items = items / np.sqrt(lengths[lengths > 0].mean())
        items.setflags(write=False)
        return cls(items)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Normal belief about the weights theta of a linear taste: N(mean, covariance), up to the noise variance.

        A = reg I + sum of x x',   covariance = A^-1,   mean = A^-1 sum of reward x

    The posterior of Bayesian ridge regression with unit noise, as in Li et al. (2010) and Agrawal and Goyal (2013);
    its mean is the ridge solution.
    """

    mean: Floats
    """(d,)"""
    covariance: Floats
    """(d, d), positive definite."""

    @classmethod
    def of(cls, features: Floats, rewards: Floats, reg: float = REG) -> Posterior:
        """Learn from ``features`` (n, d) and ``rewards`` (n,); from none of them, the prior N(0, I / reg)."""
        if reg <= 0:
            raise ValueError(f"reg should be above 0, is now {reg}")
        precision = reg * np.eye(features.shape[1]) + features.T @ features
        covariance = np.linalg.inv(precision)
        return cls(covariance @ (features.T @ rewards), (covariance + covariance.T) / 2)

    def means(self, features: Floats) -> Floats:
        """(n,) expected reward of each row of ``features`` (n, d)."""
        return np.asarray(features @ self.mean)

    def widths(self, features: Floats) -> Floats:
        """(n,) standard deviation of the expected reward: how little is known of each row."""
        variances = np.einsum("nd,de,ne->n", features, self.covariance, features)
        return np.asarray(np.sqrt(np.maximum(variances, 0.0)))

    def draws(self, n_draws: int, spread: float, rng: np.random.Generator) -> Floats:
        """(n_draws, d) samples of theta from N(mean, spread^2 covariance)."""
        root = np.linalg.cholesky(self.covariance) if len(self.mean) else self.covariance
        return np.asarray(self.mean + spread * rng.standard_normal((n_draws, len(self.mean))) @ root.T)


def taste_of(candidates: Candidates) -> tuple[Posterior, Floats] | None:
    """What the person's opinions teach, and the candidates' features (n, d); None for candidates without a dataset.

    The reward of an item is what the person made of it, from -1 (disliked) to 1 (liked), views 0.25; all count alike,
    however old they are.
    """
    if candidates.data is None:
        return None
    items = Directions.of(candidates.data).items
    seen = touched(candidates.query.events, candidates.data, float("inf"), dislike_strength=1.0)
    rewards = np.clip(seen.weights.astype(np.float64), -1.0, 1.0)
    return Posterior.of(items[seen.rows], rewards), items[candidates.rows]


NO_CATALOGUE = "These candidates belong to no catalogue, so this changes nothing."
