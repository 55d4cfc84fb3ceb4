"""What an event weighs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sessions import queries

from recsys.models.evidence import KIND_WEIGHTS, decayed_weights, event_weight, touched
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


def one_by_one(events, data, half_life, dislike_strength):
    """The rule of ``touched``, event by event: (row, weight, event) of each piece of evidence."""
    looks = (Kind.VIEW, Kind.CLICK, Kind.WISH)
    counted = {}
    for event in events:
        row = data.row_of.get(event.item_id or "")
        if row is None or (row in counted and event.kind in looks and counted[row].kind not in looks):
            continue
        counted.pop(row, None)
        counted[row] = event
    found = []
    for row, event in counted.items():
        weight = KIND_WEIGHTS.get(event.kind, 0.0)
        if event.stars is not None:
            weight = 1.0 if event.stars >= data.liked_stars else -1.0 if event.stars < 3 else 0.0
        weight *= event.strength * (dislike_strength if weight < 0 else 1.0)
        if weight:
            found.append((row, weight, event))
    ages = range(len(found) - 1, -1, -1)
    return [(row, weight * 0.5 ** (age / half_life), e) for (row, weight, e), age in zip(found, ages, strict=True)]


@given(
    query=queries(max_events=14),
    half_life=st.sampled_from([0.5, 3.0, 50.0, float("inf")]),
    strength=st.sampled_from([0.0, 0.7, 2.0]),
    liked_stars=st.sampled_from([0.5, 3.5, 4.0]),
    times=st.just([1.0] * 14) | st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=14, max_size=14),
)
def test_evidence_is_the_newest_opinion_of_each_item(toy, query, half_life, strength, liked_stars, times):
    data = toy.liked_from(liked_stars)
    events = [replace(event, strength=count) for event, count in zip(query.events, times, strict=False)]
    found = touched(events, data, half_life, strength)
    expected = one_by_one(events, data, half_life, strength)
    assert found.rows.tolist() == [row for row, _, _ in expected]
    np.testing.assert_array_equal(found.weights, np.array([weight for _, weight, _ in expected], dtype=np.float32))
    assert [event.event_id for event in found.events] == [event.event_id for _, _, event in expected]
    assert (found.rows.dtype, found.weights.dtype) == (np.int64, np.float32)
