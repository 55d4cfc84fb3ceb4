"""Sessions as walks from category to category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.audience.frequency import in_sessions
from recsys.columns import Items
from recsys.data import Dataset

MAX_CATEGORIES = 16
"""The most visited ones; all others are one."""
OTHERS, NONE = "all others", "no category"
MAX_STEPS = 20
"""Steps of a session that are looked at: longer ones are lists being worked off."""
Sequences = Sequence[tuple[int, tuple[int, ...]]]
"""Sessions as (person, places in order)."""


@dataclass(frozen=True, eq=False)
class Walks:
    """Every session as the categories it passes through, one step per item: going on with the same item is no step."""

    data: Dataset
    names: tuple[str, ...]
    """Categories, the most visited first; ``OTHERS`` last where there are more."""
    category: NDArray[np.int64]
    """(n_steps,) place in ``names``, by person, then time."""
    session: NDArray[np.int64]
    """(n_steps,) number of the session."""
    user: NDArray[np.int64]
    """(n_steps,) place in ``user_ids``."""

    @classmethod
    def of(cls, data: Dataset) -> Walks:
        """The walks of ``data``; computed once."""
        return data.once(cls, lambda: cls._made(data))

    @classmethod
    def _made(cls, data: Dataset) -> Walks:
        order, session = in_sessions(data)
        item = data.event_rows[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(item) != 0) | (np.diff(session) != 0)
        rows, session = item[new], session[new]
        starts = np.flatnonzero(np.diff(session, prepend=-1))
        early = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows)))) < MAX_STEPS
        names, code = _categories(data, rows)
        return cls(data, names, code[early], session[early], data.event_users[order][new][early])

    def steps(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """(n,) each: category before, category after, and who, of every step within a session."""
        within = np.flatnonzero(np.diff(self.session) == 0)
        return self.category[within], self.category[within + 1], self.user[within]

    def sequences(self) -> Sequences:
        """Sessions with two categories or more, as (person, places in ``names``); staying in one is one visit.

        ``OTHERS`` are left out: they say nothing.
        """
        named = self.category != (self.names.index(OTHERS) if OTHERS in self.names else -1)
        session, category, user = self.session[named], self.category[named], self.user[named]
        moves = np.ones(len(session), dtype=bool)
        moves[1:] = (np.diff(category) != 0) | (np.diff(session) != 0)
        session, category, user = session[moves], category[moves], user[moves]
        users, places = user.tolist(), category.tolist()
        ends = [*np.flatnonzero(np.diff(session, prepend=-1)).tolist(), len(places)]
        found = ((users[a], tuple(places[a:b])) for a, b in pairwise(ends))
        return [one for one in found if len(one[1]) > 1]

    def who(self, users: NDArray[np.int64]) -> tuple[str, ...]:
        """Ids of the people at these places of ``user_ids``, sorted, each once."""
        return tuple(self.data.user_ids[place] for place in np.unique(users))

    def who_steps(self, before: str, after: str) -> tuple[str, ...]:
        """Who goes from one category straight to the other within a session."""
        a, b, users = self.steps()
        return self.who(users[(a == self.names.index(before)) & (b == self.names.index(after))])


def _categories(data: Dataset, rows: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the categories, the most visited first, and the place of each row's category among them."""
    by_item = pd.Series([name or NONE for name in data.column(Items.CATEGORY)])
    visits = by_item.iloc[rows].value_counts()
    names = [str(name) for name in visits.index]
    if len(names) > MAX_CATEGORIES:
        names = [*names[: MAX_CATEGORIES - 1], OTHERS]
    place = {name: n for n, name in enumerate(names)}
    codes = np.array([place.get(name, len(names) - 1) for name in by_item], dtype=np.int64)
    return tuple(names), codes[rows]
