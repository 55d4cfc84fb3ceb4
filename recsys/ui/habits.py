"""How much each step counts: the knobs of the profile, in a popover, in the session and in the address."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import streamlit as st

from recsys.live import AS_IT_COUNTS, Habits
from recsys.ui.links import Linked
from recsys.ui.state import Key

_STOPS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, inf)
_MOST = 3.0
_LABELS = {
    "view": "Seeing",
    "click": "Opening",
    "like": "Liking",
    "favourite": "Loving",
    "dislike": "Disliking",
    "review": "Reviewing",
    "wish": "Wishing",
}
_HELP = (
    "Each step counts as much as the recommender thinks, times what you choose here: 0 takes that kind of step out "
    "of the profile, 2 doubles it. The list follows at once."
)


HABITS = Linked(
    Key.COUNTS, Habits.parse, lambda habits: habits.word, AS_IT_COUNTS, "The weights in this link cannot be used"
)


def habits_picker() -> Habits:
    """Draw the popover and return what is chosen in it."""
    now = HABITS.read()
    label = "How your steps count" + ("" if now == AS_IT_COUNTS else " · changed")
    with st.popover(label, type="tertiary", on_change="rerun", key="habits") as box:
        if box.open:
            _knobs(now)
    return now


def _knobs(now: Habits) -> None:
    st.caption(_HELP)
    st.session_state["habit-half_life"] = now.half_life
    stops = sorted({*_STOPS, now.half_life})
    st.select_slider(
        "A step counts half after so many newer ones",
        stops,
        key="habit-half_life",
        format_func=lambda stop: "never" if stop == inf else f"{stop:g}",
        on_change=_turn,
        args=("half_life",),
    )
    with st.grid(2, gap="small"):
        for name, label in _LABELS.items():
            key, value = f"habit-{name}", float(getattr(now, name))
            st.session_state[key] = value
            st.slider(label, 0.0, max(_MOST, value), step=0.1, key=key, on_change=_turn, args=(name,))
    st.button("As it was", type="tertiary", disabled=now == AS_IT_COUNTS, on_click=HABITS.keep, args=(AS_IT_COUNTS,))


def _turn(name: str) -> None:
    HABITS.keep(replace(HABITS.read(), **{name: float(st.session_state[f"habit-{name}"])}))
