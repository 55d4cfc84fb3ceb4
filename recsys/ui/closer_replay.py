"""The session as a film: every line of the log, the list as it stood then, forwards, backwards and by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from recsys.explain.ledger import State, States, states
from recsys.live import Line, Seat, Steer
from recsys.live.edits import FOLLOWS
from recsys.live.log_lines import MARKS, RESET, STEER, UNDO
from recsys.ui import actions, cache
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import changes, edited, in_words
from recsys.ui.state import Key
from recsys.ui.wording import Wording

SPEEDS = {"½×": 2.0, "1×": 1.0, "2×": 0.5, "4×": 0.25}
"""Seconds a moment stays, by the name of the speed."""


def replay(words: Wording, place: Seat, now: Picture) -> None:
    """Draw the controls, and the list at the moment that was chosen."""
    told = actions.moments(place)
    if not told:
        st.caption("Nothing to play yet: do something first, or play a file of steps that you saved before.")
        _from_file(place)
        return
    known = replace(now.situation.known, context=None)  # the moment of each step, not the present one
    as_it_was = replace(now.situation, known=known)
    film = states(as_it_was, [moment.events for moment in told], [moment.edits for moment in told])
    playing = bool(st.session_state.get(Key.PLAYING))
    seconds = SPEEDS.get(str(st.session_state.get("speed")), 1.0)
    lines = {moment.line.event_id: moment.line for moment in told}
    says = [_said(words, moment.line, lines) for moment in told]
    st.fragment(_film, run_every=seconds if playing else None)(words, film, says)
    st.download_button(
        "Save these steps",
        lambda: "\n".join(cache.event_log(place.private).export_lines(place)) + "\n",
        file_name=f"steps-{place.dataset}.jsonl",
        mime="application/jsonl",
        type="tertiary",
        on_click="ignore",
        key="save-steps",
        help="One line of JSON per step: play the file again here, or add it to a log by `python -m recsys log`.",
    )
    _from_file(place)


def _from_file(place: Seat) -> None:
    """Offer to take over the steps of a saved file."""
    with st.popover("Play a saved file", type="tertiary", on_change="rerun", key="saved") as box:
        if box.open:
            file = st.file_uploader("A file of saved steps", type=["jsonl", "json", "txt"], key="saved-file")
            taking = (place, file)
            st.button("Add these steps to mine", disabled=file is None, on_click=actions.take_over, args=taking)


def _said(words: Wording, line: Line, lines: Mapping[str, Line]) -> str:
    """One line of the log in words; ``lines`` by their ids, for what a mark is about."""
    if line.kind == RESET:
        return "You started over"
    if line.kind == STEER:
        said, steer = plain(edited(words, line.text)), Steer.parse(line.text)
        return (
            f"{said[:1].upper()}{said[1:]}"
            if steer is not None and steer.what in FOLLOWS
            else f"You edited your portrait: {said}"
        )
    if line.kind in MARKS:
        about = lines.get(line.target or "")
        what = "an earlier step" if about is None else f"“{plain(_about(words, about), 40)}”"
        return f"You {'took back' if line.kind == UNDO else 'put back'} {what}"
    return in_words(words, line.event())


def _about(words: Wording, line: Line) -> str:
    return edited(words, line.text) if line.kind == STEER else words.title(line.item_id) or line.text


def _film(words: Wording, film: States, says: list[str]) -> None:
    last = len(film) - 1
    at = min(int(st.session_state.get(Key.MOMENT, last)), last)
    if st.session_state.get(Key.PLAYING):
        at = _advanced(at, last)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for label, target, icon in (
            ("First", 0, ":material/first_page:"),
            ("Back", at - 1, ":material/chevron_left:"),
            ("Forward", at + 1, ":material/chevron_right:"),
            ("Last", last, ":material/last_page:"),
        ):
            key, here = f"film-{label.lower()}", min(max(target, 0), last)
            st.button(label, key=key, icon=icon, type="tertiary", disabled=here == at, on_click=_go, args=(here,))
        playing = bool(st.session_state.get(Key.PLAYING))
        label, icon = ("Pause", ":material/pause:") if playing else ("Play", ":material/play_arrow:")
        st.button(label, key="film-play", icon=icon, type="tertiary", on_click=_play, args=(at, last))
        st.segmented_control(
            "Speed", list(SPEEDS), key="speed", default="1×", label_visibility="collapsed", required=True
        )
    _moment(words, film[at], last, says)


def _moment(words: Wording, state: State, last: int, says: list[str]) -> None:
    what = "Before you did anything" if state.position == 0 else says[state.position - 1]
    moved = f": {changes(words, state.moved, len(state.item_ids))}" if state.position else ""
    st.markdown(f"**{state.position} of {last}** · {what}{moved}")
    st.markdown(
        "\n".join(
            f"{rank}. {plain(words.title(item_id), 60)} {_badge(state.moved.badge(item_id))}"
            for rank, item_id in enumerate(state.item_ids, start=1)
        )
    )


def _badge(text: str) -> str:
    return "" if text == "=" else f":gray-badge[{text}]"


def _advanced(at: int, last: int) -> int:
    """Show the next moment; the last one ends the film."""
    step = min(at + 1, last) if st.session_state.pop(Key.STARTED, None) is None else at
    st.session_state[Key.MOMENT] = step
    if step == last:
        st.session_state[Key.PLAYING] = False
        st.rerun()  # the whole page: the clock of this part stops only when its parent draws it anew
    return step


def _go(target: int) -> None:
    st.session_state[Key.MOMENT] = target
    st.session_state[Key.PLAYING] = False


def _play(at: int, last: int) -> None:
    """Start from the beginning when the end was reached, or pause."""
    st.session_state[Key.PLAYING] = not st.session_state.get(Key.PLAYING)
    if st.session_state[Key.PLAYING]:
        st.session_state[Key.MOMENT] = 0 if at == last else at
        st.session_state[Key.STARTED] = True
    st.rerun("live")
