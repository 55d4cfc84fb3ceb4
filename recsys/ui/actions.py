"""What a visitor can do, each stored before anything is drawn again; and the query that follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.errors import DataError, StorageError
from recsys.live import MAX_TEXT, EventLog, Line, Seat, new_id, query_from, replay
from recsys.live.log_json import read_lines
from recsys.live.log_lines import MARKS
from recsys.live.sentiment import Sentiment
from recsys.types import Event, Kind, Query
from recsys.ui import cache, habits, moment
from recsys.ui.controls import slug
from recsys.ui.state import Key, notice, session_id


def seat(data: Dataset, person: Persona) -> Seat:
    """Return where this session's events for ``person`` of ``data`` are kept."""
    return Seat(session_id(), data.name, slug(person.name), data.private)


def session_events(data: Dataset, person: Persona) -> tuple[Event, ...]:
    """Return the standing events of this session in the place of ``person``, oldest first."""
    return cache.event_log(data.private).events(seat(data, person))


def typed() -> str:
    """Return the text in the box, "" when it is empty or blank."""
    return str(st.session_state.get(Key.TYPED) or "").strip()


def query(data: Dataset, person: Persona) -> Query:
    """Return everything known now: the person's history, this session's events, the text in the box."""
    return query_from(
        person.events, session_events(data, person), typed(), habits=habits.habits(), context=moment.moment()
    )


def start_clock(clicked: bool = True) -> None:
    """Note when an action arrived, and whether it was a click or words; the next list stops the clock."""
    st.session_state[Key.CLOCK] = time.perf_counter()
    st.session_state[Key.CLICKED] = clicked


def clicked_last() -> bool:
    """Say whether the newest action was a click, while there are words in the box too."""
    return bool(st.session_state.get(Key.CLICKED))


def act(place: Seat, kind: Kind, item_id: str) -> None:
    """Store an opinion on, or a click at, one item."""
    _add(place, kind, item_id)


def undo(place: Seat, event_id: str) -> None:
    """Take back one event of ``place``."""
    start_clock()
    _store(place, lambda log: log.undo(place, event_id), "nothing was undone")


def restore(place: Seat, event_id: str) -> None:
    """Put back an event of ``place`` that was taken back, at its old place."""
    start_clock()
    _store(place, lambda log: log.restore(place, event_id), "nothing was put back")


def take_over(place: Seat, file: BytesIO) -> None:
    """Add the steps that stand at the end of a saved file to those of ``place``, under new names."""
    start_clock()
    try:
        lines = list(read_lines(file.getvalue().decode("utf-8-sig").splitlines()))
    except (DataError, UnicodeDecodeError) as error:
        wrong = "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)
        notice(f"That file cannot be played: {wrong}. Choose one that was saved here.")
        return
    steps = [replace(event, event_id=new_id()) for event in replay(lines)][-MAX_TAKEN:]
    if not steps:
        notice("That file has no steps that stand.")
    elif _store(place, lambda log: log.append_many(place, steps)[-1], "nothing was added"):
        notice(f"{len(steps)} steps of the file were added to yours.")


def taken_back(place: Seat) -> tuple[Event, ...]:
    """Return the events of ``place`` that an undo or a reset took back, the newest first."""
    lines = cache.event_log(place.private).lines(place)
    standing = {event.event_id for event in replay(lines)}
    gone = [line.event() for line in lines if line.kind not in MARKS and line.event_id not in standing]
    return tuple(reversed(gone))


MAX_TAKEN = 1_000
"""Newest steps of a saved file that are taken over."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the log, and what stood after it."""

    line: Line
    events: tuple[Event, ...]


def moments(place: Seat, most: int = 60) -> list[Moment]:
    """Return the newest ``most`` lines of ``place``, oldest first, each with the events that stood after it."""
    lines = cache.event_log(place.private).lines(place)
    first = max(0, len(lines) - most)
    return [Moment(line, replay(lines[: first + n + 1])) for n, line in enumerate(lines[first:])]


def reset(place: Seat) -> None:
    """Return ``place`` to the person's own history and an empty box."""
    if _store(place, lambda log: log.reset(place), "nothing was reset"):
        st.session_state[Key.TYPED] = ""
        st.session_state.pop(Key.OPENED, None)
        if Key.VIEW in st.query_params:
            del st.query_params[Key.VIEW]


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
        st.query_params[Key.VIEW] = view
    return True


def keep_wish(place: Seat) -> None:
    """Store the typed words as a wish and empty the box."""
    words = typed()
    if words and _add(place, Kind.WISH, text=words):
        st.session_state[Key.TYPED] = ""


def type_in(wish: str) -> None:
    """Put a suggestion into the box, as if typed."""
    start_clock(clicked=False)
    st.session_state[Key.TYPED] = wish


def send_review(place: Seat, item_id: str) -> None:
    """Store the stars and words of the open form; stars that are missing are read from the words, or asked for."""
    chosen = st.session_state.get(f"stars-{item_id}")
    words = str(st.session_state.get(f"words-{item_id}") or "").strip()
    stars = _sounds_like(place, words) if chosen is None else float(chosen) + 1
    if stars is None:
        notice("Choose one to five stars first: they say whether your words pull or push.")
        return
    if _add(place, Kind.REVIEW, item_id, stars, words):
        st.session_state.pop(Key.OPENED, None)
        if chosen is None:
            notice(f"You gave no stars: your words read like {stars:g} of 5. Undo the review if they do not.")


def _sounds_like(place: Seat, words: str) -> float | None:
    """Stars that ``words`` sound like, where the reviews of this data teach that; None when nobody can tell."""
    sentiment = Sentiment.of(cache.dataset(place.dataset)) if words else None
    return None if sentiment is None else sentiment.stars(words)


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


def reopen_link() -> None:
    """Restore what a link or a reload names in the address bar, once per session, as this session's own events."""
    if Key.SESSION in st.session_state:
        return
    view = st.query_params.get(Key.VIEW)
    try:
        known = not view or cache.event_log().fork(view, session_id()) is not None
    except StorageError:  # the log cannot be read just now
        known = False
    if not known:
        notice("The clicks in this link are not known here: you see the person as they started.")
    session_id()
