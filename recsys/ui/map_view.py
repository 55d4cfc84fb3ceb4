"""Drawing of the map of a catalogue: draw around some dots, read the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pandas as pd
import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset, Persona
from recsys.explain import map as atlas
from recsys.plots.map import catalogue_map, map_alt
from recsys.text import TextSpace
from recsys.types import Rows
from recsys.ui import frame
from recsys.ui.choices import linked
from recsys.ui.live_words import counted
from recsys.ui.similarity_view import Key, my_list, profile_of, space_of
from recsys.ui.wording import Wording

_DRAWINGS = {atlas.PCA: "Overview", atlas.TSNE_METHOD: "Neighbourhoods"}
_ALL = ""
LIST_HEIGHT, LIST_ROWS = 400, 10
"""Pixels of the list beside the map, and the number of items from which it scrolls."""


@frame.part("map")
def catalogue_on_map(data: Dataset, person: Persona) -> None:
    """Draw the map and the list of what was drawn around; reruns alone after every choice."""
    profile, mine = profile_of(data), my_list(data, person)
    space = space_of(profile)
    drawing = drawing_of(data, space, _method(int(space.has_text.sum())))
    if not len(drawing.rows):
        frame.empty("No item of this data has a text, so there is nothing to map.", "Choose other data above.")
        return
    way, dots = atlas.my_way(profile, mine.answer.query, drawing), _named(atlas.dots(data, drawing), mine.words)
    top = mine.answer.item_ids if way is not None else ()
    st.caption(frame.plain(_legend(way is not None)))
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        selection = frame.chart(
            catalogue_map(dots, way, top),
            f"map-{drawing.method}-{data.catalogue_version}",
            map_alt(dots, way, drawing.share),
            on_select="rerun",
            selection_mode=("lasso", "box", "points"),
        )
    with beside:
        _listed(mine.words, dots, drawing, way, _ids(selection))
    st.caption(frame.plain(_trust(drawing, space)))


def _method(n_items: int) -> str:
    """Draw the choice of a drawing where both are possible; returns its name."""
    low, high = atlas.TSNE_ITEMS
    if not low <= n_items <= high:
        return atlas.PCA
    return linked(
        "Drawing",
        _DRAWINGS,
        Key.DRAWING,
        "drawing",
        help="Overview (PCA) is one straight look at the cloud of texts: exact, but flat. Neighbourhoods (t-SNE) pulls "
        "alike items together and gives up distances; a large catalogue takes some seconds the first time.",
    )


def drawing_of(data: Dataset, space: TextSpace, method: str) -> atlas.CatalogueMap:
    """The map of ``data``, drawn once and kept as long as they are: one's own goes when it is forgotten."""
    key = (atlas.CatalogueMap, space.encoder.name, space.encoder.version, method)
    if key not in data.memo:
        with st.spinner("Drawing the map, once for everybody …", show_time=True):
            data.memo[key] = atlas.draw(space, method, atlas.SEED)
    return cast(atlas.CatalogueMap, data.memo[key])


def _named(dots: atlas.Dots, words: Wording) -> atlas.Dots:
    """The same dots with the items and categories called as on Live."""
    titles = tuple(words.title(item_id) for item_id in dots.item_ids)
    return replace(dots, titles=titles, categories=tuple(words.tag(name) for name in dots.categories))


def _legend(known: bool) -> str:
    me = (
        "The star is you, the dotted line how you came there, rings are your list on Live."
        if known
        else "Nothing is known of this person yet, so there is no star: like or type something on the Live page."
    )
    return f"Each dot is an item; items with similar texts lie close together. {me} Draw around some dots to list them."


def _ids(selection: Any) -> frozenset[str]:
    """Item ids of what was drawn around; the star, the trail and the rings have none."""
    return frozenset(str(point["customdata"]) for point in selection.selection.points if point.get("customdata"))


def _listed(
    words: Wording, dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, ids: frozenset[str]
) -> None:
    """Draw the list of the items drawn around, or of a category, or the hint to do either."""
    category = st.selectbox(
        "Category",
        [_ALL, *dict.fromkeys(dots.categories)],
        format_func=lambda name: name or "All categories",
        key=f"map-category-{words.data.catalogue_version}",
        help="Lists a category without drawing, or keeps only that category of what you drew around.",
    )
    rows = atlas.chosen(dots, drawing, way, ids, category or "")
    if ids or category:
        st.markdown(f"**{counted(len(rows), 'item')}** " + ("inside your line" if ids else "of this category"))
    if not len(rows):
        frame.empty(
            "Nothing chosen." if not ids else "None of these dots is in that category.",
            "Draw around some dots on the map, or choose a category.",
        )
        return
    st.dataframe(
        _table(words, dots, drawing, way, rows),
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
    words: Wording, dots: atlas.Dots, drawing: atlas.CatalogueMap, way: atlas.Way | None, rows: Rows
) -> pd.DataFrame:
    table = pd.DataFrame({"Title": [dots.titles[row] for row in rows]})
    if way is not None:
        table["Like you"] = way.similarity[drawing.rows[rows]].astype(float).round(2)
    return table.assign(Category=[words.field(int(row), Items.CATEGORY) for row in drawing.rows[rows]])


_GOOD, _FAIR = 0.5, 0.2
"""Shares of true neighbours kept from which a map is called good, and fair."""


def _trust(drawing: atlas.CatalogueMap, space: TextSpace) -> str:
    """How far the picture can be believed, first in plain words, and what is not on it."""
    word = "good" if drawing.share >= _GOOD else "fair" if drawing.share >= _FAIR else "rough"
    truer = " Neighbourhoods is truer, and slow the first time." if word == "rough" and drawing.axes is not None else ""
    left = f" {counted(drawing.n_without_text, 'item')} without a text left out." if drawing.n_without_text else ""
    return (
        f"A {word} picture: of the 10 items whose texts are nearest to an item's, {drawing.share:.0%} are also among "
        f"the 10 nearest dots (by chance {drawing.chance:.0%}).{truer} {space.items.shape[1]} numbers per text do "
        f"not fit on a plane: the grids show the true likeness.{left}"
    )
