"""What a visitor can do, each stored before anything is drawn again; and the query that follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.data.dataset import OPEN_KINDS
from recsys.data.real_reviews import real_review
from recsys.errors import DataError, StorageError
from recsys.live import MAX_TEXT, Edits, EventLog, Known, Line, Seat, Steer, Steering, new_id, replay
from recsys.live.edits import FOLLOWS
from recsys.live.log_json import read_lines
from recsys.live.log_lines import RESET, STEER, edits_of, standing
from recsys.types import Event, Kind, Query
from recsys.ui import cache, habits, links, moment
from recsys.ui.controls import seat
from recsys.ui.state import Key, notice
from recsys.words.sentiment import stars_of


def session_events(data: Dataset, person: Persona) -> tuple[Event, ...]:
    """Return the standing events of this session in the place of ``person``, oldest first."""
    return cache.event_log(data.private).events(seat(data, person))


def typed() -> str:
    """Return the text in the box, "" when it is empty or blank."""
    return str(st.session_state.get(Key.TYPED) or "").strip()


def known(data: Dataset, person: Persona) -> Known:
    """Return everything known now: the person's history, this session's events, the text in the box."""
    weights, session = habits.HABITS.read(), _counted(session_events(data, person))
    edits = steering(data, seat(data, person))
    return Known(person.events, session, typed(), weights, moment.moment(), edits, person.follows)


def steering(data: Dataset, place: Seat) -> Steering | None:
    """Return the standing edits of ``place``, of the portrait and of whom they follow; None where there are none."""
    found = cache.event_log(place.private).edits(place)
    return Steering(data, found) if found else None


def _counted(session: tuple[Event, ...]) -> tuple[Event, ...]:
    """``session`` without the look at the card that is open: the list stands still while somebody reads."""
    opened = st.session_state.get(Key.OPENED)
    if not session or opened is None or session[-1].kind is not Kind.CLICK or session[-1].item_id != opened[1]:
        return session
    return session[:-1]


def query(data: Dataset, person: Persona) -> Query:
    """Return the query of everything known now."""
    return known(data, person).query


def start_clock(clicked: bool = True) -> None:
    """Note when an action arrived, and whether it was a click or words; the next list stops the clock."""
    st.session_state[Key.CLOCK] = time.perf_counter()
    st.session_state[Key.CLICKED] = clicked
    st.session_state.pop(Key.REVISED, None)


def clicked_last() -> bool:
    """Say whether the newest action was a click, while there are words in the box too."""
    return bool(st.session_state.get(Key.CLICKED))


def act(place: Seat, kind: Kind, item_id: str) -> None:
    """Store an opinion on, or a click at, one item; a second click that says the same again says nothing new."""
    said = [event.kind for event in _standing(place) if event.item_id == item_id and event.kind not in OPEN_KINDS]
    if said[-1:] != [kind]:
        _add(place, kind, item_id)


def steer(place: Seat, *steers: Steer) -> None:
    """Store edits of the portrait of ``place``, all or none."""
    start_clock()
    _store(place, lambda log: log.steer(place, *(steer.word for steer in steers)), "the portrait stays as it was")


def newest_edit(place: Seat) -> tuple[Steer | None, Edits]:
    """Return the edit of the portrait of ``place`` made last, None without any, and the edits that stood before it."""
    return _newest(place, follows=False)


def newest_follow(place: Seat) -> tuple[Steer | None, Edits]:
    """Return what was done last about whom ``place`` follows, None without any, and the edits that stood before it."""
    return _newest(place, follows=True)


def _newest(place: Seat, *, follows: bool) -> tuple[Steer | None, Edits]:
    lines = [line for line in standing(cache.event_log(place.private).lines(place)) if line.kind == STEER]
    for at in range(len(lines) - 1, -1, -1):
        steer = Steer.parse(lines[at].text, lines[at].event_id)
        if steer is not None and (steer.what in FOLLOWS) is follows:
            return steer, edits_of(lines[:at] + lines[at + 1 :])
    return None, edits_of(lines)


def take_back_edit(place: Seat, line_id: str) -> None:
    """Take back one edit of the portrait of ``place``: the one before it stands again."""
    start_clock()
    _store(place, lambda log: log.undo(place, line_id), "nothing was undone")


def undo(place: Seat, event_id: str) -> None:
    """Take back one event of ``place``."""
    _revise(place, "Taken back", event_id, lambda log: log.undo(place, event_id), "nothing was undone")


def restore(place: Seat, event_id: str) -> None:
    """Put back an event of ``place`` that was taken back, at its old place."""
    _revise(place, "Put back", event_id, lambda log: log.restore(place, event_id), "nothing was put back")


@dataclass(frozen=True, slots=True)
class Revision:
    """What was last done to the steps themselves, for the sentence and the arrows."""

    what: str
    about: Event | None
    before: tuple[Event, ...]
    """What stood before it."""


def _revise(place: Seat, what: str, event_id: str, write: Callable[[EventLog], str], otherwise: str) -> None:
    start_clock()
    before = _standing(place)
    if _store(place, write, otherwise):
        about = next((event for event in (*before, *_standing(place)) if event.event_id == event_id), None)
        st.session_state[Key.REVISED] = Revision(what, about, before)


def revised() -> Revision | None:
    """What was last done to the steps, None when the newest action was something else."""
    found: Revision | None = st.session_state.get(Key.REVISED)
    return found


def _standing(place: Seat) -> tuple[Event, ...]:
    """The events of ``place`` that stand; none while the log cannot be read."""
    try:
        return cache.event_log(place.private).events(place)
    except StorageError:
        return ()


def take_over(place: Seat, file: BytesIO) -> None:
    """Add the steps that stand at the end of a saved file to those of ``place``, under new names."""
    start_clock()
    try:
        lines = list(read_lines(file.getvalue().decode("utf-8-sig").splitlines()))
    except (DataError, UnicodeDecodeError) as error:
        wrong = "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)
        notice(f"That file cannot be played: {wrong}. Choose one that was saved here.")
        return
    steps = standing(lines)[-MAX_TAKEN:]
    if not steps:
        notice("That file has no steps that stand.")
    elif _store(place, lambda log: log.take_over(place, steps), "nothing was added"):
        notice(f"{len(steps)} steps of the file were added to yours.")


def taken_back(place: Seat) -> tuple[Event, ...]:
    """Return the events of ``place`` that an undo or a reset took back, the newest first."""
    lines = cache.event_log(place.private).lines(place)
    stands = {event.event_id for event in replay(lines)}
    gone = [line.event() for line in lines if line.kind in _EVENTS and line.event_id not in stands]
    return tuple(reversed(gone))


_EVENTS = frozenset(Kind)

MAX_TAKEN = 1_000
"""Newest steps of a saved file that are taken over."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the log, and what stood after it."""

    line: Line
    events: tuple[Event, ...]
    edits: Edits


