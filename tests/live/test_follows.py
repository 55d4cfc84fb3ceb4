"""Following somebody is a line of the log like any other edit: replayed, undone, forked, reset, and asked of models."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.live import IN_MEMORY, Edits, EventLog, Known, Seat, Steering
from recsys.live.edits import follow, unfollow
from recsys.live.log_lines import Line, edits_of, replay, standing
from recsys.types import Event, Kind

SEAT = Seat("session-a", "toy", "ann")
BEFORE = ("bob", "cai")
PEOPLE = st.sampled_from(["bob", "cai", "dee", "eve:1=2"])


def followed(log: EventLog, seat: Seat = SEAT) -> tuple[str, ...]:
    return log.edits(seat).following(BEFORE)


@limits(max_examples=25)
@given(acts=st.lists(st.tuples(st.booleans(), PEOPLE), max_size=12))
def test_whoever_was_followed_last_is_followed_whatever_happened_before(acts):
    log, now = EventLog(IN_MEMORY), set(BEFORE)
    for follows, person in acts:
        log.steer(SEAT, (follow if follows else unfollow)(person, BEFORE).word)
        now = now | {person} if follows else now - {person}
    found = followed(log)
    assert set(found) == now
    assert len(found) == len(now)


@limits(max_examples=25)
@given(acts=st.lists(st.tuples(st.sampled_from(["follow", "unfollow", "like", "undo", "reset"]), PEOPLE), max_size=12))
def test_the_same_lines_give_the_same_people_in_another_log(toy, acts):
    log = EventLog(IN_MEMORY)
    for n, (act, person) in enumerate(acts):
        if act == "like":
            log.append(SEAT, Event(f"e{n}", Kind.LIKE, float(n), f"thing{n}"))
        elif act == "reset":
            log.reset(SEAT)
        elif act == "undo":
            log.undo(SEAT, ([line.event_id for line in log.lines(SEAT)] or ["none"])[-1])
        else:
            log.steer(SEAT, (follow if act == "follow" else unfollow)(person, BEFORE).word)
    other = EventLog(IN_MEMORY)
    other.import_lines(log.export_lines(SEAT))
    assert followed(other) == followed(log)
    known = Known(session=replay(log.lines(SEAT)), steering=Steering(toy, log.edits(SEAT)), follows=BEFORE)
    assert known.query.follows == followed(log)
    assert known.query.events == replay(log.lines(SEAT)), "models never see an edit"


def test_following_is_undone_restored_reset_and_goes_along_with_a_link(log):
    line = log.steer(SEAT, follow("dee", BEFORE).word)
    view = log.steer(SEAT, unfollow("bob", BEFORE).word)
    assert followed(log) == ("cai", "dee")
    undo = log.undo(SEAT, line)
    assert followed(log) == ("cai",)
    log.restore(SEAT, undo)
    log.fork(view, "session-b")
    reset = log.reset(SEAT)
    assert followed(log) == BEFORE
    assert followed(log, Seat("session-b", "toy", "ann")) == ("cai", "dee")
    log.restore(SEAT, reset)
    assert followed(log) == ("cai", "dee")


def test_the_world_without_one_edit_is_asked_without_it(toy):
    edits = Edits.of([("one", "follow:dee=1"), ("two", "unfollow:bob=1")])
    known = Known(steering=Steering(toy, edits), follows=BEFORE)
    assert known.query.follows == ("cai", "dee")
    assert known.undone(["one"]).follows == ("cai",)
    assert known.undone(["two"]).follows == ("bob", "cai", "dee")
    assert known.asked(()).follows == ("cai", "dee")
    assert Known(follows=BEFORE).query.follows == BEFORE


def test_whom_somebody_follows_is_no_part_of_the_portrait():
    edits = Edits.of([("1", "follow:dee=1"), ("2", "tag:rain=2"), ("3", "unfollow:bob=1")])
    assert [steer.word for steer in edits.of_taste.steers] == ["tag:rain=2"]
    assert edits_of([Line.steer(SEAT, "follow:dee=1")]).of_taste == Edits()
    assert len(standing([Line.steer(SEAT, "follow:dee=1")])) == 1
