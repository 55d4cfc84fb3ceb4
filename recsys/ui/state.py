"""What a session owns: ids and small choices. Keys that pages share; a page names those of its own controls itself."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from recsys.live import new_id


class Key(StrEnum):
    """Keys in the URL (readable) and in the session (with an underscore)."""

    DATA = "data"
    TYPED = "q"
    BESIDE = "beside"
    VIEW = "from"
    SESSION = "_session"
    UPLOAD = "_upload"
    OPENED = "_opened"
    SHOWN = "_shown"
    TIMES = "_times"
    NOTICE = "_notice"
    SAID = "_said"
    CLOCK = "_clock"
    COUNTS = "counts"
    HOUR = "_hour"
    DEVICE = "_device"
    DRAWN = "_drawn"
    CLICKED = "_clicked"
    WONDERED = "_wondered"
    MARKED = "_marked"
    ASKED = "_asked"
    MOMENT = "_moment"
    PLAYING = "_playing"
    STARTED = "_started"
    PAGE = "_page"
    STAYED = "_stayed"
    PLACE = "_place"
    VIEWS = "_views"
    BARE = "_bare"
    STARLESS = "_starless"
    REVISED = "_revised"
    REAL = "_real"


VISIT = (Key.OPENED, Key.WONDERED, Key.MARKED, Key.ASKED, Key.MOMENT, Key.PLAYING)
"""What is open in one place, and closed on the way to another person or other data."""


def person_key(data_name: str) -> str:
    """Key of the person picker of one dataset: each dataset remembers its own person."""
    return f"person-{data_name}"


def session_id() -> str:
    """Random id of this browser session."""
    return str(st.session_state.setdefault(Key.SESSION, new_id()))


def notice(sentence: str) -> None:
    """Leave one sentence for the visitor; every page shows what waits, each sentence once."""
    waiting: list[str] = st.session_state.setdefault(Key.NOTICE, [])
    if sentence not in waiting:
        waiting.append(sentence)


def rerun() -> None:
    """Run the page once more; what this run has told the visitor already is told again, as it would be gone."""
    st.session_state[Key.NOTICE] = [*st.session_state.pop(Key.SAID, ()), *st.session_state.get(Key.NOTICE, ())]
    st.rerun()
