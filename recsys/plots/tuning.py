"""What was tried while tuning: the value of each setting, and the best so far."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme


def tuning_figure(trials: pd.DataFrame, metric: str) -> go.Figure:
    """Draw a point per setting in the order of trial and a stepped line of the best so far, a colour per model.

    ``trials`` is ``Tuned.trials`` of one or several models. Diamonds are the settings a model has by itself.
    """
    figure = go.Figure()
    for model, rows in trials.groupby(Evaluation.MODEL, sort=False):
        colour, label = theme.colour(str(model)), MODELS[str(model)].label
        x, values = list(rows[Evaluation.TRIAL]), rows[Evaluation.VALUE]
        figure.add_scatter(
            x=x,
            y=list(values.cummax().ffill()),
            mode="lines",
            line={"color": colour, "width": 2, "shape": "hv"},
            name=label,
            legendgroup=label,
            hovertemplate=f"{label}, best so far: %{{y:.4f}}<extra></extra>",
        )
        figure.add_scatter(
            x=x,
            y=list(values),
            mode="markers",
            marker={
                "color": colour,
                "size": [12 if trial == 0 else 7 for trial in x],
                "symbol": ["diamond" if trial == 0 else "circle" for trial in x],
            },
            legendgroup=label,
            showlegend=False,
            customdata=[
                [_said(str(knobs)), "as it comes" if trial == 0 else f"try {trial}"]
                for trial, knobs in zip(x, rows[Evaluation.KNOBS], strict=True)
            ],
            hovertemplate=f"{label}, %{{customdata[1]}}: %{{y:.4f}}<br>%{{customdata[0]}}<extra></extra>",
        )
    figure.update_xaxes(title="setting tried (0 = as it comes)", tickformat="d", zeroline=False)
    figure.update_yaxes(title=f"{METRICS[metric].label} on validation, {METRICS[metric].unit}")
    return theme.legend_above(theme.apply(figure, height=theme.LOW))


def tuning_alt(trials: pd.DataFrame, metric: str) -> str:
    """Say the chart in words: each model's value before and after."""
    said = []
    for model, rows in trials.groupby(Evaluation.MODEL, sort=False):
        values = rows[Evaluation.VALUE]
        if values.notna().any():
            first, best = values.iloc[0], values.max()
            tries = "1 setting" if len(rows) == 1 else f"{len(rows)} settings"
            said.append(f"{MODELS[str(model)].label} from {first:.3f} to {best:.3f} in {tries}")
    return f"{METRICS[metric].label} on validation: {', '.join(said)}" if said else "Nothing could be measured"


def _said(knobs: str) -> str:
    """Knobs of a setting for the hover box, from their JSON."""
    return knobs.strip("{}").replace('"', "") or "no knobs"
