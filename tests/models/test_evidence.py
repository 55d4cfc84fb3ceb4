"""What an event weighs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sessions import queries

from recsys.models.evidence import decayed_weights, event_weight
from recsys.types import STARS, Event, Kind


@pytest.mark.parametrize(
    ("kind", "stars", "expected"),
    [
        (Kind.VIEW, None, 1 / 4),
        (Kind.CLICK, None, 1),
        (Kind.LIKE, None, 1),
        (Kind.FAVOURITE, None, 2),
        (Kind.DISLIKE, None, -1),
        (Kind.WISH, None, 2),
        (Kind.RATING, 5.0, 1),
        (Kind.RATING, 4.0, 1 / 2),
        (Kind.REVIEW, 3.0, 0),
        (Kind.REVIEW, 1.0, -1),
        (Kind.RATING, 0.5, -5 / 4),
        (Kind.REVIEW, None, 0),
    ],
)
def test_weight_of_an_event(kind, stars, expected):
    assert event_weight(Event("1", kind, 0.0, "a", stars)) == expected


@pytest.mark.parametrize("strength", [0, 0.5, 1, 2])
def test_dislike_strength_scales_what_is_negative_only(strength):
    disliked, liked = Event("1", Kind.DISLIKE, 0.0, "a"), Event("2", Kind.LIKE, 0.0, "a")
    assert event_weight(disliked, strength) == -strength
    assert event_weight(liked, strength) == 1


def test_half_as_much_after_half_life_events():
    events = [Event(str(n), Kind.LIKE, float(n), "a") for n in range(7)]
    assert decayed_weights(events, half_life=3)[-1] == 1
    assert decayed_weights(events, half_life=3)[-4] == pytest.approx(1 / 2)
    assert decayed_weights(events, half_life=3)[0] == pytest.approx(1 / 4)


@given(queries(), st.floats(0.01, 1000), st.floats(0, 2))
def test_weights_stay_within_their_range(query, half_life, strength):
    weights = decayed_weights(query.events, half_life, strength)
    assert len(weights) == len(query.events)
    lowest = (STARS[0] - 3) / 2
    assert all(lowest * strength <= weight <= 2 for weight in weights)


@pytest.mark.parametrize("half_life", [0, -1])
def test_a_half_life_that_is_none_is_refused(half_life):
    with pytest.raises(ValueError, match=f"above 0 events, is now {half_life}"):
        decayed_weights([], half_life)
