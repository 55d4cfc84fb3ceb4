"""How lists improve with a person's first events, or with an item's first likes."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.cold_start import Curve
from recsys.metrics import METRICS
from recsys.models import BASELINES, MODELS
from recsys.plots import theme
from recsys.plots.tuning import legend_above

HEIGHT = 360
BASELINE_OPACITY = 0.8
PEOPLE, ITEMS = "events the model knows of a person", "likes the model knows of an item"


def cold_start_figure(table: pd.DataFrame, unit: str = PEOPLE) -> go.Figure:
    """Draw a line per model with the band of its 95% interval, over evenly spaced numbers of events.

    ``table`` is ``recsys.evaluate.cold_start.user_curve`` or ``item_curve`` (pass ``unit`` ITEMS). The steps of the
    axis grow, as each further event matters less; baselines are muted.
    """
    figure = go.Figure()
    known = table[table[Evaluation.VALUE].notna()]
    steps = [str(n) for n in sorted(set(known[Curve.N_EVENTS]))]
    for model, rows in known.groupby(Evaluation.MODEL, sort=False):
        muted = model in BASELINES
        figure.add_trace(_band(rows, str(model), muted))
        figure.add_trace(_line(rows, str(model), muted))
    figure.update_xaxes(title=unit, type="category", categoryorder="array", categoryarray=steps)
    figure.update_yaxes(title=_title(table), rangemode="tozero", zerolinecolor=theme.GRID)
    return legend_above(theme.apply(figure, height=HEIGHT))


def cold_start_alt(table: pd.DataFrame, unit: str = PEOPLE) -> str:
    """Say the chart in words: where each model starts and where it ends."""
    known = table[table[Evaluation.VALUE].notna()]
    said = []
    for model, rows in known.groupby(Evaluation.MODEL, sort=False):
        values, numbers = list(rows[Evaluation.VALUE]), list(rows[Curve.N_EVENTS])
        said.append(
            f"{MODELS[str(model)].label} from {values[0]:.3f} at {numbers[0]} to {values[-1]:.3f} at {numbers[-1]}"
        )
    return f"{_title(table)}, by {unit}: {', '.join(said)}" if said else "Nothing could be measured"


def _line(rows: pd.DataFrame, model: str, muted: bool) -> go.Scatter:
    label = MODELS[model].label
    ends = zip(rows[Evaluation.LOW], rows[Evaluation.HIGH], rows[Evaluation.N_USERS], strict=True)
    return go.Scatter(
        x=[str(n) for n in rows[Curve.N_EVENTS]],
        y=list(rows[Evaluation.VALUE]),
        mode="lines+markers",
        name=label,
        legendgroup=model,
        opacity=BASELINE_OPACITY if muted else 1.0,
        line={"color": theme.colour(model), "width": 2, "dash": "dot" if muted else "solid"},
        marker={"size": 7},
        customdata=[[f"{low:.4f} to {high:.4f}", f"{n:,}"] for low, high, n in ends],
        hovertemplate=(
            f"{label} at %{{x}}: %{{y:.4f}}<br>"
            "95% interval %{customdata[0]}, %{customdata[1]} people<extra></extra>"
        ),
    )


def _band(rows: pd.DataFrame, model: str, muted: bool) -> go.Scatter:
    numbers = [str(n) for n in rows[Curve.N_EVENTS]]
    return go.Scatter(
        x=numbers + numbers[::-1],
        y=[*rows[Evaluation.HIGH], *rows[Evaluation.LOW].iloc[::-1]],
        fill="toself",
        fillcolor=theme.colour(model),
        opacity=0.08 if muted else 0.16,
        mode="none",
        legendgroup=model,
        showlegend=False,
        hoverinfo="skip",
    )


def _title(table: pd.DataFrame) -> str:
    if table.empty:
        return "value"
    spec = METRICS[str(table[Evaluation.METRIC].iloc[0])]
    return f"{spec.label}, {spec.unit}"
