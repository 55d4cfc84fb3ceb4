"""From what stands in the log to a query: a pure function, so that a replayed log gives the same list."""

from __future__ import annotations

from collections.abc import Sequence

from recsys.types import Event, Kind, Query

OPINIONS = (Kind.LIKE, Kind.FAVOURITE, Kind.DISLIKE)
"""At most one of these stands per item: the newest."""

MAX_TEXT = 5_000
"""Characters of a review or wish that are kept; the rest is cut before storing."""


def query_from(history: Sequence[Event], session: Sequence[Event], typed: str = "") -> Query:
    """A persona's history followed by the session's events, contradictions resolved, and the typed text.

    The newest opinion on an item replaces the older ones, in the history too, and so does the newest review.
    """
    seen: set[tuple[str, str]] = set()
    kept: list[Event] = []
    for event in reversed([*history, *session]):
        slot = _slot(event)
        if slot is not None:
            if slot in seen:
                continue
            seen.add(slot)
        kept.append(event)
    return Query(events=tuple(reversed(kept)), typed=typed.strip()[:MAX_TEXT])


def opinion_of(events: Sequence[Event], item_id: str) -> Event | None:
    """The opinion (like, favourite, dislike) that stands for ``item_id``, or None."""
    for event in reversed(events):
        if event.item_id == item_id and event.kind in OPINIONS:
            return event
    return None


def _slot(event: Event) -> tuple[str, str] | None:
    if event.item_id is None:
        return None
    if event.kind in OPINIONS:
        return "opinion", event.item_id
    if event.kind in (Kind.REVIEW, Kind.RATING):
        return "stars", event.item_id
    return None
