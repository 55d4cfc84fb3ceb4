"""What every metric is computed from: the lists people got, and what is known of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.types import Matrix, Rows, Vector

PerUser = NDArray[np.float64]
"""(n_users,) one number per user; NaN where the metric says nothing about a user."""

NO_ITEM = -1
"""Stands in ``TopLists.rows`` and ``Catalogue.categories`` where there is no item or no category."""


@dataclass(frozen=True, eq=False)
class TopLists:
    """One list of at most ``k`` rows per user, and which of them were hits. Build with :meth:`of`."""

    rows: Rows
    """(n_users, k) int64, best first; NO_ITEM after the end of a short list."""
    hits: NDArray[np.bool_]
    """(n_users, k) bool: the row at this rank is relevant to this user."""
    n_relevant: NDArray[np.int64]
    """(n_users,) number of relevant rows, in the list or not."""

    @classmethod
    def of(cls, lists: Sequence[Sequence[int] | Rows], relevant: Sequence[Sequence[int] | Rows], k: int) -> TopLists:
        """Cut ``lists`` at ``k`` and compare them with the ``relevant`` rows of the same users.

        ValueError when a list names an item twice, which would count as two hits.

        >>> TopLists.of([[4, 2, 7]], [[2, 9]], k=2).hits.tolist()
        [[False, True]]
        """
        if k < 1:
            raise ValueError(f"k should be at least 1, is now {k}")
        if len(lists) != len(relevant):
            raise ValueError(f"there should be one set of relevant rows per list, are {len(relevant)} for {len(lists)}")
        rows = np.full((len(lists), k), NO_ITEM, dtype=np.int64)
        hits = np.zeros((len(lists), k), dtype=bool)
        for user, (ranked, wanted) in enumerate(zip(lists, relevant, strict=True)):
            head = np.asarray(ranked[:k], dtype=np.int64)
            without_repeats(head.tolist(), f"that of user {user}")
            rows[user, : len(head)] = head
            hits[user, : len(head)] = np.isin(head, np.asarray(wanted, dtype=np.int64))
        n_relevant = np.array([len({int(row) for row in wanted}) for wanted in relevant], dtype=np.int64)
        return cls(rows, hits, n_relevant)

    def at(self, k: int) -> TopLists:
        """The same lists cut at ``k``, at most the length they have."""
        if not 1 <= k <= self.k:
            raise ValueError(f"k should be from 1 to {self.k}, is now {k}")
        return TopLists(self.rows[:, :k], self.hits[:, :k], self.n_relevant)

    @property
    def k(self) -> int:
        return int(self.rows.shape[1])

    @property
    def n_users(self) -> int:
        return len(self.rows)

    @property
    def filled(self) -> NDArray[np.bool_]:
        """(n_users, k) bool: there is an item at this rank."""
        return np.asarray(self.rows != NO_ITEM)


@dataclass(frozen=True, eq=False)
class Answers:
    """All that one model answered to the evaluated users, and what was known and held out: what a metric is given.

    The tuples have one entry per user, in the order of ``lists``.
    """

    lists: TopLists
    relevant: tuple[Rows, ...]
    """Rows that are hits for this user, without repeats; all of them are candidates."""
    ranks: tuple[Rows, ...]
    """1-based rank of each row of ``relevant`` among all candidates; 0 for one the model could not rank."""
    n_candidates: NDArray[np.int64]
    """(n_users,) items that could have been ranked: the catalogue (or the sample of it) without what is known."""
    n_ranked: NDArray[np.int64]
    """(n_users,) candidates that the model did rank (gave a number, not NaN); at most ``n_candidates``."""
    known: tuple[Rows, ...]
    """Rows the user touched before: never recommended."""
    liked: tuple[Rows, ...]
    """Rows the user liked before."""
    actual: tuple[Vector, ...]
    """Stars of the held-out ratings of new items; empty for a user without any."""
    predicted: tuple[Vector, ...] | None = None
    """Stars the model predicted for them, NaN where it could not; None for a model that predicts no stars."""
    liked_stars: float = 4.0
    """Stars from which a rating counts as a like."""

    def at(self, k: int) -> Answers:
        """The same answers with lists cut at ``k``."""
        return replace(self, lists=self.lists.at(k))

    def of(self, users: NDArray[np.bool_]) -> Answers:
        """The answers to only those users where ``users`` (n_users, bool) is true, in the same order."""
        chosen = np.flatnonzero(users)
        lists = TopLists(self.lists.rows[users], self.lists.hits[users], self.lists.n_relevant[users])
        return Answers(
            lists=lists,
            relevant=tuple(self.relevant[user] for user in chosen),
            ranks=tuple(self.ranks[user] for user in chosen),
            n_candidates=self.n_candidates[users],
            n_ranked=self.n_ranked[users],
            known=tuple(self.known[user] for user in chosen),
            liked=tuple(self.liked[user] for user in chosen),
            actual=tuple(self.actual[user] for user in chosen),
            predicted=None if self.predicted is None else tuple(self.predicted[user] for user in chosen),
            liked_stars=self.liked_stars,
        )


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What beyond-accuracy metrics need to know of the items."""

    n_items: int
    n_people: int
    """Users the like counts were taken from."""
    like_counts: NDArray[np.float64]
    """(n_items,) number of different users who liked each item, in training."""
    vectors: Matrix
    """(n_items, dim) centred unit vectors of the item texts; zero rows for items without text."""
    categories: NDArray[np.int64]
    """(n_items,) number of each item's category, NO_ITEM where it has none."""


def without_repeats(ranked: Sequence[int | str], whose: str) -> None:
    """Raise ValueError where a list, called ``whose``, names an item more than once."""
    n_repeats = len(ranked) - len(set(ranked))
    if n_repeats:
        raise ValueError(f"a ranked list should name each item once, {whose} has {n_repeats} repeats")


def mean_where(values: NDArray[np.float64], present: NDArray[np.bool_]) -> PerUser:
    """(n_users,) mean of the ``present`` values of each row; NaN for a row without any."""
    counts = present.sum(axis=1)
    sums = np.where(present, values, 0.0).sum(axis=1)
    return divide(sums, counts)


def divide(above: NDArray[np.float64], below: NDArray[np.int64] | NDArray[np.float64]) -> PerUser:
    """(n_users,) quotients; NaN where ``below`` is 0.

    >>> divide(np.array([1.0, 1.0]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    out = np.full(len(above), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out
