"""What the Re-rank page computes: candidates for one person, in a new order by a chain of strategies. No drawing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.models.scored import scored, silence
from recsys.models.setting import Setting
from recsys.rerank import RERANKERS, Candidates, Chain, chained
from recsys.rerank.effects import Move, moves
from recsys.rerank.setting import ChainSetting
from recsys.types import Query, Reranker
from recsys.ui import cache
from recsys.words.heard import heard

WHEN_SILENT = "popularity"


@dataclass(frozen=True)
class Reordering:
    """Everything one drawing of the page shows."""

    chain: Chain
    problems: tuple[str, ...] = ()
    """One sentence for each thing that did not run as asked."""
    bounds: str = ""
    """What is among the candidates at all, by the words typed on Live; "" for everything."""
    ms: float = 0.0
    """Milliseconds for scoring the catalogue and choosing the candidates."""

    @cached_property
    def right(self) -> tuple[Move, ...]:
        """Everything on the list before or after, in the new order; what is hidden comes last."""
        return moves(self.chain)

    @cached_property
    def left(self) -> tuple[Move, ...]:
        """The same in the old order."""
        return tuple(sorted(self.right, key=lambda move: move.before))

    @cached_property
    def after(self) -> tuple[Move, ...]:
        """The list that all strategies together give."""
        return self.right[: len(self.chain.rows)]

    @property
    def dropped(self) -> tuple[Move, ...]:
        """Items that were on the list and now stand below it."""
        return tuple(move for move in self.left if move.before <= self.chain.k and (move.after or 0) > self.chain.k)

    @property
    def n_new(self) -> int:
        """Items of the new list that were not on the old one."""
        return sum(move.before > self.chain.k for move in self.after)

    @property
    def n_moved(self) -> int:
        """Items of both lists that are on another place."""
        return sum(move.before != move.after for move in self.after) - self.n_new


def reorder(data: Dataset, query: Query, ranker: Setting, setting: ChainSetting, k: int, n: int) -> Reordering:
    """Choose the ``n`` best items by ``ranker`` and put them in order by ``setting``, for a list of ``k``."""
    start = time.perf_counter()
    candidates, problems = _candidates(data, query, ranker, n)
    ms = (time.perf_counter() - start) * 1e3
    chain, wrong = _chain(candidates, setting, k)
    return Reordering(chain, (*problems, *wrong), heard(query, data).said, ms)


def _candidates(data: Dataset, query: Query, ranker: Setting, n: int) -> tuple[Candidates, tuple[str, ...]]:
    """The best items within what is asked for, and a sentence for each thing that is not as asked."""
    asked = heard(query, data)
    said = scored(cache.fitted(data, ranker), asked.query, cache.scorer(data, WHEN_SILENT))
    listable = said.scores.copy()
    listable[asked.hidden] = np.nan
    silent = (silence(ranker.label),) if said.stood_in else ()
    return Candidates.of(data, asked.query, listable, n, interest=cache.interest(data)), (*silent, *asked.problems)


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
