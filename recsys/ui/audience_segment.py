"""The segment a visitor looks at: chosen from what every dataset has, or made of the people behind a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import streamlit as st

from recsys.audience import Segment
from recsys.audience.segments import TOP, members, usual
from recsys.columns import Events, People
from recsys.data import Dataset
from recsys.data.summary import Shown
from recsys.errors import UnknownIdError
from recsys.ui import frame, save
from recsys.ui.links import Linked
from recsys.ui.live_words import counted

SEGMENT = "segment"
"""Name of the segment in the address, before the data it is of."""
EVERYBODY = ""
MAX_KEPT = 8
"""Segments of a visitor's own per dataset; the oldest go first."""
N_SHOWN, HEIGHT, N_ROWS = 200, 320, 8
_COLUMNS = {
    str(Events.USER): st.column_config.TextColumn("Person", width="small"),
    str(People.NAME): st.column_config.TextColumn("Name"),
    str(Shown.N_EVENTS): st.column_config.NumberColumn("Events", format="localized", width="small"),
    str(Shown.FIRST): st.column_config.TextColumn("First day", width="small", help="In UTC."),
    str(Shown.LAST): st.column_config.TextColumn("Last day", width="small", help="In UTC."),
    TOP: st.column_config.TextColumn("Mostly", width="large", help="The categories of most of their events."),
}


def picker(data: Dataset) -> None:
    """Draw the choice of a segment of ``data``, kept in the session and in the address."""
    now, box = _link(data).read(data.name), f"audience-segment-{data.name}"
    labels = {EVERYBODY: f"Everybody ({len(data.user_ids):,})"}
    labels |= {word: f"{one.name} ({len(one):,})" for word, one in _known(data).items()}
    st.session_state[box] = now
    with st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=False, width="content"):
        frame.beside("People")
        st.selectbox(
            "People",
            list(labels),
            format_func=lambda word: labels.get(word, word),
            key=box,
            on_change=lambda: _link(data).keep(str(st.session_state[box]), data.name),
            label_visibility="collapsed",
            width=300,
        )


def current(data: Dataset) -> Segment | None:
    """The segment of ``data`` that is looked at; None for everybody."""
    return _known(data).get(str(st.session_state.get(f"_{SEGMENT}-{data.name}", EVERYBODY)))


def use(data: Dataset, segment: Segment) -> None:
    """Look at ``segment`` from the next run on; for callbacks."""
    own = _own(data)
    own.pop(segment.name, None)
    chosen = np.isin(np.array(data.user_ids, dtype=object), segment.user_ids)
    own[segment.name] = np.packbits(chosen).tobytes()
    while len(own) > MAX_KEPT:
        own.pop(next(iter(own)))
    _link(data).keep(segment.name, data.name)


def people(data: Dataset, title: str, user_ids: Iterable[str], key: str) -> None:
    """Draw the people behind something: who they are, to take along, and to look at alone.

    ``title`` names them and, if it is used, the segment; ``key`` tells the tables of one page apart.
    """
    found = Segment.of(title, user_ids)
    table = members(data, found.user_ids)
    st.markdown(f"**{frame.plain(title)}**: {'1 person' if len(table) == 1 else f'{len(table):,} people'}")
    if table.empty:
        frame.empty("Nobody is behind this.", "Click something else in the chart.")
        return
    shown = table.head(N_SHOWN)
    st.dataframe(
        shown,
        key=f"{key}-people",
        hide_index=True,
        height=HEIGHT if len(shown) > N_ROWS else "content",
        column_config={name: _COLUMNS[name] for name in shown.columns},
        alt=f"{title}: {counted(len(table), 'row')} with events, days and top categories of each person",
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button("Use as segment", key=f"{key}-use", icon=":material/group:", on_click=use, args=(data, found)):
            st.rerun()  # everything on the page follows, not only the part that holds this button
        save.download(f"Save {counted(len(table), 'row')}", table.to_dict("records"), "people", f"{key}-save")
        if len(table) > N_SHOWN:
            frame.hint(f"The {N_SHOWN} busiest are shown; all are saved.")


def _known(data: Dataset) -> Mapping[str, Segment]:
    """Every segment that can be chosen, by its word in the address."""
    users, own = np.array(data.user_ids, dtype=object), {}
    for name, bits in _own(data).items():
        chosen = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=len(users)).astype(bool)
        own[name] = Segment(name, tuple(users[chosen]))
    return {**usual(data), **own}


def _own(data: Dataset) -> dict[str, bytes]:
    """The visitor's own segments by name: one bit per person in the order of ``user_ids``, as sessions stay small."""
    kept: dict[str, bytes] = st.session_state.setdefault(f"_segments-{data.version}", {})
    return kept


def _link(data: Dataset) -> Linked[str]:
    def parse(word: str) -> str:
        if word not in _known(data):
            raise UnknownIdError(f"“{word[:40]}” was put together in another visit")
        return word

    return Linked(SEGMENT, parse, str, EVERYBODY, "The segment in this link cannot be shown, everybody is")
