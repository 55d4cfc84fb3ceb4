"""``python -m recsys log``: what it says and does, with the log in a file of its own."""

from __future__ import annotations

import io
import json
import sqlite3
import sys

import pytest

from recsys import settings as environment
from recsys.cli import main
from recsys.live import EventLog, Seat
from recsys.types import Event, Kind

ANN, BOB = Seat("session-a", "shop", "ann"), Seat("session-b", "video", "bob")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where the log of this test is; it does not exist yet."""
    monkeypatch.setenv("RECSYS_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("RECSYS_DATABASE_URL", raising=False)
    environment.settings.cache_clear()
    yield tmp_path / "state" / "events.sqlite"
    environment.settings.cache_clear()


@pytest.fixture
def log(path):
    opened = EventLog(f"sqlite:///{path}")
    opened.append(ANN, Event("1", Kind.REVIEW, 1.0, "pan", 4.5, "好锅"))
    opened.append(BOB, Event("2", Kind.LIKE, 2.0, "tent"))
    opened.undo(ANN, "1")
    yield opened
    opened.close()


def run(capsys, *arguments: str) -> str:
    assert main(["log", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments: str) -> str:
    assert main(["log", *arguments]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    return captured.err


def test_status_tells_the_place_the_version_and_the_counts(capsys, log, path):
    out = run(capsys, "status")
    assert out.startswith(f"event log at sqlite:///{path}\n")
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["schema", "version", "2"],
        ["lines", "3"],
        ["sessions", "2"],
        ["waiting", "0"],
    ]


def test_status_of_a_log_that_is_not_there_makes_none(capsys, path):
    assert "it does not exist yet" in run(capsys, "status")
    assert not path.exists()


def test_status_shows_no_password(capsys, path, monkeypatch, tmp_path):
    monkeypatch.setenv("RECSYS_DATABASE_URL", f"postgresql://me:secret@/log?host={tmp_path}")
    environment.settings.cache_clear()
    assert main(["log", "status"]) == 1
    captured = capsys.readouterr()
    assert "postgresql+psycopg://me:***@" in captured.out
    assert "the event log cannot be read (its database does not answer)" in captured.err
    assert "secret" not in captured.out + captured.err


def test_migrate_makes_a_log_brings_an_old_one_up_to_date_and_says_so(capsys, path):
    assert run(capsys, "migrate") == "the event log now has schema version 2; before: none\n"
    assert run(capsys, "migrate") == "the event log is up to date: schema version 2\n"
    with sqlite3.connect(path) as db:
        db.executescript("DROP TABLE event_log_schema; ALTER TABLE event_log DROP COLUMN context;")
        db.executescript("ALTER TABLE event_log DROP COLUMN propensity;")
    assert "its schema version is 0, this program's is 2: `log migrate` brings it up to date" in run(capsys, "status")
    assert run(capsys, "migrate") == "the event log now has schema version 2; before: 0\n"


def test_a_log_of_a_newer_program_is_refused_in_one_sentence(capsys, log, path):
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO event_log_schema VALUES (3, 0.0)")
    for verb in ("status", "migrate", "export"):
        assert "written by a newer version of the program" in refused(capsys, verb)


def test_export_prints_one_json_object_per_line(capsys, log):
    lines = [json.loads(line) for line in run(capsys, "export").splitlines()]
    assert [line["kind"] for line in lines] == ["review", "like", "undo"]
    assert lines[0]["text"] == "好锅"
    only = [json.loads(line) for line in run(capsys, "export", "--session", "session-b").splitlines()]
    assert [line["event_id"] for line in only] == ["2"]


def test_an_exported_file_can_be_imported_elsewhere_and_again(capsys, log, path, tmp_path):
    before = log.lines(ANN)
    file = tmp_path / "log.jsonl"
    assert run(capsys, "export", "--out", str(file)) == f"3 lines written to {file}\n"
    log.close()
    path.unlink()
    assert run(capsys, "import", str(file)).startswith("3 new lines in the event log")
    assert run(capsys, "import", str(file)).startswith("0 new lines in the event log")
    assert EventLog(f"sqlite:///{path}").lines(ANN) == before


def test_import_reads_what_is_piped_in(capsys, log, path, monkeypatch):
    line = {"event_id": "9", "session_id": "s", "seat": "shop/ann", "kind": "like", "at": 1, "item_id": "pan"}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(line)))
    assert run(capsys, "import", "-").startswith("1 new lines")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory"),
        (b'\n\n{"stars": 9}', "log.jsonl, line 3: the field 'event_id' is missing; nothing was imported"),
        (b"\xff\xfe\x00", "is not UTF-8 text; nothing was imported"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_sentence(capsys, log, tmp_path, content, sentence):
    file = tmp_path / "log.jsonl"
    if content is not None:
        file.write_bytes(content)
    assert sentence in refused(capsys, "import", str(file))
    assert log.counts()["lines"] == 3


def test_a_file_that_cannot_be_written_is_one_sentence(capsys, log, tmp_path):
    assert "cannot be exported to" in refused(capsys, "export", "--out", str(tmp_path))


@pytest.mark.parametrize("arguments", [["log"], ["log", "import"], ["log", "fly"]])
def test_wrong_arguments_end_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
