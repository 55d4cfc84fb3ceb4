"""The log is the whole memory: played again, step by step, it gives the very same lists."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.live import EventLog, Seat, new_id, query_from, recommend
from recsys.live.log_lines import Line, replay
from recsys.models import fit
from recsys.settings import ROOT
from recsys.types import Event, Kind

SEAT = Seat("session-a", "shop", "ann")


def like(event_id: str) -> Event:
    return Event(event_id, Kind.LIKE, 1.0, "shoe")


def ids(events) -> list[str]:
    return [event.event_id for event in events]


def test_an_event_taken_back_returns_to_its_old_place(log):
    log.append_many(SEAT, [like(n) for n in "123"])
    log.undo(SEAT, "2")
    log.append(SEAT, like("4"))
    log.restore(SEAT, "2")
    assert ids(log.events(SEAT)) == ["1", "2", "3", "4"]
    log.restore(SEAT, "2")
    log.restore(SEAT, "never was")
    assert ids(log.events(SEAT)) == ["1", "2", "3", "4"]
    log.undo(SEAT, "2")
    assert ids(log.events(SEAT)) == ["1", "3", "4"]


def test_restoring_an_undo_or_a_reset_brings_back_exactly_what_it_took(log):
    log.append_many(SEAT, [like(n) for n in "123"])
    undo = log.undo(SEAT, "1")
    reset = log.reset(SEAT)
    log.append(SEAT, like("4"))
    log.restore(SEAT, reset)
    assert ids(log.events(SEAT)) == ["2", "3", "4"]
    log.restore(SEAT, undo)
    assert ids(log.events(SEAT)) == ["1", "2", "3", "4"]


def test_an_undo_that_took_nothing_gives_nothing_back(log):
    log.append(SEAT, like("1"))
    log.undo(SEAT, "1")
    idle = log.undo(SEAT, "1")
    log.restore(SEAT, idle)
    assert log.events(SEAT) == ()


def test_nobody_can_restore_the_event_of_another(log):
    log.append(SEAT, like("1"))
    log.undo(SEAT, "1")
    log.restore(Seat("session-b", "shop", "ann"), "1")
    assert log.events(SEAT) == ()


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["like", "like", "like", "undo", "restore", "restore_mark", "reset"]), st.integers(0, 8)),
    max_size=30,
)


class Shelf:
    """What the log should say, kept the slow way: each event with a flag, each mark with what it took."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.up: dict[str, bool] = {}
        self.marks: list[tuple[str, list[str]]] = []

    def standing(self) -> list[str]:
        return [name for name in self.order if self.up[name]]

    def take(self, mark: str, names: list[str]) -> None:
        self.marks.append((mark, names))
        self.up.update(dict.fromkeys(names, False))


@limits(max_examples=60)
@given(actions=ACTIONS)
def test_what_stands_equals_a_shelf_kept_by_the_same_rules_at_every_step(log, actions):
    seat, shelf, views = Seat(new_id(), "shop", "ann"), Shelf(), []
    for kind, n in actions:
        name = f"{seat.session_id}{n}"
        if kind == "like":
            view = log.append(seat, like(name))
            if name not in shelf.order:
                shelf.order.append(name)
                shelf.up[name] = True
        elif kind == "undo":
            view = log.undo(seat, name)
            shelf.take(view, [name] if shelf.up.get(name) else [])
        elif kind == "reset":
            view = log.reset(seat)
            shelf.take(view, shelf.standing())
        elif kind == "restore":
            view = log.restore(seat, name)
            shelf.up.update({name: True} if name in shelf.order else {})
        else:
            mark, names = shelf.marks[n % len(shelf.marks)] if shelf.marks else ("no mark", [])
            view = log.restore(seat, mark)
            shelf.up.update(dict.fromkeys(names, True))
        views.append((view, shelf.standing()))
    assert ids(log.events(seat)) == shelf.standing()
    lines = log.lines(seat)
    for view, standing in dict(views).items():
        if view not in shelf.order:  # an event sent twice names its first line
            assert ids(replay(lines, upto=view)) == standing


