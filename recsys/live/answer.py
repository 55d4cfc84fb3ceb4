"""The one way from a query to a list: score once, leave out what is decided, put the best in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.models.scored import Scored, scored
from recsys.ranking import top_k
from recsys.rerank import POOL, Candidates, Chain, chained
from recsys.types import Contributions, GivesChances, Query, Reranker, Rows, Scorer, Vector
from recsys.words.heard import Heard, heard

Lap = Callable[[str], object]
"""Told the name of each stage when it is done."""


def _untimed(_stage: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, eq=False)
class Answer:
    """The list that one query gets, and the place of everything below it."""

    heard: Heard
    """What was asked, with its bounds taken out of the words."""
    scored: Scored
    """What the model said, or who stepped in where it had nothing to go on."""
    listable: Vector
    """(n_items,) float32 the scores, NaN for items that may not be listed."""
    rows: Rows
    """(at most k,) the list, best first."""
    item_ids: tuple[str, ...]
    chain: Chain | None = None
    """What re-ranking did to the best candidates; None without it."""

    @property
    def query(self) -> Query:
        """What the model was asked: the words without their bounds."""
        return self.heard.query

    @property
    def scorer(self) -> Scorer:
        """Which model really scored."""
        return self.scored.scorer

    @property
    def scores(self) -> Vector:
        """(n_items,) float32 as the model gave them, also for items that may not be listed."""
        return self.scored.scores

    def place(self, row: int) -> int | None:
        """1-based rank of ``row``: its place on the list, else behind it by score; None when it cannot be listed."""
        found = np.flatnonzero(self.rows == row)
        if len(found):
            return int(found[0]) + 1
        score = self.listable[row]
        if np.isnan(score):
            return None
        ahead = self.listable > score
        ahead[:row] |= self.listable[:row] == score  # ties go to the lower row
        ahead[self.rows] = False
        return len(self.rows) + int(ahead.sum()) + 1

    def contributions(self, rows: Rows) -> Contributions:
        """Parts of the scores of ``rows``; none where the model cannot take its scores apart."""
        return self.scored.reasons(rows)


@dataclass(frozen=True, eq=False)
class Ranking:
    """How lists are made: who scores, who steps in, and what puts the best in order."""

    data: Dataset
    scorer: Scorer
    """Fitted on ``data``."""
    k: int = 10
    when_silent: Scorer | None = None
    """Ranks where ``scorer`` can score nothing."""
    rerank: Mapping[str, Reranker] | None = None
    """Strategies that put the best candidates in a new order, one after the other; none ranks by score."""
    interest: GivesChances | None = None
    """Gives the candidates of ``rerank`` their chances."""

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ValueError(f"k should be at least 1, is now {self.k}")

    def answer(self, query: Query, *, exclude_decided: bool = True, after: Lap = _untimed) -> Answer:
        """The list for ``query``: one pass over the catalogue. ``after`` hears of each stage.

        Items the person has an opinion on (liked, disliked, rated, reviewed) are left out unless ``exclude_decided``
        is false; items only looked at stay. Bounds in the words ("under 150") hide the items beyond them.
        """
        asked = heard(query, self.data)
        said = scored(self.scorer, asked.query, self.when_silent)
        after("score")
        hidden = decided_rows(query.events, self.data) if exclude_decided else np.zeros(0, dtype=np.int64)
        return self.listed(asked, said, hidden, after)

    def listed(self, asked: Heard, said: Scored, hidden: Rows, after: Lap = _untimed) -> Answer:
        """The list by scores that are there, without the items ``hidden`` and those beyond what was ``asked``."""
        listable = said.scores.copy()
        listable[hidden] = np.nan
        listable[asked.hidden] = np.nan
        if not self.rerank:
            rows, chain = top_k(listable, self.k), None
            after("rank")
        else:
            n_best = max(self.k, POOL)
            best = Candidates.of(
                self.data, asked.query, listable, n_best, exclude_decided=False, interest=self.interest
            )
            after("rank")
            chain = chained(best, self.rerank, self.k)
            rows = chain.rows
            after("re-rank")
        return Answer(asked, said, listable, rows, tuple(self.data.item_ids[row] for row in rows), chain)
