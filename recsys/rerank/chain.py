"""Strategies one after the other, each step kept so that every movement has a name."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.models.spread import dealt
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.types import Adjusts, Reranker, Rows, Tells


@dataclass(frozen=True, eq=False)
class Step:
    """What one strategy was given and what it made of it."""

    name: str
    before: Candidates
    """In the order they came in."""
    after: Candidates
    """The new list first, then the others in their old order; what the strategy hides is not there."""
    note: str
    """What it did or why it could do nothing, in one sentence; "" when there is nothing to say."""
    ms: float

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Per row that is left: places gained (above 0) or lost by this step, in the whole order."""
        old = {int(row): place for place, row in enumerate(self.before.rows)}
        return {int(row): old[int(row)] - place for place, row in enumerate(self.after.rows)}

    @property
    def hidden(self) -> tuple[int, ...]:
        """Rows that this step took out."""
        left = set(self.after.rows.tolist())
        return tuple(int(row) for row in self.before.rows if int(row) not in left)


@dataclass(frozen=True, eq=False)
class Chain:
    """Candidates before and after all steps."""

    start: Candidates
    steps: tuple[Step, ...]
    k: int

    @property
    def end(self) -> Candidates:
        """All that is left, best first."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def rows(self) -> Rows:
        """(at most k,) rows of the list."""
        return self.end.rows[: self.k]

    def moved_by(self, row: int) -> tuple[tuple[str, int], ...]:
        """What each step did to ``row``, as (name, places gained): the sum is its whole movement. Idle steps left out.

        Raises KeyError for a row that is not, or no longer, among the candidates.
        """
        return tuple((step.name, step.places[row]) for step in self.steps if step.places[row])


def chained(candidates: Candidates, strategies: Mapping[str, Reranker], k: int) -> Chain:
    """Apply ``strategies`` in their order to ``candidates``, best first; each sees what the one before it left.

    A strategy that adjusts scores hands on the new ones. One that picks a list deals the scores out anew in its order,
    so that the next step is given the same scale, best first. ``k`` is the length of the list that is shown.
    """
    if k < 1:
        raise ValueError(f"k should be at least 1, is now {k}")
    steps = []
    now = candidates
    for name, strategy in strategies.items():
        start = time.perf_counter()
        after = _applied(now, strategy, k)
        note = strategy.note(now) if isinstance(strategy, Tells) else ""
        steps.append(Step(name, now, after, note, (time.perf_counter() - start) * 1e3))
        now = after
    return Chain(candidates, tuple(steps), k)


def _applied(now: Candidates, strategy: Reranker, k: int) -> Candidates:
    if isinstance(strategy, Adjusts):
        scores = strategy.adjusted(now)
        order = top_k(scores, max(len(scores), 1))
        return now.ordered(order, scores[order])
    place = {int(row): position for position, row in enumerate(now.rows)}
    chosen = [place[row] for row in strategy(now, k)]
    taken = set(chosen)
    rest = [position for position in range(len(now)) if position not in taken and not np.isnan(now.scores[position])]
    order = np.array([*chosen, *rest], dtype=np.int64)
    return now.ordered(order, dealt(now.scores, order)[order])
