"""The event log: append-only, on disk before the list moves, the only memory of what a visitor did.

An event is never changed or deleted by use: undoing writes a line that names the event it takes back.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url

from recsys.errors import MissingDependencyError, StorageError
from recsys.types import Event, Kind

UNDO, RESET = "undo", "reset"
IN_MEMORY = make_url("sqlite://")
"""Address of a log that is gone with the process, for data that may not touch the disk."""

_metadata = sa.MetaData()
_lines = sa.Table(
    "event_log",
    _metadata,
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.String(40), nullable=False, unique=True),
    sa.Column("session_id", sa.String(40), nullable=False),
    sa.Column("seat", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("item_id", sa.String(200)),
    sa.Column("stars", sa.Float),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("target", sa.String(40)),
    sa.Index("by_seat", "session_id", "seat", "line"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose events: one session in the place of one person of one dataset."""

    session_id: str
    dataset: str
    person: str
    private: bool = False
    """True for events on a visitor's own data: they belong in a log in memory."""

    @property
    def key(self) -> str:
        return f"{self.dataset}/{self.person}"


class EventLog:
    """Events by seat in one SQL table; safe to share between threads and sessions."""

    def __init__(self, url: str | URL) -> None:
        """Open the log at an SQLAlchemy ``url``, making the table (and an SQLite file's folder) when absent."""
        try:
            address = make_url(url)
        except sa.exc.ArgumentError as error:
            raise StorageError(
                "RECSYS_DATABASE_URL is not a database address; expected something like sqlite:////folder/events.sqlite"
            ) from error
        self._file = _sqlite_file(address)
        self._alone: AbstractContextManager[object] = nullcontext()
        if address == IN_MEMORY:
            self._alone = threading.Lock()  # one connection for all threads: nobody else would see the table
        try:
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(address)
            _metadata.create_all(self._engine)
        except ImportError as error:
            raise MissingDependencyError(error.name or "a database driver", f"an event log at {address!r}") from error
        except (sa.exc.SQLAlchemyError, OSError) as error:
            reason = getattr(error, "orig", None) or error
            raise StorageError(
                f"the event log at {address!r} cannot be opened ({reason}); let RECSYS_STATE_DIR name a folder that "
                "can be written"
            ) from error

    @property
    def durable(self) -> bool:
        """Whether what is stored outlives this process."""
        return self._engine.url != IN_MEMORY

    def append(self, seat: Seat, event: Event) -> str:
        """Store one event; on disk when this returns. The same ``event_id`` a second time changes nothing.

        Returns the id of the line written, which names the view as it stands now (see :meth:`fork`).
        """
        return self._write([_row(seat, event)])

    def undo(self, seat: Seat, event_id: str) -> str:
        """Take back one event of ``seat``, whichever it is; an unknown or undone id changes nothing else."""
        return self._write([_mark(seat, UNDO, target=event_id)])

    def reset(self, seat: Seat) -> str:
        """Take back every event of ``seat``."""
        return self._write([_mark(seat, RESET)])

    def events(self, seat: Seat) -> tuple[Event, ...]:
        """Standing events of ``seat``, oldest first."""
        return self._standing(seat.session_id, seat.key)

    def fork(self, view: str, session_id: str) -> int | None:
        """Give ``session_id`` the events that stood when the line ``view`` was written, in the same seat.

        Returns their number, None for a view this log does not know. The two sessions share nothing afterwards.
        """
        query = sa.select(_lines.c.session_id, _lines.c.seat, _lines.c.line).where(_lines.c.event_id == view)
        found = self._read(query)
        if not found:
            return None
        dataset, person = found[0]["seat"].split("/", 1)
        events = self._standing(found[0]["session_id"], found[0]["seat"], found[0]["line"])
        seat = Seat(session_id, dataset, person)
        if events:
            self._write([_row(seat, replace(event, event_id=new_id())) for event in events])
        return len(events)

    def _standing(self, session_id: str, seat_key: str, last_line: int | None = None) -> tuple[Event, ...]:
        query = sa.select(_lines).where(_lines.c.session_id == session_id, _lines.c.seat == seat_key)
        if last_line is not None:
            query = query.where(_lines.c.line <= last_line)
        return _replay(self._read(query.order_by(_lines.c.line)))

    def _read(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        try:
            with self._alone, self._engine.connect() as db:
                return [dict(row) for row in db.execute(query).mappings()]
        except sa.exc.SQLAlchemyError as error:
            raise StorageError(f"the event log cannot be read ({type(error).__name__})") from error

    def _write(self, rows: Sequence[dict[str, Any]]) -> str:
        """Insert the rows whose ids are new, in one transaction; returns the id of the last."""
        if self._file is not None and not self._file.exists():
            # SQLite would go on writing to the deleted file, and lose it all at the next start.
            raise StorageError(f"your last action could not be stored: {self._file} was removed, start the app again")
        try:
            try:
                self._insert_new(rows)
            except sa.exc.IntegrityError:
                self._insert_new(rows)  # the same id arrived twice at once: now it is there
        except (sa.exc.SQLAlchemyError, UnicodeError) as error:
            raise StorageError(f"your last action could not be stored ({type(error).__name__})") from error
        return str(rows[-1]["event_id"])

    def _insert_new(self, rows: Sequence[dict[str, Any]]) -> None:
        known = sa.select(_lines.c.event_id).where(_lines.c.event_id.in_([row["event_id"] for row in rows]))
        with self._alone, self._engine.begin() as db:
            there = set(db.execute(known).scalars())
            fresh = [row for row in rows if row["event_id"] not in there]
            if fresh:
                db.execute(sa.insert(_lines), fresh)


def new_id() -> str:
    """A random identifier nobody can guess, 22 characters."""
    return secrets.token_urlsafe(16)


def _row(seat: Seat, event: Event) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "session_id": seat.session_id,
        "seat": seat.key,
        "kind": event.kind.value,
        "at": event.at,
        "item_id": event.item_id,
        "stars": event.stars,
        "text": _storable(event.text),
        "target": None,
    }


def _storable(text: str) -> str:
    """``text`` without NUL, which PostgreSQL refuses, and with ? for half a surrogate pair, which is no character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _mark(seat: Seat, kind: str, target: str | None = None) -> dict[str, Any]:
    return {
        "event_id": new_id(),
        "session_id": seat.session_id,
        "seat": seat.key,
        "kind": kind,
        "at": time.time(),
        "item_id": None,
        "stars": None,
        "text": "",
        "target": target,
    }


def _replay(lines: Sequence[dict[str, Any]]) -> tuple[Event, ...]:
    """Replay: what is left after every undo and reset."""
    standing: dict[str, Event] = {}
    for line in lines:
        if line["kind"] == RESET:
            standing.clear()
        elif line["kind"] == UNDO:
            standing.pop(line["target"], None)
        else:
            standing[line["event_id"]] = Event(
                line["event_id"], Kind(line["kind"]), line["at"], line["item_id"], line["stars"], line["text"]
            )
    return tuple(standing.values())


def _sqlite_file(address: URL) -> Path | None:
    """The file behind an SQLite address; None for memory, ``file:`` addresses and servers."""
    name = address.database or ":memory:"
    is_file = address.get_backend_name() == "sqlite" and name != ":memory:" and not name.startswith("file:")
    return Path(name) if is_file else None


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True)
    if address == IN_MEMORY:
        return sa.create_engine(address, connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool)
    engine = sa.create_engine(address, connect_args={"timeout": 10})

    @sa.event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine
