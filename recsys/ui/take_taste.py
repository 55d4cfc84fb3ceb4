"""Taking a taste along: from the list of one scenario to that of another, as an edit that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from recsys.data import Dataset, Persona, catalogue
from recsys.data.people import people
from recsys.live import Seat, Steer
from recsys.scenarios.crossing import Bridge
from recsys.types import Query
from recsys.ui import actions, cache, controls, frame
from recsys.ui.frame import plain
from recsys.ui.state import notice, rerun

_GOING = "_going-abroad"
_HELP = (
    "What you like here, as a direction in the meaning of texts: the ten things there that lie that way count like "
    "three wishes. It is a step you can take off on Portrait."
)


def gone_along() -> None:
    """Draw the whole page anew after a taste was taken elsewhere: its pickers are not part of what the click draws."""
    if st.session_state.pop(_GOING, False):
        rerun()


def take_taste(data: Dataset, query: Query) -> None:
    """Draw the choice of where to go; nothing for somebody nothing is known of, or a visitor's own data."""
    elsewhere = {ref.name: ref.label for ref in catalogue.available() if ref.name != data.name}
    if not query.events or data.private or not elsewhere:
        return
    with st.popover("Take my taste to …", type="tertiary", on_change="rerun", key=f"take-from-{data.name}") as box:
        if not box.open:
            return
        frame.hint(_HELP)
        with st.container(horizontal=True, gap="small"):
            for name, label in elsewhere.items():
                going = (data, query, name, elsewhere)
                st.button(plain(label), key=f"take-to-{name}", on_click=_take, args=going)


def _take(data: Dataset, query: Query, name: str, labels: Mapping[str, str]) -> None:
    """Store the taste where it goes, and go there."""
    abroad = cache.dataset(name)
    bridge = Bridge.between(data, abroad)
    way = bridge.learned()
    rows = bridge.carried(query, way=way)
    if not len(rows):
        notice(f"Nothing of this taste can be read in {labels[name]}: there are no texts that both have in common.")
        return
    visitor = newcomer(abroad)
    place = controls.seat(abroad, visitor)
    _take_off_before(place, data.label)
    actions.steer(place, Steer.carried(data.label, [abroad.item_ids[row] for row in rows]))
    notice(f"Your taste in {data.label} came along, {_by(bridge, way is not None)}. Take it off on Portrait.")
    controls.choose_data(name)
    controls.choose_person(abroad, visitor)
    st.session_state[_GOING] = True


def _by(bridge: Bridge, learned: bool) -> str:
    """Say what carried the taste, and what that is worth."""
    if learned:
        return f"by a map learned from {len(bridge.both()):,} people known in both places"
    return "by the meaning of words alone: nobody is known in both places, and so it is no better than what is popular"


def _take_off_before(place: Seat, home: str) -> None:
    """Let a taste that was brought from the same place before make room for the new one."""
    standing = cache.event_log(place.private).edits(place)
    older = [steer for steer in standing.steers if steer.item_ids and steer.called == home]
    if older:
        actions.steer(place, *(Steer(steer.what, steer.words, 0.0) for steer in older))


def newcomer(data: Dataset) -> Persona:
    """Somebody of ``data`` of whom nothing is known; the last person where there is none."""
    choice = people(data)
    return next((person for person in choice if not person.events), choice[-1])
