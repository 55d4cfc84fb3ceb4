"""The map of a catalogue, with a person on it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.explain.map import OTHER, Dots, Way
from recsys.plots import theme
from recsys.plots.marks import one_line

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "pentagon", "star", "circle")
"""One per category beside its colour, so that colour is never the only sign."""

HEIGHT = 560
MAX_HOVER = 60
KEEP = {"marker": {"opacity": 1}}
"""Drawing around dots fades what is outside, but never the person and the list."""


def catalogue_map(dots: Dots, way: Way | None = None, top: Sequence[str] = ()) -> go.Figure:
    """Draw every item in the colour and shape of its category; ``top`` item ids get a ring, best first.

    The person is a star at the end of the trail. Items carry their id as ``customdata``; the rest carries none.
    """
    figure = go.Figure([_category(dots, name, position) for position, name in enumerate(_names(dots))])
    if top:
        figure.add_trace(_rings(dots, top))
    if way is not None:
        figure.add_traces([_trail(way), _me(way)])
    theme.apply(figure, height=HEIGHT)
    blank = {"showticklabels": False, "showgrid": False, "zeroline": False, "title": ""}
    figure.update_xaxes(**blank)
    figure.update_yaxes(**blank, scaleanchor="x")
    figure.update_layout(
        dragmode="lasso",
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant", "font": {"size": 12}},
        uirevision="keep",
    )
    return figure


def map_alt(dots: Dots, way: Way | None, share: float) -> str:
    """Say in words what the map shows."""
    me = "" if way is None else f", with your place after {len(way.labels)} steps"
    return (
        f"Map of {len(dots.item_ids)} items in {len(_names(dots))} categories{me}. {share:.0%} of true neighbours "
        "are neighbours on it. Items can be listed by category below the picture."
    )


def _names(dots: Dots) -> list[str]:
    names = [name for name in dict.fromkeys(dots.categories) if name != OTHER]
    return [*names, OTHER] if OTHER in dots.categories else names


def _category(dots: Dots, name: str, position: int) -> go.Scattergl:
    here = [n for n, category in enumerate(dots.categories) if category == name]
    return go.Scattergl(
        x=dots.xy[here, 0],
        y=dots.xy[here, 1],
        mode="markers",
        name=one_line(name, MAX_HOVER),
        marker={
            "size": 7 if len(dots.item_ids) < 1_000 else 5,
            "color": theme.PALETTE[-1 if name == OTHER else position % len(theme.PALETTE)],
            "symbol": SYMBOLS[-1 if name == OTHER else position % len(SYMBOLS)],
            "opacity": 0.45 if name == OTHER else 0.9,
        },
        customdata=[dots.item_ids[n] for n in here],
        hovertext=[f"{one_line(dots.titles[n], MAX_HOVER)}<br>{one_line(name, MAX_HOVER)}" for n in here],
        hoverinfo="text",
    )


def _rings(dots: Dots, top: Sequence[str]) -> go.Scatter:
    place = {item_id: n for n, item_id in enumerate(dots.item_ids)}
    shown = [(rank, place[item_id]) for rank, item_id in enumerate(top, start=1) if item_id in place]
    rows = [n for _, n in shown]
    return go.Scatter(
        x=dots.xy[rows, 0],
        y=dots.xy[rows, 1],
        mode="markers",
        name="your list",
        marker={"size": 15, "color": theme.CLEAR, "line": {"color": theme.MARKED, "width": 2}},
        unselected=KEEP,
        hovertext=[f"{rank}. {one_line(dots.titles[n], MAX_HOVER)}" for rank, n in shown],
        hoverinfo="text",
    )


def _trail(way: Way) -> go.Scatter:
    return go.Scatter(
        x=way.trail[:, 0],
        y=way.trail[:, 1],
        mode="lines+markers",
        name="your way",
        line={"color": theme.MARKED, "width": 2, "dash": "dot"},
        marker={"size": 6, "color": theme.MARKED},
        unselected=KEEP,
        hovertext=[f"{step}. after {one_line(label, MAX_HOVER)}" for step, label in enumerate(way.labels, start=1)],
        hoverinfo="text",
    )


def _me(way: Way) -> go.Scatter:
    return go.Scatter(
        x=way.trail[-1:, 0],
        y=way.trail[-1:, 1],
        mode="markers+text",
        name="you",
        text=["<b>you</b>"],
        textposition="bottom center",
        textfont={"color": theme.MARKED, "size": 14},
        marker={"size": 20, "symbol": "star", "color": theme.MARKED, "line": {"color": "white", "width": 1.5}},
        unselected=KEEP,
        hovertext=["you are here"],
        hoverinfo="text",
    )
