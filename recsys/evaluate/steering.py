"""The steering score: whether an edit of a portrait does what it says, and only that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset, Persona
from recsys.live import Edits, Known, Ranking, Steer, Steering
from recsys.live.answer import Answer
from recsys.live.edits import AVOID, INTEREST, PIN, WANT
from recsys.metrics.significance import Interval, mean_interval
from recsys.ranking import ranks, top_k
from recsys.types import Event, Kind, Rows, Vector
from recsys.words.interests import interests, rows_by_tag

Floats = NDArray[np.float64]

SORTS: Mapping[str, tuple[str, float, int]] = {
    "raise": (INTEREST, 2.0, 1),
    "mute": (INTEREST, 0.0, -1),
    "pin": (PIN, 1.0, 1),
    "want": (WANT, 1.0, 1),
    "avoid": (AVOID, 1.0, -1),
}
"""Of each sort of edit: how it is written, and which way the items should go (1 is up)."""

N_INTERESTS = 5
"""Interests that are tried for each person."""
N_CONTROLS = 5
N_LATER = 10
"""Likes that follow before a pin is tried."""
MIN_ITEMS = 3
"""An interest of fewer items is no measure: each of them is an accident."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one edit did to the whole catalogue."""

    n: int
    """Items it speaks of that can be listed before and after."""
    n_up: int
    n_down: int
    places: float
    """Mean number of places they went up (down below 0); NaN without any."""
    others: float
    """The same for all other items; NaN without any."""


def effect(before: Answer, after: Answer, rows: Rows) -> Effect:
    """How far the items ``rows`` (n,) went between two answers for one catalogue, and how far all others."""
    up = _places_up(before.listable, after.listable)
    about = np.zeros(len(up), dtype=bool)
    about[rows] = True
    ours, theirs = up[about & ~np.isnan(up)], up[~about & ~np.isnan(up)]
    return Effect(len(ours), int((ours > 0).sum()), int((ours < 0).sum()), _mean(ours), _mean(theirs))


@dataclass(frozen=True, slots=True)
class Trial:
    """One edit by one person, with what came of it."""

    sort: str
    """A name of ``SORTS``."""
    person: str
    interest: str
    score: float
    """How many percent of the catalogue the items of the interest moved the way the edit says, more than the items of
    other interests did; below 0 for the wrong way."""
    listed_before: int
    """Items with the interest among the best ten."""
    listed_after: int
    n_kept: int
    """Items of the best ten that are still among them."""


def trials(by: Ranking, people: Sequence[Persona], sort: str) -> Iterator[Trial]:
    """Try ``sort`` on each person's strongest interests; what is wanted is tried on interests they do not have.

        score = direction * (mean change of the items with the interest - mean change of the control interests' items)

    with a change in percentiles of the list of everything. Controls are the ``N_CONTROLS`` interests with no item in
    common and the nearest number of items. A pin says that an interest does not fade, so it is tried after
    ``N_LATER`` likes of other things. Somebody without interests yields nothing but for ``want``.
    """
    what, factor, direction = SORTS[sort]
    carriers = {tag: rows for tag, rows in rows_by_tag(by.data).items() if len(rows) >= MIN_ITEMS}
    for person in people:
        for name in _tried(by.data, person, sort, carriers):
            known = Known(person.events, _later(by.data, carriers[name]) if sort == "pin" else ())
            steering = Steering(by.data, Edits((Steer(what, name, factor, "edit"),)))
            before, after = by.answer(known.query), by.answer(replace(known, steering=steering).query)
            yield _trial(sort, person, name, direction, before, after, carriers)


def steering_score(tried: Sequence[Trial]) -> Interval:
    """Mean score over people, each counted once by the mean of their trials, with its bootstrap interval.

    All NaN without trials. Above zero throughout: the edit does what it says.
    """
    people = dict.fromkeys(trial.person for trial in tried)
    means = [float(np.mean([trial.score for trial in tried if trial.person == person])) for person in people]
    return mean_interval(np.array(means, dtype=np.float64))


def _tried(data: Dataset, person: Persona, sort: str, carriers: Mapping[str, Rows]) -> list[str]:
    """The person's strongest interests; for ``want`` the commonest ones that nothing they did speaks of."""
    found = interests(data, person.events)
    if SORTS[sort][0] == WANT:
        has = {interest.name for interest in found}
        return [tag for tag, _ in data.tag_counts.most_common() if tag in carriers and tag not in has][:N_INTERESTS]
    return [one.name for one in found if one.weight > 0 and one.name in carriers][:N_INTERESTS]


def _later(data: Dataset, rows: Rows) -> tuple[Event, ...]:
    """Likes of what is most popular outside ``rows``."""
    popular = top_k(data.like_counts, N_LATER, rows)
    return tuple(Event(f"later{n}", Kind.LIKE, 0.0, data.item_ids[row]) for n, row in enumerate(popular))


def _trial(
    sort: str, person: Persona, name: str, direction: int, before: Answer, after: Answer, carriers: Mapping[str, Rows]
) -> Trial:
    rows = carriers[name]
    up = _percent_up(before.listable, after.listable)
    controls = [_mean_known(up[carriers[tag]]) for tag in _controls(name, carriers)]
    change = _mean_known(up[rows]) - _mean_known(np.array(controls))
    tops = [set(top_k(answer.listable, 10).tolist()) for answer in (before, after)]
    listed = [len(top & set(rows.tolist())) for top in tops]
    return Trial(sort, person.name, name, direction * change, listed[0], listed[1], len(tops[0] & tops[1]))


def _controls(name: str, carriers: Mapping[str, Rows]) -> list[str]:
    """Interests that share no item with ``name``, those with the nearest number of items first."""
    own = set(carriers[name].tolist())
    apart = [tag for tag, rows in carriers.items() if own.isdisjoint(rows.tolist())]
    sizes = np.array([-abs(len(carriers[tag]) - len(own)) for tag in apart], dtype=np.float64)
    return [apart[place] for place in top_k(sizes, N_CONTROLS)] if apart else []


def _places_up(before: Vector, after: Vector) -> Floats:
    """(n_items,) places each item went up; NaN where it cannot be listed on both sides."""
    was, now = ranks(before).astype(np.float64), ranks(after).astype(np.float64)
    return np.where((was > 0) & (now > 0), was - now, np.nan)


def _percent_up(before: Vector, after: Vector) -> Floats:
    """The same in percent of the list's length."""
    places = _places_up(before, after)
    return 100 * places / max(1, int((~np.isnan(places)).sum()) - 1)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _mean_known(values: Floats) -> float:
    return _mean(values[~np.isnan(values)])
