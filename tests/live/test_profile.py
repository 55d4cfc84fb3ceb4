"""From events to a query: contradictions resolved, order kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.live import MAX_TEXT, Habits, Known, opinion_of, query_from
from recsys.live.profile import FACTORS, OPINIONS
from recsys.models import fit
from recsys.types import Event, Kind


@st.composite
def histories(draw, prefix: str = "e") -> tuple[Event, ...]:
    kinds = draw(st.lists(st.sampled_from(Kind), max_size=12))
    return tuple(
        Event(f"{prefix}{n}", kind, float(n), draw(st.sampled_from([None, "a", "b", "c"])))
        for n, kind in enumerate(kinds)
    )


def did(kind: Kind, item: str | None = "a", event_id: str = "1", **more) -> Event:
    return Event(event_id, kind, 0.0, item, **more)


def test_the_newest_opinion_replaces_the_older_ones_also_those_of_the_history():
    history = (did(Kind.LIKE, event_id="old"), did(Kind.LIKE, "b", "other"))
    newest = did(Kind.DISLIKE, event_id="new")
    assert query_from(history, [did(Kind.FAVOURITE), newest]).events == (history[1], newest)


def test_a_new_review_replaces_the_old_one_and_the_old_rating():
    old = (did(Kind.RATING, event_id="r", stars=5.0), did(Kind.REVIEW, event_id="w", stars=4.0, text="good"))
    new = did(Kind.REVIEW, event_id="n", stars=1.0, text="it broke")
    assert query_from(old, [new]).events == (new,)


def test_a_review_and_a_like_of_the_same_item_both_stand():
    events = (did(Kind.LIKE), did(Kind.REVIEW, event_id="2", stars=5.0))
    assert query_from(events, ()).events == events


def test_clicks_views_and_wishes_all_stand():
    events = tuple(did(kind, event_id=f"{kind}{n}") for kind in (Kind.CLICK, Kind.VIEW) for n in range(3))
    wishes = tuple(did(Kind.WISH, None, f"w{n}", text="rain") for n in range(3))
    assert query_from(events, wishes).events == events + wishes


def test_typed_text_is_trimmed_and_cut():
    assert query_from((), (), "  rain \n").typed == "rain"
    assert len(query_from((), (), "x" * (MAX_TEXT + 1)).typed) == MAX_TEXT


@given(histories("h"), histories("s"))
def test_what_is_kept_is_in_order_and_nothing_is_invented(history, session):
    everything = [*history, *session]
    kept = list(query_from(history, session).events)
    positions = [everything.index(event) for event in kept]
    assert positions == sorted(positions)
    assert len(set(positions)) == len(positions)


@given(histories())
def test_at_most_one_opinion_an_item_and_it_is_the_newest(events):
    kept = query_from((), events).events
    for item in "abc":
        opinions = [event for event in kept if event.item_id == item and event.kind in OPINIONS]
        all_of_it = [event for event in events if event.item_id == item and event.kind in OPINIONS]
        assert opinions == all_of_it[-1:]
        assert opinion_of(events, item) == (all_of_it[-1] if all_of_it else None)


@given(histories())
def test_nothing_without_an_item_is_ever_left_out_and_looks_only_before_a_judgement(events):
    kept = set(query_from((), events).events)
    judged = (*OPINIONS, Kind.RATING, Kind.REVIEW)
    for place, event in enumerate(events):
        if event not in kept:
            assert event.item_id
            later = [other for other in events[place + 1 :] if other.item_id == event.item_id]
            assert any(other.kind in judged for other in later)


def test_a_complaint_takes_the_place_of_the_look_before_it():
    look = Event("1", Kind.CLICK, 1.0, "a")
    complaint = Event("2", Kind.REVIEW, 2.0, "a", 1.0, "broke after two days")
    again = Event("3", Kind.CLICK, 3.0, "a")
    assert query_from((), (look, complaint)).events == (complaint,)
    assert query_from((look,), (complaint, again)).events == (complaint, again)


@given(histories())
def test_resolving_twice_changes_nothing(events):
    once = query_from((), events).events
    assert query_from((), once).events == query_from(once, ()).events == once


@given(histories("h"), histories("s"), st.integers(0, 12))
def test_taking_an_event_back_equals_never_having_done_it(history, session, n):
    without = tuple(event for position, event in enumerate(session) if position != n)
    assert (
        query_from(history, without).events
        == query_from(history, [event for event in session if event.event_id != f"s{n}"]).events
    )


def test_times_do_not_matter_only_the_order_does():
    late, early = did(Kind.LIKE, event_id="1"), did(Kind.DISLIKE, event_id="2")
    assert query_from((replace(late, at=99.0),), (replace(early, at=1.0),)).events[0].kind == Kind.DISLIKE


def test_nothing_turned_leaves_every_event_as_it_is():
    events = tuple(did(kind, event_id=str(kind)) for kind in Kind)
    assert Habits().weigh(events) == events
    assert all(event.strength == 1.0 for event in query_from(events, ()).events)


@given(histories(), st.floats(0.5, 100), st.sampled_from(sorted(set(FACTORS.values()))), st.floats(0, 3))
def test_a_strength_is_the_factor_of_the_kind_halved_by_every_half_life(events, half_life, kind, factor):
    weighed = query_from((), events, habits=Habits(half_life=half_life, **{kind: factor})).events
    for age, event in enumerate(reversed(weighed)):
        expected = (factor if FACTORS[event.kind] == kind else 1.0) * 0.5 ** (age / half_life)
        assert event.strength == pytest.approx(expected)


@pytest.mark.parametrize("wrong", [{"half_life": 0}, {"like": -1}, {"wish": float("inf")}, {"view": float("nan")}])
def test_a_habit_outside_its_range_is_refused(wrong):
    with pytest.raises(ValueError, match="should be"):
        Habits(**wrong)


@pytest.mark.usefixtures("minilm")
def test_a_kind_that_counts_for_nothing_is_as_if_it_had_not_happened(toy):
    events = (did(Kind.LIKE, "shoe", "1"), did(Kind.CLICK, "pan", "2"), did(Kind.WISH, None, "3", text="soup"))
    for model in ("text_profile", "item_knn", "ease"):
        scorer = fit(model, toy)
        muted = scorer.score(query_from((), events, habits=Habits(click=0.0, half_life=float("inf"))))
        without = scorer.score(query_from((), (events[0], events[2])))
        if model != "text_profile":  # whose own memory counts steps, also those of no weight
            np.testing.assert_array_equal(muted, without)
        assert not np.array_equal(muted, scorer.score(query_from((), events)))


def test_the_moment_is_that_of_the_newest_event_unless_told():
    events = (did(Kind.LIKE, context={"hour": "7"}), did(Kind.LIKE, "b", "2", context={"hour": "22"}))
    assert query_from((), events).context == {"hour": "22"}
    assert query_from((), events, context={"hour": "3"}).context == {"hour": "3"}
    assert query_from((), ()).context == {}


@given(
    history=histories("h"),
    session=histories("s"),
    gone=st.sets(st.sampled_from([f"{a}{n}" for a in "hs" for n in range(4)])),
)
def test_what_is_known_gives_the_query_of_now_of_another_session_and_of_less(history, session, gone):
    habits = Habits(half_life=3)
    known = Known(history, session, " rain ", habits, {"hour": "7"})
    assert known.query == query_from(history, session, " rain ", habits=habits, context={"hour": "7"})
    assert known.query is known.query
    assert known.asked(session[:1]) == query_from(history, session[:1], habits=habits, context={"hour": "7"})
    history, session = ([event for event in some if event.event_id not in gone] for some in (history, session))
    assert known.undone(gone) == query_from(history, session, habits=habits, context={"hour": "7"})
