"""The log's tables, and the numbered steps that bring an older database to them.

Twenty lines of steps do for one table what Alembic does for many: it would add a package, a folder of scripts and a
configuration file, and would leave two processes that open the same log at once to a lock of our own all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from recsys.errors import StorageError

_metadata = sa.MetaData()

EVENT_LOG = sa.Table(
    "event_log",
    _metadata,
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("seat", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("item_id", sa.Text),
    sa.Column("stars", sa.Double),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("target", sa.Text),
    sa.Column("context", sa.Text, nullable=False),
    sa.Column("propensity", sa.Double),
)
"""The table as the code uses it today; only the steps below make or change one."""

_STEPS_DONE = sa.Table(
    "event_log_schema",
    _metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
)

_LOCK = 7_303_014_152_026
"""Any number that no other program on the same PostgreSQL server locks by."""


def _first(db: sa.Connection) -> None:
    """The table as it was before versions were counted; a database that has it keeps its rows."""
    sa.Table(
        "event_log",
        sa.MetaData(),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(40), nullable=False, unique=True),
        sa.Column("session_id", sa.String(40), nullable=False),
        sa.Column("seat", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("item_id", sa.String(200)),
        sa.Column("stars", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("target", sa.String(40)),
        sa.Index("by_seat", "session_id", "seat", "line"),
    ).create(db, checkfirst=True)


def _context_and_propensity(db: sa.Connection) -> None:
    """Where an event happened and how likely its item was shown; names as long as a catalogue's."""
    db.exec_driver_sql("ALTER TABLE event_log ADD COLUMN context TEXT NOT NULL DEFAULT '{}'")
    db.exec_driver_sql("ALTER TABLE event_log ADD COLUMN propensity DOUBLE PRECISION")
    if db.dialect.name == "postgresql":  # SQLite never enforced the lengths
        for name in ("event_id", "session_id", "seat", "kind", "item_id", "target"):
            db.exec_driver_sql(f"ALTER TABLE event_log ALTER COLUMN {name} TYPE TEXT")


STEPS: Sequence[Callable[[sa.Connection], None]] = (_first, _context_and_propensity)
"""Step n brings version n to n + 1. Steps are only ever added: what has run somewhere is never edited."""


def version(db: sa.Connection) -> int | None:
    """Number of steps a database has behind it: 0 with a log from before versions, None without any log."""
    there = sa.inspect(db)
    if there.has_table(_STEPS_DONE.name):
        return db.execute(sa.select(sa.func.max(_STEPS_DONE.c.version))).scalar() or 0
    return 0 if there.has_table(EVENT_LOG.name) else None


def migrate(reading: sa.Engine, writing: sa.Engine) -> None:
    """Bring the database to the newest version, each step with its number in one transaction.

    A database that is up to date is only read. Processes that arrive together take turns.
    """
    with reading.connect() as db:
        now = _known(version(db) or 0)
    while now < len(STEPS):
        with writing.begin() as db:  # on SQLite the only writer from here on
            if db.dialect.name == "postgresql":
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            _STEPS_DONE.create(db, checkfirst=True)
            now = _known(version(db) or 0)
            if now < len(STEPS):
                STEPS[now](db)
                now += 1
                db.execute(sa.insert(_STEPS_DONE).values(version=now, at=time.time()))


def _known(found: int) -> int:
    if found > len(STEPS):
        raise StorageError(
            f"this event log was written by a newer version of the program (its schema is {found}, this one knows "
            f"{len(STEPS)}): start the newer program, or let RECSYS_STATE_DIR name another folder"
        )
    return found
