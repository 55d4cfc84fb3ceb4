"""What each person did first and which interest they turned to then: what main interests are foretold from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS

Floats = NDArray[np.float64]
Names = NDArray[np.object_]

MIN_LIKES = 6
"""Likes of items with a category that somebody needs: three to learn from and three to tell the main interest by."""
MAX_PEOPLE = 400
"""With more, so many are drawn at random."""
MIN_CLASS = 10
"""An interest that fewer people turn to is left out: each of five folds should have two of them."""
HABITS = ("events", "days", "events at night")
"""Features beside the shares of categories; night is 22 to 6, UTC."""
SEED = 0


@dataclass(frozen=True, eq=False)
class People:
    """What is known of each person at half time, and what they turned to then."""

    user_ids: tuple[str, ...]
    features: Floats
    """(n, d) one row per person; see :func:`people_of`."""
    names: tuple[str, ...]
    """(d,) what each feature is: a category, standing for its share, or one of ``HABITS``."""
    before: Names
    """(n,) favourite category of the first half."""
    after: Names
    """(n,) favourite category of the second half: what is to be foretold."""
    n_left_out: int


def people_of(data: Dataset) -> People:
    """Everybody with ``MIN_LIKES`` likes or more, at half time.

    Features: the share of each category among the likes of the first half (0..1) and ``HABITS`` during it. Favourites
    are the categories of most likes; ties go to the one liked last. A like is counted once per item and person.
    """
    likes = _likes(data)
    halves = {user: (liked[: len(liked) // 2], liked[len(liked) // 2 :]) for user, liked in likes.items()}
    after = {user: _favourite([name for _, name in late]) for user, (_, late) in halves.items()}
    counts = Counter(after.values())
    users = sorted(user for user in halves if counts[after[user]] >= MIN_CLASS)
    if len(users) > MAX_PEOPLE:
        users = sorted(np.random.default_rng(SEED).choice(users, MAX_PEOPLE, replace=False).tolist())
    early = {user: [name for _, name in halves[user][0]] for user in users}
    until = {user: halves[user][0][-1][0] for user in users}
    shares, categories = _shares(early)
    habits = [_habits(data, user, until[user]) for user in users]
    features = np.hstack([shares, np.array(habits).reshape(len(users), len(HABITS))])
    return People(
        tuple(users),
        features,
        (*categories, *HABITS),
        np.array([_favourite(early[user]) for user in users], dtype=object),
        np.array([after[user] for user in users], dtype=object),
        len(data.user_ids) - len(users),
    )


def _likes(data: Dataset) -> dict[str, list[tuple[float, str]]]:
    """Time and category of each first like, oldest first, of everybody with enough of them."""
    log = data.events[data.is_like].drop_duplicates([Events.USER, Events.ITEM])
    category = data.column(Items.CATEGORY)
    found: dict[str, list[tuple[float, str]]] = {}
    for user, item, at in zip(log[Events.USER], log[Events.ITEM], log[Events.AT], strict=True):
        if category[data.row_of[item]]:
            found.setdefault(str(user), []).append((float(at), category[data.row_of[item]]))
    return {user: liked for user, liked in found.items() if len(liked) >= MIN_LIKES}


def _favourite(names: Sequence[str]) -> str:
    counts = Counter(reversed(names))  # of equal counts the one met first stays first
    return counts.most_common(1)[0][0]


def _shares(early: Mapping[str, Sequence[str]]) -> tuple[Floats, tuple[str, ...]]:
    """(n, n_categories) share of each category among the names of each person, and the categories."""
    categories = tuple(sorted({name for names in early.values() for name in names}))
    counted = [[names.count(name) / len(names) for name in categories] for names in early.values()]
    return np.array(counted).reshape(len(early), len(categories)), categories


def _habits(data: Dataset, user_id: str, until: float) -> tuple[float, float, float]:
    """Events of a person up to and with the time ``until``, days from the first to the last, share of them at night."""
    at = np.array([event.at for event in data.history(user_id) if event.at <= until])
    hours = at % DAY_SECONDS // 3600
    return float(len(at)), float(at[-1] - at[0]) / DAY_SECONDS, float(((hours >= 22) | (hours < 6)).mean())
