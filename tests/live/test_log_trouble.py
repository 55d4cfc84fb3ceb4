"""When the log cannot be written or read: a sentence, the session goes on, and everything is stored afterwards."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from recsys.errors import StorageError
from recsys.live import EventLog, Seat, log_outbox, new_id
from recsys.live.log_lines import Line
from recsys.live.log_outbox import LastKnown
from recsys.settings import ROOT
from recsys.types import Event, Kind

ANN, BOB = Seat("session-a", "shop", "ann"), Seat("session-b", "shop", "ann")
MEANWHILE = ": what you do is kept in memory only, and stored as soon as that is possible."


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "events.sqlite"


@pytest.fixture
def log(path):
    opened = EventLog(f"sqlite:///{path}")
    yield opened
    opened.close()


def like(event_id: str, item: str = "shoe") -> Event:
    return Event(event_id, Kind.LIKE, 1.5, item)


def ids(log: EventLog, seat: Seat = ANN) -> list[str]:
    return [event.event_id for event in log.events(seat)]


def stored(path) -> list[str]:
    return [row[0] for row in sqlite3.connect(path).execute("SELECT event_id FROM event_log ORDER BY line")]


def soon(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def holder(log, path):
    """Another program that holds the file locked until it commits."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield other
    other.close()


def test_a_locked_file_keeps_the_session_going_and_gets_everything_in_order_afterwards(log, path, holder):
    start = time.monotonic()
    log.append(ANN, like("1"))
    assert time.monotonic() - start < 3, "a click waits a moment for the lock, not for ever"
    assert log.trouble == "the event log cannot be written (another program holds it locked)" + MEANWHILE
    start = time.monotonic()
    for n in "234":
        log.append(ANN, like(n))
    log.undo(ANN, "2")
    log.append(BOB, like("5"))
    assert time.monotonic() - start < 0.5, "while the trouble lasts nobody waits"
    assert ids(log) == ["1", "3", "4"]
    assert ids(log, BOB) == ["5"]
    assert log.waiting == 6
    assert not log.flush()
    assert stored(path) == []
    holder.execute("COMMIT")
    assert log.flush()
    assert (log.waiting, log.trouble) == (0, "")
    assert ids(log) == ["1", "3", "4"]
    assert [line for line in stored(path) if len(line) == 1] == ["1", "2", "3", "4", "5"]


def test_what_waits_is_stored_without_another_click(log, path, holder):
    log.append(ANN, like("1"))
    holder.execute("COMMIT")
    soon(lambda: log.trouble == "")
    assert stored(path) == ["1"]
    assert log.waiting == 0
    log.append(ANN, like("2"))
    assert stored(path) == ["1", "2"]


@pytest.mark.slow
def test_trouble_that_comes_back_is_told_and_mended_again(log, path):
    for n in "123":
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        log.append(ANN, like(n))
        assert log.trouble
        other.execute("COMMIT")
        other.close()
        soon(lambda: not log.trouble)
    assert stored(path) == ["1", "2", "3"]


def test_an_event_sent_again_during_trouble_is_one_event(log, path, holder):
    for _ in range(3):
        assert log.append(ANN, like("1")) == "1"
    assert (ids(log), log.waiting) == (["1"], 1)
    holder.execute("COMMIT")
    log.append(ANN, like("1"))
    log.flush()
    assert stored(path) == ["1"]


def test_a_reload_during_trouble_finds_the_view_that_only_memory_has(log, holder):
    log.append(ANN, like("1"))
    view = log.append(ANN, like("2", "pan"))
    log.append(ANN, like("3", "tent"))
    assert log.fork(view, "session-b") == 2
    assert [event.item_id for event in log.events(BOB)] == ["shoe", "pan"]


