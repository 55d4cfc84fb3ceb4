"""When text pays: the gain from reading texts, against how much is known of each item."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.density import Density
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.tuning import legend_above

HEIGHT = 360


def density_figure(table: pd.DataFrame, yours: float | None = None) -> go.Figure:
    """Draw the gain in percent of each model over the same model without texts, with the band of its interval.

    ``table`` is ``recsys.evaluate.density.density_curve``; ``yours`` marks where a dataset stands, in likes per item.
    """
    figure = go.Figure()
    known = table[table[Density.GAIN].notna()].sort_values(Density.EVENTS_PER_ITEM)
    for model, rows in known.groupby(Evaluation.MODEL, sort=False):
        figure.add_trace(_band(rows, str(model)))
        figure.add_trace(_line(rows, str(model)))
    figure.add_hline(y=0, line={"color": theme.NEUTRAL, "width": 2})
    if yours is not None and yours > 0 and len(known):
        middle = math.sqrt(known[Density.EVENTS_PER_ITEM].min() * known[Density.EVENTS_PER_ITEM].max())
        _mark(figure, yours, "right" if yours > middle else "left")
    figure.update_xaxes(title="likes known per item (logarithmic)", type="log", dtick="D2", tickformat="~g")
    figure.update_yaxes(title=_title(table), ticksuffix="%", tickformat="+.0f", zeroline=False)
    return legend_above(theme.apply(figure, height=HEIGHT))


def density_alt(table: pd.DataFrame, yours: float | None = None) -> str:
    """Say the chart in words: each model's gain at the densest and at the sparsest data."""
    known = table[table[Density.GAIN].notna()].sort_values(Density.EVENTS_PER_ITEM)
    said = []
    for _, rows in known.groupby(Evaluation.MODEL, sort=False):
        ends = (rows.iloc[0],) if len(rows) == 1 else (rows.iloc[0], rows.iloc[-1])
        points = " and ".join(
            f"{row[Density.GAIN]:+.1%} ({row[Evaluation.LOW]:+.1%} to {row[Evaluation.HIGH]:+.1%}) "
            f"with {row[Density.EVENTS_PER_ITEM]:.2f} likes per item"
            for row in ends
        )
        said.append(f"{_pair(rows)} {points}")
    if not said:
        return "Nothing could be measured"
    marked = f". Your data: {yours:.2f} likes per item" if yours is not None and yours > 0 else ""
    return f"{_title(table)}: {'; '.join(said)}{marked}"


def _mark(figure: go.Figure, yours: float, anchor: str) -> None:
    """Mark the density ``yours`` by a dashed line; the dot makes room for it beyond what was measured."""
    figure.add_vline(x=yours, line={"color": theme.NEUTRAL, "width": 2, "dash": "dash"})
    # On a logarithmic axis an annotation stands at the logarithm, other than traces and shapes.
    figure.add_annotation(
        x=math.log10(yours), y=1, yref="paper", yanchor="top", xanchor=anchor, text=" your data ", showarrow=False
    )
    figure.add_scatter(
        x=[yours],
        y=[0],
        mode="markers",
        marker={"color": theme.NEUTRAL, "size": 9},
        showlegend=False,
        hovertemplate="Your data: %{x:.2f} likes per item<extra></extra>",
    )


def _line(rows: pd.DataFrame, model: str) -> go.Scatter:
    ends = zip(rows[Evaluation.LOW], rows[Evaluation.HIGH], rows[Density.SHARE], strict=True)
    return go.Scatter(
        x=list(rows[Density.EVENTS_PER_ITEM]),
        y=list(rows[Density.GAIN] * 100),
        mode="lines+markers",
        name=_pair(rows),
        legendgroup=model,
        line={"color": theme.colour(model), "width": 2},
        marker={"size": 7},
        customdata=[[f"{low:+.1%} to {high:+.1%}", f"{share:.0%}"] for low, high, share in ends],
        hovertemplate=(
            f"{_pair(rows)}: %{{y:+.1f}}%<br>95% interval %{{customdata[0]}}<br>"
            "%{x:.2f} likes per item (%{customdata[1]} of the events)<extra></extra>"
        ),
    )


def _band(rows: pd.DataFrame, model: str) -> go.Scatter:
    densities = list(rows[Density.EVENTS_PER_ITEM])
    return go.Scatter(
        x=densities + densities[::-1],
        y=[*(rows[Evaluation.HIGH] * 100), *(rows[Evaluation.LOW].iloc[::-1] * 100)],
        fill="toself",
        fillcolor=theme.colour(model),
        opacity=0.16,
        mode="none",
        legendgroup=model,
        showlegend=False,
        hoverinfo="skip",
    )


def _pair(rows: pd.DataFrame) -> str:
    model, against = str(rows[Evaluation.MODEL].iloc[0]), str(rows[Evaluation.AGAINST].iloc[0])
    return f"{MODELS[model].label} over {MODELS[against].label}"


def _title(table: pd.DataFrame) -> str:
    metric = METRICS[str(table[Evaluation.METRIC].iloc[0])].label if len(table) else "value"
    return f"gain in {metric} from texts, percent"
