"""What a model may learn from and what it is asked about: three ways to cut a dataset, each with its leak said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data.dataset import Dataset
from recsys.errors import DataError, UnknownIdError
from recsys.types import Rows

TEST_SHARE = 0.2
"""Share of the events (of the user-item pairs, for ``random``) that is held out."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SplitSpec:
    """A registry line: what a split is called, what it gives away, and how it cuts."""

    name: str
    label: str
    leak: str
    """What the training part knows that a running system would not, in one sentence."""
    hold_out: Callable[[Dataset, int], Mask]
    """(n_events,) bool, true where the model may not look; the integer is a seed."""


@dataclass(frozen=True)
class Split:
    """One cut of one dataset: a training part and, for each evaluated user, the rows that count as hits.

    A user is evaluated who has at least one training event and at least one held-out like of an item untouched in
    training: an item somebody knows already is not recommended to them, so it cannot be a hit.
    """

    name: str
    label: str
    leak: str
    train: Dataset
    test: Mapping[str, Rows]
    """Rows of the held-out likes of each evaluated user, ascending; users sorted."""
    n_without_history: int
    """Users all of whose events are held out: left out."""
    n_without_likes: int
    """Users with a history and no held-out like of a new item: left out."""
    n_not_sampled: int = 0
    """Users who could be evaluated and were not drawn because of ``max_users``."""

    @property
    def n_users(self) -> int:
        """Number of evaluated users."""
        return len(self.test)

    @property
    def n_left_out(self) -> int:
        """Users of the dataset who are not evaluated; with ``n_users`` they are all users."""
        return self.n_without_history + self.n_without_likes + self.n_not_sampled


def split(data: Dataset, name: str = "global_time", seed: int = 0, max_users: int | None = None) -> Split:
    """Cut ``data`` by the rule ``name``; at most ``max_users`` of the users are evaluated, drawn by ``seed``.

    Training events of users who are not drawn stay in the training part. Raises UnknownIdError for a name that is
    not a split and DataError when nothing would be left to learn from or nobody to ask.
    """
    if name not in SPLITS:
        raise UnknownIdError(f"there is no split {name!r}; choose from {', '.join(SPLITS)}")
    if max_users is not None and max_users < 1:
        raise ValueError(f"max_users should be at least 1 or None, is now {max_users}")
    spec = SPLITS[name]
    held = spec.hold_out(data, seed)
    if held.all():
        raise DataError(f"{data.label} has too few events for the split {name!r}: nothing is left to learn from")
    relevant = _new_likes(data, held)
    n_with_history = data.events.loc[~held, Events.USER].nunique()
    if not relevant:
        raise DataError(
            f"the split {name!r} of {data.label} leaves nobody with a history and a later like; try another split"
        )
    drawn = _draw(tuple(relevant), max_users, seed)
    return Split(
        name,
        spec.label,
        spec.leak,
        data.with_events(~held),
        MappingProxyType({user: relevant[user] for user in drawn}),
        n_without_history=len(data.user_ids) - n_with_history,
        n_without_likes=n_with_history - len(relevant),
        n_not_sampled=len(relevant) - len(drawn),
    )


def _new_likes(data: Dataset, held: Mask) -> dict[str, Rows]:
    """Rows of the held-out likes of items untouched in training, of users with training events, users sorted."""
    known = data.events.loc[~held, [Events.USER, Events.ITEM]]
    likes = data.events.loc[held & data.is_like, [Events.USER, Events.ITEM]].drop_duplicates()
    likes = likes[likes[Events.USER].isin(known[Events.USER])]
    seen = pd.MultiIndex.from_frame(likes).isin(pd.MultiIndex.from_frame(known))
    likes = likes[~seen]
    rows = likes[Events.ITEM].map(data.row_of).to_numpy(dtype=np.int64)
    groups = likes.groupby(Events.USER, sort=True).indices
    return {str(user): np.unique(rows[np.asarray(at)]) for user, at in groups.items()}


def _draw(users: tuple[str, ...], max_users: int | None, seed: int) -> tuple[str, ...]:
    if max_users is None or max_users >= len(users):
        return users
    drawn = np.random.default_rng([seed, len(users)]).choice(len(users), size=max_users, replace=False)
    return tuple(users[position] for position in np.sort(drawn))


def _latest_events(data: Dataset, seed: int) -> Mask:
    """The last fifth of all events; events in the same second as the first of them go with it."""
    at = data.events[Events.AT].to_numpy()
    if not len(at):
        return np.zeros(0, dtype=bool)
    cut = at[min(len(at) - 1, int(len(at) * (1 - TEST_SHARE)))]
    return np.asarray(at >= cut)


def _latest_discoveries(data: Dataset, seed: int) -> Mask:
    """Per user: everything from the first touch of the liked item they found last."""
    pairs = data.events[[Events.USER, Events.ITEM]]
    place = pd.Series(np.arange(len(pairs)), index=pairs.index)
    touch = place.groupby([pairs[Events.USER], pairs[Events.ITEM]]).transform("min")
    cut = touch[data.is_like].groupby(pairs.loc[data.is_like, Events.USER]).max()
    start = pairs[Events.USER].map(cut).fillna(len(pairs))
    return np.asarray(place.to_numpy() >= start.to_numpy())


def _random_pairs(data: Dataset, seed: int) -> Mask:
    """A fifth of the user-item pairs with all their events: a pair is never on both sides."""
    pairs = data.events.groupby([Events.USER, Events.ITEM], sort=True).ngroup().to_numpy()
    n_pairs = int(pairs.max()) + 1 if len(pairs) else 0
    order = np.random.default_rng([seed, n_pairs]).permutation(n_pairs)
    held = np.zeros(n_pairs, dtype=bool)
    held[order[: int(n_pairs * TEST_SHARE)]] = True
    return np.asarray(held[pairs])


SPLITS: dict[str, SplitSpec] = {
    spec.name: spec
    for spec in (
        SplitSpec(
            "global_time",
            "Past and future",
            "Only the catalogue: the models learn from the first 80% of the events, but know the texts of all items.",
            _latest_events,
        ),
        SplitSpec(
            "leave_last_out",
            "Each person's last like",
            "Other people's future: somebody's last like may be years older than what the models learned from others.",
            _latest_discoveries,
        ),
        SplitSpec(
            "random",
            "Random fifth",
            "Everybody's future: the models learn from things that happened after the likes they are asked about.",
            _random_pairs,
        ),
    )
}
"""Every way to cut a dataset, the default first."""
