"""What exploring strategies share: chance that can be repeated, and the probability of having been shown."""

from __future__ import annotations

import zlib
from typing import Protocol

import numpy as np

from recsys.models.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import Floats
from recsys.types import Query, Vector

DRAWS = 200
"""Lists that are drawn to estimate a propensity."""


class Explores(Protocol):
    """A strategy with chance in it that can say how likely it was to show each item."""

    def propensities(self, candidates: Candidates, k: int, draws: int = DRAWS) -> Vector:
        """(n,) float32 probability of each candidate to be among the ``k`` shown; sums to the length of the list."""
        ...


def chance_of(seed: int, query: Query) -> np.random.Generator:
    """Randomness that depends on ``seed`` and on what happened: the same events give the same list again."""
    happened = "\n".join(f"{event.event_id} {event.kind} {event.item_id}" for event in query.events)
    return np.random.default_rng([seed, zlib.crc32(happened.encode("utf-8", "replace"))])


def share_listed(scores: Floats | Vector, k: int) -> Vector:
    """(n,) float32 share of the rows of ``scores`` (n_draws, n) in which each item is among the ``k`` best."""
    counts = np.zeros(scores.shape[1])
    for drawn in scores:
        counts[top_k(drawn, k)] += 1
    return (counts / len(scores)).astype(np.float32)
