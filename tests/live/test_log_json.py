"""JSON lines out and in again: the same log, and nothing of a file with one wrong line."""

from __future__ import annotations

import json
import math
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.errors import DataError
from recsys.live import IN_MEMORY, EventLog, Seat, new_id
from recsys.live.log_json import from_json, to_json
from recsys.live.log_lines import MARKS, Line, fault
from recsys.types import Event, Kind

ANN, BOB = Seat("session-a", "shop", "ann"), Seat("session-b", "video", "bob")
GOOD = {"event_id": "e", "session_id": "s", "seat": "shop/ann", "kind": "rating", "at": 1, "item_id": "pan", "stars": 4}


@pytest.fixture
def full(durable_url):
    """A log with two sessions, three seats and every kind of mark."""
    log = EventLog(durable_url)
    log.append(ANN, Event("1", Kind.REVIEW, 1.25, "pan", 4.5, "好锅\n“x”", {"time": "evening"}, 0.5))
    log.append(BOB, Event("2", Kind.LIKE, 2.0, "tent"))
    log.append(Seat("session-a", "video", "bob"), Event("3", Kind.WISH, 3.0, text="rain"))
    log.restore(ANN, log.undo(ANN, "1"))
    log.reset(BOB)
    yield log
    log.close()


@pytest.fixture
def other():
    return EventLog(IN_MEMORY)


def test_an_exported_log_is_the_same_log_when_imported(full, other):
    lines = list(full.export_lines())
    assert len(lines) == 6
    assert all("\n" not in line for line in lines)
    assert other.import_lines(lines) == 6
    for seat in (ANN, BOB, Seat("session-a", "video", "bob")):
        assert other.lines(seat) == full.lines(seat)
        assert other.events(seat) == full.events(seat)


def test_importing_twice_or_into_itself_changes_nothing(full):
    lines = list(full.export_lines())
    assert full.import_lines(lines) == 0
    assert full.import_lines([*lines, "", lines[0], "  "]) == 0
    assert list(full.export_lines()) == lines


def test_one_seat_or_one_session_can_be_exported(full):
    def of(**what):
        return {(line["session_id"], line["seat"]) for line in map(json.loads, full.export_lines(**what))}

    assert of(seat=ANN) == {("session-a", "shop/ann")}
    assert of(session_id="session-a") == {("session-a", "shop/ann"), ("session-a", "video/bob")}
    assert of(session_id="nobody") == set()
    assert len(of()) == 3


def test_the_whole_of_a_log_in_memory_is_not_exported(other):
    own = Seat("s", "own", "me", private=True)
    other.append(own, Event("1", Kind.LIKE, 1.0, "secret"))
    with pytest.raises(ValueError, match="holds visitors' own data: name the seat or session"):
        other.export_lines()
    assert len(list(other.export_lines(seat=own))) == 1
    assert len(list(other.export_lines(session_id="s"))) == 1


def test_empty_fields_are_left_out_and_may_be_null():
    line = Line.of(BOB, Event("2", Kind.LIKE, 2.0, "tent"))
    text = '{"event_id": "2", "session_id": "session-b", "seat": "video/bob", "kind": "like", "at": 2.0'
    text += ', "item_id": "tent"}'
    assert to_json(line) == text
    assert from_json(text) == line
    assert from_json(json.dumps({**json.loads(text), "stars": None, "context": {}, "text": ""})) == line


WRONG = [
    ("", {"stars": 9}, "stars should be 0.5 to 5, are 9"),
    ("", {"stars": "4"}, "stars should be a number, is '4'"),
    ("", {"stars": True}, "stars should be a number, is 'True'"),
    ("", {"at": math.nan}, "at should be a number of seconds, is nan"),
    ("", {"at": 10**400}, "at should be a number a computer can hold"),
    ("", {"at": None}, "the field 'at' is missing"),
    ("", {"kind": "stare"}, "kind should be one of view, click,"),
    ("", {"kind": "undo"}, "undo needs a target"),
    ("", {"item_id": None}, "rating needs an item_id"),
    ("", {"item_id": 7}, "item_id should be text, is '7'"),
    ("", {"event_id": ""}, "event_id should have 1 to 200 characters, has 0"),
    ("", {"session_id": "s" * 999}, "session_id should have 1 to 200 characters, has 999"),
    ("", {"seat": "shop"}, "seat should be dataset/person, is 'shop'"),
    ("", {"text": "x" * 5001}, "text should have at most 5,000 characters, has 5,001"),
    ("", {"text": "half a pair \ud800"}, "text has characters that cannot be stored"),
    ("", {"context": "evening"}, "context should be an object"),
    ("", {"context": {"time": 5}}, "context should map words to words"),
    ("", {"propensity": 1.5}, "propensity should be above 0 and at most 1, is 1.5"),
    ("", {"mood": "good"}, "the field 'mood' is not known to this version of the program"),
    ("{", {}, "this is not JSON"),
    ("[" * 100_000, {}, "this is not JSON"),
    ("[1]", {}, "this should be a JSON object with the fields event_id, session_id, seat, kind, at"),
]


