"""Drawing of the Similarity page: grids that open two texts side by side, and a map to draw around dots on."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

import pandas as pd
import streamlit as st

from recsys.data import Dataset, Persona
from recsys.explain import map as atlas
from recsys.explain import similarity
from recsys.explain.similarity import Grid, Line
from recsys.live import recommend
from recsys.models.text_profile import TextProfile
from recsys.plots.map import catalogue_map, map_alt
from recsys.plots.similarity import heatmap, heatmap_alt
from recsys.text import ENCODERS, TextSpace
from recsys.types import Rows
from recsys.ui import actions, cache, frame

MODEL = "text_profile"
MAX_MAPS = 16
N_ITEMS = (10, 40, 20)
"""Fewest, most and default number of items from the top of the list."""

_LABELS = {"taste": "My taste × list", "items": "Items × items", "map": "Map"}
_DRAWINGS = {atlas.PCA: "Overview (PCA)", atlas.TSNE_METHOD: "Neighbourhoods (t-SNE)"}
_CHART = {"displayModeBar": False}
_ALL = ""


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
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
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
    profile, query = _profile(data), actions.query(data, person)
    top = recommend(data, profile, query, n_items, model=MODEL).rows
    if view == View.TASTE:
        shown = similarity.taste_grid(profile, query, top)
        what = "Rows: what you touched or wrote. Columns: the items at the top of your list."
    else:
        shown = similarity.item_grid(data, _space(profile), top)
        what = "The items at the top of your list against each other."
    if shown.is_empty:
        _nothing(view)
        return
    frame.hint(f"{what} Alike stands with alike. Click a cell to read both texts.")
    keys = tuple(f"{view}-{end}-{data.catalogue_version}" for end in ("row", "column"))
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
    _side_by_side(data, profile, shown, keys)
    _notes(shown, _space(profile))


@st.fragment(key="map")
def catalogue(data: Dataset, person: Persona, n_items: int) -> None:
    """Draw the map and the list of what was drawn around; reruns alone after every choice."""
    profile, query = _profile(data), actions.query(data, person)
    space = _space(profile)
    drawing = _drawing(data, space, _method(int(space.has_text.sum())))
    if not len(drawing.rows):
        frame.empty("No item of this data has a text, so there is nothing to map.", "Choose other data above.")
        return
    way, dots = atlas.my_way(profile, query, drawing), atlas.dots(data, drawing)
    top = recommend(data, profile, query, n_items, model=MODEL).item_ids if way is not None else ()
    frame.hint(_legend(way is not None))
    selection = st.plotly_chart(
        catalogue_map(dots, way, top),
        key=f"map-{drawing.method}-{data.catalogue_version}",
        on_select="rerun",
        selection_mode=("lasso", "box", "points"),
        config={"displaylogo": False, "modeBarButtonsToRemove": ["toImage", "autoScale2d"]},
        alt=map_alt(dots, way, drawing.share),
    )
    _listed(dots, drawing, way, _ids(selection))
    frame.hint(_trust(drawing, space))


def _profile(data: Dataset) -> TextProfile:
    return cast(TextProfile, cache.scorer(data, MODEL))


def _space(profile: TextProfile) -> TextSpace:
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


def _keep_valid(keys: tuple[str, ...], shown: Grid) -> None:
    """Fall back to the closest pair when nothing valid is chosen: first visit, or another list."""
    for key, lines, best in zip(keys, (shown.rows, shown.columns), shown.closest, strict=False):
        if st.session_state.get(key) not in {line.key for line in lines}:
            st.session_state[key] = best.key


def _take_click(chart: str, keys: tuple[str, ...]) -> None:
    """Put the clicked cell into the two boxes; a click that hits nothing changes nothing."""
    points = st.session_state[chart].selection.points
    if points and len(points[0].get("customdata") or ()) == len(keys):
        for key, line in zip(keys, points[0]["customdata"], strict=True):
            st.session_state[key] = str(line)


def _side_by_side(data: Dataset, profile: TextProfile, shown: Grid, keys: tuple[str, ...]) -> None:
    """Draw the two boxes, the texts under them, the cosine and the shared words."""
    columns = st.columns(2, gap="medium")
    ends = []
    for column, key, lines, name in zip(columns, keys, (shown.rows, shown.columns), ("Row", "Column"), strict=True):
        named = {line.key: line for line in lines}
        chosen = column.selectbox(name, list(named), format_func=lambda key, named=named: _name(named[key]), key=key)
        ends.append(similarity.find(lines, str(chosen)))
    pair = similarity.pair(profile, *ends)
    for column, line, text in zip(columns, ends, (pair.left_text, pair.right_text), strict=True):
        with column.container(border=True, height="stretch"):
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
        frame.hint(f"Two items picked at random mostly lie within ±{spread:.2f}. Read by {_reader(pair.encoder)}.")


def _shared(words: tuple[str, ...]) -> None:
    if words:
        st.markdown("Words in both: " + " ".join(f":green-badge[{frame.plain(word)}]" for word in words))
    else:
        st.markdown("No word in both: whatever is alike here is alike in meaning.")


def _name(line: Line) -> str:
    title = line.label if line.row is not None else f"“{line.label}”"
    flat = " ".join(title.split())
    short = flat if len(flat) <= 60 else flat[:59].rstrip() + "…"
    return short if line.kind == similarity.ITEM else f"{short} · {line.kind}"


def _reader(encoder: str) -> str:
    return f"{encoder} ({ENCODERS.get(encoder, 'a model you named')})"


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
        frame.hint(" ".join(notes))


def _method(n_items: int) -> str:
    """Draw the choice of a drawing where both are possible; returns its name."""
    low, high = atlas.TSNE_ITEMS
    if not low <= n_items <= high:
        return atlas.PCA
    chosen = st.segmented_control(
        "Drawing",
        list(_DRAWINGS),
        format_func=lambda name: _DRAWINGS.get(name, name),
        default=atlas.PCA,
        required=True,
        key=Key.DRAWING,
        bind="query-params",
        help="PCA is one straight look at the cloud of texts, exact but flat. t-SNE pulls neighbours together and "
        "gives up distances; it takes up to half a minute the first time.",
    )
    return str(chosen) if chosen in _DRAWINGS else atlas.PCA


def _drawing(data: Dataset, space: TextSpace, method: str) -> atlas.CatalogueMap:
    with st.spinner("Drawing the map, once for everybody …", show_time=True):
        return _map(f"{data.catalogue_version}/{space.encoder.name}/{space.encoder.version}", method, atlas.SEED, space)


@st.cache_resource(max_entries=MAX_MAPS, show_spinner=False)
def _map(version: str, method: str, seed: int, _space: TextSpace) -> atlas.CatalogueMap:
    return atlas.draw(_space, method, seed)


def _legend(known: bool) -> str:
    me = (
        "The star is you, the dotted line how you came there, rings are your list."
        if known
        else "Nothing is known of this person yet, so there is no star: like or type something on the Live page."
    )
    return f"Each dot is an item; near dots have alike texts. {me} Draw around some dots to list them."


def _ids(selection: Any) -> frozenset[str]:
    """Item ids of what was drawn around; the star, the trail and the rings have none."""
    return frozenset(str(point["customdata"]) for point in selection.selection.points if point.get("customdata"))


def _listed(dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, ids: frozenset[str]) -> None:
    """Draw the list of the items drawn around, or of a category, or the hint to do either."""
    category = st.selectbox(
        "Category",
        [_ALL, *dict.fromkeys(dots.categories)],
        format_func=lambda name: name or "All categories",
        key="map-category",
        help="Lists a category without drawing, or keeps only that category of what you drew around.",
    )
    rows = atlas.chosen(dots, drawing, way, ids, category or "")
    if ids or category:
        st.markdown(f"**{len(rows)} items** " + ("inside your line" if ids else "of this category"))
    if not len(rows):
        frame.empty(
            "Nothing chosen." if not ids else "None of these dots is in that category.",
            "Draw around some dots on the map, or choose a category.",
        )
        return
    st.dataframe(
        _table(dots, drawing, way, rows), hide_index=True, key="map-list", alt="The items you chose on the map"
    )


def _table(dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(
        {"Title": [dots.titles[row] for row in rows], "Category": [dots.categories[row] for row in rows]}
    )
    if way is not None:
        table["Like your taste"] = way.similarity[drawing.rows[rows]].astype(float).round(2)
    return table


def _trust(drawing: atlas.CatalogueMap, space: TextSpace) -> str:
    """How far the picture can be believed, in one sentence, and what is not on it."""
    left = f" {drawing.n_without_text} items without a text are left out." if drawing.n_without_text else ""
    return (
        f"How true is this picture? Of an item's 10 nearest by text, {drawing.share:.0%} are also among its 10 nearest "
        f"dots (chance: {drawing.chance:.0%}). {space.items.shape[1]} dimensions do not fit on a plane: the grids show "
        f"the true numbers.{left}"
    )
