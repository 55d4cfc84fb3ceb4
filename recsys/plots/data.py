"""Charts of a dataset: when things happened, how likes are spread, how many stars were given."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Events
from recsys.data.summary import Shown, Timeline
from recsys.plots import theme
from recsys.types import Kind

KINDS = {
    Kind.VIEW: ("views", ""),
    Kind.CLICK: ("clicks", "/"),
    Kind.RATING: ("ratings", "."),
    Kind.REVIEW: ("reviews", "x"),
    Kind.LIKE: ("likes", "-"),
    Kind.FAVOURITE: ("favourites", "+"),
    Kind.DISLIKE: ("dislikes", "\\"),
    Kind.WISH: ("wishes", "|"),
}
"""Plural and pattern of each kind, from the bottom of a bar up: colour is never the only sign."""

_PATTERN = {"fillmode": "overlay", "fgcolor": "rgba(255, 255, 255, 0.6)", "size": 6, "solidity": 0.2}
TALL, LOW = 340, 300


def timeline_figure(timeline: Timeline, newest_from: str = "") -> go.Figure:
    """Draw one stacked bar per span of time, one layer per kind of event; a line at ``newest_from`` (ISO date)."""
    table = timeline.table
    figure = go.Figure()
    for position, (kind, (name, pattern)) in enumerate(KINDS.items()):
        here = table[table[Events.KIND] == kind]
        if here.empty:
            continue
        figure.add_bar(
            x=list(here[Shown.START]),
            y=list(here[Shown.N_EVENTS]),
            name=name,
            marker={"color": theme.PALETTE[position], "pattern": {**_PATTERN, "shape": pattern}},
            hovertemplate=f"{timeline.unit} from %{{x|%d %b %Y}}: %{{y:,}} {name}<extra></extra>",
        )
    theme.apply(figure, height=TALL)
    figure.update_layout(barmode="stack", bargap=0.12, showlegend=True)
    if newest_from:
        line = {"color": theme.MARKED, "dash": "dot", "width": 1.5}
        figure.add_shape(type="line", x0=newest_from, x1=newest_from, y0=0, y1=1, yref="paper", line=line)
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"})
    figure.update_xaxes(title=f"{timeline.unit} (UTC)", type="date")
    figure.update_yaxes(title=f"events per {timeline.unit}", rangemode="tozero")
    return figure


def timeline_alt(timeline: Timeline) -> str:
    """Say the timeline in words."""
    totals = timeline.table.groupby(Shown.START)[Shown.N_EVENTS].sum()
    if totals.empty:
        return "No events"
    by_kind = timeline.table.groupby(Events.KIND)[Shown.N_EVENTS].sum()
    parts = [f"{by_kind[kind]:,} {name}" for kind, (name, _) in KINDS.items() if kind in by_kind.index]
    return (
        f"Events per {timeline.unit} from {totals.index[0]} to {totals.index[-1]}: {', '.join(parts)}. "
        f"Busiest: the {timeline.unit} from {totals.idxmax()} with {totals.max():,}."
    )


def activity_figure(table: pd.DataFrame) -> go.Figure:
    """Draw one bar per group of people who did about as much; each group did twice as much as the one before."""
    hover = "%{x} events: %{y:,} people<extra></extra>"
    figure = _counted(_groups(table), table[Shown.N_PEOPLE], theme.PALETTE[2], hover)
    figure.update_xaxes(title="events of one person")
    figure.update_yaxes(title="people (count)")
    return figure


def activity_alt(table: pd.DataFrame) -> str:
    """Say the bars in words."""
    parts = [f"{n:,} with {group}" for group, n in zip(_groups(table), table[Shown.N_PEOPLE], strict=True)]
    return f"People by their number of events: {', '.join(parts)}" if parts else "Nobody did anything"


def _groups(table: pd.DataFrame) -> list[str]:
    ends = zip(table[Shown.FROM], table[Shown.TO], strict=True)
    return [f"{low:,}" if low == high else f"{low:,}–{high:,}" for low, high in ends]


def popularity_figure(table: pd.DataFrame, n_top: int) -> go.Figure:
    """Draw people who liked each item, most liked first; the first ``n_top`` items are filled."""
    ranks, likes = list(table[Shown.RANK]), list(table[Shown.N_PEOPLE])
    figure = go.Figure()
    figure.add_scatter(
        x=ranks[:n_top],
        y=likes[:n_top],
        mode="lines",
        line={"width": 0},
        fill="tozeroy",
        fillcolor=theme.sides(0.35)[-1][1],
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=ranks,
        y=likes,
        mode="lines",
        line={"color": theme.PULL, "width": 2.5},
        hovertemplate="item %{x:,}: liked by %{y:,}<extra></extra>",
    )
    theme.apply(figure, height=LOW)
    figure.update_xaxes(title="items, most liked first (place)")
    figure.update_yaxes(title="people who liked it (count)", rangemode="tozero")
    return figure


def popularity_alt(table: pd.DataFrame, sentence: str) -> str:
    """Say the curve in words; ``sentence`` says how much the top holds."""
    likes = table[Shown.N_PEOPLE]
    if likes.empty:
        return "No items"
    return (
        f"People who liked each of {len(likes):,} items, falling from {likes.iloc[0]:,} for the most liked to "
        f"{likes.iloc[len(likes) // 2]:,} for the middle one and {likes.iloc[-1]:,} for the last. {sentence}"
    )


def stars_figure(table: pd.DataFrame) -> go.Figure:
    """Draw one bar per number of stars, its count above it."""
    stars = [f"{value:g} ★" for value in table[Events.STARS]]
    figure = _counted(stars, table[Shown.N_EVENTS], theme.PALETTE[1], "%{x}: %{y:,} times<extra></extra>")
    figure.update_xaxes(title="stars given")
    figure.update_yaxes(title="ratings and reviews (count)")
    return figure


def stars_alt(table: pd.DataFrame) -> str:
    """Say the histogram in words."""
    parts = [f"{n:,} times {value:g}" for value, n in zip(table[Events.STARS], table[Shown.N_EVENTS], strict=True)]
    return f"Stars given: {', '.join(parts)}" if parts else "Nobody gave stars"


def _counted(groups: list[str], counts: pd.Series, colour: str, hover: str) -> go.Figure:
    """One bar per group with its count above it."""
    bars = go.Bar(
        x=groups,
        y=list(counts),
        text=[f"{n:,}" for n in counts],
        textposition="outside",
        cliponaxis=False,
        marker={"color": colour},
        hovertemplate=hover,
    )
    figure = theme.apply(go.Figure(bars), height=LOW)
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero")
    return figure
