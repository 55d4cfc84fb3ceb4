"""Small charts of the Method page: before and after, who is like whom, the interest curve, the spread of cosines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from recsys.plots import theme

BEFORE, AFTER = theme.FAINT, theme.PALETTE[0]
"""Muted grey for what was, the app's green for what is."""

Values = Sequence[float]


def before_after(labels: Sequence[str], series: Mapping[str, Values], unit: str) -> go.Figure:
    """Draw one group of horizontal bars per label: the first of ``series`` muted, the last in colour."""
    figure = go.Figure()
    for position, (name, values) in enumerate(series.items()):
        figure.add_bar(
            x=list(values),
            y=list(labels),
            name=name,
            orientation="h",
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": AFTER if position == len(series) - 1 else BEFORE},
            hovertemplate=f"%{{y}}, {name}: %{{x:.3f}}<extra></extra>",
        )
    figure.update_xaxes(title=unit, range=_room([v for values in series.values() for v in values]))
    figure.update_yaxes(autorange="reversed")
    theme.apply(figure, height=90 + 26 * len(labels) * len(series))
    return theme.legend_above(figure) if len(series) > 1 else figure


def matrix(names: Sequence[str], values: Sequence[Values]) -> go.Figure:
    """Draw a square of cosines with the number in every cell."""
    figure = go.Figure(
        go.Heatmap(
            z=[list(row) for row in values],
            x=list(names),
            y=list(names),
            zmin=0,
            zmax=1,
            colorscale=theme.SHADES,
            text=[[f"{value:.2f}" for value in row] for row in values],
            texttemplate="%{text}",
            textfont={"color": theme.INK, "size": 15},
            showscale=False,
            hovertemplate="%{y} and %{x}: %{z:.3f}<extra></extra>",
        )
    )
    figure.update_xaxes(title="cosine of their mean vectors, 1 = the same", showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return theme.apply(figure, height=280)


def curve(x: Values, y: Values, points: Mapping[str, tuple[float, float]]) -> go.Figure:
    """Draw the curve ``y`` over ``x`` and named points on it; the last point is filled, the others hollow."""
    figure = go.Figure(go.Scatter(x=list(x), y=list(y), mode="lines", line={"color": BEFORE}, showlegend=False))
    for position, (name, (at, height)) in enumerate(points.items()):
        last = position == len(points) - 1
        figure.add_scatter(
            x=[at],
            y=[height],
            name=name,
            mode="markers",
            marker={"size": 13, "color": AFTER, "symbol": "circle" if last else "circle-open", "line": {"width": 2}},
            hovertemplate=f"{name}: z = %{{x:.3f}}, P = %{{y:.3f}}<extra></extra>",
        )
    figure.update_xaxes(title="z = θ·f")
    figure.update_yaxes(title="P, from 0 to 1", range=[-0.03, 1.03])
    return theme.legend_above(theme.apply(figure, height=300))


def spread(edges: Values, shares: Mapping[str, Values]) -> go.Figure:
    """Draw one outline per name: the share of pairs (0..1) in each bin between ``edges``."""
    middles = [(low + high) / 2 for low, high in zip(edges, edges[1:], strict=False)]
    figure = go.Figure()
    for position, (name, values) in enumerate(shares.items()):
        figure.add_scatter(
            x=middles,
            y=list(values),
            name=name,
            mode="lines",
            fill="tozeroy",
            line={"color": AFTER if position == len(shares) - 1 else theme.PALETTE[1], "shape": "hvh"},
            hovertemplate=f"{name}, cosine near %{{x:.2f}}: %{{y:.1%}} of pairs<extra></extra>",
        )
    figure.update_xaxes(title="cosine of two items")
    figure.update_yaxes(title="share of pairs", tickformat=".0%")
    return theme.legend_above(theme.apply(figure, height=300))


def in_words(title: str, labels: Sequence[str], series: Mapping[str, Values]) -> str:
    """Say a chart in words, for those who do not see it."""
    told = "; ".join(
        f"{label}: " + ", ".join(f"{name} {values[row]:.2f}" for name, values in series.items())
        for row, label in enumerate(labels)
    )
    return f"{title}. {told}."


def _room(values: Values) -> list[float]:
    """Axis range with space for the numbers beside the bars."""
    low, high = min([0.0, *values]), max([0.0, *values])
    margin = 0.18 * ((high - low) or 1.0)
    return [low - margin if low < 0 else 0.0, high + margin]
