"""One model under many protocols, with the numbers others published beside."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.evaluate.lens import PUBLISHED, Lens, Published
from recsys.metrics import METRICS
from recsys.plots import theme
from recsys.plots.marks import interval

ROW_HEIGHT = 34
FULL, SAMPLED = theme.PALETTE[0], theme.PALETTE[1]


def lens_figure(table: pd.DataFrame, metric: str, published: Published = PUBLISHED) -> go.Figure:
    """Draw a dot per protocol with the whisker of its 95% interval, in the order of ``table``.

    ``table`` is ``recsys.evaluate.lens.lens``. Protocols that rank a sample have a colour of their own; protocols
    without a number are left out. The ``published`` numbers of the same metric stand in a row of their own as open
    diamonds: they are somebody else's model and data.
    """
    known = _known(table, metric)
    names = list(known[Lens.PROTOCOL])
    values, low, high = known[Evaluation.VALUE], known[Evaluation.LOW], known[Evaluation.HIGH]
    figure = go.Figure(
        go.Scatter(
            x=list(values),
            y=names,
            mode="markers",
            marker={"size": 11, "color": [SAMPLED if n else FULL for n in known[Lens.SAMPLED]]},
            error_x=interval(known),
            customdata=[
                [f"{a:.4f} to {b:.4f}", f"{n:,}"] for a, b, n in zip(low, high, known[Evaluation.N_USERS], strict=True)
            ],
            hovertemplate="%{y}: %{x:.4f}<br>95% interval %{customdata[0]}, %{customdata[1]} people<extra></extra>",
        )
    )
    ticks = [f"{name} <b>{value:.3f}</b>" for name, value in zip(names, values, strict=True)]
    if names and published.metric == metric:
        row = f"{published.model}, {published.dataset}"
        figure.add_scatter(
            x=list(published.values),
            y=[row] * len(published.values),
            mode="markers",
            marker={"size": 11, "symbol": "diamond-open", "color": theme.NEUTRAL, "line": {"width": 2}},
            hovertemplate=f"{row}: %{{x:.2f}}<br>{published.label}<extra></extra>",
        )
        names, ticks = [*names, row], [*ticks, f"{row}<br><i>{published.label}</i>"]
    figure.update_yaxes(
        tickvals=names, ticktext=ticks, categoryorder="array", categoryarray=names, autorange="reversed"
    )
    figure.update_xaxes(title=f"{METRICS[metric].label}, {METRICS[metric].unit}", rangemode="tozero", zeroline=True)
    return theme.apply(figure, height=92 + ROW_HEIGHT * len(names))


def lens_alt(table: pd.DataFrame, metric: str, published: Published = PUBLISHED) -> str:
    """Say the chart in words: every protocol with its interval, and the published numbers as such."""
    known = _known(table, metric)
    said = [
        f"{row[Lens.PROTOCOL]} {row[Evaluation.VALUE]:.3f} ({row[Evaluation.LOW]:.3f} to {row[Evaluation.HIGH]:.3f})"
        for row in known.to_dict("records")
    ]
    if not said:
        return "Nothing could be measured"
    words = f"{METRICS[metric].label} of the same model by protocol, with 95% intervals: {', '.join(said)}"
    if published.metric != metric:
        return words
    others = ", ".join(f"{value:.2f}" for value in published.values)
    return f"{words}. {published.model} on {published.dataset}, {published.label}: {others}"


def _known(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    return table[(table[Evaluation.METRIC] == metric) & table[Evaluation.VALUE].notna()]
