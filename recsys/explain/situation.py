"""What a list follows from, held still, so that one cause at a time can be taken away and the list ranked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.live.answer import Answer, Ranking
from recsys.live.profile import Known
from recsys.types import Event, Query, Rows, Scorer
from recsys.words.heard import heard

TYPED = "typed"
"""Key of the words in the box; every other key is the id of an event."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A person at one moment: what is known of them, and how lists are made.

    Nothing is stored, and no answer but the present one is kept.
    """

    ranking: Ranking
    known: Known = field(default_factory=Known)

    @property
    def data(self) -> Dataset:
        """The catalogue."""
        return self.ranking.data

    @property
    def scorer(self) -> Scorer:
        """The model that is asked."""
        return self.ranking.scorer

    @property
    def k(self) -> int:
        """Length of the list."""
        return self.ranking.k

    @property
    def query(self) -> Query:
        """Everything known now."""
        return self.known.query

    @property
    def session(self) -> tuple[Event, ...]:
        """Standing events of the session, oldest first."""
        return self.known.session

    @cached_property
    def now(self) -> Answer:
        """The present list."""
        return self.answer(self.query)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every cause that could be taken away: ids of the events that count, oldest first, and the typed words."""
        counting = dict.fromkeys(event.event_id for event in self.query.events)  # a mixed review counts in parts
        return (*counting, *((TYPED,) if self.query.typed else ()))

    @property
    def session_keys(self) -> tuple[str, ...]:
        """The keys of this session alone."""
        own = {event.event_id for event in self.session} | {TYPED}
        return tuple(key for key in self.keys if key in own)

    def asked(self, session: Sequence[Event], typed: str = "") -> Query:
        """The query after other events of the session, or with other words."""
        return self.known.asked(session, typed)

    def without(self, keys: Collection[str]) -> Query:
        """What is known now, less ``keys``; what a taken event had replaced stays replaced."""
        events = tuple(event for event in self.query.events if event.event_id not in keys)
        return replace(self.query, events=events, typed="" if TYPED in keys else self.query.typed)

    def undone(self, keys: Collection[str]) -> Query:
        """What would be known had the events of ``keys`` never been stored: an older opinion may stand again."""
        return self.known.undone(keys, "" if TYPED in keys else self.known.typed)

    def answer(self, query: Query) -> Answer:
        """The list for ``query``: one pass over the catalogue."""
        return self.ranking.answer(query)

    def among_the_same(self, answer: Answer) -> Answer:
        """``answer`` with everything off the list that is off it now.

        An item somebody liked comes back when the like is taken away, and one that was too dear when the words are, and
        pushes every other one place down. That is no reason why those were listed, so causes are measured among the
        same competitors.
        """
        hidden = np.union1d(self._off, decided_rows(answer.query.events, self.data))
        return self.ranking.listed(answer.heard, answer.scored, hidden)

    def label(self, key: str) -> str:
        """A cause in the person's own terms: the title of the item, or the words; "" for an unknown key."""
        if key == TYPED:
            return self.query.typed
        for event in (*self.known.history, *self.known.session, *self.query.events):
            if event.event_id == key:
                return self.data.title(event.item_id) if event.item_id in self.data.row_of else event.text
        return ""

    @cached_property
    def decided(self) -> Rows:
        """Rows of the items that the person has an opinion on."""
        return decided_rows(self.query.events, self.data)

    @cached_property
    def _off(self) -> Rows:
        """Rows that are kept off the present list, whatever their scores."""
        return np.union1d(self.decided, heard(self.query, self.data).hidden)