def moments(place: Seat, most: int = 60) -> list[Moment]:
    """Return the newest ``most`` lines of ``place``, oldest first, each with the events that stood after it."""
    lines = cache.event_log(place.private).lines(place)
    first = max(0, len(lines) - most)
    upto = ((line, lines[: first + n + 1]) for n, line in enumerate(lines[first:]))
    return [Moment(line, replay(before), edits_of(before)) for line, before in upto]


def reset(place: Seat) -> None:
    """Return ``place`` to the person's own history and an empty box."""
    start_clock()
    before = _standing(place)
    if _store(place, lambda log: log.reset(place), "nothing was reset"):
        st.session_state[Key.TYPED] = ""
        st.session_state.pop(Key.OPENED, None)
        links.note(place, None)
        st.session_state[Key.REVISED] = Revision("Started over", None, before)


def bring_back(place: Seat) -> None:
    """Put back, in one step, everything the newest reset took."""
    start_clock()

    def write(log: EventLog) -> str:
        reset_id = next(line.event_id for line in reversed(log.lines(place)) if line.kind == RESET)
        return log.restore(place, reset_id)

    _store(place, write, "nothing was put back")


def _add(place: Seat, kind: Kind, item_id: str | None = None, stars: float | None = None, text: str = "") -> bool:
    """Store one event of ``place`` and say whether that worked."""
    start_clock()
    drawn = st.session_state.get(Key.DRAWN, {}).get(item_id)
    event = Event(new_id(), kind, time.time(), item_id, stars, text.strip()[:MAX_TEXT], moment.moment(), drawn)
    return _store(place, lambda log: log.append(place, event), "the list stays as it was, try again in a moment")


