"""The event log: every acknowledged action is there once, and nobody sees another's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.errors import MissingDependencyError, StorageError
from recsys.live import IN_MEMORY, EventLog, Seat, new_id
from recsys.settings import ROOT
from recsys.types import Event, Kind

ANN, BOB = Seat("session-a", "shop", "ann"), Seat("session-b", "shop", "ann")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "events.sqlite"


@pytest.fixture
def log(path):
    return EventLog(f"sqlite:///{path}")


def like(item: str = "shoe", event_id: str | None = None, text: str = "") -> Event:
    return Event(event_id or new_id(), Kind.LIKE, 1.5, item, None, text)


def test_events_come_back_as_they_were_in_their_order(log):
    events = (
        Event("1", Kind.LIKE, 3.25, "shoe"),
        Event("2", Kind.REVIEW, 2.0, "pan", 4.5, "好锅 🙂"),
        Event("3", Kind.WISH, 1.0, None, None, "rain"),
    )
    for event in events:
        log.append(ANN, event)
    assert log.events(ANN) == events


def test_the_log_survives_the_process(log, path):
    log.append(ANN, like(event_id="1"))
    log.undo(ANN, "1")
    log.append(ANN, like(event_id="2"))
    assert EventLog(f"sqlite:///{path}").events(ANN) == log.events(ANN) == (like(event_id="2"),)


def test_the_same_event_twice_is_one_event(log):
    log.append(ANN, like("shoe", "1"))
    assert log.append(ANN, like("pan", "1")) == "1"
    assert log.events(ANN) == (like("shoe", "1"),)


def test_the_same_event_from_many_threads_is_one_event_and_no_error(log):
    problems, start = [], threading.Barrier(8)

    def send():
        start.wait()
        try:
            for n in range(20):
                log.append(ANN, like(event_id=f"e{n}"))
        except StorageError as problem:
            problems.append(problem)

    _run([threading.Thread(target=send) for _ in range(8)])
    assert problems == []
    assert [event.event_id for event in log.events(ANN)] == [f"e{n}" for n in range(20)]


def test_undo_takes_back_any_event_not_only_the_last(log):
    for n in "123":
        log.append(ANN, like(event_id=n))
    log.undo(ANN, "2")
    assert [event.event_id for event in log.events(ANN)] == ["1", "3"]
    log.undo(ANN, "2")
    log.undo(ANN, "never was")
    assert [event.event_id for event in log.events(ANN)] == ["1", "3"]


def test_nobody_can_undo_the_event_of_another(log):
    log.append(ANN, like(event_id="1"))
    log.undo(BOB, "1")
    assert len(log.events(ANN)) == 1


def test_reset_takes_back_everything_of_one_seat_only(log):
    other_person, other_data = replace(ANN, person="bob"), replace(ANN, dataset="video")
    for n, seat in enumerate((ANN, BOB, other_person, other_data)):
        log.append(seat, like(event_id=str(n)))
    log.reset(ANN)
    assert log.events(ANN) == ()
    assert [len(log.events(seat)) for seat in (BOB, other_person, other_data)] == [1, 1, 1]
    log.append(ANN, like(event_id="later"))
    assert [event.event_id for event in log.events(ANN)] == ["later"]


def test_two_sessions_never_mix(log):
    seats = [Seat(f"s{n}", "shop", "ann") for n in range(8)]

    def play(seat):
        for n in range(15):
            log.append(seat, like(f"item {n}", f"{seat.session_id}-{n}"))
            if n % 3 == 0:
                log.undo(seat, f"{seat.session_id}-{n}")

    _run([threading.Thread(target=play, args=(seat,)) for seat in seats])
    for seat in seats:
        assert [e.event_id for e in log.events(seat)] == [f"{seat.session_id}-{n}" for n in range(15) if n % 3]


def test_a_fork_has_the_events_of_its_view_and_then_lives_alone(log):
    log.append(ANN, like("shoe", "1"))
    log.append(ANN, like("pan", "2"))
    view = log.undo(ANN, "1")
    log.append(ANN, like("tent", "3"))
    assert log.fork(view, "session-b") == 1
    assert [event.item_id for event in log.events(BOB)] == ["pan"]
    assert log.events(BOB)[0].event_id != "2"
    log.reset(BOB)
    assert [event.item_id for event in log.events(ANN)] == ["pan", "tent"]


def test_a_fork_of_a_view_before_a_reset_brings_it_all_back(log):
    view = log.append(ANN, like("shoe", "1"))
    after = log.reset(ANN)
    assert log.fork(view, "session-b") == 1
    assert log.fork(after, "session-c") == 0


@pytest.mark.parametrize("view", ["", "unknown", "'; DROP TABLE event_log; --", "%", "a" * 5000])
def test_an_unknown_view_forks_nothing(log, view):
    log.append(ANN, like(event_id="1"))
    assert log.fork(view, "session-b") is None
    assert log.events(BOB) == ()


def test_a_person_whose_name_holds_a_slash_is_still_one_seat(log):
    seat = Seat("session-a", "shop", "a/b")
    view = log.append(seat, like(event_id="1"))
    log.fork(view, "session-b")
    assert len(log.events(replace(seat, session_id="session-b"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE event_log; --",
        "<script>alert(1)</script>",
        "{{7*7}} %s ? :x",
        "\\x00 \r\n\t",
        "好" * 5000,
        "🙂\u202e",
    ],
)
def test_hostile_text_is_kept_as_it_is(log, text):
    log.append(ANN, like(event_id="1", text=text))
    assert log.events(ANN)[0].text == text


def test_what_no_database_takes_is_cut_out_before_storing(log):
    log.append(ANN, like(event_id="1", text="nul \x00 and half a pair \ud800."))
    assert log.events(ANN)[0].text == "nul  and half a pair ?."


@limits(max_examples=25)
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_any_text_comes_back(tmp_path_factory, text):
    own = EventLog(f"sqlite:///{tmp_path_factory.getbasetemp()}/any.sqlite")
    seat = Seat(new_id(), "shop", "ann")
    own.append(seat, like(text=text))
    assert own.events(seat)[0].text == text


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("like"), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("reset"), st.just(0)),
    ),
    max_size=25,
)


@limits(max_examples=30)
@given(actions=ACTIONS)
def test_what_stands_equals_a_plain_list_played_by_the_same_rules(tmp_path_factory, actions):
    own = EventLog(f"sqlite:///{tmp_path_factory.getbasetemp()}/rules.sqlite")
    seat, expected, sent = Seat(new_id(), "shop", "ann"), [], set()
    for kind, n in actions:
        event_id = f"{seat.session_id}{n}"
        if kind == "like":
            own.append(seat, like(event_id=event_id))
            expected += [event_id] if event_id not in sent else []
            sent.add(event_id)
        elif kind == "undo":
            own.undo(seat, event_id)
            expected = [kept for kept in expected if kept != event_id]
        else:
            own.reset(seat)
            expected = []
    assert [event.event_id for event in own.events(seat)] == expected


WRITER = """
import itertools, sys
from recsys.live import EventLog, Seat
from recsys.types import Event, Kind
log = EventLog(sys.argv[1])
for n in itertools.count():
    print(log.append(Seat("s", "shop", "ann"), Event(f"e{n}", Kind.LIKE, float(n), "shoe")), flush=True)
