"""How much each event says about a taste: kind, sign and age turned into one weight.

    w_a = g(kind, stars) * 0.5 ** (later events / half_life)

as in the live score of docs/algorithms.md. Rocchio's rule (1971) is the special case without decay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.data.dataset import OPEN_KINDS
from recsys.types import Event, Kind, Part, Rows, Vector

KIND_WEIGHTS: dict[Kind, float] = {
    Kind.VIEW: 0.25,
    Kind.CLICK: 1.0,
    Kind.LIKE: 1.0,
    Kind.FAVOURITE: 2.0,
    Kind.DISLIKE: -1.0,
    Kind.WISH: 2.0,
}
"""Weight of an event without stars; ratings and reviews are weighed by their stars."""

NEUTRAL_STARS = 3.0

_ITEM, _STARS, _STRENGTH = attrgetter("item_id"), attrgetter("stars"), attrgetter("strength")


def event_weight(event: Event, dislike_strength: float = 1.0) -> float:
    """Signed weight of one event before decay, in [-1.25 dislike_strength, 2] for an event of strength 1.

    Stars map linearly: 5 -> +1, 3 -> 0, 1 -> -1, half a star -> -1.25. Negative weights are scaled by
    ``dislike_strength``, all by the ``strength`` of the event.
    """
    by_kind = KIND_WEIGHTS.get(event.kind, 0.0)
    weight = by_kind if event.stars is None else (event.stars - NEUTRAL_STARS) / 2
    return (weight * dislike_strength if weight < 0 else weight) * event.strength


def decayed_weights(events: Sequence[Event], half_life: float, dislike_strength: float = 1.0) -> list[float]:
    """Weight of each event, the newest undiminished; ``half_life`` is a number of later events.

    >>> liked = [Event("1", Kind.LIKE, 0.0, "a"), Event("2", Kind.LIKE, 1.0, "b")]
    >>> decayed_weights(liked, half_life=1)
    [0.5, 1.0]
    """
    if half_life <= 0:
        raise ValueError(f"half_life should be above 0 events, is now {half_life}")
    newest = len(events) - 1
    return [
        event_weight(event, dislike_strength) * 0.5 ** ((newest - position) / half_life)
        for position, event in enumerate(events)
    ]


@dataclass(frozen=True, eq=False, slots=True)
class Touched:
    """The items a query speaks of, one piece of evidence per item: the input of every model of likes."""

    rows: Rows
    """(n,) rows of the items, no row twice, in the order of their events."""
    weights: Vector
    """(n,) float32 signed and aged: about 1 for a fresh like, 2 for a favourite, below 0 for a dislike."""
    events: tuple[Event, ...]
    """(n,) the event behind each row."""
    data: Dataset

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def parts(self) -> tuple[Part, ...]:
        """(n,) the events as reasons; made when asked for, as scoring needs none."""
        return tuple(
            Part(event.event_id, event.kind, self.data.title(str(event.item_id)), float(weight))
            for event, weight in zip(self.events, self.weights, strict=True)
        )

    def only(self, kept: NDArray[np.bool_]) -> Touched:
        """The pieces where ``kept`` (n,) is true."""
        return Touched(self.rows[kept], self.weights[kept], tuple(compress(self.events, kept)), self.data)


def touched(events: Sequence[Event], data: Dataset, half_life: float, dislike_strength: float = 0.0) -> Touched:
    """What ``events`` say about items of ``data``, as a collaborative model counts it: liked, or not.

        w_a = g(a) * 0.5 ** (later items / half_life),   g: favourite 2, like or click 1, view 0.25, dislike -strength

    Ratings and reviews count as a like from ``data.liked_stars``, as a dislike below ``NEUTRAL_STARS``, and as
    nothing between. An item counts once, by its newest event; only looking at it never outweighs an opinion. Events
    that weigh 0 and items outside the catalogue are left out and age nothing.
    """
    if half_life <= 0:
        raise ValueError(f"half_life should be above 0 events, is now {half_life}")
    # Whole columns by functions in C: finding them is much of what a score costs.
    rows = list(map(data.row_of.get, map(_ITEM, events)))
    if None in rows or len(set(rows)) < len(rows):
        # Only here, as most histories name every item once: the search costs as much as all the rest.
        events = [events[position] for position in newest_per_item(events, rows)]
        rows = list(map(data.row_of.get, map(_ITEM, events)))
    weights = _opinions(events, data.liked_stars, dislike_strength)
    if 0.0 in weights:
        events, rows = list(compress(events, weights)), list(compress(rows, weights))
        weights = list(compress(weights, weights))
    sizes = np.array(weights)
    if half_life < np.inf:
        sizes *= 0.5 ** (np.arange(len(sizes) - 1, -1, -1) / half_life)
    return Touched(np.array(rows, dtype=np.int64), sizes.astype(np.float32), tuple(events), data)


def newest_per_item(events: Sequence[Event], rows: Sequence[int | None]) -> list[int]:
    """Positions, ascending, of the one event that counts for each of ``rows``; None is no item.

    It is the newest, but only looking at an item never outweighs an opinion.
    """
    newest: dict[int, int] = {}
    for position, (event, row) in enumerate(zip(events, rows, strict=True)):
        if row is None:
            continue
        before = newest.get(row)
        if before is None or event.kind not in OPEN_KINDS or events[before].kind in OPEN_KINDS:
            newest[row] = position
    return sorted(newest.values())


def _opinions(events: Sequence[Event], liked_stars: float, dislike_strength: float) -> list[float]:
    """Weight of each event before it ages."""
    all_stars, disliked = list(map(_STARS, events)), -dislike_strength
    if None in all_stars:
        weights = [_opinion(event.kind, stars, liked_stars) for event, stars in zip(events, all_stars, strict=True)]
        weights = [weight * dislike_strength if weight < 0 else weight for weight in weights]
    else:
        weights = [1.0 if s >= liked_stars else disliked if s < NEUTRAL_STARS else 0.0 for s in all_stars]
    strengths = list(map(_STRENGTH, events))
    if strengths.count(1.0) < len(strengths):
        return [weight * strength for weight, strength in zip(weights, strengths, strict=True)]
    return weights


def _opinion(kind: Kind, stars: float | None, liked_stars: float) -> float:
    if stars is None:
        return KIND_WEIGHTS.get(kind, 0.0)
    return 1.0 if stars >= liked_stars else -1.0 if stars < NEUTRAL_STARS else 0.0
