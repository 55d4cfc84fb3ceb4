"""What exploring strategies share: chance that can be repeated, and the probability of having been shown."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy as np

from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.chain import Chain
from recsys.rerank.strength import Floats
from recsys.types import Query, Reranker, Vector

DRAWS = 200
"""Lists that are drawn to estimate a propensity."""


@runtime_checkable
class Explores(Protocol):
    """A strategy with chance in it that can say how likely it was to show each item."""

    def propensities(self, candidates: Candidates, k: int, draws: int = DRAWS) -> Vector:
        """(n,) float32 probability of each candidate to be among the ``k`` shown; sums to the length of the list."""
        ...


def chance_of(seed: int, query: Query, who: str) -> np.random.Generator:
    """Randomness that depends on ``seed``, on what happened and on ``who`` draws: the same events, the same list."""
    happened = "\n".join(f"{event.event_id} {event.kind} {event.item_id}" for event in query.events)
    return np.random.default_rng([seed, zlib.crc32(f"{who}\n{happened}".encode("utf-8", "replace"))])


def shown_by_chance(chain: Chain, strategies: Mapping[str, Reranker]) -> dict[int, float]:
    """Probability in (0, 1] with which each listed row was shown, where a strategy of ``chain`` explores; else empty.

    Several that explore multiply. What later strategies do to the list is taken as given.
    """
    out: dict[int, float] = {}
    for step in chain.steps:
        strategy = strategies[step.name]
        if isinstance(strategy, Explores):
            found = strategy.propensities(step.before, chain.k)
            told = dict(zip(step.before.rows.tolist(), found.tolist(), strict=True))
            out = {row: out.get(row, 1.0) * told[row] for row in chain.rows.tolist() if told.get(row)}
    return out


def share_listed(scores: Floats | Vector, k: int) -> Vector:
    """(n,) float32 share of the rows of ``scores`` (n_draws, n) in which each item is among the ``k`` best."""
    counts = np.zeros(scores.shape[1])
    for drawn in scores:
        counts[top_k(drawn, k)] += 1
    return (counts / len(scores)).astype(np.float32)