@pytest.mark.slow
def test_many_threads_in_trouble_lose_nothing_and_keep_each_seats_order(log, holder):
    seats = [Seat(f"s{n}", "shop", "ann") for n in range(10)]

    def play(seat):
        for n in range(100):
            log.append(seat, like(f"{seat.session_id}-{n}"))

    threads = [threading.Thread(target=play, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    holder.execute("COMMIT")
    for thread in threads:
        thread.join()
    assert log.flush()
    for seat in seats:
        assert ids(log, seat) == [f"{seat.session_id}-{n}" for n in range(100)]


def test_memory_is_not_filled_without_bound(log, holder, monkeypatch):
    monkeypatch.setattr(log_outbox, "MAX_WAITING", 3)
    for n in "123":
        log.append(ANN, like(n))
    with pytest.raises(StorageError, match=r"your last action could not be kept: 3 wait to be stored already"):
        log.append(ANN, like("4"))
    assert ids(log) == ["1", "2", "3"]
    holder.execute("COMMIT")
    log.flush()
    log.append(ANN, like("4"))
    assert ids(log) == ["1", "2", "3", "4"]


FULL_DISK = """
import json, resource, signal, sys
from pathlib import Path
from recsys.live import EventLog, Seat
from recsys.types import Event, Kind
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log, seat = EventLog(f"sqlite:///{sys.argv[1]}"), Seat("session-a", "shop", "ann")
events = [Event(f"e{n}", Kind.REVIEW, 1.0, "shoe", 4.0, "好" * 1500) for n in range(200)]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
troubles = []
for event in events:
    log.append(seat, event)
    troubles.append(log.trouble)
seen = [event.event_id for event in log.events(seat)]
waiting, failed = log.waiting, not log.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
flushed = log.flush()
print(json.dumps([seen, waiting, failed, flushed, log.trouble, troubles[0], troubles[-1]]))
"""


def test_a_disk_that_fills_up_keeps_the_session_going_and_gets_everything_when_there_is_room(path):
    """The system itself refuses: no file of the child may grow beyond 400 kB, until it may again."""
    done = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    seen, waiting, failed, flushed, after, before, during = json.loads(done.stdout)
    everything = [f"e{n}" for n in range(200)]
    assert seen == everything
    assert 0 < waiting < 200
    assert failed
    assert before == ""
    assert "the event log cannot be written (the disk" in during
    assert (flushed, after) == (True, "")
    assert stored(path) == everything


def test_a_database_that_says_full_is_told_as_a_full_disk(log, path):
    log.append(ANN, like("1"))

    @sa.event.listens_for(log._store._writing, "begin")
    def _small(db):
        db.exec_driver_sql(f"PRAGMA max_page_count = {limit}")

    limit = 1
    log.append(ANN, Event("2", Kind.REVIEW, 1.0, "pan", 4.0, "x" * 5000))
    for n in range(20):
        log.append(ANN, Event(f"long {n}", Kind.REVIEW, 1.0, "pan", 4.0, "x" * 5000))
    assert log.trouble == "the event log cannot be written (the disk is full)" + MEANWHILE
    assert len(ids(log)) == 22
    limit = 1_000_000
    assert log.flush()
    assert len(stored(path)) == 22


def test_a_file_that_may_only_be_read_is_told(log, path):
    log.append(ANN, like("1"))
    reader = EventLog(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert ids(reader) == ["1"]
    reader.append(ANN, like("2"))
    assert reader.trouble == "the event log cannot be written (it may only be read)" + MEANWHILE
    assert ids(reader) == ["1", "2"]
    assert ids(log) == ["1"]
    reader.close()


def test_a_removed_file_is_made_again_with_what_the_sessions_know(log, path):
    log.append(ANN, like("1"))
    log.append(ANN, like("2"))
    log.undo(ANN, "1")
    log.append(BOB, like("3"))
    shutil.rmtree(path.parent)
    log.append(ANN, like("4"))
    assert log.trouble == ""
    assert ids(log) == ["2", "4"]
    assert ids(log, BOB) == ["3"]
    again = EventLog(f"sqlite:///{path}")
    assert (ids(again), ids(again, BOB)) == (["2", "4"], ["3"])


def test_a_removed_file_does_not_empty_the_list_before_the_next_click(log, path):
    log.append(ANN, like("1"))
    for file in path.parent.iterdir():
        file.unlink()
    assert ids(log) == ["1"]
    assert stored(path) == ["1"]


def test_a_file_exchanged_for_a_backup_is_noticed(log, path, tmp_path):
    log.append(ANN, like("1"))
    log._store.close()
    backup = tmp_path / "backup.sqlite"
    shutil.copy(path, backup)
    log.append(ANN, like("2"))
    log._store.close()
    os.replace(backup, path)
    log.append(ANN, like("3"))
    assert ids(log) == stored(path) == ["1", "2", "3"]


def test_a_folder_that_went_away_is_trouble_until_it_is_back(log, path):
    log.append(ANN, like("1"))
    shutil.rmtree(path.parent)
    path.parent.write_text("a file in the place of the folder")
    log.append(ANN, like("2"))
    assert log.trouble.startswith("the event log cannot be opened (")
    assert str(path.parent) not in log.trouble, "visitors need not know the folders of this machine"
    assert ids(log) == ["1", "2"]
    path.parent.unlink()
    path.parent.mkdir()
    assert ids(log) == ["1", "2"]
    assert log.flush()
    assert stored(path) == ["1", "2"]


def test_a_log_that_cannot_be_read_shows_what_was_last_known(log, path):
    log.append(ANN, like("1"))
    log.append(BOB, like("2"))
    assert ids(log) == ["1"]
    log.append(ANN, like("3"))
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE event_log RENAME TO elsewhere")
    assert ids(log) == ["1", "3"]
    assert log.trouble == "the event log cannot be read (its table is gone)" + MEANWHILE
    log.append(ANN, like("4"))
    log.undo(ANN, "1")
    assert ids(log) == ["3", "4"]
    assert ids(log, BOB) == ["2"]
    assert ids(log, Seat("new", "shop", "ann")) == []
    with pytest.raises(StorageError, match="the event log cannot be read"):
        log.fork("a view only the table would know", "session-c")
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE elsewhere RENAME TO event_log")
    assert log.flush()
    assert ids(EventLog(f"sqlite:///{path}")) == ids(log) == ["3", "4"]


def test_a_postgresql_server_that_goes_and_comes_back_loses_nothing(server):
    url = server.fresh()
    log = EventLog(url)
    log.append(ANN, like("1"))
    view = log.append(ANN, like("2"))
    server.stop()
    try:
        start = time.monotonic()
        assert ids(log) == ["1", "2"], "what was stored a moment ago is still shown"
        assert log.trouble == "the event log cannot be read (its database does not answer)" + MEANWHILE
        log.append(ANN, like("3"))
        log.undo(ANN, "1")
        assert ids(log) == ["2", "3"]
        assert log.fork(view, "session-b") == 2
        assert time.monotonic() - start < 2
        assert log.waiting == 4
        assert not log.flush()
    finally:
        server.start()
    soon(lambda: not log.trouble)
    assert log.waiting == 0
    log.append(ANN, like("4"))
    again = EventLog(url)
    assert ids(again) == ids(log) == ["2", "3", "4"]
    assert len(ids(again, BOB)) == 2


def test_a_locked_table_of_postgresql_does_not_hold_a_click(server):
    url = server.fresh()
    log, engine = EventLog(url), sa.create_engine(url)
    with engine.begin() as other:
        other.exec_driver_sql("LOCK TABLE event_log IN EXCLUSIVE MODE")
        start = time.monotonic()
        log.append(ANN, like("1"))
        assert time.monotonic() - start < 3
        assert log.trouble == "the event log cannot be written (another program holds it locked)" + MEANWHILE
        assert ids(log) == ["1"]
    assert log.flush()
    assert ids(EventLog(url)) == ["1"]


LEAVE = """
import sqlite3, sys
from recsys.live import EventLog, Seat
from recsys.types import Event, Kind
log, other = EventLog(f"sqlite:///{sys.argv[1]}"), sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
log.append(Seat("session-a", "shop", "ann"), Event("1", Kind.LIKE, 1.0, "shoe"))
assert log.trouble
other.execute("COMMIT")
"""


def test_a_program_that_ends_in_trouble_tries_a_last_time(path):
    done = subprocess.run([sys.executable, "-c", LEAVE, path], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert stored(path) == ["1"]


def test_a_line_that_comes_while_others_are_being_written_after_trouble_is_not_forgotten(monkeypatch):
    monkeypatch.setattr(log_outbox, "RETRY_S", 0.05)
    written, broken, late = [], True, Line.of(ANN, like("late"))

    class Table:
        moved = False

        def insert(self, batch):
            if broken:
                raise StorageError("broken")
            if late not in written and late not in batch:
                outbox.put([late])  # another visitor, who still sees the trouble and does not wait
            written.extend(batch)

    outbox = log_outbox.Outbox(Table(), LastKnown())
    outbox.put([Line.of(ANN, like("early"))])
    broken = False
    soon(lambda: not outbox.trouble)
    assert [line.event_id for line in written] == ["early", "late"]
    assert outbox.waiting == 0


def test_what_is_remembered_of_seats_is_bounded_and_forgets_the_longest_unused():
    known = LastKnown(limit=10)
    seats = [Seat(f"s{n}", "shop", "ann") for n in range(8)]
    lines = {seat: [Line.of(seat, like(new_id())) for _ in range(4)] for seat in seats}
    for seat in seats:
        known.keep(lines[seat][:3])
        known.add([lines[seat][3], lines[seat][3]])
        known.keep(lines[seat][:3])
    assert known.all_lines() == (*lines[seats[-2]], *lines[seats[-1]])
    assert known.of("s0", "shop/ann") == ()
    assert known.of("s7", "shop/ann") == tuple(lines[seats[7]])
    assert known.find(lines[seats[6]][0].event_id) == lines[seats[6]][0]
    assert known.find("never") is None
