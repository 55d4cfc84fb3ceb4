"""Who follows whom, as a sparse graph: how influential people are, and whom those one follows follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Facts, Follows, People, Table
from recsys.data import Dataset
from recsys.models.shared import frozen
from recsys.types import Rows

DAMPING = 0.85
"""Chance that a walk takes one more step (Brin and Page 1998)."""
TOLERANCE = 1e-7
"""A walk is followed until less than this share of it is still under way."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FollowGraph:
    """The people of a dataset and the table ``follows`` as a 0/1 matrix; immutable, shared by sessions."""

    people: tuple[str, ...]
    """Ids, sorted: everybody who follows, is followed, or is in the table ``people``."""
    follows: sp.csr_matrix
    """(n_people, n_people) float64: 1 where the person of the row follows the one of the column; the diagonal is 0."""

    @classmethod
    def of(cls, data: Dataset) -> FollowGraph:
        """The graph of ``data``, made once and kept as long as it is; without people where it has no such table."""
        return data.once(cls, lambda: _graph(data))

    @property
    def n_people(self) -> int:
        return len(self.people)

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Place of each id in ``people``."""
        return {person: place for place, person in enumerate(self.people)}

    @cached_property
    def n_followed(self) -> Floats:
        """(n_people,) how many each of them follows."""
        return np.asarray(self.follows.sum(axis=1), dtype=np.float64).ravel()

    @cached_property
    def n_followers(self) -> Floats:
        """(n_people,) how many follow each of them."""
        return np.asarray(self.follows.sum(axis=0), dtype=np.float64).ravel()

    def places(self, ids: Iterable[str]) -> Rows:
        """(n,) places of those ``ids`` that are people of the graph, ascending, none twice."""
        known = {self.place_of[person] for person in ids if person in self.place_of}
        return np.array(sorted(known), dtype=np.int64)

    def influence(self, followed: Iterable[str] = (), damping: float = DAMPING) -> Floats:
        """(n_people,) personalised PageRank from ``followed``: >= 0, sums to 1 unless there are no people.

        Where a walk is that starts at one of ``followed``, goes on to somebody whom the person it is at follows with
        the chance ``damping``, and otherwise starts again (Haveliwala 2002); it starts again too where nobody is
        followed. Of nobody, or of ids that are not in the graph, it starts anywhere: PageRank itself.

        The power iteration adds up the walks step by step, ``x = v + damping W'x`` with v the start and W the steps,
        and divides by their sum at the end, which is what sending the walks that end nowhere back to v comes to.
        So following somebody more never makes them less influential.
        """
        if not 0 <= damping < 1:
            raise ValueError(f"damping should be in [0, 1), is now {damping}")
        starts = self.places(followed)
        walking = np.zeros(self.n_people)
        walking[starts if len(starts) else slice(None)] = 1 / (len(starts) or self.n_people or 1)
        walked = walking.copy()
        while walking.sum() > TOLERANCE:
            walking = damping * (self._steps @ walking)
            walked += walking
        return walked / (walked.sum() or 1.0)

    def followed_through(self, followed: Iterable[str]) -> tuple[Rows, sp.csr_matrix]:
        """The places (n,) of ``followed`` and their rows (n, n_people) of ``follows``: friends of friends."""
        places = self.places(followed)
        return places, self.follows[places]

    @cached_property
    def _steps(self) -> sp.csr_matrix:
        """(n_people, n_people) the chance of a step from the person of the column to the one of the row."""
        out = np.divide(1.0, self.n_followed, out=np.zeros(self.n_people), where=self.n_followed > 0)
        return sp.csr_matrix((sp.diags_array(out) @ self.follows).T)


def likes_of(data: Dataset) -> sp.csr_matrix:
    """(n_people, n_items) float64 of 0/1: what each person of the graph liked; empty rows for those who are no users.

    Made once per dataset.
    """
    return data.once(likes_of, lambda: _likes(data))


def _likes(data: Dataset) -> sp.csr_matrix:
    graph = FollowGraph.of(data)
    places = np.array([graph.place_of.get(user, -1) for user in data.user_ids], dtype=np.int64)
    known = np.flatnonzero(places >= 0)
    shape = (graph.n_people, len(places))
    likes = sp.csr_matrix(sp.csr_matrix((np.ones(len(known)), (places[known], known)), shape=shape) @ data.likes)
    frozen(likes)
    return likes


def posts_of(data: Dataset, person: str) -> Rows:
    """(n,) rows of the items whose author is ``person``; none without the column."""
    return np.array([row for row, name in enumerate(data.column(Facts.AUTHOR)) if name == person], dtype=np.int64)


def _graph(data: Dataset) -> FollowGraph:
    pairs = data.tables.get(Table.FOLLOWS)
    who, whom = ([], []) if pairs is None else (pairs[name].astype(str).tolist() for name in Follows)
    known = data.tables.get(Table.PEOPLE)
    others = [] if known is None else known[People.ID].astype(str).tolist()
    people = tuple(sorted({*who, *whom, *others} - {""}))
    place_of = {person: place for place, person in enumerate(people)}
    links = {(place_of[a], place_of[b]) for a, b in zip(who, whom, strict=True) if a != b and a and b}
    rows, columns = np.array(sorted(links), dtype=np.int64).reshape(-1, 2).T
    follows = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(people), len(people)))
    frozen(follows)
    return FollowGraph(people, follows)
