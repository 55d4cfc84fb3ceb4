"""``python -m recsys log``: look at the event log, bring it up to date, and move it as JSON lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from recsys.commands.data import columns
from recsys.errors import DataError
from recsys.settings import settings

if TYPE_CHECKING:
    from recsys.live import EventLog

Write = Callable[[str], None]

STANDARD = Path("-")
"""In the place of a file: what is piped in."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``log`` with its verbs status, migrate, export and import."""
    verbs = subparsers.add_parser("log", help="look at, move and keep what visitors did").add_subparsers(required=True)
    verbs.add_parser("status", help="where the event log is and how much is in it").set_defaults(run=status)
    verbs.add_parser("migrate", help="bring the event log to this version's schema").set_defaults(run=migrate)
    export_parser = verbs.add_parser("export", help="the event log as JSON lines, one line per event, undo or reset")
    export_parser.add_argument("--session", metavar="ID", help="only what one session did")
    export_parser.add_argument("--out", type=Path, metavar="FILE", help="write to this file instead of the screen")
    export_parser.set_defaults(run=export)
    import_parser = verbs.add_parser("import", help="add JSON lines to the event log; lines it has are left alone")
    import_parser.add_argument("file", type=Path, help="file made by `log export`, or - for what is piped in")
    import_parser.set_defaults(run=import_)


def status(_: argparse.Namespace, write: Write) -> int:
    """Tell where the log is, its schema version and its size, without changing anything."""
    from recsys.live import log_store

    address = log_store.parsed(settings().database_url)
    write(f"event log at {address!r}")
    there, newest = log_store.version_at(address), log_store.NEWEST
    if there is None:
        write("it does not exist yet: the app, or `log migrate`, makes it")
    elif there < newest:
        write(f"its schema version is {there}, this program's is {newest}: `log migrate` brings it up to date")
    else:
        with _opened() as log:
            for line in columns((name, f"{count:,}") for name, count in log.counts().items()):
                write(f"  {line}")
    return 0


def migrate(_: argparse.Namespace, write: Write) -> int:
    """Make the log when there is none, and take the steps that an older one lacks."""
    from recsys.live import log_store

    before = log_store.version_at(log_store.parsed(settings().database_url))
    with _opened() as log:
        now = log.counts()["schema version"]
    if before == now:
        write(f"the event log is up to date: schema version {now}")
    else:
        write(f"the event log now has schema version {now}; before: {'none' if before is None else before}")
    return 0


def export(arguments: argparse.Namespace, write: Write) -> int:
    """Write the log, or one session of it, as JSON lines."""
    out: Path | None = arguments.out
    with _opened() as log:
        lines = log.export_lines(session_id=arguments.session)
        if out is None:
            for line in lines:
                write(line)
            return 0
        try:
            with out.open("w", encoding="utf-8", newline="\n") as file:
                n_lines = sum(1 for line in lines if file.write(f"{line}\n"))
        except OSError as error:
            raise DataError(f"the event log cannot be exported to {out}: {error.strerror}") from error
    write(f"{n_lines:,} lines written to {out}")
    return 0


def import_(arguments: argparse.Namespace, write: Write) -> int:
    """Add the JSON lines of a file to the log: all of them, or none when one is wrong."""
    with _opened() as log, _read(arguments.file) as file:
        try:
            n_new = log.import_lines(file)
        except DataError as error:
            raise DataError(f"{arguments.file}, {error}; nothing was imported") from error
        except UnicodeDecodeError as error:
            raise DataError(f"{arguments.file} is not UTF-8 text; nothing was imported") from error
    write(f"{n_new:,} new lines in the event log; what it had already was left alone")
    return 0


@contextmanager
def _opened() -> Iterator[EventLog]:
    # Imported here, as above: it loads the models, which other commands do not need.
    from recsys.live import EventLog

    log = EventLog(settings().database_url)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def _read(path: Path) -> Iterator[TextIO]:
    if path == STANDARD:
        yield sys.stdin
        return
    try:
        file = path.open(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        yield file
