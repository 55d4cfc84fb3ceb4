"""Bars that take one score apart."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.plots import theme

MAX_LABEL = 38


def reasons_figure(labels: Sequence[str], amounts: Sequence[float]) -> go.Figure:
    """Draw one horizontal bar per part, in the order given from the top; pushes left of zero, pulls right."""
    short = [label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…" for label in labels]
    figure = go.Figure(
        go.Bar(
            x=list(amounts),
            y=list(range(len(amounts))),
            orientation="h",
            text=[f"{amount:+.2f}" for amount in amounts],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [theme.PULL if amount >= 0 else theme.PUSH for amount in amounts]},
            customdata=list(labels),
            hovertemplate="%{customdata}: %{x:+.3f}<extra></extra>",
        )
    )
    figure.update_yaxes(tickvals=list(range(len(short))), ticktext=short, autorange="reversed")
    figure.update_xaxes(title="part of the score", zeroline=True)
    return theme.apply(figure, height=70 + 28 * len(labels))


def reasons_alt(labels: Sequence[str], amounts: Sequence[float]) -> str:
    """Say the bars in words."""
    return "Parts of the score: " + "; ".join(
        f"{label} {amount:+.2f}" for label, amount in zip(labels, amounts, strict=True)
    )
