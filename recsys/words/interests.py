"""Interests: which tags and categories of the catalogue speak from what somebody did, how strongly, and from where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.data import Dataset
from recsys.models.evidence import decayed_weights, event_weight
from recsys.models.text_profile import TextProfile
from recsys.text.wishes import wish_of
from recsys.types import Event, Kind, Rows

HALF_LIFE = TextProfile.half_life
"""Later events after which one counts half: as in the text profile, so that the two agree."""
MAX_EVENTS = 300
"""Newest events that are read: at this half-life the ones before weigh less than a billionth."""
N_STEPS = 12
"""Newest events that a course of weights tells of."""


@dataclass(frozen=True, slots=True)
class Interest:
    """One tag or category, and what of somebody's doing speaks for or against it."""

    name: str
    """As the catalogue has it; its Chinese name is in ``Dataset.chinese_tags``."""
    weight: float
    """Sum of the signed, aged weights of its events, times its rarity log(n_items / items with it); below 0 for
    what somebody turns away from."""
    events: tuple[Event, ...]
    """What it comes from, oldest first."""
    course: tuple[float, ...]
    """Its weight after each of the last ``N_STEPS`` events, the last one ``weight``; shorter for fewer events."""


def interests(data: Dataset, events: Sequence[Event], half_life: float = HALF_LIFE) -> tuple[Interest, ...]:
    """Every interest that ``events`` (oldest first) speak of, the most liked first; () without events.

        weight of tag t = log(n_items / items with t) * sum over events e that carry t of  w_e

    with w_e from ``recsys.models.evidence``. An event carries the tags of its item; a wish also those that its words
    name, against the person where it refuses them.
    """
    events = events[-MAX_EVENTS:]
    carried = [dict(carries(data, event)) for event in events]
    weights = decayed_weights(events, half_life)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, tags in enumerate(carried):
        for tag in tags:
            places[tag].append(place)
    found = []
    for tag, at in places.items():
        given = [weights[place] * carried[place][tag] for place in at]
        if any(given) and data.tag_counts[tag] < data.n_items:
            rarity = float(np.log(data.n_items / data.tag_counts[tag]))
            course = _course(at, [rarity * weight for weight in given], len(events), half_life)
            found.append(Interest(tag, course[-1], tuple(events[place] for place in at), course))
    return tuple(sorted(found, key=lambda interest: (-interest.weight, interest.name)))


def _course(places: Sequence[int], weights: Sequence[float], n_events: int, half_life: float) -> tuple[float, ...]:
    """The sum of ``weights`` as it stood after each of the last events, from the weights as they are aged now."""
    shown = min(n_events, N_STEPS)
    sums = np.zeros(shown)
    np.add.at(sums, np.maximum(np.asarray(places) - (n_events - shown), 0), weights)  # the older ones come first
    ages = np.arange(shown - 1, -1, -1) / half_life
    return tuple((np.cumsum(sums) * 2.0**ages).tolist())


def carries(data: Dataset, event: Event) -> Iterator[tuple[str, int]]:
    """The tags that ``event`` speaks of, each with 1 for and -1 where its words refuse it."""
    row = data.row_of.get(event.item_id or "")
    if row is not None:
        yield from ((tag, 1) for tag in data.tags(row))
    if event.kind is Kind.WISH and event.text:
        said = wish_of(event.text)
        yield from ((tag, 1) for tag in named_in(data, said.wanted))
        yield from ((tag, -1) for tag in named_in(data, said.refused))


def lean(data: Dataset, events: Sequence[Event]) -> dict[str, float]:
    """Sum of the weights of ``events`` by tag, not aged: the sign of each interest."""
    out: defaultdict[str, float] = defaultdict(float)
    for event in events:
        for tag, sign in carries(data, event):
            out[tag] += sign * event_weight(event)
    return out


def named_in(data: Dataset, text: str) -> list[str]:
    """The tags and categories whose name, English or Chinese, stands in ``text`` as a word of its own."""
    low = text.lower()
    return list(dict.fromkeys(tag for name, tag in _names(data) if name in low and _whole(name, low)))


def _names(data: Dataset) -> list[tuple[str, str]]:
    """Every name of a tag in lower case, with the tag; made once per dataset."""
    pairs = ((tag, name) for tag in data.tag_counts for name in (tag, data.chinese_tags.get(tag, "")))
    return data.once(_names, lambda: [(name.lower(), tag) for tag, name in pairs if name])


def tag_called(data: Dataset, words: str) -> str | None:
    """The tag or category of that name, English or Chinese, in whatever case; None for other words."""
    low = words.strip().lower()
    return next((tag for name, tag in _names(data) if name == low), None)


def rows_by_tag(data: Dataset) -> Mapping[str, Rows]:
    """Rows of the items with each tag or category; made once per dataset."""
    return data.once(rows_by_tag, lambda: _rows_by_tag(data))


def _rows_by_tag(data: Dataset) -> Mapping[str, Rows]:
    found: dict[str, list[int]] = {tag: [] for tag in data.tag_counts}
    for row in range(data.n_items):
        for tag in data.tags(row):
            found[tag].append(row)
    return {tag: np.array(rows, dtype=np.int64) for tag, rows in found.items()}


def _whole(name: str, text: str) -> bool:
    """Whether ``name`` stands in ``text`` not as part of a longer Latin word; Chinese has no spaces to go by."""
    return not name.isascii() or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
