"""The persons a visitor can be: a dataset's own personas, or some of its real users."""

from __future__ import annotations

from collections import Counter

import numpy as np

from recsys.columns import Events, Items
from recsys.data.dataset import Dataset, Persona, counts_as_like

NEW_HERE = "New here"
N_USERS = 5
MIN_EVENTS = 10
"""A user with fewer is no example of anything."""
HISTORY = 30
"""Newest events of a real user that make up the person; older ones weigh next to nothing."""


def people(data: Dataset) -> tuple[Persona, ...]:
    """Persons of ``data``, at least "New here": its personas, else five users of middling activity."""
    if data.personas:
        return data.personas
    users = [_from_user(data, user_id) for user_id in _middling_users(data)]
    return (*users, Persona(NEW_HERE, "No history at all: the list starts from what is popular."))


def _middling_users(data: Dataset) -> list[str]:
    """User ids around the median number of events among those with ``MIN_EVENTS``, evenly spread."""
    counts = data.events[Events.USER].value_counts()
    active = counts[counts >= MIN_EVENTS].sort_index()
    if active.empty:
        return []
    ordered = active.sort_values(kind="stable")
    middle = ordered.iloc[len(ordered) // 4 : max(len(ordered) * 3 // 4, 1)]
    picks = np.linspace(0, len(middle) - 1, min(N_USERS, len(middle))).astype(int)
    return [str(middle.index[pick]) for pick in picks]


def _from_user(data: Dataset, user_id: str) -> Persona:
    history = data.history(user_id)[-HISTORY:]
    liked = [e for e in history if counts_as_like(e, data.liked_stars)]
    categories = Counter(data.field(data.row(e.item_id), Items.CATEGORY) for e in liked if e.item_id)
    tastes = [name for name, _ in categories.most_common(2) if name]
    line = f"A real user of {data.label}: {len(data.history(user_id))} events, the newest {len(history)} shown"
    line += f"; likes {' and '.join(tastes)}." if tastes else "."
    return Persona(f"User {user_id}", line, history, follows=data.follows_of(user_id))
