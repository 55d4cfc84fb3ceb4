"""A review that praises one thing and complains about another moves a taste in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recsys.models.evidence import NEUTRAL_STARS
from recsys.types import Event, Kind
from recsys.words.aspects import pulls

PRAISE, COMPLAINT = 5.0, 1.0
"""Stars of the parts of a mixed review: its own speak of the item as a whole."""


def told_apart(events: Sequence[Event]) -> tuple[Event, ...]:
    """``events``, oldest first, with every review whose aspects disagree with its stars in up to three parts.

    The item keeps the stars; its words give way to what they praise, with five stars and no item, and to what they
    complain about, with one. So "great sole but too heavy" with three stars draws toward soles and away from what is
    heavy, where the text as a whole would do nothing, and with five draw toward both. All parts keep the id of the
    review, so that it is taken back as one. No list follows them as it follows a kept wish, but in counting the
    judgements after one (``recsys.models.pieces.leading``) they are one more.
    """
    return tuple(part for event in events for part in _parts(event))


def _parts(event: Event) -> tuple[Event, ...]:
    if event.kind is not Kind.REVIEW or event.item_id is None or event.stars is None or not event.text:
        return (event,)
    said, agrees = pulls(event.text), 1 if event.stars > NEUTRAL_STARS else -1 if event.stars < NEUTRAL_STARS else 0
    if all(pull.sign == agrees for pull in said):
        return (event,)
    words = {sign: ", ".join(pull.text for pull in said if pull.sign == sign) for sign in (1, -1)}
    sides = ((words[1], PRAISE), (words[-1], COMPLAINT))
    return (
        replace(event, text=""),
        *(replace(event, item_id=None, stars=stars, text=text) for text, stars in sides if text),
    )
