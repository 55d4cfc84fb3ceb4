"""What a list follows from, held still, so that one cause at a time can be taken away and the list ranked again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.live.profile import AS_IT_COUNTS, Habits, query_from
from recsys.models.ranking import top_k
from recsys.types import Contributions, Event, Explains, Query, Rows, Scorer, Vector

TYPED = "typed"
"""Key of the words in the box; every other key is the id of an event."""

Order = Callable[[Vector, Query], Rows]
"""The stage after scoring: from scores (n_items,), NaN for what may not be listed, to rows, best first.

It need not go further than the list: what it leaves out follows in the order of the scores.
"""


@dataclass(frozen=True, eq=False)
class Answer:
    """The list that one query gets, and the place of everything below it."""

    query: Query
    scorer: Scorer
    """Which model really scored: the one asked for, or the one that steps in when that has nothing to go on."""
    scores: Vector
    """(n_items,) float32 as the model gave them, also for items that may not be listed."""
    listable: Vector
    """(n_items,) float32 the same, NaN for items that may not be listed."""
    rows: Rows
    """(at most k,) the list, best first."""
    item_ids: tuple[str, ...]

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
        if isinstance(self.scorer, Explains):
            return self.scorer.contributions(self.query, rows)
        return Contributions((), np.zeros((len(rows), 0), dtype=np.float32))


@dataclass(frozen=True, eq=False)
class Situation:
    """A person at one moment: what is known of them, and how lists are made.

    Nothing is stored, and no answer but the present one is kept.
    """

    data: Dataset
    scorer: Scorer
    """Fitted on ``data``."""
    history: tuple[Event, ...] = ()
    """What the person did before the session, oldest first."""
    session: tuple[Event, ...] = ()
    """Standing events of the session, oldest first."""
    typed: str = ""
    k: int = 10
    order: Order | None = None
    """Re-ranking; None ranks by score."""
    when_silent: Scorer | None = None
    """Ranks where ``scorer`` can score nothing."""
    context: Mapping[str, str] | None = None
    """The moment; None takes that of the newest event."""
    habits: Habits = AS_IT_COUNTS

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ValueError(f"k should be at least 1, is now {self.k}")

    @cached_property
    def query(self) -> Query:
        """Everything known now."""
        return self.asked(self.session, self.typed)

    @cached_property
    def now(self) -> Answer:
        """The present list."""
        return self.answer(self.query)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every cause that could be taken away: ids of the events that count, oldest first, and the typed words."""
        return (*(event.event_id for event in self.query.events), *((TYPED,) if self.query.typed else ()))

    @property
    def session_keys(self) -> tuple[str, ...]:
        """The keys of this session alone."""
        own = {event.event_id for event in self.session} | {TYPED}
        return tuple(key for key in self.keys if key in own)

    def asked(self, session: Sequence[Event], typed: str = "") -> Query:
        """The query after other events of the session, or with other words."""
        return query_from(self.history, session, typed, habits=self.habits, context=self.context)

    def without(self, keys: Collection[str]) -> Query:
        """What is known now, less ``keys``; what a taken event had replaced stays replaced."""
        events = tuple(event for event in self.query.events if event.event_id not in keys)
        return replace(self.query, events=events, typed="" if TYPED in keys else self.query.typed)

    def undone(self, keys: Collection[str]) -> Query:
        """What would be known had the events of ``keys`` never been stored: an older opinion may stand again."""
        history = tuple(event for event in self.history if event.event_id not in keys)
        session = tuple(event for event in self.session if event.event_id not in keys)
        typed = "" if TYPED in keys else self.typed
        return query_from(history, session, typed, habits=self.habits, context=self.context)

    def answer(self, query: Query) -> Answer:
        """The list for ``query``: one pass over the catalogue."""
        scorer, scores = self.scorer, self.scorer.score(query)
        if self.when_silent is not None and bool(np.isnan(scores).all()):
            scorer, scores = self.when_silent, self.when_silent.score(query)
        return self._listed(query, scorer, scores, decided_rows(query.events, self.data))

    def among_the_same(self, answer: Answer) -> Answer:
        """``answer`` with everything off the list that is off it now.

        An item somebody liked comes back when the like is taken away, and pushes every other one place down. That is
        no reason why those were listed, so causes are measured among the same competitors.
        """
        hidden = np.union1d(self._decided, decided_rows(answer.query.events, self.data))
        return self._listed(answer.query, answer.scorer, answer.scores, hidden)

    def label(self, key: str) -> str:
        """A cause in the person's own terms: the title of the item, or the words; "" for an unknown key."""
        if key == TYPED:
            return self.query.typed
        for event in (*self.history, *self.session):
            if event.event_id == key:
                return self.data.title(event.item_id) if event.item_id in self.data.row_of else event.text
        return ""

    @cached_property
    def _decided(self) -> Rows:
        return decided_rows(self.query.events, self.data)

    def _listed(self, query: Query, scorer: Scorer, scores: Vector, hidden: Rows) -> Answer:
        listable = scores.copy()
        listable[hidden] = np.nan
        ordered = top_k(listable, self.k) if self.order is None else self.order(listable, query)
        rows = np.asarray(ordered[: self.k], dtype=np.int64)
        return Answer(query, scorer, scores, listable, rows, tuple(self.data.item_ids[row] for row in rows))