def _store(place: Seat, write: Callable[[EventLog], str], otherwise: str) -> bool:
    """Write to the log of ``place`` and put the new view into the address bar; on failure a notice says so."""
    log = cache.event_log(place.private)
    stop_wondering()
    try:
        view = write(log)
    except StorageError as error:
        notice(f"{error}: {otherwise}.")
        return False
    if log.durable:  # a link to what only this process remembers would be dead tomorrow
        links.note(place, view)
    return True


def keep_wish(place: Seat) -> None:
    """Store the typed words as a wish and empty the box."""
    words = typed()
    if words and _add(place, Kind.WISH, text=words):
        st.session_state[Key.TYPED] = ""


def type_in(key: str) -> None:
    """Put the suggestion picked at the widget ``key`` into the box, as if typed."""
    start_clock(clicked=False)
    st.session_state[Key.TYPED] = st.session_state[key] or ""
    st.session_state[key] = None


def type_real_review() -> None:
    """Put the next real review of the downloaded set into the box, as if typed."""
    start_clock(clicked=False)
    number = st.session_state[Key.REAL] = int(st.session_state.get(Key.REAL, -1)) + 1
    st.session_state[Key.TYPED] = real_review(number)


def unsay(said: str) -> None:
    """Take the words ``said`` out of the box, and the comma they leave behind."""
    start_clock(clicked=False)
    left = " ".join(typed().replace(said, " ", 1).split())
    st.session_state[Key.TYPED] = left.strip(" ,，、;；")


def send_review(place: Seat, item_id: str) -> None:
    """Store the stars and words of the open form; stars that are missing are read from the words, or asked for."""
    given = st.session_state.get(f"stars-{item_id}")
    words = str(st.session_state.get(f"words-{item_id}") or "").strip()
    stars = stars_of(cache.dataset(place.dataset), words) if given is None else float(given) + 1
    if stars is None:
        st.session_state[Key.STARLESS] = item_id
        return
    if _add(place, Kind.REVIEW, item_id, stars, words):
        st.session_state.pop(Key.OPENED, None)
        st.session_state.pop(Key.STARLESS, None)
        if given is None:
            notice(f"You gave no stars: your words read like {stars:g} of 5. Undo the review if they do not.")


def wonder(kind: Kind, item_id: str) -> None:
    """Ask what the list would become; nothing is stored. Asking the same again stops asking."""
    asked = Event("wondered", kind, time.time(), item_id)
    before = wondered()
    same = before is not None and (before.kind, before.item_id) == (kind, item_id)
    st.session_state[Key.WONDERED] = None if same else asked


def wondered() -> Event | None:
    """Return what the visitor asks to see the consequence of, None when nothing."""
    event: Event | None = st.session_state.get(Key.WONDERED)
    return event


def stop_wondering() -> None:
    """Close the preview."""
    st.session_state.pop(Key.WONDERED, None)


def open_or_close(what: str, item_id: str) -> None:
    """Open one detail (why, review) of one card and close any other, or close it when it is open."""
    opened = (what, item_id)
    st.session_state[Key.OPENED] = None if st.session_state.get(Key.OPENED) == opened else opened


def open_item(place: Seat, what: str, item_id: str) -> None:
    """Open or close an item's details; the first opening is stored as a click."""
    open_or_close(what, item_id)
    opened = any(e.item_id == item_id and e.kind == Kind.CLICK for e in cache.event_log(place.private).events(place))
    if st.session_state[Key.OPENED] and not opened:
        act(place, Kind.CLICK, item_id)
