"""Exploring by Thompson sampling: each list follows one taste the person may well have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.explore import DRAWS, chance_of, share_listed
from recsys.rerank.posterior import NO_CATALOGUE, taste_of
from recsys.rerank.strength import check_share, leaned
from recsys.types import Knob, Spec, Vector


@dataclass(frozen=True)
class Thompson(Adjuster):
    """Ranks by a taste drawn from what is known of the person (Thompson 1933; Agrawal and Goyal 2013).

        theta ~ N(mu, curiosity^2 A^-1),   score = x theta,   blended with relevance by ``strength``

    One theta serves the whole list. Directions in which little is known vary from draw to draw; as events come in,
    the draws agree and exploring ends by itself.
    """

    strength: float = 0.3
    curiosity: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        if self.curiosity < 0:
            raise ValueError(f"curiosity should be at least 0, is now {self.curiosity}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the same for the same events and seed."""
        return np.asarray(self._drawn(candidates, 1)[0], dtype=np.float32)

    def propensities(self, candidates: Candidates, k: int, draws: int = DRAWS) -> Vector:
        """(n,) float32 probability of each candidate to be among the ``k`` shown, out of ``draws`` lists.

        The list that is shown is one of them, so nothing shown has probability 0, and weighing by the inverse stays
        fair: with N draws and true probability p the expected inverse of a shown item is (1 - (1 - p)^N) / p.
        """
        if draws < 1:
            raise ValueError(f"draws should be at least 1, is now {draws}")
        return share_listed(self._drawn(candidates, draws), k)

    def note(self, candidates: Candidates) -> str:
        return NO_CATALOGUE if candidates.data is None else ""

    def _drawn(self, candidates: Candidates, n_draws: int) -> Vector:
        """(n_draws, n) float32; the first row is the one that is shown."""
        known = taste_of(candidates)
        if known is None or not len(candidates):
            return np.tile(candidates.relevance.astype(np.float32), (n_draws, 1))
        posterior, features = known
        rng = chance_of(self.seed, candidates.query, "thompson")
        theta = posterior.draws(n_draws, self.curiosity, rng)
        opinions = theta @ features.T
        return np.stack([leaned(candidates.relevance, opinion, self.strength) for opinion in opinions])


SPEC = Spec(
    "thompson",
    "Explore: try a taste",
    "Follows one taste you may well have, drawn anew after each click, to find out more about you.",
    Thompson,
    (
        Knob("strength", "Strength", "0 keeps the order, 1 follows the drawn taste alone.", 0.3, 0.0, 1.0),
        Knob("curiosity", "Curiosity", "How far a drawn taste may be from the likeliest one.", 0.5, 0.0, 2.0),
        Knob("seed", "Seed", "Another number draws other tastes.", 0, 0, 999, whole=True),
    ),
)
