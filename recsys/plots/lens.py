"""One model under many rules of measuring."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.lens import Lens
from recsys.evaluate.pairs import shown
from recsys.metrics import METRICS
from recsys.plots import theme
from recsys.plots.marks import interval

ROW_HEIGHT = 34
FULL, SAMPLED = theme.PALETTE[0], theme.PALETTE[1]


def lens_figure(table: pd.DataFrame, metric: str) -> go.Figure:
    """Draw a dot per rule with the whisker of its 95% interval, in the order of ``table``.

    ``table`` is ``recsys.evaluate.lens.lens``. Rules that rank a sample have a colour and a shape of their own; rules
    without a number are left out.
    """
    known = _known(table, metric)
    names = list(known[Lens.PROTOCOL])
    values, low, high = known[Evaluation.VALUE], known[Evaluation.LOW], known[Evaluation.HIGH]
    figure = go.Figure(
        go.Scatter(
            x=list(values),
            y=names,
            mode="markers",
            marker={
                "size": 11,
                "color": [SAMPLED if n else FULL for n in known[Lens.SAMPLED]],
                "symbol": ["diamond" if n else "circle" for n in known[Lens.SAMPLED]],
            },
            cliponaxis=False,
            error_x=interval(known),
            customdata=[
                [f"{a:.4f} to {b:.4f}", f"{n:,}"] for a, b, n in zip(low, high, known[Evaluation.N_USERS], strict=True)
            ],
            hovertemplate="%{y}: %{x:.4f}<br>95% interval %{customdata[0]}, %{customdata[1]} people<extra></extra>",
        )
    )
    ticks = [f"{name} <b>{shown(value, metric)}</b>" for name, value in zip(names, values, strict=True)]
    figure.update_yaxes(
        tickvals=names, ticktext=ticks, categoryorder="array", categoryarray=names, autorange="reversed"
    )
    figure.update_xaxes(title=f"{METRICS[metric].label}, {METRICS[metric].unit}", rangemode="tozero", zeroline=True)
    return theme.apply(figure, height=100 + ROW_HEIGHT * len(names))


def lens_alt(table: pd.DataFrame, metric: str) -> str:
    """Say the chart in words: every rule with its interval."""
    known = _known(table, metric)
    said = [
        f"{row[Lens.PROTOCOL]} {shown(row[Evaluation.VALUE], metric)} "
        f"({shown(row[Evaluation.LOW], metric)} to {shown(row[Evaluation.HIGH], metric)})"
        for row in known.to_dict("records")
    ]
    if not said:
        return "Nothing could be measured"
    return f"{METRICS[metric].label} of the same recommender by rule, with 95% intervals: {', '.join(said)}"


def _known(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    return table[(table[Evaluation.METRIC] == metric) & table[Evaluation.VALUE].notna()]
