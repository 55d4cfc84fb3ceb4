"""The log's database: SQLite in a file or in memory, or PostgreSQL; each write is on disk when it returns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine, make_url

from recsys.errors import MissingDependencyError, StorageError
from recsys.live import log_schema
from recsys.live.log_lines import Line
from recsys.live.log_schema import EVENT_LOG

IN_MEMORY = make_url("sqlite://")
"""Address of a log that is gone with the process, for data that may not touch the disk."""

PATIENCE_S = 1.0
"""Seconds a click may wait for a locked database before it is kept in memory instead."""

OPENING_S = 10.0
"""Seconds an opening waits for other processes that open, or hold, the same database."""

CHUNK = 1_000
"""Lines read or written at a time where there may be many."""

NEWEST = len(log_schema.STEPS)
"""Schema version that this program writes."""

_LINE = [EVENT_LOG.c[name] for name in Line._fields]
_INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_POSTGRES = {
    "connect_timeout": "2",
    "tcp_user_timeout": "2000",
    "options": f"-c lock_timeout={PATIENCE_S * 1e3:.0f} -c synchronous_commit=on",
}
"""Limits of a connection where its address sets none: seconds (libpq takes no less), then milliseconds."""

_REASONS = {
    "locked": "another program holds it locked",
    "lock timeout": "another program holds it locked",
    "is full": "the disk is full",
    "no space left": "the disk is full",
    "disk i/o error": "the disk takes no more",
    "readonly": "it may only be read",
    "permission": "it may only be read",
    "unable to open": "its file cannot be opened",
    "no such table": "its table is gone",
    "relation": "its table is gone",
    "connect": "its database does not answer",
    "system is": "its database does not answer",
}
"""Words of databases and what they mean to a visitor; the first that fits."""


class Store:
    """The table of lines at one address; safe to share between threads. Every failure is a ``StorageError``."""

    def __init__(self, url: str | URL) -> None:
        self.address = parsed(url)
        self._file = sqlite_file(self.address)
        # In memory there is one connection for all threads: nobody else would see the table.
        self._alone: AbstractContextManager[object] = threading.Lock() if self.address == IN_MEMORY else nullcontext()
        self._inode: tuple[int, int] | None = None
        try:
            self._reading = _engine(self.address)
            self._writing = self._reading.execution_options(begin="BEGIN IMMEDIATE")
            self._open(OPENING_S)
        except ImportError as error:
            package = "psycopg[binary]" if error.name == "psycopg" else error.name or "a database driver"
            raise MissingDependencyError(package, f"an event log at {self.address!r}") from error
        except (sa.exc.SQLAlchemyError, OSError) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            remedy = (
                "see that the server of RECSYS_DATABASE_URL runs and lets this program in"
                if self.address.get_backend_name() == "postgresql"
                else "let RECSYS_STATE_DIR name a folder that can be written"
            )
            raise StorageError(f"the event log at {self.address!r} cannot be opened ({reason}); {remedy}") from error

    @property
    def durable(self) -> bool:
        """Whether what is stored outlives this process."""
        return self.address != IN_MEMORY

    @property
    def moved(self) -> bool:
        """Whether the file that was opened is no longer at its place: what is written to it would be lost."""
        return self._file is not None and _inode(self._file) != self._inode

    def reopen(self) -> None:
        """Leave the file that was opened and make, or open, the one at its place."""
        with _told("be opened"):
            self._open(PATIENCE_S)

    def _open(self, patience_s: float) -> None:
        """Make what is missing (an SQLite file's folder, tables) and bring an older log to today's schema."""
        self._reading.dispose()
        if self._file is not None and not self._file.exists():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            for ending in ("-wal", "-shm"):  # left by a file that was removed: it would spoil a new one
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        self._migrate(time.monotonic() + patience_s)
        self._inode = _inode(self._file) if self._file is not None else None

    def _migrate(self, deadline: float) -> None:
        while True:
            try:
                if self.durable and self.address.get_backend_name() == "sqlite":
                    with self._reading.execution_options(begin="").connect() as db:
                        db.exec_driver_sql("PRAGMA journal_mode=WAL")
                log_schema.migrate(self._reading, self._writing)
            except sa.exc.OperationalError as error:
                if reason_of(error) != _REASONS["locked"] or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def of_seat(self, session_id: str, seat: str) -> tuple[Line, ...]:
        """Every line of one seat in order; () for none."""
        where = (EVENT_LOG.c.session_id == session_id, EVENT_LOG.c.seat == seat)
        return self._read(sa.select(*_LINE).where(*where).order_by(EVENT_LOG.c.line))

    def find(self, event_id: str) -> Line | None:
        """The line of that id, None for an unknown one."""
        return next(iter(self._read(sa.select(*_LINE).where(EVENT_LOG.c.event_id == event_id))), None)

    def all_lines(self, **equal: str) -> Iterator[Line]:
        """Lines whose columns equal the given values, in order, a thousand in memory at a time."""
        where = [EVENT_LOG.c[name] == value for name, value in equal.items()]
        last = -1
        while True:
            query = sa.select(EVENT_LOG.c.line, *_LINE).where(EVENT_LOG.c.line > last, *where)
            with _told("be read"), self._alone, self._reading.connect() as db:
                rows = db.execute(query.order_by(EVENT_LOG.c.line).limit(CHUNK)).all()
            yield from (Line._make(row[1:]) for row in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]

    def counts(self) -> Mapping[str, int]:
        """Schema version, and the numbers of lines and sessions."""
        query = sa.select(sa.func.count(), sa.func.count(EVENT_LOG.c.session_id.distinct())).select_from(EVENT_LOG)
        with _told("be read"), self._alone, self._reading.connect() as db:
            n_lines, n_sessions = db.execute(query).one()
            return {"schema version": log_schema.version(db) or 0, "lines": n_lines, "sessions": n_sessions}

    def insert(self, lines: Iterable[Line]) -> int:
        """Write the lines whose ids are new, all in one transaction, and say how many; none if anything fails.

        Without lines it still asks the database whether it would take some.
        """
        insert = _INSERTS[self.address.get_backend_name()](EVENT_LOG).on_conflict_do_nothing()
        insert = insert.execution_options(preserve_rowcount=True)
        rest, n_new = iter(lines), 0
        with _told("be written"), self._alone, self._writing.begin() as db:
            while chunk := list(islice(rest, CHUNK)):
                n_new += db.execute(insert, [line._asdict() for line in chunk]).rowcount
        return n_new

    def _read(self, query: sa.Select[Any]) -> tuple[Line, ...]:
        with _told("be read"), self._alone, self._reading.connect() as db:
            return tuple(map(Line._make, db.execute(query)))

    def close(self) -> None:
        """Give the connections back."""
        self._reading.dispose()


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what a database says into one sentence."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise StorageError(f"the event log cannot {what} ({reason_of(error)})") from error


def reason_of(error: Exception) -> str:
    """Why a database failed, in a visitor's words; the kind of error where there are none."""
    cause = getattr(error, "orig", None) or error
    said = f"{cause}".lower()
    return next((plain for words, plain in _REASONS.items() if words in said), type(cause).__name__)


def parsed(url: str | URL) -> URL:
    """The address of a log; StorageError for one that is none of SQLite or PostgreSQL."""
    expected = "expected something like sqlite:////folder/events.sqlite or postgresql+psycopg://user@host/name"
    try:
        address = make_url(url)
        known = address.get_backend_name() in _INSERTS
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StorageError(f"RECSYS_DATABASE_URL is not a database address; {expected}") from error
    if not known:
        raise StorageError(f"RECSYS_DATABASE_URL names a database that is not supported; {expected}")
    if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:"):
        return IN_MEMORY
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def version_at(address: URL) -> int | None:
    """The schema version of the log at ``address``, None where there is none yet; nothing is made or changed."""
    file = sqlite_file(address)
    if address == IN_MEMORY or (file is not None and not file.exists()):
        return None
    engine = _engine(address)
    try:
        with _told("be read"), engine.connect() as db:
            return log_schema.version(db)
    finally:
        engine.dispose()


def sqlite_file(address: URL) -> Path | None:
    """The file behind an SQLite address; None for memory, ``file:`` addresses and servers."""
    name = address.database or ""
    is_file = address.get_backend_name() == "sqlite" and name != "" and not name.startswith("file:")
    return Path(name) if is_file else None


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:  # it is gone, or its folder is
        return None
    return found.st_dev, found.st_ino


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        limits = {name: value for name, value in _POSTGRES.items() if name not in address.query}
        return sa.create_engine(address, connect_args=limits, pool_pre_ping=True, pool_timeout=PATIENCE_S)
    if address == IN_MEMORY:
        engine = sa.create_engine(address, connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool)
    else:
        engine = sa.create_engine(address, connect_args={"timeout": PATIENCE_S}, pool_timeout=PATIENCE_S)

    @sa.event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing: `_begin` does
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(db: sa.Connection) -> None:
        # A writer that had read first could not wait for its turn: `IMMEDIATE` takes the turn before it reads.
        statement = db.get_execution_options().get("begin", "BEGIN")
        if statement:
            db.exec_driver_sql(statement)

    return engine
