"""The rules by which events are kept for learning, shown to a model, or held out to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data.dataset import Dataset
from recsys.types import Rows

TEST_SHARE = 0.2
"""Share of the events, pairs, items or users that is held out."""
N_FOLDS = 5

Mask = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """One cut as (n_events,) masks."""

    learn: Mask
    """What the models learn from."""
    show: Mask
    """What the models are shown of the people they are asked about."""
    ask: Mask
    """What they are asked about and never see."""
    candidates: Rows | None = None
    """Only these rows are ranked; None for the whole catalogue."""

    @classmethod
    def out(cls, ask: Mask, candidates: Rows | None = None) -> Held:
        """Hold out ``ask``; everything else is learned from, and shown again."""
        keep = ~ask
        return cls(keep, keep, ask, candidates)


def latest_events(data: Dataset, seed: int) -> tuple[Held, ...]:
    """The last fifth of all events; events in the same second as the first of them go with it."""
    at = data.events[Events.AT].to_numpy()
    if not len(at):
        return (Held.out(np.zeros(0, dtype=bool)),)
    cut = at[min(len(at) - 1, int(len(at) * (1 - TEST_SHARE)))]
    return (Held.out(np.asarray(at >= cut)),)


def latest_of_each(data: Dataset, seed: int) -> tuple[Held, ...]:
    """The last fifth of each user's events, at least one of two or more."""
    place, total = _place_and_total(data)
    n_held = np.where(total > 1, np.maximum(1, (total * TEST_SHARE).astype(np.int64)), 0)
    return (Held.out(place >= total - n_held),)


def latest_discoveries(data: Dataset, seed: int) -> tuple[Held, ...]:
    """Per user: everything from the first touch of the liked item they found last."""
    pairs = data.events[[Events.USER, Events.ITEM]]
    place = pd.Series(np.arange(len(pairs)), index=pairs.index)
    touch = place.groupby([pairs[Events.USER], pairs[Events.ITEM]]).transform("min")
    cut = touch[data.is_like].groupby(pairs.loc[data.is_like, Events.USER]).max()
    start = pairs[Events.USER].map(cut).fillna(len(pairs))
    return (Held.out(np.asarray(place.to_numpy() >= start.to_numpy())),)


def random_pairs(data: Dataset, seed: int) -> tuple[Held, ...]:
    """A fifth of the user-item pairs with all their events: a pair is never on both sides."""
    pairs, order = pair_order(data, seed)
    held = np.zeros(len(order), dtype=bool)
    held[order[: int(len(order) * TEST_SHARE)]] = True
    return (Held.out(held[pairs]),)


def folds_of_pairs(data: Dataset, seed: int) -> tuple[Held, ...]:
    """Five random fifths of the user-item pairs: every pair is held out exactly once."""
    pairs, order = pair_order(data, seed)
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = np.arange(len(order)) % N_FOLDS
    return tuple(Held.out(fold[pairs] == number) for number in range(N_FOLDS))


def new_items(data: Dataset, seed: int) -> tuple[Held, ...]:
    """All events of a random fifth of the items that have any; only those items are ranked."""
    touched = np.flatnonzero(np.isin(data.item_ids, data.events[Events.ITEM].unique()))
    cold = np.sort(_fifth(touched, seed))
    ask = data.events[Events.ITEM].isin([data.item_ids[row] for row in cold]).to_numpy()
    return (Held.out(np.asarray(ask), cold),)


def new_users(data: Dataset, seed: int) -> tuple[Held, ...]:
    """A random fifth of the users: nothing is learned from them, their first half is shown, the rest asked for."""
    cold = _fifth(np.asarray(data.user_ids, dtype=object), seed)
    theirs = np.asarray(data.events[Events.USER].isin(list(cold)))
    place, total = _place_and_total(data)
    early = 2 * place < total
    return (Held(~theirs, theirs & early, theirs & ~early),)


def _fifth(names: NDArray[Any], seed: int) -> NDArray[Any]:
    """At least one of ``names``, if there are any, drawn at random."""
    n_drawn = max(1, int(len(names) * TEST_SHARE)) if len(names) else 0
    return np.asarray(np.random.default_rng([seed, len(names)]).permutation(names)[:n_drawn])


def _place_and_total(data: Dataset) -> tuple[Rows, Rows]:
    """(n_events,) each event's place among its user's, from 0, and how many that user has."""
    users = data.events.groupby(Events.USER, sort=False)[Events.AT]
    place, total = users.cumcount().to_numpy(), users.transform("size").to_numpy()
    return np.asarray(place, dtype=np.int64), np.asarray(total, dtype=np.int64)


def drawn(items: Sequence[T], most: int | None, seed: int, what: str = "max_users") -> list[T]:
    """At most ``most`` of ``items``, drawn by ``seed``, in their order; all of them where it is None.

    ValueError for fewer than 1, which calls the number ``what``.
    """
    if most is not None and most < 1:
        raise ValueError(f"{what} should be at least 1 or None, is now {most}")
    if most is None or most >= len(items):
        return list(items)
    places = np.random.default_rng([seed, len(items)]).choice(len(items), size=most, replace=False)
    return [items[place] for place in np.sort(places)]


def pair_order(data: Dataset, seed: int) -> tuple[Rows, Rows]:
    """(n_events,) number of each event's user-item pair, and (n_pairs,) the pairs shuffled by ``seed``."""
    numbers = data.events.groupby([Events.USER, Events.ITEM], sort=True).ngroup().to_numpy()
    pairs = np.asarray(numbers, dtype=np.int64)
    n_pairs = int(pairs.max()) + 1 if len(pairs) else 0
    return pairs, np.random.default_rng([seed, n_pairs]).permutation(n_pairs)
