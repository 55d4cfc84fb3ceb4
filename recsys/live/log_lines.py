"""Lines of the event log, and what they mean: which events and edits stand after every undo, restore and reset.

Nothing here knows of a database: replaying the same lines gives the same events, anywhere and for ever.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from recsys.live.edits import Edits
from recsys.live.profile import MAX_TEXT
from recsys.types import STARS, Event, Kind

UNDO, RESTORE, RESET = "undo", "restore", "reset"
MARKS = frozenset({UNDO, RESTORE, RESET})
"""Kinds of lines that say which other lines stand."""
STEER = "steer"
"""Kind of a line that edits the portrait: no event, but like one it stands, is undone and is put back."""

_KINDS = frozenset(Kind)

MAX_ID = 200
"""Characters of an event's, a session's and a seat's name: databases index them."""


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


class Line(NamedTuple):
    """One line of the log, as it is stored: an event, or a mark on events."""

    event_id: str
    """Unique in the whole log: the same id a second time is the same line."""
    session_id: str
    seat: str
    """``Seat.key``: dataset/person."""
    kind: str
    """A ``Kind`` value, ``STEER``, or one of ``MARKS``."""
    at: float
    """Seconds since 1970-01-01 UTC."""
    item_id: str | None = None
    stars: float | None = None
    text: str = ""
    target: str | None = None
    """The line that an undo or restore is about."""
    context: str = "{}"
    """JSON object of strings."""
    propensity: float | None = None

    @classmethod
    def of(cls, seat: Seat, event: Event) -> Line:
        """The line that stores ``event`` of ``seat``, its text without what no database takes."""
        return cls(
            event_id=event.event_id,
            session_id=seat.session_id,
            seat=seat.key,
            kind=event.kind.value,
            at=float(event.at),  # numbers of NumPy are refused by databases
            item_id=None if event.item_id is None else str(event.item_id),
            stars=None if event.stars is None else float(event.stars),
            text=_storable(event.text),
            context=json.dumps(dict(event.context), sort_keys=True),
            propensity=None if event.propensity is None else float(event.propensity),
        )

    @classmethod
    def mark(cls, seat: Seat, kind: str, target: str | None = None) -> Line:
        """A new mark of ``seat``, made now."""
        return cls(new_id(), seat.session_id, seat.key, kind, time.time(), target=target)

    @classmethod
    def steer(cls, seat: Seat, text: str) -> Line:
        """A new edit of the portrait of ``seat``, made now; ``text`` as ``Steer.word`` gives it."""
        return cls(new_id(), seat.session_id, seat.key, STEER, time.time(), text=_storable(text))

    def copy(self, seat: Seat) -> Line:
        """The same event or edit as a line of ``seat``, under a new name."""
        return self._replace(event_id=new_id(), session_id=seat.session_id, seat=seat.key)

    def event(self) -> Event:
        """The event of this line, which must be one."""
        context = json.loads(self.context) if self.context != "{}" else {}
        return Event(
            self.event_id, Kind(self.kind), self.at, self.item_id, self.stars, self.text, context, self.propensity
        )


def new_id() -> str:
    """A random identifier nobody can guess, 22 characters."""
    return secrets.token_urlsafe(16)


def replay(lines: Iterable[Line], upto: str | None = None) -> tuple[Event, ...]:
    """Events that stand after ``lines`` of one seat, in the order they were first made; see :func:`standing`."""
    return tuple(line.event() for line in standing(lines, upto) if line.kind != STEER)


def edits_of(lines: Iterable[Line], upto: str | None = None) -> Edits:
    """Edits of the portrait that stand after ``lines`` of one seat; see :func:`standing`."""
    return Edits.of((line.event_id, line.text) for line in standing(lines, upto) if line.kind == STEER)


def standing(lines: Iterable[Line], upto: str | None = None) -> tuple[Line, ...]:
    """Events and edits that stand after ``lines`` of one seat, in the order they were first made.

    An undo takes back one of them, a reset all; a restore puts one back at its old place, and names either it or the
    undo or reset that took it. Marks on what is not there change nothing. With ``upto``, lines after the one of that
    id do not count: the view as it stood then.
    """
    made: dict[str, Line] = {}
    stands: set[str] = set()
    taken_by: dict[str, set[str]] = {}
    for line in lines:
        if line.kind == RESET:
            taken_by[line.event_id], stands = stands, set()
        elif line.kind == UNDO:
            taken_by[line.event_id] = stands & {line.target or ""}
            stands.discard(line.target or "")
        elif line.kind == RESTORE:
            target = line.target or ""
            stands |= {target} if target in made else taken_by.get(target, set())
        elif line.event_id not in made:
            made[line.event_id] = line
            stands.add(line.event_id)
        if line.event_id == upto:
            break
    return tuple(line for event_id, line in made.items() if event_id in stands)


def fault(line: Line) -> str:
    """What is wrong with ``line``, in words that follow a line number; "" for one that can be stored."""
    return _fault_of_names(line) or _fault_of_kind(line) or _fault_of_numbers(line) or _fault_of_words(line)


def _fault_of_names(line: Line) -> str:
    for name in ("event_id", "session_id", "seat"):
        value = getattr(line, name)
        if not 0 < len(value) <= MAX_ID:
            return f"{name} should have 1 to {MAX_ID} characters, has {len(value):,}"
    for name in ("event_id", "session_id", "seat", "item_id", "target"):
        value = getattr(line, name)
        if value is not None and value != _storable(value):
            return f"{name} has characters that cannot be stored"
    return "" if "/" in line.seat else f"seat should be dataset/person, is {line.seat!r}"


def _fault_of_kind(line: Line) -> str:
    if line.kind in MARKS:
        return f"{line.kind} needs a target" if line.kind != RESET and not line.target else ""
    if line.kind == STEER:
        return ""
    if line.kind not in _KINDS:
        return f"kind should be one of {', '.join((*Kind, STEER, *sorted(MARKS)))}, is {line.kind[:40]!r}"
    return f"{line.kind} needs an item_id" if line.item_id is None and line.kind != Kind.WISH else ""


def _fault_of_numbers(line: Line) -> str:
    low, high = STARS
    if not math.isfinite(line.at):
        return f"at should be a number of seconds, is {line.at}"
    if line.stars is not None and not low <= line.stars <= high:
        return f"stars should be {low:g} to {high:g}, are {line.stars:g}"
    if line.propensity is not None and not 0 < line.propensity <= 1:
        return f"propensity should be above 0 and at most 1, is {line.propensity:g}"
    return ""


def _fault_of_words(line: Line) -> str:
    if len(line.text) > MAX_TEXT:
        return f"text should have at most {MAX_TEXT:,} characters, has {len(line.text):,}"
    if line.text != _storable(line.text):
        return "text has characters that cannot be stored"
    context: Mapping[str, object] = json.loads(line.context)
    if not all(isinstance(value, str) for value in context.values()):
        return "context should map words to words"
    return f"context should be short, has {len(line.context):,} characters" if len(line.context) > MAX_TEXT else ""


def _storable(text: str) -> str:
    """``text`` without NUL, which PostgreSQL refuses, and with ? for half a surrogate pair, which is no character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