"""


@pytest.mark.parametrize("n_acknowledged", [1, 7, 40])
def test_every_acknowledged_event_survives_a_kill(path, n_acknowledged):
    url = f"sqlite:///{path}"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(n_acknowledged)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split("\n")[:-1]  # said before the kill, read after it
    writer.wait()
    assert acknowledged[0] == "e0"
    found = [event.event_id for event in EventLog(url).events(Seat("s", "shop", "ann"))]
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) == len(set(found))
    assert len(found) <= len(acknowledged) + 1, "at most the one event that was being acknowledged"


def test_a_removed_file_is_a_sentence_and_not_a_silent_loss(log, path):
    log.append(ANN, like(event_id="1"))
    path.unlink()
    with pytest.raises(StorageError, match="could not be stored: .* was removed"):
        log.append(ANN, like(event_id="2"))


def test_a_file_that_cannot_be_written_is_a_sentence(log, path):
    log.append(ANN, like(event_id="1"))
    locked = EventLog(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert len(locked.events(ANN)) == 1
    with pytest.raises(StorageError, match=r"your last action could not be stored \(OperationalError\)"):
        locked.append(ANN, like(event_id="2"))
    assert len(log.events(ANN)) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="RECSYS_STATE_DIR"):
        EventLog(f"sqlite:///{tmp_path}/new/events.sqlite")


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened .* RECSYS_STATE_DIR"):
        EventLog(f"sqlite:///{tmp_path}/file/events.sqlite")


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "events.sqlite").write_text("not a database, but long enough to look at " * 50)
    with pytest.raises(StorageError, match=r"events\.sqlite cannot be opened \(file is not a database\)"):
        EventLog(f"sqlite:///{tmp_path}/events.sqlite")


def test_an_address_that_is_none_is_a_sentence():
    with pytest.raises(StorageError, match="RECSYS_DATABASE_URL is not a database address"):
        EventLog("my database")


def test_a_missing_driver_names_its_pip_line_and_no_password(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependencyError, match="pip install psycopg") as raised:
        EventLog("postgresql+psycopg://me:secret@localhost/recsys")
    assert "secret" not in str(raised.value)


def test_reading_a_broken_log_is_a_sentence(log):
    with log._engine.begin() as db:
        db.exec_driver_sql("DROP TABLE event_log")
    with pytest.raises(StorageError, match="the event log cannot be read"):
        log.events(ANN)


def test_ids_cannot_be_guessed():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {22}


def _run(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_log_in_memory_works_like_one_on_disk_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log, seat = EventLog(IN_MEMORY), Seat("session", "own", "me")
    threads = [
        threading.Thread(target=log.append, args=(seat, Event(new_id(), Kind.LIKE, float(n), f"i{n}")))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.events(seat)) == 20
    log.undo(seat, log.events(seat)[0].event_id)
    assert len(log.events(seat)) == 19
    assert not log.durable
    assert list(tmp_path.iterdir()) == []
