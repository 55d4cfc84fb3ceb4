"""How the people are spread over the values of one metric."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme


def people_figure(
    labels: Sequence[str], ours: Sequence[int], theirs: Sequence[int] | None, metric: str, model: str, against: str
) -> go.Figure:
    """Draw a bar per range of values, as high as it has people; markers show the model ``against``.

    ``labels`` name the ranges; ``ours`` and ``theirs`` (None for none) count people in each. Every bar carries the
    place of its range as ``customdata``.
    """
    name, other = MODELS[model].label, MODELS[against].label
    figure = go.Figure(
        go.Bar(
            x=list(labels),
            y=list(ours),
            name=name,
            marker={"color": theme.colour(model)},
            customdata=list(range(len(labels))),
            hovertemplate=f"{name}: %{{y}} people with %{{x}}<extra></extra>",
        )
    )
    if theirs is not None:
        figure.add_scatter(
            x=list(labels),
            y=list(theirs),
            name=other,
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 22, "line": {"width": 3}, "color": theme.NEUTRAL},
            hovertemplate=f"{other}: %{{y}} people with %{{x}}<extra></extra>",
        )
    figure.update_xaxes(title=f"{METRICS[metric].label} of one person, {METRICS[metric].unit}", type="category")
    figure.update_yaxes(title="people", rangemode="tozero")
    theme.apply(figure, height=theme.LOW).update_layout(bargap=0.15)
    return theme.legend_above(figure)


def people_alt(labels: Sequence[str], ours: Sequence[int], metric: str, model: str) -> str:
    """Say the chart in words: how many people in each range."""
    said = [f"{n:,} with {label}" for label, n in zip(labels, ours, strict=True) if n]
    if not said:
        return "Nothing could be measured"
    return f"People of {MODELS[model].label} by {METRICS[metric].label}: {', '.join(said)}"
