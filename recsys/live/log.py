"""The event log: append-only, on disk before the list moves, the only memory of what a visitor did.

An event is never changed or deleted by use: undoing writes a line that names the event it takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.engine import URL

from recsys.errors import StorageError
from recsys.live.edits import Edits
from recsys.live.log_json import read_lines, to_json
from recsys.live.log_lines import RESET, RESTORE, UNDO, Line, Seat, edits_of, fault, new_id, replay, standing
from recsys.live.log_outbox import LastKnown, Outbox
from recsys.live.log_store import IN_MEMORY, Store
from recsys.types import Event

__all__ = ["IN_MEMORY", "EventLog", "Line", "Seat", "new_id", "replay"]


class EventLog:
    """Events by seat in one SQL table; safe to share between threads and sessions.

    A line is on disk when the call that writes it returns. Where that cannot be (the disk is full, another program
    holds the file, the connection is lost), ``trouble`` says so, the line is kept in memory, every answer counts it,
    and it is written as soon as that is possible again.
    """

    def __init__(self, url: str | URL) -> None:
        """Open the log at an SQLAlchemy ``url``, making and bringing up to date what is needed.

        StorageError when that cannot be done: a log that never worked is a mistake to mend, not a trouble to sit out.
        """
        self._store = Store(url)
        self._known = LastKnown()
        self._outbox = Outbox(self._store, self._known)

    @property
    def durable(self) -> bool:
        """Whether what is stored outlives this process."""
        return self._store.durable

    @property
    def trouble(self) -> str:
        """One sentence for the visitor while actions are in memory only; "" when all is well."""
        return self._outbox.trouble

    @property
    def waiting(self) -> int:
        """Number of lines that are in memory only."""
        return self._outbox.waiting

    def append(self, seat: Seat, event: Event) -> str:
        """Store one event; on disk when this returns. The same ``event_id`` a second time changes nothing.

        Returns the id of the line written, which names the view as it stands now (see :meth:`fork`).
        """
        return self.append_many(seat, [event])[-1]

    def append_many(self, seat: Seat, events: Sequence[Event]) -> tuple[str, ...]:
        """Store events in one transaction, all or none; the ids of their lines."""
        return self._write(seat, [Line.of(seat, event) for event in events])

    def steer(self, seat: Seat, *words: str) -> str:
        """Store edits of the portrait of ``seat``, each as ``Steer.word`` gives it; the id of the last one's line."""
        return self._write(seat, [Line.steer(seat, word) for word in words])[-1]

    def take_over(self, seat: Seat, lines: Sequence[Line]) -> str:
        """Store copies of events and edits, of whatever seat, as ``seat``'s own; the id of the last one's line."""
        return self._write(seat, [line.copy(seat) for line in lines])[-1]

    def undo(self, seat: Seat, event_id: str) -> str:
        """Take back one event or edit of ``seat``, whichever it is; an unknown or undone id changes nothing else."""
        return self._write(seat, [Line.mark(seat, UNDO, event_id)])[-1]

    def restore(self, seat: Seat, event_id: str) -> str:
        """Put back an event or edit of ``seat`` that was taken back, at its old place.

        ``event_id`` names it, or the undo or reset that took it; one that took nothing changes nothing else.
        """
        return self._write(seat, [Line.mark(seat, RESTORE, event_id)])[-1]

    def reset(self, seat: Seat) -> str:
        """Take back every event and edit of ``seat``."""
        return self._write(seat, [Line.mark(seat, RESET)])[-1]

    def events(self, seat: Seat) -> tuple[Event, ...]:
        """Standing events of ``seat``, oldest first."""
        return replay(self.lines(seat))

    def edits(self, seat: Seat) -> Edits:
        """Standing edits of the portrait of ``seat``."""
        return edits_of(self.lines(seat))

    def lines(self, seat: Seat) -> tuple[Line, ...]:
        """All that happened in ``seat``, oldest first: events, edits, undos, restores and resets."""
        return self._lines(seat.session_id, seat.key)

    def fork(self, view: str, session_id: str) -> int | None:
        """Give ``session_id`` the events and edits that stood when the line ``view`` was written, in the same seat.

        Returns their number, None for a view this log does not know. The two sessions share nothing afterwards.
        """
        found = self._find(view)
        if found is None:
            return None
        dataset, person = found.seat.split("/", 1)
        stood, seat = standing(self._lines(found.session_id, found.seat), upto=view), Seat(session_id, dataset, person)
        self._write(seat, [line.copy(seat) for line in stood])
        return len(stood)

    def place_of(self, view: str) -> str | None:
        """Key of the seat that the line ``view`` belongs to, None for a view this log does not know."""
        found = self._find(view)
        return None if found is None else found.seat

    def go_to(self, seat: Seat, view: str) -> str | None:
        """Let those events and edits of ``seat`` stand that stood when the line ``view`` was written, and no others.

        Returns the newest line, None when ``view`` is unknown or of another place. What is taken back so, or put
        back, is marked like any undo and can be put right again.
        """
        found = self._find(view)
        if found is None or found.seat != seat.key:
            return None
        wanted = standing(self._lines(found.session_id, found.seat), upto=view)
        if found.session_id != seat.session_id:
            return self._write(seat, [Line.mark(seat, RESET), *(line.copy(seat) for line in wanted)])[-1]
        then, now = ({line.event_id for line in lines} for lines in (wanted, standing(self.lines(seat))))
        marks = [Line.mark(seat, UNDO, event_id) for event_id in sorted(now - then)]
        marks += [Line.mark(seat, RESTORE, event_id) for event_id in sorted(then - now)]
        return self._write(seat, marks)[-1] if marks else view

    def flush(self) -> bool:
        """Write now what is in memory only; False when that is still impossible."""
        return self._outbox.deliver(always=True)

    def export_lines(self, seat: Seat | None = None, session_id: str | None = None) -> Iterator[str]:
        """JSON lines of one seat, of one session, or of the whole log; in order, without line breaks.

        A log in memory holds what visitors do with their own data: it is exported by seat or session only.
        """
        if seat is not None:
            return map(to_json, self.lines(seat))
        if session_id is None and not self.durable:
            raise ValueError("a log in memory holds visitors' own data: name the seat or session to export")
        self._outbox.deliver()
        return map(to_json, self._store.all_lines(**({} if session_id is None else {"session_id": session_id})))

    def import_lines(self, texts: Iterable[str]) -> int:
        """Add JSON lines as :meth:`export_lines` gives them; the number that were not there yet.

        One transaction: DataError names the first wrong line, and then nothing of ``texts`` is added. Other writers
        wait in memory meanwhile.
        """
        return self._store.insert(read_lines(texts))

    def counts(self) -> Mapping[str, int]:
        """Schema version, lines and sessions of the log, and lines in memory only."""
        return {**self._store.counts(), "waiting": self.waiting}

    def close(self) -> None:
        """Write what waits, if that is possible, and give the connections back."""
        self._outbox.close()
        self._store.close()

    def _write(self, seat: Seat, lines: Sequence[Line]) -> tuple[str, ...]:
        if seat.private and self.durable:
            raise ValueError("events on a visitor's own data belong in a log in memory")
        for line in lines:
            if wrong := fault(line):
                raise StorageError(f"your last action could not be stored: {wrong}")
        self._outbox.put(lines)
        return tuple(line.event_id for line in lines)

    def _lines(self, session_id: str, seat: str) -> tuple[Line, ...]:
        waiting = self._outbox.of(session_id, seat)  # looked at first: a line moves from here to the table, never back
        stored = self._stored(session_id, seat)
        there = {line.event_id for line in stored} if waiting else ()
        return (*stored, *(line for line in waiting if line.event_id not in there))

    def _stored(self, session_id: str, seat: str) -> tuple[Line, ...]:
        """Lines of one seat from the database, or as they were last known while it cannot be read."""
        if self._store.moved and (self.trouble or not self.flush()):
            return self._known.of(session_id, seat)
        if not self._outbox.unreadable:
            try:
                lines = self._store.of_seat(session_id, seat)
            except StorageError as error:
                self._outbox.note(error, reading=True)
            else:
                self._known.keep(lines)
                return lines
        return self._known.of(session_id, seat)

    def _find(self, event_id: str) -> Line | None:
        """The line of that id, wherever it is; StorageError when only the database could tell and cannot be read."""
        if line := self._outbox.find(event_id) or self._known.find(event_id):
            return line
        return self._store.find(event_id)
