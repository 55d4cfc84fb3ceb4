"""A closer look below the list: what each step did, the session played again, why something is not there."""

from __future__ import annotations

import streamlit as st

from recsys.live import Seat
from recsys.ui.closer_replay import replay
from recsys.ui.closer_steps import steps
from recsys.ui.closer_trust import trust
from recsys.ui.closer_why_not import why_not
from recsys.ui.live_model import Picture
from recsys.ui.wording import Wording

_KEY = "look"
STEPS, REPLAY, WHY_NOT, TRUST = "What each step did", "Play it again", "Why is it not there?", "How sure is “likely”?"


def closer(words: Wording, place: Seat, now: Picture) -> None:
    """Draw the view that was chosen; nothing is computed before one is."""
    views = {STEPS: steps, REPLAY: replay, WHY_NOT: why_not, TRUST: trust}
    chosen = st.pills("Look closer", list(views), key=_KEY, bind="query-params", width="stretch")
    if chosen in views:
        views[chosen](words, place, now)
