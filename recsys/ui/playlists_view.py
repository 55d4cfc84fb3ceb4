"""Carrying on a playlist: a list somebody put together, and what could come next on it."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Audio, Facts, Items, Table
from recsys.live import Seat
from recsys.live.playlists import continued, near, playlists
from recsys.types import Event, Kind
from recsys.ui import actions, frame
from recsys.ui.facts import facts
from recsys.ui.frame import plain
from recsys.ui.live_words import counted
from recsys.ui.wording import Wording

PLAYLIST = "playlist"
MAX_TITLE, MAX_NEAR = 40, 28
_HELP = (
    "What reads and sounds like the list, its last tracks most, in small steps of tempo and energy from the last "
    "track on. Add counts as a like."
)


def carry_on(words: Wording, place: Seat, session: tuple[Event, ...]) -> None:
    """Draw the data's playlists, closed until somebody opens them; nothing for data without the table."""
    if Table.PLAYLISTS not in words.data.tables:
        return
    with st.expander("Continue a playlist", key="playlists", on_change="rerun") as box:
        if box.open:
            _carry_on(words, place, session)


def _carry_on(words: Wording, place: Seat, session: tuple[Event, ...]) -> None:
    lists = playlists(words.data)
    if not lists:
        frame.empty("None of the lists has a track of this catalogue.", "Check the item ids in playlists.csv.")
        return
    name = st.selectbox("Playlist", list(lists), key=PLAYLIST, label_visibility="collapsed")
    tracks = lists.get(name) or next(iter(lists.values()))
    titles = (plain(words.title(item_id), MAX_TITLE) for item_id in tracks)
    st.caption(f"{counted(len(tracks), 'track')}: {' → '.join(titles)}")
    st.markdown("**Could come next**", help=_HELP)
    found = continued(words.data, tracks)
    added = {event.item_id for event in session if event.kind is Kind.LIKE}
    for at, item_id in enumerate(found.item_ids):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            told = facts(words, words.data.row(item_id), (Facts.ARTIST, Audio.TEMPO))
            close = " and ".join(f"“{plain(words.title(one), MAX_NEAR)}”" for one in near(found, at))
            st.markdown(
                f"**{plain(words.field(words.data.row(item_id), Items.TITLE), MAX_TITLE)}** "
                f":small[:gray[{plain(' · '.join(told))}]]  \n:small[{f'Close to {close}.' if close else ''}]",
                width="stretch",
            )
            doing, done = (place, Kind.LIKE, item_id), item_id in added
            label = "Added" if done else "Add"
            key = f"add-{item_id}"
            st.button(label, key=key, type="tertiary", disabled=done, on_click=actions.act, args=doing)
