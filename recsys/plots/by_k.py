"""One metric against the length of the list."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.metrics import METRICS
from recsys.models import BASELINES, MODELS
from recsys.plots import theme
from recsys.plots.marks import opacity, symbol
from recsys.plots.tuning import legend_above

HEIGHT = 420
BAND = 0.10


def by_k_figure(rows: pd.DataFrame, metric: str, k: int) -> go.Figure:
    """Draw a line per model with the band of its 95% interval; a dashed line marks the length ``k`` of the page.

    ``rows`` is ``Result.curve`` of one metric. The axis is logarithmic, as the first places matter most.
    """
    figure = go.Figure()
    known = rows[rows[Evaluation.VALUE].notna()]
    models = list(dict.fromkeys(known[Evaluation.MODEL]))
    for model in models:
        mine = known[known[Evaluation.MODEL] == model]
        figure.add_trace(_band(mine, model))
        figure.add_trace(_line(mine, model, symbol(models, model)))
    figure.add_vline(x=k, line={"color": theme.GRID, "width": 2, "dash": "dash"})
    lengths = sorted(set(known[Evaluation.K]))
    figure.update_xaxes(
        title="length of the list, items (logarithmic)",
        type="log",
        tickvals=lengths,
        ticktext=[str(length) for length in lengths],
        zeroline=False,
    )
    figure.update_yaxes(title=f"{METRICS[metric].label}, {METRICS[metric].unit}", rangemode="tozero")
    return legend_above(theme.apply(figure, height=HEIGHT))


def by_k_alt(rows: pd.DataFrame, metric: str) -> str:
    """Say the chart in words: where each model starts and where it ends."""
    known = rows[rows[Evaluation.VALUE].notna()]
    said = []
    for model, mine in known.groupby(Evaluation.MODEL, sort=False):
        first, last = mine.iloc[0], mine.iloc[-1]
        said.append(
            f"{MODELS[str(model)].label} from {first[Evaluation.VALUE]:.3f} with {first[Evaluation.K]} items "
            f"to {last[Evaluation.VALUE]:.3f} with {last[Evaluation.K]}"
        )
    return f"{METRICS[metric].label} by length of the list: {', '.join(said)}" if said else "Nothing could be measured"


def _line(rows: pd.DataFrame, model: str, shape: str) -> go.Scatter:
    label = MODELS[model].label
    return go.Scatter(
        x=list(rows[Evaluation.K]),
        y=list(rows[Evaluation.VALUE]),
        mode="lines+markers",
        name=label,
        legendgroup=model,
        opacity=opacity(model),
        line={"color": theme.colour(model), "width": 2, "dash": "dot" if model in BASELINES else "solid"},
        marker={"size": 8, "symbol": shape},
        customdata=[f"{a:.4f} to {b:.4f}" for a, b in zip(rows[Evaluation.LOW], rows[Evaluation.HIGH], strict=True)],
        hovertemplate=f"{label}, %{{x}} items: %{{y:.4f}}<br>95% interval %{{customdata}}<extra></extra>",
    )


def _band(rows: pd.DataFrame, model: str) -> go.Scatter:
    lengths = list(rows[Evaluation.K])
    return go.Scatter(
        x=lengths + lengths[::-1],
        y=[*rows[Evaluation.HIGH], *rows[Evaluation.LOW].iloc[::-1]],
        fill="toself",
        fillcolor=theme.colour(model),
        opacity=BAND,
        mode="none",
        legendgroup=model,
        showlegend=False,
        hoverinfo="skip",
    )
