"""The event log, the same on each database: every acknowledged action is there once, and nobody sees another's."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.errors import MissingDependencyError, StorageError
from recsys.live import IN_MEMORY, EventLog, Seat, new_id
from recsys.types import Event, Kind

ANN, BOB = Seat("session-a", "shop", "ann"), Seat("session-b", "shop", "ann")


def like(item: str = "shoe", event_id: str | None = None, text: str = "") -> Event:
    return Event(event_id or new_id(), Kind.LIKE, 1.5, item, None, text)


def test_events_come_back_as_they_were_in_their_order(log):
    events = (
        Event("1", Kind.LIKE, 3.25, "shoe"),
        Event("2", Kind.REVIEW, 2.0, "pan", 4.5, "好锅 🙂"),
        Event("3", Kind.WISH, 1.0, None, None, "rain", {"time": "晚上", "device": "phone"}),
        Event("4", Kind.CLICK, 1.7e9 + 1 / 3, "i" * 5000, propensity=0.1),
    )
    for event in events:
        log.append(ANN, event)
    assert log.events(ANN) == events


def test_events_stored_together_are_there_together_and_in_order(log):
    assert log.append_many(ANN, []) == ()
    assert log.append_many(ANN, [like(event_id=str(n)) for n in range(2500)]) == tuple(map(str, range(2500)))
    assert [event.event_id for event in log.events(ANN)] == list(map(str, range(2500)))


def test_of_events_stored_together_one_that_cannot_be_stored_keeps_out_all(log):
    with pytest.raises(StorageError, match=r"could not be stored: stars should be 0\.5 to 5, are 9"):
        log.append_many(ANN, [like(event_id="1"), Event("2", Kind.RATING, 1.0, "pan", 9)])
    assert log.events(ANN) == ()
    assert log.waiting == 0


def test_the_log_survives_the_process(durable_url):
    log = EventLog(durable_url)
    log.append(ANN, like(event_id="1"))
    log.undo(ANN, "1")
    log.append(ANN, like(event_id="2"))
    log.close()
    assert EventLog(durable_url).events(ANN) == (like(event_id="2"),)


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
def test_any_text_comes_back(log, text):
    seat = Seat(new_id(), "shop", "ann")
    log.append(seat, like(text=text))
    assert log.events(seat)[0].text == text


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


@pytest.mark.parametrize("address", ["my database", "", "/folder/events.sqlite"])
def test_an_address_that_is_none_is_a_sentence(address):
    with pytest.raises(StorageError, match="RECSYS_DATABASE_URL is not a database address; expected something like"):
        EventLog(address)


@pytest.mark.parametrize("address", ["mysql://me:secret@localhost/log", "postgres://me:secret@localhost/log"])
def test_a_database_nobody_tested_is_refused(address):
    with pytest.raises(StorageError, match="names a database that is not supported; expected something like"):
        EventLog(address)


def test_a_server_that_does_not_run_is_a_sentence_without_the_password(tmp_path):
    remedy = "cannot be opened .* see that the server of RECSYS_DATABASE_URL runs"
    with pytest.raises(StorageError, match=remedy) as raised:
        EventLog(f"postgresql://me:secret@/log?host={tmp_path}")
    assert "secret" not in str(raised.value)


def test_a_missing_driver_names_its_pip_line_and_no_password(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependencyError, match=r"pip install psycopg\[binary\]$") as raised:
        EventLog("postgresql+psycopg://me:secret@localhost/recsys")
    assert "secret" not in str(raised.value)


def test_ids_cannot_be_guessed():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {22}


def _run(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_log_in_memory_leaves_no_file_and_is_not_durable(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for address in (IN_MEMORY, "sqlite://", "sqlite:///:memory:"):
        log = EventLog(address)
        log.append(ANN, like())
        assert not log.durable
        assert len(log.events(ANN)) == 1
    assert list(tmp_path.iterdir()) == []


def test_events_on_a_visitors_own_data_are_refused_by_a_log_that_lasts(durable_url):
    own, log = Seat("s", "own", "me", private=True), EventLog(durable_url)
    assert log.durable
    with pytest.raises(ValueError, match="belong in a log in memory"):
        log.append(own, like())
    memory = EventLog(IN_MEMORY)
    memory.append(own, like(event_id="1"))
    assert memory.events(own) == (like(event_id="1"),)


def test_sqlite_waits_for_the_disk_at_every_write(tmp_path):
    log = EventLog(f"sqlite:///{tmp_path}/events.sqlite")
    with log._store._writing.connect() as db:
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
    assert sqlite3.connect(tmp_path / "events.sqlite").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_postgresql_waits_for_the_disk_at_every_write(server):
    address = server.fresh("careless")
    server.run(f"ALTER DATABASE {address.split('/')[3].split('?')[0]} SET synchronous_commit = off")
    with EventLog(address)._store._writing.connect() as db:
        assert db.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_numbers_of_numpy_are_stored_as_numbers(log):
    log.append(ANN, Event("1", Kind.RATING, np.float64(1.5), np.str_("pan"), np.float32(4.5), "", {}, np.float32(0.5)))
    assert log.events(ANN) == (Event("1", Kind.RATING, 1.5, "pan", 4.5, "", {}, 0.5),)


FAULTY = [
    (Event("", Kind.LIKE, 1.0, "pan"), "event_id should have 1 to 200 characters, has 0"),
    (Event("e" * 201, Kind.LIKE, 1.0, "pan"), "event_id should have 1 to 200 characters, has 201"),
    (Event("e\x00", Kind.LIKE, 1.0, "pan"), "event_id has characters that cannot be stored"),
    (Event("e", Kind.LIKE, 1.0, "pan\ud800"), "item_id has characters that cannot be stored"),
    (Event("e", Kind.LIKE, 1.0), "like needs an item_id"),
    (Event("e", Kind.LIKE, float("nan"), "pan"), "at should be a number of seconds, is nan"),
    (Event("e", Kind.RATING, 1.0, "pan", float("nan")), "stars should be 0.5 to 5, are nan"),
    (Event("e", Kind.LIKE, 1.0, "pan", propensity=0.0), "propensity should be above 0 and at most 1, is 0"),
    (Event("e", Kind.WISH, 1.0, text="x" * 5001), "text should have at most 5,000 characters, has 5,001"),
    (Event("e", Kind.LIKE, 1.0, "pan", context={"time": 3}), "context should map words to words"),
    (Event("e", Kind.LIKE, 1.0, "pan", context={"time": "x" * 5000}), "context should be short, has 5,012 characters"),
]


@pytest.mark.parametrize(("event", "sentence"), FAULTY, ids=[sentence for _, sentence in FAULTY])
def test_what_a_database_could_refuse_later_is_refused_now(log, event, sentence):
    with pytest.raises(StorageError, match=f"could not be stored: {re.escape(sentence)}$"):
        log.append(ANN, event)
    log.append(ANN, like())
    assert (len(log.events(ANN)), log.waiting, log.trouble) == (1, 0, "")
