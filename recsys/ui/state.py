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


def person_key(data_name: str) -> str:
    """Key of the person picker of one dataset: each dataset remembers its own person."""
    return f"person-{data_name}"


def ranker_key(data_name: str) -> str:
    """Key of the ranker of one dataset, in the session and in the URL: knobs tuned on one fit no other."""
    return f"by-{data_name}"


def chain_key(data_name: str) -> str:
    """Key of the chain that re-ranks the Live list of one dataset, in the session and in the URL."""
    return f"chain-{data_name}"


def session_id() -> str:
    """Return the random id of this browser session."""
    return str(st.session_state.setdefault(Key.SESSION, new_id()))


def notice(sentence: str) -> None:
    """Leave one sentence to be shown above the list of the next run."""
    st.session_state[Key.NOTICE] = sentence