@pytest.mark.parametrize(("text", "fields", "sentence"), WRONG, ids=[sentence for *_, sentence in WRONG])
def test_one_wrong_line_is_named_and_nothing_of_its_file_is_imported(durable_url, text, fields, sentence):
    log = EventLog(durable_url)
    good = [json.dumps({**GOOD, "event_id": f"e{n}"}) for n in range(1500)]
    wrong = text or json.dumps({**GOOD, **fields})
    with pytest.raises(DataError) as raised:
        log.import_lines([*good[:1200], "", wrong, *good[1200:]])
    assert str(raised.value).startswith(f"line 1,202: {sentence}")
    assert list(log.export_lines()) == []
    assert log.import_lines(good) == 1500


def test_an_import_that_meets_a_lock_is_a_sentence(tmp_path):
    log, holder = EventLog(f"sqlite:///{tmp_path}/e.sqlite"), EventLog(f"sqlite:///{tmp_path}/e.sqlite")
    from recsys.errors import StorageError

    with (
        holder._store._writing.begin(),
        pytest.raises(StorageError, match=r"cannot be written \(another program holds it locked\)"),
    ):
        log.import_lines([json.dumps(GOOD)])


NAMES = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LINES = st.builds(
    Line,
    event_id=st.builds(new_id),
    session_id=NAMES,
    seat=st.builds("{}/{}".format, NAMES, NAMES),
    kind=st.sampled_from([*map(str, Kind), *sorted(MARKS)]),
    at=NUMBERS,
    item_id=NAMES,
    stars=st.none() | st.floats(0.5, 5.0),
    text=NAMES | st.sampled_from(["", "{}", "a\x85b\u2028c\u2029d\r\n"]),
    target=NAMES,
    context=st.builds(lambda words: json.dumps(words, sort_keys=True), st.dictionaries(NAMES, NAMES, max_size=3)),
    propensity=st.none() | st.floats(0, 1, exclude_min=True),
)


@given(line=LINES)
def test_any_line_comes_back_from_json_bit_for_bit(line):
    assert fault(line) == ""
    assert from_json(to_json(line)) == line
    assert len(to_json(line).splitlines()) == 1


@limits(max_examples=20)
@given(lines=st.lists(LINES, max_size=8))
def test_any_lines_come_back_from_a_database_bit_for_bit(durable_url, lines):
    log = EventLog(durable_url)
    there = set(log.export_lines())
    assert log.import_lines(map(to_json, lines)) == len(lines)
    exported = [text for text in log.export_lines() if text not in there]
    assert [from_json(text) for text in exported] == lines
    log.close()


def many(n_lines):
    return (json.dumps({**GOOD, "event_id": f"e{n}", "session_id": f"s{n % 500}"}) for n in range(n_lines))


@pytest.mark.slow
def test_a_hundred_thousand_lines_come_in_and_go_out_in_seconds(durable_url):
    log = EventLog(durable_url)
    start = time.perf_counter()
    assert log.import_lines(many(100_000)) == 100_000
    assert sum(1 for _ in log.export_lines()) == 100_000
    assert time.perf_counter() - start < 90, "about 6 s on two cores with nothing else to do"
    assert log.counts() == {"schema version": 2, "lines": 100_000, "sessions": 500, "waiting": 0}
    log.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(durable_url):
    log = EventLog(durable_url)
    log.import_lines(many(10))
    tracemalloc.start()
    try:
        assert log.import_lines(many(10_000)) == 9_990
        assert sum(1 for _ in log.export_lines()) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3e6, "a thousand lines at a time; all of them would be about 9 MB"
    log.close()
