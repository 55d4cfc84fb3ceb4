"""How much each event says about a taste: kind, sign and age turned into one weight.

    w_a = g(kind, stars) * 0.5 ** (later events / half_life)

as in the live score of docs/algorithms.md. Rocchio's rule (1971) is the special case without decay.
"""

from __future__ import annotations

from collections.abc import Sequence

from recsys.types import Event, Kind

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


def event_weight(event: Event, dislike_strength: float = 1.0) -> float:
    """Signed weight of one event before decay, in [-1.25 dislike_strength, 2].

    Stars map linearly: 5 -> +1, 3 -> 0, 1 -> -1, half a star -> -1.25. Negative weights are scaled by
    ``dislike_strength``.
    """
    by_kind = KIND_WEIGHTS.get(event.kind, 0.0)
    weight = by_kind if event.stars is None else (event.stars - NEUTRAL_STARS) / 2
    return weight * dislike_strength if weight < 0 else weight


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
