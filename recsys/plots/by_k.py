"""One metric against the length of the list."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.pairs import shown
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import lines_with_bands


def by_k_figure(rows: pd.DataFrame, metric: str, k: int) -> go.Figure:
    """Draw a line per model with the band of its 95% interval; a dashed line marks the length ``k`` of the page.

    ``rows`` is ``Result.curve`` of one metric. The axis is logarithmic, as the first places matter most.
    """
    figure = go.Figure()
    known = rows[rows[Evaluation.VALUE].notna()]
    names = {name: MODELS[name].label for name in known[Evaluation.MODEL]}
    lines_with_bands(figure, known, names, Evaluation.K, "%{x} items: %{y:.4f}<br>95% interval %{customdata[0]}")
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
    return theme.legend_above(theme.apply(figure, height=theme.MIDDLE))


def by_k_alt(rows: pd.DataFrame, metric: str) -> str:
    """Say the chart in words: where each model starts and where it ends."""
    known = rows[rows[Evaluation.VALUE].notna()]
    said = []
    for model, mine in known.groupby(Evaluation.MODEL, sort=False):
        first, last = mine.iloc[0], mine.iloc[-1]
        said.append(
            f"{MODELS[str(model)].label} from {shown(first[Evaluation.VALUE], metric)} with {first[Evaluation.K]} "
            f"to {shown(last[Evaluation.VALUE], metric)} with {last[Evaluation.K]}"
        )
    return (
        f"{METRICS[metric].label} by length of the list, items: {', '.join(said)}"
        if said
        else "Nothing could be measured"
    )
