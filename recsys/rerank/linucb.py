"""Exploring by optimism: an item of which little is known is judged by how good it could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.ranking import top_k
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.explore import DRAWS, chance_of
from recsys.rerank.posterior import NO_CATALOGUE, taste_of
from recsys.rerank.strength import check_share, leaned
from recsys.types import Knob, Spec, Vector


@dataclass(frozen=True)
class LinUcb(Adjuster):
    """Ranks by the upper end of what an item may be worth to the person (Li et al. 2010, LinUCB).

        x mu + curiosity * sqrt(x A^-1 x),   blended with relevance by ``strength``

    With probability ``epsilon`` the whole list is drawn at random instead, so that each item has a chance to be shown
    and other orders can be judged from the log.
    """

    strength: float = 0.3
    curiosity: float = 0.5
    epsilon: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        check_share("epsilon", self.epsilon)
        if self.curiosity < 0:
            raise ValueError(f"curiosity should be at least 0, is now {self.curiosity}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the same for the same events and seed."""
        if not self._active(candidates):
            return candidates.relevance.astype(np.float32)
        rng = chance_of(self.seed, candidates.query, "linucb")
        if rng.random() < self.epsilon:
            at_random = rng.permutation(len(candidates)).astype(np.float32)
            return np.where(np.isnan(candidates.relevance), np.float32(np.nan), at_random / np.float32(len(candidates)))
        return self._optimistic(candidates)

    def propensities(self, candidates: Candidates, k: int, draws: int = DRAWS) -> Vector:
        """(n,) float32 exact probability of each candidate to be among the ``k`` shown; ``draws`` are not needed.

        Without ``epsilon`` 1 for those shown and 0 for the others: such a log cannot tell what others would have done.
        """
        epsilon = self.epsilon if self._active(candidates) else 0.0
        shown = np.zeros(len(candidates))
        shown[top_k(self._optimistic(candidates), k)] = 1
        able = ~np.isnan(candidates.relevance)
        by_chance = able * min(1.0, k / max(int(able.sum()), 1))
        return ((1 - epsilon) * shown + epsilon * by_chance).astype(np.float32)

    def note(self, candidates: Candidates) -> str:
        return NO_CATALOGUE if candidates.data is None else ""

    def _active(self, candidates: Candidates) -> bool:
        return bool(self.strength) and candidates.data is not None

    def _optimistic(self, candidates: Candidates) -> Vector:
        known = taste_of(candidates)
        if known is None:
            return candidates.relevance.astype(np.float32)
        posterior, features = known
        ends = posterior.means(features) + self.curiosity * posterior.widths(features)
        return leaned(candidates.relevance, ends, self.strength)


SPEC = Spec(
    "linucb",
    "Explore: be hopeful",
    "Judges items you have not said anything about by how good they could be for you.",
    LinUcb,
    (
        Knob("strength", "Strength", "0 keeps the order, 1 goes by hope alone.", 0.3, 0.0, 1.0),
        Knob("curiosity", "Curiosity", "How much not knowing counts in favour of an item.", 0.5, 0.0, 2.0),
        Knob("epsilon", "Lists at random", "Share of lists that are drawn at random.", 0.0, 0.0, 0.5),
        Knob("seed", "Seed", "Another number draws other lists.", 0, 0, 999, whole=True),
    ),
)
