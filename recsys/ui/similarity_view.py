"""Drawing of the Similarity page: its choices, and the grids that open two texts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import cast

import streamlit as st
from streamlit.typing import PlotlyState

from recsys.data import Dataset, Persona
from recsys.explain import similarity
from recsys.explain.similarity import Grid, Line
from recsys.live import recommend
from recsys.models.text_profile import TextProfile
from recsys.plots.marks import cut
from recsys.plots.similarity import heatmap, heatmap_alt
from recsys.text import ENCODERS, TextSpace
from recsys.ui import actions, cache, frame

MODEL = "text_profile"
N_ITEMS = (10, 40, 20)
"""Fewest, most and default number of items from the top of the list."""

_LABELS = {"taste": "My taste × list", "items": "Items × items", "map": "Map"}
_CHART = {"displayModeBar": False}

Ends = tuple[str, str]
"""Session keys of the chosen row and column."""


class View(StrEnum):
    """What the page shows; also its name in the URL."""

    TASTE = "taste"
    ITEMS = "items"
    MAP = "map"


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "view"
    N_ITEMS = "top"
    DRAWING = "drawing"


def choices() -> tuple[View, int]:
    """Draw what to show and how many items of the list take part; returns both."""
    with st.container(horizontal=True, gap="large"):
        view = st.segmented_control(
            "Show",
            list(View),
            format_func=lambda name: _LABELS.get(name, name),
            default=View.TASTE,
            required=True,
            key=Key.VIEW,
            bind="query-params",
        )
        low, high, usual = N_ITEMS
        n_items = st.slider(
            "Items from the top of your list",
            low,
            high,
            usual,
            step=5,
            key=Key.N_ITEMS,
            bind="query-params",
            width=280,
            help="On the map these items get a ring.",
        )
    return View(view or View.TASTE), int(n_items)


@st.fragment(key="pairs")
def grid(data: Dataset, person: Persona, view: View, n_items: int) -> None:
    """Draw a grid of similarities and the chosen pair under it; reruns alone after every click."""
    profile, query = profile_of(data), actions.query(data, person)
    top = recommend(data, profile, query, n_items, model=MODEL).rows
    if view == View.TASTE:
        shown = similarity.taste_grid(profile, query, top)
        what = "Rows: what you touched or wrote. Columns: the items at the top of your list."
    else:
        shown = similarity.item_grid(data, space_of(profile), top)
        what = "The items at the top of your list against each other."
    if shown.is_empty:
        _nothing(view)
        return
    st.caption(frame.plain(f"{what} Alike stands with alike. Click a cell to read both texts."))
    keys = (f"{view}-row-{data.catalogue_version}", f"{view}-column-{data.catalogue_version}")
    _keep_valid(keys, shown)
    chart = f"grid-{view}-{data.catalogue_version}"
    st.plotly_chart(
        heatmap(shown, (st.session_state[keys[0]], st.session_state[keys[1]])),
        key=chart,
        on_select=lambda: _take_click(chart, keys),
        selection_mode="points",
        config=_CHART,
        alt=heatmap_alt(shown),
    )
    _side_by_side(profile, shown, keys)
    _notes(shown, space_of(profile))


def profile_of(data: Dataset) -> TextProfile:
    """Fitted text profile of ``data``, shared by all sessions."""
    return cast(TextProfile, cache.scorer(data, MODEL))


def space_of(profile: TextProfile) -> TextSpace:
    """Space of the encoder that reads the items."""
    return profile.spaces_[profile.encoder_names[0]]


def _nothing(view: View) -> None:
    if view == View.TASTE:
        frame.empty(
            "Nothing to compare yet: this person has not clicked, liked or written anything.",
            "Like something or type on the Live page, or choose another person above. Items × items works already.",
        )
    else:
        frame.empty("None of these items has a text to compare.", "Choose other data above.")


def _keep_valid(keys: Ends, shown: Grid) -> None:
    """Fall back to the closest pair when nothing valid is chosen: first visit, or another list."""
    row, column, _ = shown.closest
    for key, lines, best in zip(keys, (shown.rows, shown.columns), (row, column), strict=True):
        if st.session_state.get(key) not in {line.key for line in lines}:
            st.session_state[key] = best.key


def _take_click(chart: str, keys: Ends) -> None:
    """Put the clicked cell into the two boxes; a click that hits nothing changes nothing."""
    state: PlotlyState = st.session_state[chart]
    points = state.selection.points
    if points and len(points[0].get("customdata") or ()) == len(keys):
        for key, line in zip(keys, points[0]["customdata"], strict=True):
            st.session_state[key] = str(line)


def _choose(name: str, lines: Sequence[Line], key: str) -> Line:
    """Draw a box of ``lines`` and return the chosen one: the way to a pair without a mouse."""
    labels: dict[str, str] = {}
    for line in lines:
        name_of = _name(line)
        # A box finds its choice by the label: two items of one title need two labels.
        twins = sum(label.startswith(name_of) for label in labels.values())
        labels[line.key] = f"{name_of} ({twins + 1})" if twins else name_of
    return similarity.find(lines, str(st.selectbox(name, list(labels), format_func=lambda one: labels[one], key=key)))


def _side_by_side(profile: TextProfile, shown: Grid, keys: Ends) -> None:
    """Draw the two boxes, the texts under them, the cosine and the shared words."""
    columns = st.columns(2, gap="medium")
    with columns[0]:
        row = _choose("Row", shown.rows, keys[0])
    with columns[1]:
        other = _choose("Column", shown.columns, keys[1])
    pair = similarity.pair(profile, row, other)
    ends = (("row", row, pair.left_text), ("column", other, pair.right_text))
    for column, (end, line, text) in zip(columns, ends, strict=True):
        with column.container(border=True, height="stretch", key=f"pair-{end}"):
            st.markdown(f"**{frame.plain(line.label, 80)}**")
            st.markdown(frame.plain(text))
    number, words = st.columns([1, 4], gap="medium", vertical_alignment="center")
    number.metric(
        "Cosine",
        f"{pair.cosine:+.2f}",
        help="1: the same direction of meaning. 0: nothing to do with each other. Below 0: further apart than chance.",
    )
    with words:
        spread = 2 * profile.spaces_[pair.encoder].scale
        _shared(pair.words)
        st.caption(
            frame.plain(f"Two items picked at random mostly lie within ±{spread:.2f}. Read by {_reader(pair.encoder)}.")
        )


def _shared(words: tuple[str, ...]) -> None:
    if words:
        st.markdown("Words in both: " + " ".join(f":green-badge[{frame.plain(word)}]" for word in words))
    else:
        st.markdown("No word in both: whatever is alike here is alike in meaning.")


def _name(line: Line) -> str:
    title = line.label if line.row is not None else f"“{line.label}”"
    short = cut(title, 60)
    return short if line.kind == similarity.ITEM else f"{short} · {line.kind}"


def _reader(encoder: str) -> str:
    return ENCODERS.get(encoder, encoder)


def _notes(shown: Grid, space: TextSpace) -> None:
    """Say what is left out, and that two readers took part where they did."""
    notes = []
    others = {line.encoder for line in shown.rows} - {space.encoder.name}
    if others:
        notes.append(
            f"Words that {space.encoder.name} cannot read are read by {' and '.join(others)}: compare those within "
            "their row."
        )
    if shown.n_without_text:
        notes.append(f"{shown.n_without_text} without a text left out.")
    if shown.n_older:
        notes.append(f"The {similarity.MAX_PIECES} newest things you did; {shown.n_older} older ones left out.")
    if notes:
        st.caption(frame.plain(" ".join(notes)))
