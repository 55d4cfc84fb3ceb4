"""What a model may learn from and what it is asked about: the ways to cut a dataset, each with its leak said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recsys.columns import Events
from recsys.data import holdout
from recsys.data.dataset import Dataset
from recsys.data.holdout import Held
from recsys.errors import DataError, UnknownIdError
from recsys.types import Event, Rows, Vector

Rated = tuple[Rows, Vector]
"""Rows and the stars they got."""


@dataclass(frozen=True, slots=True)
class SplitSpec:
    """A registry line: what a split is called, what it gives away, and how it cuts."""

    name: str
    label: str
    leak: str
    """What the training part knows that a running system would not, in one sentence."""
    hold_out: Callable[[Dataset, int], tuple[Held, ...]]
    """One cut, or one per fold; the integer is a seed."""


@dataclass(frozen=True, eq=False)
class Split:
    """One cut of one dataset: a training part and, for each evaluated user, what is shown and what counts as a hit.

    A user is evaluated who has at least one event to show and at least one held-out like of an item untouched in
    what is shown: an item somebody knows already is not recommended to them, so it cannot be a hit.
    """

    name: str
    label: str
    leak: str
    train: Dataset
    test: Mapping[str, Rows]
    """Rows of the held-out likes of each evaluated user, ascending; users sorted."""
    given: Mapping[str, tuple[Event, ...]]
    """What models are shown of each evaluated user, oldest first."""
    rated: Mapping[str, Rated]
    """Held-out ratings of new items of each evaluated user, for errors of predicted stars; often empty."""
    candidates: Rows | None = None
    """Only these rows are ranked, ascending; None for the whole catalogue."""
    without_history: frozenset[str] = frozenset()
    """Users of whom there is nothing to show: left out."""
    without_likes: frozenset[str] = frozenset()
    """Users with a history and no held-out like of a new item: left out."""
    not_asked: frozenset[str] = frozenset()
    """Users the models learned from and who are not asked about, where the split is about other users."""
    not_sampled: frozenset[str] = frozenset()
    """Users who could be evaluated and were not drawn because of ``max_users``."""

    @property
    def n_users(self) -> int:
        """Number of evaluated users."""
        return len(self.test)

    @property
    def left_out(self) -> frozenset[str]:
        """Users of the dataset who are not evaluated; with those of ``test`` they are all users."""
        return self.without_history | self.without_likes | self.not_asked | self.not_sampled


def split(data: Dataset, name: str = "global_time", seed: int = 0, max_users: int | None = None) -> Split:
    """Cut ``data`` once by the rule ``name``, as :func:`cuts` does; the first fold where there are several."""
    return cuts(data, name, seed, max_users)[0]


def cuts(data: Dataset, name: str = "global_time", seed: int = 0, max_users: int | None = None) -> tuple[Split, ...]:
    """Cut ``data`` by the rule ``name``: one cut, or five for ``k_fold``.

    At most ``max_users`` of the users are evaluated, drawn by ``seed``, the same in every fold; training events of
    users who are not drawn stay in the training part. A fold with nobody to ask is left out. Raises UnknownIdError
    for a name that is not a split and DataError when nothing would be left to learn from or nobody to ask.
    """
    if name not in SPLITS:
        raise UnknownIdError(f"there is no split {name!r}; choose from {', '.join(SPLITS)}")
    spec = SPLITS[name]
    held = [one for one in spec.hold_out(data, seed) if one.learn.any()]
    if not held:
        raise DataError(f"{data.label} has too few events for the split {name!r}: nothing is left to learn from")
    log = _Log.of(data)
    likes = [_new_likes(log, one) for one in held]
    askable = tuple(sorted(set().union(*likes)))
    if not askable:
        raise DataError(
            f"the split {name!r} of {data.label} leaves nobody with a history and a later like; try another split"
        )
    drawn = frozenset(holdout.drawn(askable, max_users, seed))
    made = (_cut(data, log, spec, *parts, drawn) for parts in zip(held, likes, strict=True))
    return tuple(cut for cut in made if cut.test)


@dataclass(frozen=True, eq=False, slots=True)
class _Log:
    """The events as numbers: comparing a hundred thousand pairs of texts takes a second for every cut."""

    users: tuple[str, ...]
    n_items: int
    user: Rows
    """(n_events,) place in ``users``."""
    pair: Rows
    """(n_events,) user and item in one number, in the order of users, then rows."""
    is_like: holdout.Mask
    stars: Vector

    @classmethod
    def of(cls, data: Dataset) -> _Log:
        stars = data.events[Events.STARS].to_numpy(dtype=np.float32)
        return cls(data.user_ids, data.n_items, data.event_users, data.event_pairs, data.is_like, stars)

    def unseen(self, held: Held, among: holdout.Mask) -> Rows:
        """Positions of those events of ``among`` that touch an item new to a user with a history."""
        with_history = np.zeros(len(self.users), dtype=bool)
        with_history[self.user[held.show]] = True
        asked = np.flatnonzero(held.ask & among & with_history[self.user])
        return asked[~np.isin(self.pair[asked], self.pair[held.show])]

    def by_user(self, pairs: Rows) -> dict[str, slice]:
        """Where each user's part of the sorted ``pairs`` is."""
        found, starts, counts = np.unique(pairs // self.n_items, return_index=True, return_counts=True)
        return {
            self.users[user]: slice(int(start), int(start + count))
            for user, start, count in zip(found, starts, counts, strict=True)
        }


def _cut(
    data: Dataset, log: _Log, spec: SplitSpec, held: Held, likes: Mapping[str, Rows], drawn: frozenset[str]
) -> Split:
    """One fold: the training part, and who of ``drawn`` is asked what."""
    train = data.with_events(held.learn)
    shown = train if held.show is held.learn else data.with_events(held.show)
    asked_about = frozenset(log.users[user] for user in np.unique(log.user[held.show | held.ask]))
    with_history = frozenset(log.users[user] for user in np.unique(log.user[held.show]))
    people = [user for user in likes if user in drawn]
    ratings = _new_ratings(log, held)
    return Split(
        spec.name,
        spec.label,
        spec.leak,
        train,
        MappingProxyType({user: likes[user] for user in people}),
        MappingProxyType({user: shown.history(user) for user in people}),
        MappingProxyType({user: ratings[user] for user in people if user in ratings}),
        held.candidates,
        without_history=asked_about - with_history,
        without_likes=with_history - likes.keys(),
        not_asked=frozenset(log.users) - asked_about,
        not_sampled=frozenset(likes) - drawn,
    )


def _new_likes(log: _Log, held: Held) -> dict[str, Rows]:
    """Rows of the held-out likes of items untouched in what is shown, of users with a history, users sorted."""
    pairs = np.unique(log.pair[log.unseen(held, log.is_like)])
    return {user: pairs[part] % log.n_items for user, part in log.by_user(pairs).items()}


def _new_ratings(log: _Log, held: Held) -> dict[str, Rated]:
    """Held-out stars of items untouched in what is shown, the last where an item was rated twice."""
    latest_first = log.unseen(held, ~np.isnan(log.stars))[::-1]
    pairs, first = np.unique(log.pair[latest_first], return_index=True)
    stars = log.stars[latest_first[first]]
    return {user: (pairs[part] % log.n_items, stars[part]) for user, part in log.by_user(pairs).items()}


SPLITS: dict[str, SplitSpec] = {
    spec.name: spec
    for spec in (
        SplitSpec(
            "global_time",
            "Past and future",
            "Only the catalogue: the models learn from the first 80% of the events, but know the texts of all items.",
            holdout.latest_events,
        ),
        SplitSpec(
            "per_user_time",
            "Each person's last fifth",
            "Other people's future: everybody's newest events are held out, whenever they were, so the models learn "
            "what others did afterwards.",
            holdout.latest_of_each,
        ),
        SplitSpec(
            "leave_last_out",
            "Each person's last like",
            "Other people's future: somebody's last like may be years older than what the models learned from others.",
            holdout.latest_discoveries,
        ),
        SplitSpec(
            "random",
            "Random fifth",
            "Everybody's future: the models learn from things that happened after the likes they are asked about.",
            holdout.random_pairs,
        ),
        SplitSpec(
            "k_fold",
            "Five random fifths",
            "Everybody's future, as with one random fifth; but every like is asked about once, so luck counts less.",
            holdout.folds_of_pairs,
        ),
        SplitSpec(
            "cold_items",
            "New items",
            "Everybody's future; and only items nobody has touched are ranked, so the lists are shorter work than a "
            "whole catalogue.",
            holdout.new_items,
        ),
        SplitSpec(
            "cold_users",
            "New people",
            "Other people's future: the models never saw these people, but learned what others did after them.",
            holdout.new_users,
        ),
    )
}
"""Every way to cut a dataset, the default first."""
