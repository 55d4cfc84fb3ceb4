"""Drawing of the map of a catalogue: draw around some dots, read the list."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset, Persona
from recsys.explain import map as atlas
from recsys.live import recommend
from recsys.plots.map import catalogue_map, map_alt
from recsys.text import TextSpace
from recsys.types import Rows
from recsys.ui import actions, frame
from recsys.ui.similarity_view import MODEL, Key, profile_of, space_of

MAX_MAPS = 16
_DRAWINGS = {atlas.PCA: "Overview", atlas.TSNE_METHOD: "Neighbourhoods"}
_ALL = ""
LIST_HEIGHT, LIST_ROWS = 400, 10
"""Pixels of the list beside the map, and the number of items from which it scrolls."""


@st.fragment(key="map")
def catalogue_on_map(data: Dataset, person: Persona, n_items: int) -> None:
    """Draw the map and the list of what was drawn around; reruns alone after every choice."""
    profile, query = profile_of(data), actions.query(data, person)
    space = space_of(profile)
    drawing = _drawing(data, space, _method(int(space.has_text.sum())))
    if not len(drawing.rows):
        frame.empty("No item of this data has a text, so there is nothing to map.", "Choose other data above.")
        return
    way, dots = atlas.my_way(profile, query, drawing), atlas.dots(data, drawing)
    top = recommend(data, profile, query, n_items, model=MODEL).item_ids if way is not None else ()
    st.caption(frame.plain(_legend(way is not None)))
    picture, beside = st.columns([3, 2], gap="medium")
    selection = picture.plotly_chart(
        catalogue_map(dots, way, top),
        key=f"map-{drawing.method}-{data.catalogue_version}",
        on_select="rerun",
        selection_mode=("lasso", "box", "points"),
        config={"displaylogo": False, "modeBarButtonsToRemove": ["toImage", "autoScale2d"]},
        alt=map_alt(dots, way, drawing.share),
    )
    with beside:
        _listed(data, dots, drawing, way, _ids(selection))
    st.caption(frame.plain(_trust(drawing, space)))


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
        help="Overview (PCA) is one straight look at the cloud of texts: exact, but flat. Neighbourhoods (t-SNE) pulls "
        "alike items together and gives up distances; a large catalogue takes some seconds the first time.",
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


def _listed(
    data: Dataset, dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, ids: frozenset[str]
) -> None:
    """Draw the list of the items drawn around, or of a category, or the hint to do either."""
    category = st.selectbox(
        "Category",
        [_ALL, *dict.fromkeys(dots.categories)],
        format_func=lambda name: name or "All categories",
        key=f"map-category-{data.catalogue_version}",
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
        _table(data, dots, drawing, way, rows),
        hide_index=True,
        column_config={
            "Title": st.column_config.TextColumn(width=210),
            "Like you": st.column_config.NumberColumn(
                format="%+.2f", width=70, help="Cosine of the item's text with your taste, from -1 to 1."
            ),
        },
        height=LIST_HEIGHT if len(rows) > LIST_ROWS else "content",
        key="map-list",
        alt="The items you chose on the map, most alike to you first",
    )


def _table(
    data: Dataset, dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, rows: Rows
) -> pd.DataFrame:
    table = pd.DataFrame({"Title": [dots.titles[row] for row in rows]})
    if way is not None:
        table["Like you"] = way.similarity[drawing.rows[rows]].astype(float).round(2)
    return table.assign(Category=[data.field(int(row), Items.CATEGORY) for row in drawing.rows[rows]])


def _trust(drawing: atlas.CatalogueMap, space: TextSpace) -> str:
    """How far the picture can be believed, in one sentence, and what is not on it."""
    left = f" {drawing.n_without_text} items without a text are left out." if drawing.n_without_text else ""
    return (
        f"How true is this picture? Of an item's 10 nearest by text, {drawing.share:.0%} are also among its 10 nearest "
        f"dots (chance: {drawing.chance:.0%}). {space.items.shape[1]} dimensions do not fit on a plane: the grids show "
        f"the true numbers.{left}"
    )
