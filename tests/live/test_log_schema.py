"""Logs of every age open; a log from the future does not."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from recsys.errors import StorageError
from recsys.live import EventLog, Seat, log_schema
from recsys.settings import ROOT
from recsys.types import Event, Kind

ANN = Seat("session-a", "shop", "ann")

FIRST_SCHEMA = """
CREATE TABLE event_log (
    line INTEGER NOT NULL,
    event_id VARCHAR(40) NOT NULL,
    session_id VARCHAR(40) NOT NULL,
    seat VARCHAR(200) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    at FLOAT NOT NULL,
    item_id VARCHAR(200),
    stars FLOAT,
    text TEXT NOT NULL,
    target VARCHAR(40),
    PRIMARY KEY (line),
    UNIQUE (event_id)
);
CREATE INDEX by_seat ON event_log (session_id, seat, line);
INSERT INTO event_log VALUES (1, 'e1', 'session-a', 'shop/ann', 'like', 1.5, 'shoe', NULL, '', NULL);
INSERT INTO event_log VALUES (2, 'e2', 'session-a', 'shop/ann', 'review', 2.5, 'pan', 4.5, '好锅', NULL);
INSERT INTO event_log VALUES (3, 'u1', 'session-a', 'shop/ann', 'undo', 3.5, NULL, NULL, '', 'e1');
"""
"""What the program made before it counted versions, letter by letter; SERIAL makes it PostgreSQL's."""


@pytest.fixture
def old_url(durable_url):
    if durable_url.startswith("sqlite"):
        path = Path(durable_url.removeprefix("sqlite:///"))
        path.parent.mkdir()
        with sqlite3.connect(path) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + FIRST_SCHEMA)
        db.close()
    else:
        with sa.create_engine(durable_url).begin() as db:
            for statement in FIRST_SCHEMA.replace("line INTEGER", "line SERIAL").split(";\n")[:-1]:
                db.exec_driver_sql(statement)
            db.exec_driver_sql("SELECT setval('event_log_line_seq', 3)")
    return durable_url


def versions(url: str) -> list[int]:
    with sa.create_engine(url).connect() as db:
        return sorted(db.exec_driver_sql("SELECT version FROM event_log_schema").scalars())


def test_a_log_from_before_versions_is_taken_over_with_its_rows(old_url):
    log = EventLog(old_url)
    review = Event("e2", Kind.REVIEW, 2.5, "pan", 4.5, "好锅")
    assert log.events(ANN) == (review,)
    assert [line.event_id for line in log.lines(ANN)] == ["e1", "e2", "u1"]
    later = Event("e3", Kind.LIKE, 4.5, "tent", None, "", {"device": "phone"}, 0.25)
    log.append(ANN, later)
    log.restore(ANN, "e1")
    assert log.events(ANN) == (Event("e1", Kind.LIKE, 1.5, "shoe"), review, later)
    assert versions(old_url) == [1, 2]


def test_opening_again_changes_nothing(old_url):
    for _ in range(3):
        EventLog(old_url).close()
    assert versions(old_url) == [1, 2]


def test_an_old_and_a_new_log_end_up_with_the_same_columns_which_the_code_expects(old_url, tmp_path, request):
    new_url = f"sqlite:///{tmp_path}/new.sqlite"
    if old_url.startswith("postgresql"):
        new_url = request.getfixturevalue("server").fresh("another")
    EventLog(new_url), EventLog(old_url)
    old, new = ([(c["name"], str(c["type"]), c["nullable"]) for c in columns(url)] for url in (old_url, new_url))
    assert old == new
    assert [name for name, _, _ in new] == log_schema.EVENT_LOG.columns.keys()
    assert [nullable for *_, nullable in new] == [column.nullable for column in log_schema.EVENT_LOG.columns]
    index = sa.inspect(sa.create_engine(new_url)).get_indexes("event_log")
    assert ["session_id", "seat", "line"] in [found["column_names"] for found in index]


def columns(url):
    return sa.inspect(sa.create_engine(url)).get_columns("event_log")


def test_a_log_of_a_newer_program_is_refused_and_left_alone(durable_url):
    EventLog(durable_url).close()
    with sa.create_engine(durable_url).begin() as db:
        db.exec_driver_sql("INSERT INTO event_log_schema VALUES (99, 0.0)")
    with pytest.raises(StorageError, match=r"written by a newer version of the program \(its schema is 99, this one"):
        EventLog(durable_url)
    assert versions(durable_url) == [1, 2, 99]


def test_a_step_that_fails_leaves_the_log_as_it_was(old_url, monkeypatch):
    def fails(db):
        db.exec_driver_sql("ALTER TABLE event_log ADD COLUMN half TEXT")
        db.exec_driver_sql("ALTER TABLE not_there ADD COLUMN other TEXT")

    EventLog(old_url).close()
    monkeypatch.setattr(log_schema, "STEPS", (*log_schema.STEPS, fails))
    with pytest.raises(StorageError, match="cannot be opened"):
        EventLog(old_url)
    assert versions(old_url) == [1, 2]
    assert "half" not in [column["name"] for column in columns(old_url)]


OPEN = """
import multiprocessing, sys
from recsys.live import EventLog, Seat, new_id
from recsys.types import Event, Kind

def open_and_append(barrier):
    barrier.wait()
    EventLog(sys.argv[1]).append(Seat("many", "shop", "ann"), Event(new_id(), Kind.LIKE, 1.0, "shoe"))

fork = multiprocessing.get_context("fork")
barrier = fork.Barrier(8)
processes = [fork.Process(target=open_and_append, args=(barrier,)) for _ in range(8)]
for process in processes:
    process.start()
for process in processes:
    process.join()
"""


def test_processes_that_make_one_log_at_once_do_not_collide(durable_url):
    _open_at_once(durable_url)


def test_processes_that_bring_one_old_log_up_to_date_at_once_do_not_collide(old_url):
    _open_at_once(old_url)


def _open_at_once(url):
    done = subprocess.run([sys.executable, "-c", OPEN, url], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stderr == ""
    assert len(EventLog(url).events(Seat("many", "shop", "ann"))) == 8
    assert versions(url) == [1, 2]
