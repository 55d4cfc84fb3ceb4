"""One metric of several models: bars with their 95% intervals."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.pairs import shown
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import interval, opacity

BAR_HEIGHT = 27


def metric_figure(rows: pd.DataFrame, metric: str, live: str = "") -> go.Figure:
    """Draw one horizontal bar per model, from the top in the order of ``rows``; whiskers are the interval.

    ``rows`` is ``Result.metric(metric)``; models without a number are left out, baselines are drawn muted, and the
    model ``live`` is marked as the one that ranks the Live page's list. Each bar carries the name
    of its model as the first of its ``customdata``.
    """
    spec = METRICS[metric]
    known = rows[rows[Evaluation.VALUE].notna()]
    models, values = list(known[Evaluation.MODEL]), known[Evaluation.VALUE]
    low, high = known[Evaluation.LOW], known[Evaluation.HIGH]
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=models,
            orientation="h",
            marker={
                "color": [theme.colour(model) for model in models],
                "opacity": [opacity(model) for model in models],
            },
            error_x=interval(known),
            customdata=[[m, MODELS[m].label, f"{a:.4f} to {b:.4f}"] for m, a, b in zip(models, low, high, strict=True)],
            hovertemplate="%{customdata[1]}: %{x:.4f}<br>95% interval %{customdata[2]}<extra></extra>",
        )
    )
    ticks = [f"{_name(model, live)} <b>{shown(value, metric)}</b>" for model, value in zip(models, values, strict=True)]
    figure.update_yaxes(tickvals=models, ticktext=ticks, autorange="reversed")
    figure.update_xaxes(title=spec.unit, rangemode="tozero", zeroline=True)
    return theme.apply(figure, height=64 + BAR_HEIGHT * len(models)).update_layout(margin={"t": 4})


def metric_alt(rows: pd.DataFrame, metric: str, live: str = "") -> str:
    """Say the chart in words: every model with its interval."""
    said = [
        f"{_name(str(row[Evaluation.MODEL]), live)} {shown(row[Evaluation.VALUE], metric)} "
        f"({shown(row[Evaluation.LOW], metric)} to {shown(row[Evaluation.HIGH], metric)})"
        for row in rows.to_dict("records")
        if row[Evaluation.N_USERS]
    ]
    return f"{METRICS[metric].label} with 95% intervals: {', '.join(said)}" if said else "Nothing could be measured"


def _name(model: str, live: str) -> str:
    return f"{MODELS[model].label}, on Live" if model == live else MODELS[model].label
