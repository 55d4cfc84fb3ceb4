"""One metric for parts of the people or of the items: dots with whiskers, a row per part."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.pairs import shown
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import interval, opacity, symbol

DOT_HEIGHT, ROW_GAP = 16, 24
"""Pixels per model within a part, and between parts."""
SPREAD = 0.72
"""Share of a row's height that its dots take."""


def slices_figure(rows: pd.DataFrame, metric: str) -> go.Figure:
    """Draw a row per part with a dot and the whisker of its 95% interval per model.

    ``rows`` is ``Result.slices`` of one kind and one metric. Parts of nobody are left out.
    """
    known = rows[rows[Evaluation.N_USERS] > 0]
    models, parts = (list(dict.fromkeys(known[column])) for column in (Evaluation.MODEL, Evaluation.SLICE))
    figure = go.Figure()
    for place, model in enumerate(models):
        mine = known[known[Evaluation.MODEL] == model]
        shift = SPREAD * ((place + 0.5) / len(models) - 0.5)
        label = MODELS[model].label
        figure.add_scatter(
            x=list(mine[Evaluation.VALUE]),
            y=[parts.index(part) + shift for part in mine[Evaluation.SLICE]],
            error_x=interval(mine),
            mode="markers",
            cliponaxis=False,
            name=label,
            opacity=opacity(model),
            marker={"size": 10, "color": theme.colour(model), "symbol": symbol(models, model)},
            customdata=[
                [part, f"{a:.4f} to {b:.4f}"]
                for part, a, b in zip(mine[Evaluation.SLICE], mine[Evaluation.LOW], mine[Evaluation.HIGH], strict=True)
            ],
            hovertemplate=f"{label}, %{{customdata[0]}}: %{{x:.4f}}<br>95% interval %{{customdata[1]}}<extra></extra>",
        )
    figure.update_yaxes(
        tickvals=list(range(len(parts))),
        ticktext=[_tick(rows, part) for part in parts],
        range=[len(parts) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    for place in range(1, len(parts)):
        figure.add_hline(y=place - 0.5, line={"color": theme.GRID, "width": 1})
    figure.update_xaxes(title=f"{METRICS[metric].label}, {METRICS[metric].unit}", rangemode="tozero")
    return theme.legend_above(theme.apply(figure, height=110 + len(parts) * (ROW_GAP + DOT_HEIGHT * len(models))))


def slices_alt(rows: pd.DataFrame, metric: str) -> str:
    """Say the chart in words: every part with every model's number."""
    said = []
    for part, ones in rows.groupby(Evaluation.SLICE, sort=False):
        known = ones[ones[Evaluation.VALUE].notna()]
        numbers = ", ".join(
            f"{MODELS[str(model)].label} {shown(value, metric)}"
            for model, value in zip(known[Evaluation.MODEL], known[Evaluation.VALUE], strict=True)
        )
        said.append(f"{part} ({n_people(ones):,} people): {numbers or 'nobody'}")
    return f"{METRICS[metric].label} by part. {'; '.join(said)}" if said else "Nothing could be measured"


def n_people(rows: pd.DataFrame) -> int:
    """People in one part: the same for every model."""
    return int(rows[Evaluation.N_USERS].max()) if len(rows) else 0


def _tick(rows: pd.DataFrame, part: str) -> str:
    return f"<b>{part}</b><br>{n_people(rows[rows[Evaluation.SLICE] == part]):,} people"
