"""Batches of texts: nothing twice, nothing lost over pauses, nobody waits, and a dead service is left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.errors import WriterError
from recsys.words import batch
from recsys.words.batch import IN_A_ROW, Aside, Batch
from recsys.words.contract import Claim, Written, Wrote

PATIENCE_S = 5.0


def text(row: int, fallback: str = "") -> Written:
    return Written((Claim(f"text {row}", ("d1",)),), Wrote("extractive" if fallback else "endpoint", fallback=fallback))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.002)


def ended(one: Batch) -> None:
    until(lambda: one._thread is None)


class Writer:
    """Writes when it is let; counts how often each row was asked for."""

    def __init__(self, gated: bool = False) -> None:
        self.asked: list[int] = []
        self.gate = threading.Semaphore(0)
        self.gated = gated
        self.down = False

    def __call__(self, row: int) -> Written:
        self.asked.append(row)
        if self.gated:
            assert self.gate.acquire(timeout=PATIENCE_S)
        return text(row, "The language model cannot be reached." if self.down else "")


def test_every_text_is_there_once_in_the_order_asked_for():
    writer = Writer()
    one = Batch(writer)
    one.start([5, 3, 9, 3])
    ended(one)

    assert writer.asked == [5, 3, 9]
    assert [(row, written.text) for row, written in one.written().items()] == [(r, f"text {r}") for r in (5, 3, 9)]
    state = one.state()
    assert (state.n_done, state.n_asked, state.running, state.paused) == (3, 3, False, "")
    assert state.finished
    assert state.seconds_left == 0


def test_pause_stops_after_the_text_being_written_and_resume_goes_on_from_there():
    writer = Writer(gated=True)
    one = Batch(writer)
    one.start(range(4))
    writer.gate.release()
    until(lambda: writer.asked == [0, 1])
    one.pause()
    assert not one.state().running
    writer.gate.release()
    ended(one)
    assert list(one.written()) == [0, 1]
    assert one.state().paused == ""
    assert not one.state().finished

    one.start(range(4))
    writer.gate.release(2)
    ended(one)
    assert writer.asked == [0, 1, 2, 3]


def test_resuming_while_the_last_text_is_still_being_written_asks_for_nothing_twice():
    writer = Writer(gated=True)
    one = Batch(writer)
    one.start(range(3))
    until(lambda: writer.asked == [0])
    for _ in range(5):
        one.pause()
        one.start(range(3))
    writer.gate.release(3)
    ended(one)

    assert writer.asked == [0, 1, 2]


def test_a_longer_batch_skips_what_is_written_already_and_a_shorter_one_shows_only_its_own():
    writer = Writer()
    one = Batch(writer)
    one.start(range(3))
    ended(one)
    one.start(range(5))
    ended(one)
    assert writer.asked == [0, 1, 2, 3, 4]

    one.start([1])
    ended(one)
    assert writer.asked == [0, 1, 2, 3, 4]
    assert list(one.written()) == [1]
    assert one.state().finished


def test_a_dead_service_is_left_alone_and_its_reason_said_and_the_rest_written_once_it_is_back():
    writer = Writer()
    writer.down = True
    one = Batch(writer)
    one.start(range(8))
    ended(one)
    state = one.state()
    assert writer.asked == list(range(IN_A_ROW))
    assert state.paused == "The language model cannot be reached."
    assert (state.n_done, state.running) == (0, False)
    assert len(one.written()) == IN_A_ROW, "what was quoted instead is not thrown away"

    writer.down = False
    one.start(range(8))
    ended(one)
    assert writer.asked[IN_A_ROW:] == [*range(IN_A_ROW, 8), *range(IN_A_ROW)], "new ones first, then the failed ones"
    assert one.state().finished


def test_a_text_that_falls_back_now_and_then_does_not_stop_the_others_nor_is_asked_for_for_ever():
    asked: list[int] = []

    def write(row: int) -> Written:
        asked.append(row)
        return text(row, "Nothing it said stands." if row % 2 else "")

    one = Batch(write)
    one.start(range(6))
    ended(one)
    assert asked == list(range(6))
    assert one.state().n_done == 3


@pytest.mark.parametrize(
    ("error", "said"), [(WriterError("It is too dear."), "It is too dear."), (KeyError("x"), "Something of ours broke")]
)
def test_an_error_pauses_with_a_sentence_and_loses_nothing(error, said):
    def write(row: int) -> Written:
        if row == 1:
            raise error
        return text(row)

    one = Batch(write)
    one.start(range(3))
    ended(one)
    assert one.state().paused.startswith(said)
    assert list(one.written()) == [0]


def test_what_nobody_looks_at_pauses_by_itself():
    writer = Writer(gated=True)
    one = Batch(writer, unwatched_s=0.05)
    one.start(range(50))
    until(lambda: writer.asked == [0])
    time.sleep(0.1)
    writer.gate.release()
    ended(one)
    assert writer.asked == [0]
    assert "nobody was looking" in one.state().paused


def test_what_somebody_looks_at_goes_on():
    writer = Writer(gated=True)
    one = Batch(writer, unwatched_s=0.2)
    one.start(range(8))
    for n in range(8):
        until(lambda n=n: len(writer.asked) == n + 1)
        time.sleep(0.05)
        one.state()
        writer.gate.release()
    ended(one)
    assert one.state().finished


def test_two_batches_never_share_a_text_and_only_so_many_write_at_once(monkeypatch):
    monkeypatch.setattr(batch, "_desks", threading.BoundedSemaphore(batch.AT_ONCE))
    writers = [Writer(gated=True) for _ in range(4)]
    batches = [Batch(writer) for writer in writers]
    for one in batches:
        one.start([0])
    until(lambda: sum(len(writer.asked) for writer in writers) == batch.AT_ONCE)
    time.sleep(0.05)
    assert sum(len(writer.asked) for writer in writers) == batch.AT_ONCE
    assert all(one.state().running for one in batches)
    for writer in writers:
        writer.gate.release()
    for one in batches:
        ended(one)
    assert [len(one.written()) for one in batches] == [1] * 4


@settings(max_examples=40)
@given(st.lists(st.one_of(st.just("pause"), st.lists(st.integers(0, 6), max_size=6)), max_size=8))
def test_whatever_is_pressed_in_the_end_everything_asked_for_last_is_written_exactly_once(presses):
    writer = Writer()
    one = Batch(writer)
    for press in presses:
        one.pause() if press == "pause" else one.start(press)
    one.start(range(7))
    until(lambda: one.state().finished)
    ended(one)

    assert sorted(writer.asked) == list(range(7))
    assert list(one.written()) == list(range(7))


def test_a_text_written_aside_grows_is_awaited_a_while_and_comes():
    grow, end = threading.Event(), threading.Event()

    def write(on_text: Callable[[str], None]) -> Written:
        on_text("Half of")
        grow.set()
        end.wait(PATIENCE_S)
        return text(1)

    one = Aside(write)
    assert grow.wait(PATIENCE_S)
    start = time.monotonic()
    assert one.wait(0.05) is None
    assert time.monotonic() - start < 1
    assert one.text == "Half of"
    end.set()
    assert one.wait(PATIENCE_S) == text(1)


def test_what_a_text_written_aside_raises_reaches_whoever_waits():
    def write(_on_text: Callable[[str], None]) -> Written:
        raise WriterError("It answers in riddles.")

    one = Aside(write)
    with pytest.raises(WriterError, match="riddles"):
        one.wait(PATIENCE_S)
