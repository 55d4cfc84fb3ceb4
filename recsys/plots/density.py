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
from recsys.plots.marks import lines_with_bands

_PERCENT = {Evaluation.VALUE: Density.GAIN, Evaluation.LOW: Evaluation.LOW, Evaluation.HIGH: Evaluation.HIGH}
"""What is drawn, and the column it is a hundred times of."""


def density_figure(table: pd.DataFrame, yours: float | None = None) -> go.Figure:
    """Draw the gain in percent of each model over the same model without texts, with the band of its interval.

    ``table`` is ``recsys.evaluate.density.density_curve``; ``yours`` marks where a dataset stands, in likes per item.
    """
    figure = go.Figure()
    known = table[table[Density.GAIN].notna()].sort_values(Density.EVENTS_PER_ITEM)
    percent = {str(name): 100 * known[source] for name, source in _PERCENT.items()}
    shown = known.assign(**percent, **{Density.SHARE: [f"{share:.0%}" for share in known[Density.SHARE]]})
    names = {str(model): _pair(rows) for model, rows in known.groupby(Evaluation.MODEL, sort=False)}
    hover = (
        "%{x:.2f} likes per item (%{customdata[1]} of the events): %{y:+.1f}%<br>95% interval %{customdata[0]} percent"
    )
    lines_with_bands(figure, shown, names, Density.EVENTS_PER_ITEM, hover, Density.SHARE)
    figure.add_hline(y=0, line={"color": theme.NEUTRAL, "width": 2})
    if yours is not None and yours > 0 and len(known):
        middle = math.sqrt(known[Density.EVENTS_PER_ITEM].min() * known[Density.EVENTS_PER_ITEM].max())
        _mark(figure, yours, "right" if yours > middle else "left")
    figure.update_xaxes(title="likes known per item (logarithmic)", type="log", dtick="D2", tickformat="~g")
    figure.update_yaxes(title=_title(table), ticksuffix="%", tickformat="+.0f", zeroline=False)
    return theme.legend_above(theme.apply(figure, height=theme.MIDDLE))


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


def _pair(rows: pd.DataFrame) -> str:
    model, against = str(rows[Evaluation.MODEL].iloc[0]), str(rows[Evaluation.AGAINST].iloc[0])
    return f"{MODELS[model].label} over {MODELS[against].label}"


def _title(table: pd.DataFrame) -> str:
    metric = METRICS[str(table[Evaluation.METRIC].iloc[0])].label if len(table) else "value"
    return f"gain in {metric} from texts, percent"
