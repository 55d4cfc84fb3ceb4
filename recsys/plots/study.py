"""A search for a setting while it runs: the value of each try, the best so far, and which knobs mattered."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import one_line
from recsys.plots.tuning import tuning_figure

PRUNED = "pruned"
"""State of a try that was stopped early."""
_ROW = 34
"""Pixels of one bar."""


def study_figure(points: Sequence[Mapping[str, Any]], model: str, metric: str) -> go.Figure:
    """Draw a point per try, a cross where it was stopped early, and the best so far as a step.

    ``points`` are those that ``recsys.train.tune`` notes; a stopped try stands at its value on the people asked.
    """
    figure = tuning_figure(_table(points, model), metric)
    stopped = [point for point in points if point["state"] == PRUNED and point["value"] is not None]
    figure.add_scatter(
        x=[point["number"] for point in stopped],
        y=[point["value"] for point in stopped],
        mode="markers",
        name="stopped early",
        marker={"color": theme.NEUTRAL, "size": 8, "symbol": "x-thin", "line": {"width": 2, "color": theme.NEUTRAL}},
        customdata=[[point["number"], f"{point['share']:.0%}"] for point in stopped],
        hovertemplate="try %{customdata[0]}, stopped after %{customdata[1]} of the people: %{y:.4f}<extra></extra>",
    )
    return figure


def study_alt(points: Sequence[Mapping[str, Any]], model: str, metric: str) -> str:
    """Say the chart in words."""
    values = [point["best"] for point in points if point["best"] is not None]
    if not values:
        return "Nothing has been measured yet"
    n_stopped = sum(point["state"] == PRUNED for point in points)
    tries = "1 try" if len(points) == 1 else f"{len(points)} tries"
    return (
        f"{METRICS[metric].label} of {MODELS[model].label} on validation: from {values[0]:.3f} to {values[-1]:.3f} in "
        f"{tries}, {n_stopped} of them stopped early"
    )


def study_table(points: Sequence[Mapping[str, Any]], model: str) -> pd.DataFrame:
    """One row per try as a visitor reads it: number, value, how it ended, seconds, and every knob that varied."""
    labels = {knob.name: knob.label for knob in MODELS[model].knobs}
    table = pd.DataFrame(
        {
            "Try": [point["number"] for point in points],
            "Validation": pd.Series([point["value"] for point in points], dtype=float),
            "People asked": [f"{point['share']:.0%}" for point in points],
            "Seconds": [point["seconds"] for point in points],
        }
    )
    knobs = pd.DataFrame([point["knobs"] for point in points]).rename(columns=labels)
    return pd.concat([table, knobs.loc[:, knobs.nunique() > 1]], axis=1)


def importance_figure(importance: Mapping[str, float], model: str) -> go.Figure:
    """Draw a bar per knob: the share of the differences between tries that it explains, the largest on top."""
    labels = {knob.name: knob.label for knob in MODELS[model].knobs}
    names = [one_line(labels.get(name, name), 40) for name in importance]
    figure = go.Figure(
        go.Bar(
            x=list(importance.values()),
            y=names,
            orientation="h",
            marker={"color": theme.colour(model)},
            text=[f"{share:.0%}" for share in importance.values()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )
    )
    figure.update_xaxes(title="share of the differences explained", tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", title="knob")
    return theme.apply(figure, height=max(160, 90 + _ROW * len(names)))


def importance_alt(importance: Mapping[str, float], model: str) -> str:
    """Say the bars in words."""
    labels = {knob.name: knob.label for knob in MODELS[model].knobs}
    said = (f"{labels.get(name, name)} {share:.0%}" for name, share in importance.items())
    return f"What explains the differences between tries of {MODELS[model].label}: {', '.join(said)}"


def _table(points: Sequence[Mapping[str, Any]], model: str) -> pd.DataFrame:
    """The tries as the chart of a search reads them: those stopped early have no value."""
    values = [math.nan if point["state"] == PRUNED else point["value"] for point in points]
    return pd.DataFrame(
        {
            str(Evaluation.MODEL): model,
            str(Evaluation.TRIAL): [point["number"] for point in points],
            str(Evaluation.KNOBS): [json.dumps(point["knobs"]) for point in points],
            str(Evaluation.VALUE): pd.Series(values, dtype=float),
        }
    )
