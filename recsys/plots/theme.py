"""One look for every chart: transparent, readable on light and dark, safe for colour-blind eyes."""

from __future__ import annotations

import plotly.graph_objects as go

COLOURS: dict[str, str] = {
    "random": "#9AA5A4",
    "popularity": "#6B7B8C",
    "windowed_popularity": "#8793A0",
    "item_knn": "#4C78C8",
    "item_knn_text": "#7B9FE0",
    "user_knn": "#7D8C22",
    "user_knn_text": "#A8B340",
    "rp3beta": "#8C6BB1",
    "ease": "#B8444A",
    "ease_text": "#EE7C80",
    "mf": "#8A6F5A",
    "ials": "#B5559C",
    "ials_text": "#D07FBE",
    "text_mean": "#D9822B",
    "text_profile": "#14857A",
    "text_nearest": "#2FA8C7",
    "bm25": "#B08D57",
    "text_fused": "#4FA39A",
    "weighted": "#2C9C6A",
    "rrf": "#3D94C4",
    "switching": "#C79A1E",
    "learned_weights": "#9059B8",
    "ltr": "#B04A77",
    "two_stage": "#5B7FA6",
}
"""Colour of each model by name, the same on every page; baselines are muted."""

PALETTE = ("#14857A", "#D9822B", "#4C78C8", "#B5559C", "#8A9A2B", "#C44E52", "#5FA8A0", "#8C6BB1", "#B08D57", "#6B7B8C")
"""Ten hues for categories, in order (after Okabe and Ito 2008, lightened or darkened to hold on both themes)."""

PULL, PUSH = "#14857A", "#D9822B"
"""Bars above and below zero."""

NEUTRAL, FAINT = "#7C8888", "#9AA5A4"
"""What takes no side: whiskers, guides, dots of the rest; the paler one fills areas."""

MARKED = "#C44E52"
"""What the visitor chose, or is."""

GRID, CLEAR = "rgba(128, 140, 140, 0.25)", "rgba(0, 0, 0, 0)"

SHADES, INK = ((0.0, "#E8EEED"), (1.0, "#6CC5BA")), "#0F172A"
"""Cells from none to all, pale enough for this ink on them in both themes."""


def sides(alpha: float) -> tuple[tuple[float, str], ...]:
    """Scale from PUSH over next to nothing to PULL, see-through by ``alpha`` in [0, 1] so that both themes show."""
    push, pull = f"rgba(217, 130, 43, {alpha})", f"rgba(20, 133, 122, {alpha})"
    return (0.0, push), (0.5, "rgba(128, 140, 140, 0.1)"), (1.0, pull)


LOW, MIDDLE, TALL = 320, 380, 460
"""Heights in pixels of charts that do not grow with what they show."""


def colour(model: str) -> str:
    """Colour of ``model``; models without one of their own share the palette by name."""
    return COLOURS.get(model) or PALETTE[sum(map(ord, model)) % len(PALETTE)]


def apply(figure: go.Figure, height: int = 320) -> go.Figure:
    """Give ``figure`` the common look and ``height`` in pixels; returns the same figure."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 24, "t": 16, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"size": 13},
        showlegend=False,
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=NEUTRAL, automargin=True)
    figure.update_yaxes(gridcolor=GRID, automargin=True)
    return figure


def legend_above(figure: go.Figure) -> go.Figure:
    """Show the names of what is drawn in rows above ``figure``; returns the same figure."""
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        margin={"t": 44},
    )
    return figure
