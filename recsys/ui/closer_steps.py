"""The ledger: every step of the visit, what it changed then, what it holds up now, and the way to take it back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from recsys.explain.ledger import Ledger, Line, Measure, ledger
from recsys.live import Seat
from recsys.plots.ledger import PLACES, SCORE, ledger_alt, ledger_figure
from recsys.ui import actions, frame
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import counted, in_words
from recsys.ui.state import Key
from recsys.ui.wording import Wording

N_NAMED = 3
_NOTHING = "Like something in the list or keep a wish: every step gets a line here."
_HELP = (
    "Colour and number say by how many places a step lifts an item now: the list is ranked again without that step. "
    "Click a square to read it."
)


def steps(words: Wording, place: Seat, now: Picture) -> None:
    """Draw one line per step, newest first, and the same numbers as a heatmap; the two point at each other."""
    told = ledger(now.situation)
    if not told.lines:
        frame.empty("Nothing yet.", _NOTHING)
    else:
        _heatmap(words, told)
        st.caption(_counted(told))
        with st.container(gap="xxsmall"):
            for line in reversed(told.lines):
                _line(words, place, told, line)
    _taken_back(words, place)


def _heatmap(words: Wording, told: Ledger) -> None:
    """Draw the events by items; a square that is clicked marks its line below."""
    titles = [words.title(item_id) for item_id in told.item_ids]
    measure = SCORE if st.toggle("Parts of the score instead of places", key="ledger-by", help=_HELP) else PLACES
    marked = _marked()
    frame.chart(
        ledger_figure(told, titles, measure, marked),
        f"ledger-{measure}",
        ledger_alt(told, titles, measure),
        on_select=_select(f"ledger-{measure}"),
        selection_mode="points",
    )
    if marked is not None:
        for line, places, part in told.of_item(marked[1]):
            if line.key == marked[0]:
                title = plain(words.title(marked[1]), 50)
                st.markdown(f"“{plain(line.label, 50)}” → **{title}**: {_effect(places, part)}")


def _effect(places: float, part: float) -> str:
    if places != places:
        return f"without it the item could not be listed at all; it adds {part:+.2f} to its score."
    n = counted(abs(round(places)), "place")
    verb = f"lifts it by {n}" if places > 0 else f"costs it {n}"
    return f"{verb if places else 'moves it by no place'}, and adds {part:+.2f} to its score."


def _select(key: str) -> Callable[[], None]:
    def keep() -> None:
        points = st.session_state[key]["selection"]["points"]
        st.session_state[Key.MARKED] = tuple(points[0]["customdata"][:2]) if points else None

    return keep


def _marked() -> tuple[str, str] | None:
    marked: tuple[str, str] | None = st.session_state.get(Key.MARKED)
    return marked


def _counted(told: Ledger) -> str:
    older = f" {told.n_left_out} older steps have no line." if told.n_left_out else ""
    if told.measure is Measure.DIFFERENCES:
        older += " This recommender's score is no sum of your steps, so parts of the score need not add up."
    return f"Measured by ranking {told.n_passes} times in {told.ms:.0f} ms, without each step in turn.{older}"


def _line(words: Wording, place: Seat, told: Ledger, line: Line) -> None:
    """Draw a step: what it is, what it changed when it was taken, what it does to the list now."""
    marked = _marked()
    pointer = ":blue-badge[marked] " if marked is not None and marked[0] == line.key else ""
    what = f"✎ You are typing “{plain(line.label, 40)}”" if line.event is None else in_words(words, line.event)
    then = f"{line.step.n_moved} moved then"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(f"{pointer}{what} :small[:gray[· {then} · {_now(words, told, line)}]]", width="stretch")
        strongest = _strongest(told, line)
        if strongest:
            key, cell = f"ledger-show-{line.key}", (line.key, strongest)
            st.button("Show", key=key, type="tertiary", on_click=_mark, args=cell)
        if line.event is not None:
            target = (place, line.key)
            st.button("Undo", key=f"ledger-undo-{line.key}", type="tertiary", on_click=actions.undo, args=target)


def _strongest(told: Ledger, line: Line) -> str:
    """The listed item that a step moves most, "" when it moves none."""
    moved = [(abs(places), item_id) for item_id, places in zip(told.item_ids, _row(told, line), strict=True) if places]
    return max(moved, key=lambda pair: (pair[0] != pair[0], pair[0]))[1] if moved else ""


def _row(told: Ledger, line: Line) -> list[float]:
    return [float(places) for places in told.places[told.position(line.key) or 0]]


def _mark(key: str, item_id: str) -> None:
    """Frame one square of the heatmap, and read it out."""
    st.session_state[Key.MARKED] = (key, item_id)


def _now(words: Wording, told: Ledger, line: Line) -> str:
    """Say what the list owes to a step now."""
    if not line.stands:
        return "replaced by a later step on the same item"
    places = _row(told, line)
    lifted = [(item_id, gain) for item_id, gain in zip(told.item_ids, places, strict=True) if not gain <= 0]
    lowered = [(item_id, gain) for item_id, gain in zip(told.item_ids, places, strict=True) if gain < 0]
    verb, found = ("lifts", lifted) if lifted else ("lowers", lowered)
    if not found:
        return "moves nothing now"
    named = [f"{plain(words.title(item_id), 28)} {_places(gain)}" for item_id, gain in found[:N_NAMED]]
    more = f" and {len(found) - N_NAMED} more" if len(found) > N_NAMED else ""
    return f"{verb} {', '.join(named)}{more}"


def _places(gain: float) -> str:
    return "NEW" if gain != gain else f"{'▲' if gain > 0 else '▼'}{abs(gain):.0f}"


def _taken_back(words: Wording, place: Seat) -> None:
    """Offer what was undone, newest first, to be put back at its old place."""
    gone = actions.taken_back(place)
    if not gone:
        return
    with st.expander(f"Taken back: {len(gone)}"):
        for event in gone:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                st.caption(in_words(words, event), width="stretch")
                key, target = f"restore-{event.event_id}", (place, event.event_id)
                st.button("Put back", key=key, type="tertiary", on_click=actions.restore, args=target)
