"""Slices of an experiment: the same answers, looked at for some people or for some of the held-out items only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.lists import Answers, Catalogue, PerUser, TopLists
from recsys.metrics.spec import MetricSpec

Mask = NDArray[np.bool_]

HISTORY, WARMTH, FAME = "history", "warmth", "fame"
KINDS = {
    HISTORY: "How much is known of the person",
    WARMTH: "How often the item was liked before",
    FAME: "Well known or not",
}
"""Kinds of slices and their names for a visitor. The first divides the people, the others what counts as a hit."""

HISTORY_BINS = ((1, 3), (4, 10), (11, 40), (41, None))
"""First and last number of events; None has no end."""
WARMTH_BINS = ((0, 0), (1, 4), (5, None))
"""First and last number of training likes."""
HEAD_SHARE = 0.5
"""The most liked items that together hold this share of all likes are the head."""


@dataclass(frozen=True, eq=False)
class Slice:
    """One slice: the answers it leaves, only to the people it is about."""

    kind: str
    """A key of KINDS."""
    label: str
    answers: Answers
    """Answers to the ``users`` only; in a slice of items, only its own items are relevant."""
    users: Mask
    """(n_users of the experiment,) bool: who is in the slice; in a slice of items, who has a relevant item in it."""

    @property
    def n_users(self) -> int:
        return int(self.users.sum())

    def per_user(self, metric: MetricSpec, catalogue: Catalogue) -> PerUser:
        """(n_users of the experiment,) the metric within the slice, NaN for users outside it.

        As long as the whole, so that one set of resamples serves every slice.
        """
        out = np.full(len(self.users), np.nan)
        out[self.users] = metric.compute(self.answers, catalogue)
        return out


def slices(answers: Answers, n_history: NDArray[np.int64], like_counts: NDArray[np.float64]) -> Iterator[Slice]:
    """Every slice of every kind, in the order in which they are shown; a slice may be of nobody.

    Parameters
    ----------
    answers
        What one model answered.
    n_history
        (n_users,) events the model was shown of each user.
    like_counts
        (n_items,) likes of each item in training.

    """
    yield from by_history(answers, n_history)
    yield from by_warmth(answers, like_counts)
    yield from by_fame(answers, like_counts)


def by_history(answers: Answers, n_history: NDArray[np.int64]) -> Iterator[Slice]:
    """The people by how many events the model was shown; somebody without any is in no slice."""
    for first, last in HISTORY_BINS:
        users = _within(n_history, first, last)
        yield Slice(HISTORY, f"{_range(first, last)} events", answers.of(users), users)


def by_warmth(answers: Answers, like_counts: NDArray[np.float64]) -> Iterator[Slice]:
    """The held-out items by how often they were liked in training; items without a like are cold."""
    for first, last in WARMTH_BINS:
        label = "never liked" if last == 0 else f"{_range(first, last)} likes"
        yield _of_items(WARMTH, label, answers, _within(like_counts, first, last))


def by_fame(answers: Answers, like_counts: NDArray[np.float64]) -> Iterator[Slice]:
    """The held-out items in two halves of all likes: the few most liked, and all the others."""
    head = head_rows(like_counts)
    yield _of_items(FAME, "head (most liked)", answers, head)
    yield _of_items(FAME, "tail (all others)", answers, ~head)


def only_relevant(answers: Answers, mask: Mask) -> Answers:
    """The same lists and ranks, with only those held-out rows counting as relevant where ``mask`` (n_items,) is true.

    A hit outside the mask becomes a miss like any other: it keeps its place. So precision can only fall, and AUC
    counts it among the others.
    """
    keep = [mask[rows] for rows in answers.relevant]
    lists = TopLists(
        answers.lists.rows,
        answers.lists.hits & mask[answers.lists.rows],  # an empty place is no hit, whatever the mask says there
        np.array([kept.sum() for kept in keep], dtype=np.int64),
    )
    return replace(
        answers,
        lists=lists,
        relevant=tuple(rows[kept] for rows, kept in zip(answers.relevant, keep, strict=True)),
        ranks=tuple(ranks[kept] for ranks, kept in zip(answers.ranks, keep, strict=True)),
    )


def head_rows(like_counts: NDArray[np.float64]) -> Mask:
    """(n_items,) bool: the fewest most liked items that hold HEAD_SHARE of all likes; none when nobody liked anything.

    Equally liked items stay together, so the head may hold somewhat more.

    >>> head_rows(np.array([1.0, 6, 2, 1, 0])).tolist()
    [False, True, False, False, False]
    """
    levels, level_of = np.unique(like_counts, return_inverse=True)
    likes_at = np.bincount(level_of, weights=like_counts, minlength=len(levels))
    likes_above = likes_at[::-1].cumsum()[::-1] - likes_at
    wanted = likes_above < HEAD_SHARE * like_counts.sum()
    return np.asarray(wanted[level_of])


def _of_items(kind: str, label: str, answers: Answers, mask: Mask) -> Slice:
    within = only_relevant(answers, mask)
    users = within.lists.n_relevant > 0
    return Slice(kind, label, within.of(users), users)


def _within(counts: NDArray[np.int64] | NDArray[np.float64], first: int, last: int | None) -> Mask:
    return np.asarray((counts >= first) & (counts <= (np.inf if last is None else last)))


def _range(first: int, last: int | None) -> str:
    """``1-3`` or ``41+``."""
    return f"{first}+" if last is None else f"{first}-{last}"
