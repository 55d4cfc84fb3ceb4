"""Ways to divide all the people of a dataset: by language, by how much they do, by how long they are here, by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from recsys.audience.finding import Segment
from recsys.columns import Events
from recsys.data import Dataset, summary
from recsys.text.scripts import HAN, LATIN, OTHER, script_of

LANGUAGE, ACTIVITY, NEWNESS, GROUP = "language", "activity", "newness", "group"
LABELS = {
    LANGUAGE: "Language of their reviews",
    ACTIVITY: "How much they did",
    NEWNESS: "Newcomers and others",
    GROUP: "Group",
}
SPOKEN = {LATIN: "Write English", HAN: "Write Chinese", OTHER: "Write another script"}
"""Parts by the script most of somebody's reviews are in; what is in Latin letters counts as English."""
NEW = 0.25
"""Share of the people who count as newcomers: those whose first event is the latest."""

Division = tuple[Segment, ...]


def division(data: Dataset, kind: str) -> Division:
    """The parts of the people of ``data`` by ``kind``, a key of ``LABELS``; () where there would be a single part.

    Nobody is in two parts; somebody may be in none, as whoever wrote no review has no language. Made once per dataset:
    groups take seconds, the others none.
    """
    found = data.once((division, kind), lambda: _WAYS[kind](data))
    return found if len(found) > 1 else ()


def by_activity(n_events: pd.Series) -> Division:
    """Three parts of about equal size by ``n_events`` (one number per person, the index holds their ids).

    People with equally many stay together, so there are fewer parts where most have the same number.
    """
    if n_events.empty:
        return ()
    values = n_events.to_numpy(dtype=np.float64)
    first, second = np.quantile(values, [1 / 3, 2 / 3])
    part = np.where(values <= first, 0, np.where(values <= second, 1, 2))
    words = ("Did little", "Did some", "Did much")
    out = []
    for place, name in enumerate(words):
        mine = values[part == place]
        if len(mine):
            out.append(Segment.of(f"{name} ({_range(mine)})", map(str, n_events.index[part == place])))
    return tuple(out)


def _range(values: np.ndarray) -> str:
    low, high = int(values.min()), int(values.max())
    if low == high:
        return "1 event" if low == 1 else f"{low:,} events"
    return f"{low:,} to {high:,} events"


def _by_language(data: Dataset) -> Division:
    written = data.events[data.events[Events.TEXT] != ""]
    if written.empty:
        return ()
    scripts = written[Events.TEXT].map(script_of)
    counts = pd.crosstab(written[Events.USER], scripts)
    mostly = counts.idxmax(axis=1)
    parts = ((name, mostly.index[mostly == script]) for script, name in SPOKEN.items())
    return tuple(Segment.of(name, map(str, users)) for name, users in parts if len(users))


def _by_newness(data: Dataset) -> Division:
    if not summary.has_dates(data):
        return ()
    first = data.events.groupby(Events.USER)[Events.AT].min()
    since = float(np.quantile(first.to_numpy(), 1 - NEW))
    new = first > since
    if not new.any():
        return ()
    day = summary.day(data, since)
    return (
        Segment.of(f"Newcomers (after {day})", map(str, first.index[new])),
        Segment.of(f"Here since {day} or before", map(str, first.index[~new])),
    )


def _by_group(data: Dataset) -> Division:
    from recsys.audience.groups import Method, find  # here: nobody else who divides people needs their tastes

    return tuple(Segment.of(f"Likes {group.name}", group.user_ids) for group in find(data, Method.CENTRES).groups)


_WAYS: Mapping[str, Callable[[Dataset], Division]] = {
    LANGUAGE: _by_language,
    ACTIVITY: lambda data: by_activity(data.events[Events.USER].value_counts()),
    NEWNESS: _by_newness,
    GROUP: _by_group,
}
