"""Two metrics against each other: who is best at one without giving up the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.pairs import shown
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import interval, opacity, symbol


def frontier_figure(x: pd.DataFrame, y: pd.DataFrame, x_metric: str, y_metric: str, best: Sequence[str]) -> go.Figure:
    """Draw a dot per model with both 95% intervals; the models ``best`` are named beside it and joined by a line.

    ``x`` and ``y`` are ``Result.metric`` of the two metrics; ``best`` in the order in which the line goes.
    """
    across, up = (rows[rows[Evaluation.VALUE].notna()].set_index(Evaluation.MODEL) for rows in (x, y))
    models = [name for name in up.index if name in across.index]
    middle = across[Evaluation.VALUE].agg(["min", "max"]).mean()
    figure = go.Figure()
    line = [name for name in best if name in models]
    figure.add_scatter(
        x=[across.at[name, Evaluation.VALUE] for name in line],
        y=[up.at[name, Evaluation.VALUE] for name in line],
        mode="lines",
        line={"color": theme.PALETTE[0], "width": 2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    for name in models:
        one, other = across.loc[[name]], up.loc[[name]]
        label = MODELS[name].label
        figure.add_scatter(
            x=list(one[Evaluation.VALUE]),
            y=list(other[Evaluation.VALUE]),
            error_x=interval(one),
            error_y=interval(other),
            mode="markers+text" if name in line else "markers",
            cliponaxis=False,
            name=label,
            text=[f"<b>{label}</b>"],
            # Inwards, so that no name is cut off at the edge of a phone; the others are told by the legend.
            textposition="top left" if one[Evaluation.VALUE].iloc[0] > middle else "top right",
            opacity=opacity(name),
            marker={
                "size": 13 if name in line else 9,
                "color": theme.colour(name),
                "symbol": symbol(models, name) + ("" if name in line else "-open"),
                "line": {"width": 2, "color": theme.colour(name)},
            },
            hovertemplate=f"{label}<br>{METRICS[x_metric].label} %{{x:.4f}}<br>{METRICS[y_metric].label} %{{y:.4f}}"
            "<extra></extra>",
        )
    figure.update_xaxes(title=_title(x_metric), zeroline=False)
    figure.update_yaxes(title=_title(y_metric), rangemode="tozero", zeroline=False)
    return theme.legend_above(theme.apply(figure, height=theme.TALL))


def frontier_alt(x: pd.DataFrame, y: pd.DataFrame, x_metric: str, y_metric: str, best: Sequence[str]) -> str:
    """Say the chart in words: every model's two numbers, and who is on the frontier."""
    across = dict(zip(x[Evaluation.MODEL], x[Evaluation.VALUE], strict=True))
    said = [
        f"{MODELS[name].label} {shown(across[name], x_metric)} and {shown(value, y_metric)}"
        for name, value in zip(y[Evaluation.MODEL], y[Evaluation.VALUE], strict=True)
        if value == value and across.get(name, float("nan")) == across.get(name)
    ]
    if not said:
        return "Nothing could be measured"
    names = ", ".join(MODELS[name].label for name in best)
    return f"{METRICS[x_metric].label} and {METRICS[y_metric].label}: {', '.join(said)}. On the frontier: {names}"


def _title(metric: str) -> str:
    spec = METRICS[metric]
    arrow = (
        ""
        if spec.higher_is_better is None
        else " (more is better →)"
        if spec.higher_is_better
        else " (← less is better)"
    )
    return f"{spec.label}, {spec.unit}{arrow}"
