"""How lists improve with a person's first events, or with an item's first likes."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.cold_start import Curve
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import lines_with_bands

PEOPLE, ITEMS = "events the model knows of a person", "likes the model knows of an item"


def cold_start_figure(table: pd.DataFrame, unit: str = PEOPLE) -> go.Figure:
    """Draw a line per model with the band of its 95% interval, over evenly spaced numbers of events.

    ``table`` is ``recsys.evaluate.cold_start.user_curve`` or ``item_curve`` (pass ``unit`` ITEMS). The steps of the
    axis grow, as each further event matters less; baselines are muted.
    """
    figure = go.Figure()
    known = table[table[Evaluation.VALUE].notna()].sort_values(Curve.N_EVENTS, kind="stable")
    known = known.assign(**{Curve.N_EVENTS: known[Curve.N_EVENTS].astype(str)})
    steps = list(dict.fromkeys(known[Curve.N_EVENTS]))
    names = {name: MODELS[name].label for name in known[Evaluation.MODEL]}
    hover = "at %{x}: %{y:.4f}<br>95% interval %{customdata[0]}, %{customdata[1]} people"
    lines_with_bands(figure, known, names, Curve.N_EVENTS, hover, Evaluation.N_USERS)
    figure.update_xaxes(title=unit, type="category", categoryorder="array", categoryarray=steps)
    figure.update_yaxes(title=_title(table), rangemode="tozero", zerolinecolor=theme.GRID)
    return theme.legend_above(theme.apply(figure, height=theme.MIDDLE))


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


def _title(table: pd.DataFrame) -> str:
    if table.empty:
        return "value"
    spec = METRICS[str(table[Evaluation.METRIC].iloc[0])]
    return f"{spec.label}, {spec.unit}"