@given(names=st.lists(st.sampled_from("abcdef"), max_size=12))
def test_undo_then_restore_is_as_if_nothing_happened(names):
    lines = [Line.of(SEAT, like(name)) for name in dict.fromkeys(names)]
    for name in names:
        undone = [*lines, Line.mark(SEAT, "undo", name)]
        assert replay([*undone, Line.mark(SEAT, "restore", name)]) == replay(lines)
        assert replay([*undone, Line.mark(SEAT, "restore", undone[-1].event_id)]) == replay(lines)


def test_replaying_nothing_leaves_nothing_and_an_unknown_view_is_the_end():
    assert replay([]) == ()
    assert ids(replay([Line.of(SEAT, like("1"))], upto="unknown")) == ["1"]


WORDS = ("很好用，倒水不漏", "盖子一周就坏了", "warm and light", "太吵, too loud", "🙂")


def act_at_random(log, rng, items) -> str:
    """One action of a visitor; returns what it was."""
    standing = ids(log.events(SEAT))
    taken = [line.event_id for line in log.lines(SEAT) if line.event_id not in standing]
    choice = rng.choices(
        ["like", "dislike", "review", "wish", "undo", "restore", "reset"], [30, 12, 14, 10, 16, 12, 2]
    )[0]
    if choice == "undo" and standing:
        log.undo(SEAT, rng.choice(standing))
    elif choice == "restore" and taken:
        log.restore(SEAT, rng.choice(taken))
    elif choice == "reset":
        log.reset(SEAT)
    elif choice == "review":
        stars = rng.randint(1, 10) / 2
        log.append(SEAT, Event(new_id(), Kind.REVIEW, time.time(), rng.choice(items), stars, rng.choice(WORDS)))
    elif choice == "wish":
        log.append(SEAT, Event(new_id(), Kind.WISH, time.time(), text=rng.choice(WORDS)))
    else:
        kind = Kind.DISLIKE if choice == "dislike" else Kind.LIKE
        log.append(SEAT, Event(new_id(), kind, time.time(), rng.choice(items), context={"device": "phone"}))
    return choice


def digest(data, scorer, events) -> str:
    """Fingerprint of the items and of every bit of their scores."""
    ranked = recommend(data, scorer, query_from((), events), 50)
    return hashlib.sha256("\n".join(ranked.item_ids).encode() + ranked.scores.tobytes()).hexdigest()


REPLAY = """
import json, sys
from tests.live.test_log_replay import SEAT, digest
from recsys.data import catalogue
from recsys.live import EventLog
from recsys.live.log_lines import replay
from recsys.models import fit
shop = catalogue.load("shop")
scorer = fit("text_profile", shop)
lines = EventLog(sys.argv[1]).lines(SEAT)
print(json.dumps([digest(shop, scorer, replay(lines, upto=line.event_id)) for line in lines]))
"""


@pytest.mark.slow
@pytest.mark.usefixtures("minilm")
def test_a_replayed_session_gives_the_same_lists_bit_for_bit_here_and_in_a_new_process(shop, durable_url):
    rng, log, scorer = random.Random(11), EventLog(durable_url), fit("text_profile", shop)
    shown, done = [], []
    for _ in range(40):
        done.append(act_at_random(log, rng, shop.item_ids))
        shown.append(digest(shop, scorer, log.events(SEAT)))
    log.close()
    assert len(set(done)) == 7, "every kind of action happened"
    assert len(set(shown)) > 20, "the list moved"

    again, lines = fit("text_profile", shop), EventLog(durable_url).lines(SEAT)
    assert [digest(shop, again, replay(lines, upto=line.event_id)) for line in lines] == shown
    assert [digest(shop, again, replay(lines[: n + 1])) for n in range(len(lines))] == shown

    new = subprocess.run([sys.executable, "-c", REPLAY, durable_url], capture_output=True, text=True, cwd=ROOT)
    assert new.returncode == 0, new.stderr
    assert json.loads(new.stdout.splitlines()[-1]) == shown
