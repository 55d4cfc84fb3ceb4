"""Lines on their way to the log: written at once while all is well, kept in order while it is not."""

from __future__ import annotations

import atexit
import threading
from collections import OrderedDict
from collections.abc import Sequence

from recsys.errors import StorageError
from recsys.live.log_lines import Line
from recsys.live.log_store import Store

MAX_WAITING = 10_000
"""Lines kept in memory while the log cannot be written, about 6 MB; beyond that an action is refused."""

MAX_KNOWN = 20_000
"""Lines of seats read lately that are kept for when the log cannot be read, about 12 MB."""

RETRY_S = 1.0
"""Seconds between two tries while the log cannot be reached."""


class Outbox:
    """A queue before a log that may fail for a while; safe to share between threads.

    Whoever comes while another is writing has their lines written together with everybody's who waits: one wait for
    the disk serves all. While there is trouble nobody waits: a thread of its own tries each second until it is over.
    """

    def __init__(self, store: Store, known: LastKnown) -> None:
        """``store`` takes lines all or none; ``known`` learns of those that were written."""
        self.trouble = ""
        """Why lines cannot be written or read just now, one sentence for a visitor; "" when all is well."""
        self.unreadable = False
        """Whether the log could not be read since lines were last written."""
        self._store = store
        self._known = known
        self._gone: tuple[Line, ...] = ()
        self._queue: dict[str, Line] = {}
        self._lock = threading.Lock()
        self._delivering = threading.Lock()
        self._retrier: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def waiting(self) -> int:
        """Number of lines that are in memory only."""
        return len(self._queue)

    def put(self, lines: Sequence[Line]) -> None:
        """Take lines in; they are written when this returns, unless there is ``trouble``."""
        with self._lock:
            fresh = {line.event_id: line for line in lines if line.event_id not in self._queue}
            if len(self._queue) + len(fresh) > MAX_WAITING:
                raise StorageError(
                    f"your last action could not be kept: {len(self._queue):,} wait to be stored already"
                )
            self._queue.update(fresh)
        if not self.trouble:
            self.deliver()

    def of(self, session_id: str, seat: str) -> tuple[Line, ...]:
        """Waiting lines of one seat, in order."""
        with self._lock:
            return tuple(line for line in self._queue.values() if (line.session_id, line.seat) == (session_id, seat))

    def find(self, event_id: str) -> Line | None:
        """The waiting line of that id, or None."""
        return self._queue.get(event_id)

    def deliver(self, always: bool = False) -> bool:
        """Write all that waits, in one transaction; False when that cannot be done now.

        With ``always`` the log is asked even when nothing waits.
        """
        with self._delivering:
            with self._lock:
                batch = tuple(self._queue.values())
            if not (batch or self.trouble or always):
                return True  # somebody else has just written them
            try:
                self._write(batch)
            except StorageError as error:
                self.note(error)
                return False
            with self._lock:
                for line in batch:
                    del self._queue[line.event_id]
                if not self._queue:  # who came meanwhile saw trouble, and left the writing to the retrier
                    self.trouble = ""
            return True

    def _write(self, batch: Sequence[Line]) -> None:
        """Put lines into the table; into a new file, with what this process knows, when the old one was removed."""
        if self._store.moved:
            self._gone = self._known.all_lines()
            self._store.reopen()
        self._store.insert([*self._gone, *batch])
        self._known.add(batch)
        self._gone, self.unreadable = (), False

    def note(self, error: StorageError, *, reading: bool = False) -> None:
        """Remember that the log failed, when it was read or written, and see to it that somebody tries again."""
        if reading:
            self.unreadable = True
        with self._lock:
            self.trouble = f"{error}: what you do is kept in memory only, and stored as soon as that is possible."
            if self._retrier is None and not self._closed.is_set():
                self._retrier = threading.Thread(target=self._keep_trying, name="event-log-retry", daemon=True)
                self._retrier.start()
                atexit.register(self.close)

    def _keep_trying(self) -> None:
        while True:
            self._closed.wait(RETRY_S)
            while self.deliver() and self.trouble:
                pass
            with self._lock:
                if self._closed.is_set() or not self.trouble:
                    self._retrier = None
                    atexit.unregister(self.close)
                    return

    def close(self) -> None:
        """Try a last time and stop trying."""
        self._closed.set()
        if self.trouble:
            self.deliver()


class LastKnown:
    """Lines of the seats used lately, for when the log cannot be read; bounded, safe to share between threads."""

    def __init__(self, limit: int = MAX_KNOWN) -> None:
        self._limit = limit
        self._seats: OrderedDict[tuple[str, str], dict[str, Line]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def keep(self, lines: Sequence[Line]) -> None:
        """Remember what one seat was read to hold; a reading from before the last writing changes nothing."""
        if not lines:
            return
        place = lines[0].session_id, lines[0].seat
        with self._lock:
            before = self._seats.setdefault(place, {})
            if len(lines) > len(before):
                self._seats[place] = {line.event_id: line for line in lines}
                self._size += len(lines) - len(before)
            self._settle(place)

    def add(self, lines: Sequence[Line]) -> None:
        """Remember lines that have just been written."""
        with self._lock:
            for line in lines:
                place = line.session_id, line.seat
                seat = self._seats.setdefault(place, {})
                self._size += line.event_id not in seat
                seat.setdefault(line.event_id, line)
                self._settle(place)

    def of(self, session_id: str, seat: str) -> tuple[Line, ...]:
        """What is remembered of a seat; () for one that is not."""
        with self._lock:
            return tuple(self._seats.get((session_id, seat), {}).values())

    def find(self, event_id: str) -> Line | None:
        """The remembered line of that id, or None."""
        with self._lock:
            return next((seat[event_id] for seat in self._seats.values() if event_id in seat), None)

    def all_lines(self) -> tuple[Line, ...]:
        """Everything remembered, each seat's lines in order."""
        with self._lock:
            return tuple(line for seat in self._seats.values() for line in seat.values())

    def _settle(self, place: tuple[str, str]) -> None:
        """Make ``place`` the last to be forgotten, and forget what is too much."""
        self._seats.move_to_end(place)
        while self._size > self._limit and len(self._seats) > 1:
            self._size -= len(self._seats.popitem(last=False)[1])
