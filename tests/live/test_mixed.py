"""A review that says both: its aspects move the list each their own way, and it stays one event."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.words_reviews import mixed_reviews
from recsys.data import catalogue
from recsys.live import query_from
from recsys.live.mixed import COMPLAINT, PRAISE, told_apart
from recsys.models.pieces import leading
from recsys.types import Event, Kind

MIXED = "The sole is great but it is too heavy."


def review(stars: float | None, text: str, item_id: str | None = "a") -> Event:
    return Event("r", Kind.REVIEW, 1.0, item_id, stars, text, strength=0.5)


@pytest.mark.parametrize("stars", [1.0, 3.0, 5.0])
def test_a_mixed_review_keeps_its_stars_for_the_item_and_its_words_for_what_they_name(stars):
    item, liked, disliked = told_apart([review(stars, MIXED)])
    assert (item.item_id, item.stars, item.text) == ("a", stars, "")
    assert (liked.item_id, liked.stars, liked.text) == (None, PRAISE, "sole")
    assert (disliked.item_id, disliked.stars, disliked.text) == (None, COMPLAINT, "heavy")
    assert {part.event_id for part in (item, liked, disliked)} == {"r"}
    assert {part.strength for part in (item, liked, disliked)} == {0.5}


@pytest.mark.parametrize(
    "event",
    [
        review(5.0, "The sole is great."),
        review(1.0, "It is too heavy."),
        review(3.0, "It arrived on Tuesday."),
        review(3.0, ""),
        review(None, MIXED),
        review(3.0, MIXED, item_id=None),
        Event("w", Kind.WISH, 1.0, text=MIXED),
        Event("l", Kind.LIKE, 1.0, "a"),
    ],
)
def test_everything_else_stays_as_it_is(event):
    assert told_apart([event]) == (event,)


def test_telling_apart_twice_changes_nothing():
    once = told_apart([review(3.0, MIXED)])
    assert told_apart(once) == once
    assert query_from((), once).events == query_from((), [review(3.0, MIXED)]).events


def test_a_mixed_review_is_taken_back_as_one_and_never_leads():
    liked = Event("l", Kind.LIKE, 0.0, "b")
    query = query_from((liked,), [review(3.0, MIXED)])
    assert [event for event in query.events if event.event_id != "r"] == [liked]
    assert leading(query) is None


@pytest.mark.usefixtures("minilm")
@pytest.mark.parametrize("name", ["shop", "video"])
def test_what_is_liked_rises_and_what_is_disliked_falls_for_every_persona(name):
    data = catalogue.load(name)
    found = mixed_reviews(data)
    assert len(found) == len(data.personas) == 6
    for person, moves in found.items():
        assert moves.liked > 0, person
        assert moves.disliked < 0, person
    assert np.mean([moves.liked - moves.disliked for moves in found.values()]) > 0.05
