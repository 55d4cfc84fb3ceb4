"""What the Re-rank page computes: candidates for one person, in a new order by a chain of strategies. No drawing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.models.scored import scored, silence
from recsys.models.setting import Setting
from recsys.rerank import RERANKERS, Candidates, Chain, chained
from recsys.rerank.setting import ChainSetting
from recsys.types import Query, Reranker
from recsys.ui import cache

WHEN_SILENT = "popularity"
INTEREST = "interest"
"""The model that says how likely somebody is to like an item."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list."""

    item_id: str
    before: int
    """1-based place among the candidates."""
    after: int | None
    """1-based place after all strategies; None when one of them hides the item."""
    moved_by: tuple[tuple[str, int], ...] = ()
    """Strategies that moved it, with the places gained or lost; their sum is ``before - after``."""
    hidden_by: str = ""
    """The strategy that took it out, "" for none."""
    chance: float = float("nan")
    """In [0, 1]; NaN where no model gives one."""


@dataclass(frozen=True)
class Reordering:
    """Everything one drawing of the page shows."""

    query: Query
    chain: Chain
    problems: tuple[str, ...] = ()
    """One sentence for each thing that did not run as asked."""
    ms: float = 0.0
    """Milliseconds for scoring the catalogue and choosing the candidates."""

    @cached_property
    def before(self) -> tuple[Entry, ...]:
        """The list without re-ranking."""
        return tuple(self._entry(int(row)) for row in self.chain.start.rows[: self.chain.k])

    @cached_property
    def after(self) -> tuple[Entry, ...]:
        """The list that all strategies together give."""
        return tuple(self._entry(int(row)) for row in self.chain.rows)

    @cached_property
    def left(self) -> tuple[Entry, ...]:
        """Everything on one of the two lists, in the old order."""
        return tuple(self._entry(int(row)) for row in self.chain.start.rows if int(row) in self._shown)

    @cached_property
    def right(self) -> tuple[Entry, ...]:
        """The same in the new order; what is hidden comes last."""
        kept = [self._entry(int(row)) for row in self.chain.end.rows if int(row) in self._shown]
        return (*kept, *(entry for entry in self.left if entry.after is None))

    @property
    def hidden(self) -> tuple[Entry, ...]:
        """Candidates that are nowhere in the new order, best first."""
        return tuple(self._entry(int(row)) for row in self.chain.start.rows if int(row) not in self._now)

    @property
    def n_moved(self) -> int:
        """Items of the new list that are new or on another place."""
        return sum(entry.before != entry.after for entry in self.after)

    @cached_property
    def _shown(self) -> frozenset[int]:
        return frozenset(self.chain.rows.tolist()) | frozenset(self.chain.start.rows[: self.chain.k].tolist())

    @cached_property
    def _was(self) -> Mapping[int, int]:
        return {int(row): place for place, row in enumerate(self.chain.start.rows, start=1)}

    @cached_property
    def _now(self) -> Mapping[int, int]:
        return {int(row): place for place, row in enumerate(self.chain.end.rows, start=1)}

    def _entry(self, row: int) -> Entry:
        data, chance = self.chain.start.data, self.chain.start.chance
        name = data.item_ids[row] if data is not None else str(row)
        likely = float("nan") if chance is None else float(chance[self._was[row] - 1])
        if row in self._now:
            return Entry(name, self._was[row], self._now[row], self.chain.moved_by(row), chance=likely)
        hider = next(step.name for step in self.chain.steps if row in step.hidden)
        return Entry(name, self._was[row], None, hidden_by=hider, chance=likely)


def reorder(data: Dataset, query: Query, ranker: Setting, setting: ChainSetting, k: int, n: int) -> Reordering:
    """Choose the ``n`` best items by ``ranker`` and put them in order by ``setting``, for a list of ``k``."""
    start = time.perf_counter()
    candidates, silent = _candidates(data, query, ranker, n)
    ms = (time.perf_counter() - start) * 1e3
    chain, wrong = _chain(candidates, setting, k)
    return Reordering(query, chain, tuple(filter(None, (silent, *wrong))), ms)


def _candidates(data: Dataset, query: Query, ranker: Setting, n: int) -> tuple[Candidates, str]:
    """The best items, and the sentence that says what ranked them when ``ranker`` has nothing to go on."""
    said = scored(cache.fitted(data, ranker), query, cache.scorer(data, WHEN_SILENT))
    silent = silence(ranker.label) if said.stood_in else ""
    return Candidates.of(data, query, said.scores, n, interest=cache.interest(data)), silent


def _chain(candidates: Candidates, setting: ChainSetting, k: int) -> tuple[Chain, tuple[str, ...]]:
    """Apply the strategies; one that cannot run says why and the others stand."""
    try:
        return chained(candidates, setting.build(), k), ()
    except (RecsysError, ValueError):
        able, wrong = _able(candidates, setting, k)
        return chained(candidates, able, k), wrong


def _able(candidates: Candidates, setting: ChainSetting, k: int) -> tuple[dict[str, Reranker], tuple[str, ...]]:
    """The strategies that run on ``candidates``, and why the others do not."""
    able: dict[str, Reranker] = {}
    wrong = []
    for name in setting.names:
        try:
            strategy = setting.only([name]).build()[name]
            chained(candidates, {name: strategy}, k)
        except (RecsysError, ValueError) as error:
            wrong.append(f"{RERANKERS[name].label} is left out: {str(error).rstrip('.')}.")
        else:
            able[name] = strategy
    return able, tuple(wrong)
