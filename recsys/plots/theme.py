"""One look for every chart: transparent, readable on light and dark, safe for colour-blind eyes."""

from __future__ import annotations

import plotly.graph_objects as go

COLOURS: dict[str, str] = {
    "random": "#9AA5A4",
    "popularity": "#6B7B8C",
    "text_mean": "#D9822B",
    "text_profile": "#14857A",
}
"""Colour of each model by name, the same on every page; baselines are muted."""

PALETTE = ("#14857A", "#D9822B", "#4C78C8", "#B5559C", "#8A9A2B", "#C44E52", "#5FA8A0", "#8C6BB1", "#B08D57", "#6B7B8C")
"""Ten hues for categories, in order (after Okabe and Ito 2008, lightened or darkened to hold on both themes)."""

PULL, PUSH = "#14857A", "#D9822B"
"""Bars above and below zero."""

GRID = "rgba(128, 140, 140, 0.25)"


def colour(model: str) -> str:
    """Return the colour of ``model``; models without one of their own share the palette by name."""
    return COLOURS.get(model) or PALETTE[sum(map(ord, model)) % len(PALETTE)]


def apply(figure: go.Figure, height: int = 320) -> go.Figure:
    """Give ``figure`` the common look and ``height`` in pixels; returns the same figure."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 24, "t": 16, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 13},
        showlegend=False,
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor="rgba(128, 140, 140, 0.7)", automargin=True)
    figure.update_yaxes(gridcolor=GRID, automargin=True)
    return figure
