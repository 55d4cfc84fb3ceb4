"""Writing beside the pages: one text that somebody waits for, or those of many items, paused and resumed at any time.

Nothing here knows who writes: both are given a function. Each has one thread of its own, so that no page ever waits
for a service longer than it looks at it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from recsys.errors import RecsysError
from recsys.words.contract import Written

T = TypeVar("T")
_log = logging.getLogger("recsys.words")

AT_ONCE = 2
"""Texts of batches written at the same time in this process, whoever asked for them."""
UNWATCHED_S = 90.0
"""Seconds after which a batch that nobody looks at pauses by itself; a hidden browser tab looks once a minute."""
IN_A_ROW = 3
"""A batch pauses when so many texts running were not written by the engine it was given."""
_desks = threading.BoundedSemaphore(AT_ONCE)


class Aside(Generic[T]):
    """One piece of work done beside the page that asked for it, such as a text that a service writes."""

    def __init__(self, work: Callable[[Callable[[str], None]], T]) -> None:
        """Start at once; ``work`` is told where to say how far it is."""
        self.text = ""
        """How far it is: the text so far, "" before its first words."""
        self._done: T | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), name="words-aside", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> T | None:
        """What came of it, or None when it is not finished ``seconds`` from now; raises what the work raised."""
        self._thread.join(seconds)
        if self._error is not None:
            raise self._error
        return self._done

    def _run(self, work: Callable[[Callable[[str], None]], T]) -> None:
        try:
            self._done = work(self._grow)
        except Exception as error:  # of a thread: whoever waits gets it
            self._error = error

    def _grow(self, text: str) -> None:
        self.text = text


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is."""

    n_done: int
    """Texts written by the engine that was asked for."""
    n_asked: int
    running: bool
    seconds: float
    """Time spent on the texts so far."""
    paused: str = ""
    """Why it stopped by itself, in one sentence; "" when it did not."""

    @property
    def finished(self) -> bool:
        return self.n_done >= self.n_asked

    @property
    def seconds_left(self) -> float:
        """About how long the rest takes at the pace so far; 0 when nothing is left, or nothing is known."""
        return self.seconds / self.n_done * (self.n_asked - self.n_done) if self.n_done else 0.0


class Batch:
    """Texts of many items, one after the other; a text that stands is never written twice.

    Safe to call from any thread. A text that fell back to another engine is kept, and asked for again by the next
    ``start``, after those that were never tried.
    """

    def __init__(self, write: Callable[[int], Written], unwatched_s: float = UNWATCHED_S) -> None:
        self._write, self._unwatched_s = write, unwatched_s
        self._lock = threading.Lock()
        self._asked: dict[int, None] = {}
        self._kept: dict[int, Written] = {}
        self._thread: threading.Thread | None = None
        self._going = False
        self._paused = ""
        self._seconds = 0.0
        self._seen_at = 0.0

    def start(self, rows: Iterable[int]) -> None:
        """Ask for the texts of ``rows`` and of no others, and write those that are missing."""
        with self._lock:
            self._asked = dict.fromkeys(rows)
            self._paused, self._going, self._seen_at = "", True, time.monotonic()
            if self._thread is None and not all(map(self._stands, self._asked)):
                self._thread = threading.Thread(target=self._run, name="words-batch", daemon=True)
                self._thread.start()

    def pause(self, why: str = "") -> None:
        """Stop after the text being written; ``why`` is "" when somebody wanted it."""
        with self._lock:
            self._going, self._paused = False, why

    @property
    def running(self) -> bool:
        """Whether it writes now."""
        with self._lock:
            return self._thread is not None and self._going

    def has(self, row: int) -> bool:
        """Whether the text of ``row`` stands."""
        with self._lock:
            return self._stands(row)

    def state(self) -> State:
        """How far it is; who asks is looking, which keeps it going."""
        with self._lock:
            self._seen_at = time.monotonic()
            n_done = sum(map(self._stands, self._asked))
            running = self._thread is not None and self._going
            return State(n_done, len(self._asked), running, self._seconds, self._paused)

    def written(self) -> dict[int, Written]:
        """What is there so far, by row, in the order in which it was asked for; fallen-back texts among them."""
        with self._lock:
            return {row: self._kept[row] for row in self._asked if row in self._kept}

    def _stands(self, row: int) -> bool:
        return row in self._kept and not self._kept[row].wrote.fallback

    def _run(self) -> None:
        tried: set[int] = set()
        n_failed = 0
        while (row := self._next(tried)) is not None:
            tried.add(row)
            start = time.perf_counter()
            try:
                with _desks:
                    text = self._write(row)
            except RecsysError as error:
                self.pause(str(error))
                continue
            except Exception:
                _log.exception("a batch of texts stopped")
                self.pause("Something of ours broke. It is in the log.")
                continue
            with self._lock:
                self._kept[row] = text
                self._seconds += time.perf_counter() - start
            n_failed = n_failed + 1 if text.wrote.fallback else 0
            if n_failed == IN_A_ROW:
                self.pause(text.wrote.fallback)
                n_failed = 0

    def _next(self, tried: set[int]) -> int | None:
        """The next row to write; None ends the thread, and under the lock, so that ``start`` knows it ended."""
        with self._lock:
            if self._going and time.monotonic() - self._seen_at > self._unwatched_s:
                self._going, self._paused = False, "It paused because nobody was looking."
            missing = [row for row in self._asked if row not in tried and not self._stands(row)]
            if not self._going or not missing:
                self._thread = None
                return None
            return min(missing, key=lambda row: row in self._kept)
