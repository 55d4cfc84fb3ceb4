"""Drawing of the Similarity page: its choices, and the grids that open two texts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

import streamlit as st
from streamlit.typing import PlotlyState

from recsys.data import Dataset, Persona
from recsys.explain import similarity
from recsys.explain.similarity import Grid, Line, Pair
from recsys.live.answer import Answer
from recsys.models.text_profile import TextProfile
from recsys.plots.marks import cut
from recsys.plots.similarity import heatmap, heatmap_alt
from recsys.text import ENCODERS, LEXICAL, TextSpace
from recsys.ui import actions, cache, choices, frame, live_model
from recsys.ui.live_model import TEXT_PROFILE
from recsys.ui.proof import wanted_on_live
from recsys.ui.wording import Wording

MAX_HEADING = 80
"""Characters of a title, or of words, above a text."""

Ends = tuple[str, str]
"""Session keys of the chosen row and column."""


class View(StrEnum):
    """What the page shows; also its name in the URL."""

    TASTE = "taste"
    ITEMS = "items"
    MAP = "map"


_LABELS = {View.TASTE: "My taste × list", View.ITEMS: "List × list", View.MAP: "Map"}


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "view"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class MyList:
    """The list the Live page shows, and who made it."""

    answer: Answer
    by: str
    """The model in words."""
    words: Wording
    """Names of the items in the person's language."""


def choose() -> View:
    """Draw what to show, and return it."""
    return choices.view(_LABELS, Key.VIEW)


def my_list(data: Dataset, person: Persona) -> MyList:
    """The list that Live shows for ``person`` now: the same model, re-ranking and steps."""
    wanted = wanted_on_live(data)
    now = live_model.situation(data, actions.known(data, person), wanted).now
    who = "what most people liked, as nothing is known of you yet" if now.scored.stood_in else wanted.ranker.label
    again = ", then re-ranked" if now.chain is not None and not now.scored.stood_in else ""
    return MyList(now, who + again, Wording.for_query(data, now.query))


@frame.part("pairs")
def grid(data: Dataset, person: Persona, view: View) -> None:
    """Draw a grid of similarities and the chosen pair under it; reruns alone after every click."""
    profile, mine = profile_of(data), my_list(data, person)
    if view == View.TASTE:
        shown = similarity.taste_grid(profile, mine.answer.query, mine.answer.rows)
        what = "Rows: what you did or wrote. Columns: your list on Live, best first"
    else:
        shown = similarity.item_grid(data, space_of(profile), mine.answer.rows)
        what = "Your list on Live against itself, similar items side by side; the number is the place"
    if shown.is_empty:
        _nothing(view)
        return
    shown = _named(shown, mine.words)
    st.caption(frame.plain(f"{what} (ranked by {mine.by}). Click a cell to read both texts."))
    keys = (f"{view}-row-{data.catalogue_version}", f"{view}-column-{data.catalogue_version}")
    _keep_valid(keys, shown)
    chart = f"grid-{view}-{data.catalogue_version}"
    frame.chart(
        heatmap(shown, (st.session_state[keys[0]], st.session_state[keys[1]])),
        chart,
        heatmap_alt(shown),
        on_select=lambda: _take_click(chart, keys),
        selection_mode="points",
    )
    st.caption(frame.plain(f"Full colour from ±{shown.span:.2f} on; an item with itself would be 1."))
    _side_by_side(profile, shown, keys)
    _notes(shown, space_of(profile))


def _named(shown: Grid, words: Wording) -> Grid:
    """The same grid with the items called as on Live."""

    def named(lines: Sequence[Line]) -> tuple[Line, ...]:
        ids = words.data.item_ids
        return tuple(line if line.row is None else replace(line, label=words.title(ids[line.row])) for line in lines)

    return replace(shown, rows=named(shown.rows), columns=named(shown.columns))


def profile_of(data: Dataset) -> TextProfile:
    """Fitted text profile of ``data``, shared by all sessions."""
    return cast(TextProfile, cache.scorer(data, TEXT_PROFILE))


def space_of(profile: TextProfile) -> TextSpace:
    """Space of the encoder that reads the items."""
    return profile.readers.spaces[profile.encoder_names[0]]


def _nothing(view: View) -> None:
    if view == View.TASTE:
        frame.empty(
            "Nothing to compare yet: this person has not clicked, liked or written anything.",
            "Like something or type on the Live page, or choose another person above. List × list works already.",
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
    """Draw the two boxes, the texts under them, how alike they are and the words they share."""
    columns = st.columns(2, gap="medium")
    with columns[0]:
        row = _choose("Row", shown.rows, keys[0])
    with columns[1]:
        other = _choose("Column", shown.columns, keys[1])
    pair = similarity.pair(profile, row, other)
    for column, end, line in zip(columns, ("row", "column"), (row, other), strict=True):
        with column.container(border=True, height="stretch", key=f"pair-{end}"):
            st.markdown(f"**{frame.plain(line.label, MAX_HEADING)}**")
            _texts(profile.readers.data, line, pair.encoder)
    number, words = st.columns([1, 4], gap="medium", vertical_alignment="center")
    number.metric(
        "Likeness",
        f"{pair.cosine:+.2f}".replace("-", "−"),
        help="The cosine of the two texts. 1: the same direction of meaning. 0: nothing to do with each other. "
        "Below 0: further apart than chance.",
    )
    with words:
        spread = 2 * profile.readers.spaces[pair.encoder].scale
        _shared(pair, alike=pair.cosine > spread)
        st.caption(frame.plain(f"{_verdict(pair.cosine, spread)} Read by {_reader(pair.encoder)}."))


def _texts(data: Dataset, line: Line, encoder: str) -> None:
    """Draw what the reader saw of a text, one block per language, that of the heading first."""
    blocks = similarity.blocks_of(data, line, encoder)
    for title, text, words in sorted(blocks, key=lambda block: block[0] != line.label):
        if title and title != line.label:
            st.markdown(f"**{frame.plain(title, MAX_HEADING)}**")
        if text and (text != line.label or len(text) > MAX_HEADING):
            st.markdown(frame.plain(text))
        if words:
            st.caption(frame.plain(words))


def _verdict(cosine: float, spread: float) -> str:
    """Whether a likeness says anything: most pairs of items lie within ``spread`` of 0."""
    around = f"two items picked at random mostly lie within ±{spread:.2f}"
    if abs(cosine) <= spread:
        return f"Not alike: {around}."
    return f"{'Alike' if cosine > 0 else 'Further apart than chance'}: {around}."


def _shared(pair: Pair, alike: bool) -> None:
    """Say what both texts hold, in the units of the reader that compared them."""
    by_characters = pair.encoder in similarity.BY_CHARACTERS
    what, found = "Words in both:", pair.words
    if not found and by_characters:
        what, found = "Characters in both:", similarity.shared_characters(pair.left_text, pair.right_text)
    if found:
        st.markdown(f"{what} " + " ".join(f":green-badge[{frame.plain(word)}]" for word in found))
        return
    meant = ": what is alike here is the meaning" if alike and pair.encoder != LEXICAL else ""
    st.markdown(f"No word{' and no character' if by_characters else ''} in both{meant}.")


def _name(line: Line) -> str:
    title = line.label if line.row is not None else f"“{line.label}”"
    short = cut(title if line.place is None else f"{line.place} · {title}", 60)
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
