"""Edits of a portrait are lines of the log: stored before the list moves, undone, reset, forked, exported, survived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.live import IN_MEMORY, Edits, EventLog, Known, Seat, Steer, Steering, new_id
from recsys.live.edits import AVOID, INTEREST, USUAL, WANT
from recsys.live.log_json import from_json, to_json
from recsys.live.log_lines import STEER, Line, edits_of, fault, replay, standing
from recsys.live.profile import query_from
from recsys.live.steering import WISHED
from recsys.models.pieces import leading, refused
from recsys.settings import ROOT
from recsys.types import Event, Kind

SEAT = Seat("session-a", "toy", "ann")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x00"), min_size=1, max_size=30)
STEERS = st.builds(
    Steer,
    st.sampled_from([*USUAL]),
    WORDS.map(lambda text: " ".join(text.split())).filter(bool),
    st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]),
)


def like(item_id: str, event_id: str = "") -> Event:
    return Event(event_id or f"like-{item_id}", Kind.LIKE, 1.0, item_id)


def said(edits: Edits) -> dict[tuple[str, str], float]:
    return {(steer.what, steer.words): steer.factor for steer in edits.steers}


@given(steer=STEERS)
def test_any_edit_comes_back_from_its_word(steer):
    assert Steer.parse(steer.word) == steer


@given(text=st.text(max_size=60))
def test_a_text_that_says_no_edit_is_left_out_and_never_fails(text):
    found = Steer.parse(text)
    assert found is None or Steer.parse(found.word) == found
    assert len(Edits.of([("1", text)]).steers) <= 1


@pytest.mark.parametrize("text", ["", "rain", "tag:rain", "tag:=2", "tag:rain=nan", "tag:rain=inf", "tag:rain=-1",
                                  "tag:rain=3.1", "boost:rain=2", "want:" + "x" * 201 + "=1", "tag: =1"])  # fmt: skip
def test_garbage_is_ignored(text):
    assert Steer.parse(text) is None
    assert Edits.of([("1", "tag:tea=2"), ("2", text)]) == Edits.of([("1", "tag:tea=2")])


def test_the_newest_word_on_the_same_thing_counts_and_one_that_changes_nothing_is_gone():
    edits = Edits.of([("1", "tag:rain=2"), ("2", "pin:rain=1"), ("3", "tag:rain=0.5"), ("4", "pin:rain=0")])
    assert said(edits) == {(INTEREST, "rain"): 0.5}
    assert edits.steers[0].line_id == "3"


def test_an_edit_is_taken_back_and_the_one_before_stands_again(log):
    log.steer(SEAT, "tag:rain=2")
    second = log.steer(SEAT, "tag:rain=3")
    assert said(log.edits(SEAT)) == {(INTEREST, "rain"): 3.0}
    undo = log.undo(SEAT, second)
    assert said(log.edits(SEAT)) == {(INTEREST, "rain"): 2.0}
    log.restore(SEAT, undo)
    assert said(log.edits(SEAT)) == {(INTEREST, "rain"): 3.0}


def test_edits_are_no_events_and_belong_to_one_seat(log):
    log.append(SEAT, like("shoe"))
    log.steer(SEAT, "want:tea=1")
    assert [event.item_id for event in log.events(SEAT)] == ["shoe"]
    assert not log.edits(Seat("session-b", "toy", "ann"))
    assert not log.edits(Seat("session-a", "toy", "bob"))


def test_starting_over_takes_edits_and_bringing_back_returns_them(log):
    log.append(SEAT, like("shoe"))
    log.steer(SEAT, "tag:rain=0")
    reset = log.reset(SEAT)
    assert (log.events(SEAT), log.edits(SEAT)) == ((), Edits())
    log.restore(SEAT, reset)
    assert (len(log.events(SEAT)), said(log.edits(SEAT))) == (1, {(INTEREST, "rain"): 0.0})


def test_a_link_forks_the_edits_that_stood_and_later_ones_stay_apart(log):
    log.append(SEAT, like("shoe"))
    view = log.steer(SEAT, "tag:rain=2", "want:tea=1")
    log.steer(SEAT, "tag:rain=0")
    other = Seat("session-b", "toy", "ann")
    assert log.fork(view, "session-b") == 3
    assert said(log.edits(other)) == {(INTEREST, "rain"): 2.0, (WANT, "tea"): 1.0}
    log.reset(other)
    assert said(log.edits(SEAT)) == {(INTEREST, "rain"): 0.0, (WANT, "tea"): 1.0}


def test_going_back_in_the_browser_goes_back_in_the_edits(log):
    first = log.steer(SEAT, "tag:rain=2")
    log.steer(SEAT, "tag:rain=0")
    log.go_to(SEAT, first)
    assert said(log.edits(SEAT)) == {(INTEREST, "rain"): 2.0}


def test_exported_edits_come_back_in_another_log(log):
    log.append(SEAT, like("shoe"))
    log.steer(SEAT, "want:雨 = 咖啡=1.5", "avoid:tea=1")
    other = EventLog(IN_MEMORY)
    other.import_lines(log.export_lines(SEAT))
    assert other.lines(SEAT) == log.lines(SEAT)
    assert said(other.edits(SEAT)) == {(WANT, "雨 = 咖啡"): 1.5, (AVOID, "tea"): 1.0}


@given(text=st.text(max_size=80))
def test_a_line_of_any_words_is_stored_and_read_as_any_other(text):
    line = Line.steer(SEAT, text)
    assert fault(line) == ""
    assert from_json(to_json(line)) == line
    edits_of([line])


ACTS = st.lists(
    st.tuples(st.sampled_from(["like", "steer", "undo", "restore", "reset"]), st.integers(0, 6)), max_size=25
)


@limits(max_examples=60)
@given(acts=ACTS)
def test_the_same_lines_give_the_same_edits_and_events_whatever_is_undone(acts):
    lines: list[Line] = []
    for kind, n in acts:
        if kind == "like":
            lines.append(Line.of(SEAT, like("shoe", f"e{n}")))
        elif kind == "steer":
            lines.append(Line.steer(SEAT, f"tag:rain={n % 4}"))
        elif kind == "reset":
            lines.append(Line.mark(SEAT, "reset"))
        else:
            lines.append(Line.mark(SEAT, kind, lines[n % len(lines)].event_id if lines else "none"))
    found = standing(lines)
    assert standing(lines) == found
    assert {line.event_id for line in found} <= {line.event_id for line in lines}
    assert [event.event_id for event in replay(lines)] == [line.event_id for line in found if line.kind != STEER]
    assert edits_of(lines) == Edits.of((line.event_id, line.text) for line in found if line.kind == STEER)
    assert standing([*lines, Line.mark(SEAT, "reset")]) == ()


_WRITER = """
import sys
from recsys.live import EventLog, Seat
log = EventLog(sys.argv[1])
print(log.steer(Seat("session-a", "toy", "ann"), "tag:rain=2"), flush=True)
sys.stdin.read()
"""


def test_an_acknowledged_edit_survives_a_killed_process(durable_url):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, durable_url], **pipes)
    line_id = writer.stdout.readline().strip()
    os.kill(writer.pid, signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    found = EventLog(durable_url).edits(SEAT).steers
    assert [(steer.line_id, steer.word) for steer in found] == [(line_id, "tag:rain=2")]


HISTORY = (like("shoe"), like("over"), Event("no-pan", Kind.DISLIKE, 1.0, "pan"), like("jacket"))


def steered(data, *words: str, events=HISTORY) -> tuple[Event, ...]:
    edits = Edits.of((f"line{n}", word) for n, word in enumerate(words))
    return Known(tuple(events), steering=Steering(data, edits)).query.events


def strengths(events) -> dict[str, float]:
    return {event.event_id: event.strength for event in events}


def test_without_edits_nothing_changes(toy):
    assert Steering(toy, Edits())(HISTORY) == HISTORY
    assert query_from(HISTORY, ()) == query_from(HISTORY, (), steering=Steering(toy, Edits()))


def test_muting_lets_every_event_of_an_interest_count_for_nothing_and_no_other(toy):
    assert strengths(steered(toy, "tag:Running=0")) == {"like-shoe": 0, "like-over": 1, "no-pan": 1, "like-jacket": 0}
    assert strengths(steered(toy, "tag:Cooking=0"))["no-pan"] == 0


def test_a_muted_interest_is_silent_for_and_against(toy):
    both = (like("pot"), like("knife"), Event("no-pan", Kind.DISLIKE, 1.0, "pan"))
    assert set(strengths(steered(toy, "tag:Cooking=0", events=both)).values()) == {0}
    assert strengths(steered(toy, "tag:Cooking=0.5", events=both)) == {"like-pot": 0.5, "like-knife": 0.5, "no-pan": 1}


def test_more_of_an_interest_counts_its_likes_twice_and_wishes_for_what_is_not_judged_yet(toy):
    events = steered(toy, "tag:Running=2")
    wished = [event for event in events if event.kind is Kind.WISH]
    assert strengths(events)["like-shoe"] == strengths(events)["like-jacket"] == 2
    assert [event.item_id for event in wished] == ["trail"]
    assert sum(event.strength for event in wished) == WISHED
    assert leading(Known(HISTORY, steering=Steering(toy, Edits.of([("1", "tag:Running=2")]))).query) is None


def test_more_of_what_is_avoided_pushes_harder(toy):
    assert strengths(steered(toy, "tag:Cooking=3"))["no-pan"] == 3


def test_half_of_an_interest_is_half_of_its_likes(toy):
    found = strengths(steered(toy, "tag:Running=0.5"))
    assert (found["like-shoe"], found["like-over"]) == (0.5, 1)
    assert len(found) == len(HISTORY)


def test_a_pinned_interest_counts_as_if_done_last(toy):
    assert [event.event_id for event in steered(toy, "pin:Running=1")] == [
        "like-over",
        "no-pan",
        "like-shoe",
        "like-jacket",
    ]


def test_wanted_words_count_like_three_things_wished_for_and_do_not_lead(toy):
    events = steered(toy, "want:soup=1")
    added = [event for event in events if event.kind is Kind.WISH]
    assert sum(event.strength for event in added if event.item_id) == pytest.approx(WISHED)
    assert "pot" in [event.item_id for event in added]
    assert [event.text for event in added if event.item_id is None] == ["soup"]
    assert leading(query_from(HISTORY, (), steering=Steering(toy, Edits.of([("1", "want:soup=1")])))) is None


def test_wanted_words_lead_for_somebody_nothing_is_known_of(toy):
    query = query_from((), (), steering=Steering(toy, Edits.of([("1", "want:soup=1")])))
    assert leading(query).text == "soup"


@pytest.mark.parametrize(("words", "refusal"), [("tea", "no tea"), ("咖啡", "不要咖啡")])
def test_words_to_avoid_are_refused_in_their_own_language(toy, words, refusal):
    query = query_from(HISTORY, (), steering=Steering(toy, Edits.of([("1", f"avoid:{words}=1")])))
    assert query.events[-1].text == refusal
    assert refused(query) == words


def test_words_to_avoid_join_the_kept_wish_that_leads(toy):
    wish = Event("wish", Kind.WISH, 2.0, text="a tent")
    query = query_from(HISTORY, (wish,), steering=Steering(toy, Edits.of([("1", "avoid:soup=1")])))
    assert leading(query).event_id == "wish"
    assert refused(query) == "soup"


def test_taking_an_added_line_away_is_one_cause_of_a_list(toy):
    known = Known(HISTORY, steering=Steering(toy, Edits.of([("one", "want:soup=1"), ("two", "tag:Running=0")])))
    without = known.undone({"one"})
    assert not any(event.kind is Kind.WISH for event in without.events)
    assert strengths(without.events)["like-shoe"] == 0


def test_edits_take_the_same_events_to_the_same_query_twice(toy):
    words = ("tag:Running=3", "pin:Audio=1", "want:soup=2", "avoid:tent=1")
    assert steered(toy, *words) == steered(toy, *words)


def test_ids_of_events_are_unique_after_any_edit(toy):
    ids = [event.event_id for event in steered(toy, "tag:Running=3", "want:soup=2", "want:tent=1", "avoid:knife=1")]
    assert len(ids) == len(set(ids))


def test_a_new_seat_has_no_edits(log):
    assert not log.edits(Seat(new_id(), "toy", "ann"))
