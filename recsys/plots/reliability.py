"""Stated chances against what came of them: dots on the diagonal mean that the chances can be taken at their word."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.metrics.probability import Bin
from recsys.plots import theme
from recsys.plots.marks import whiskers

HEIGHT = 420
DOT = theme.PALETTE[0]
SHARE_OF_HEIGHT = 0.72
"""The dots have so much of the height, the bars below them the rest."""
PERCENT = {"range": [-0.02, 1.02], "tickformat": ".0%", "tick0": 0, "dtick": 0.2, "zeroline": False}


def reliability_figure(bins: Sequence[Bin], average: float | None = None) -> go.Figure:
    """Draw a dot per bin with the whisker of its 95% interval, the diagonal, and below how many things each bin has.

    ``bins`` as from ``recsys.metrics.probability.reliability_bins``; without any, a sentence takes their place.
    ``average`` marks the share of likes of everything by a dotted line.
    """
    figure = go.Figure()
    if not bins:
        figure.add_annotation(text="No chances to check yet", showarrow=False, font={"size": 15})
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        return theme.apply(figure, height=HEIGHT)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": theme.NEUTRAL, "width": 2, "dash": "dash"}, hoverinfo="skip"
    )
    if average is not None:
        figure.add_hline(
            y=average,
            line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"},
            annotation={"text": f"average {average:.0%}", "font": {"size": 12}},
            annotation_position="top left",
        )
    figure.add_trace(_dots(bins))
    figure.add_trace(_counts(bins))
    figure.update_layout(
        xaxis={"title": "chance we said", "anchor": "y2", **PERCENT},
        yaxis={"title": "share they liked", "domain": [1 - SHARE_OF_HEIGHT, 1], **PERCENT},
        yaxis2={
            "title": "answers",
            "domain": [0, 0.9 - SHARE_OF_HEIGHT],
            "anchor": "x",
            "nticks": 3,
            "zeroline": False,
        },
        bargap=0,
    )
    return theme.apply(figure, height=HEIGHT)


def reliability_alt(bins: Sequence[Bin]) -> str:
    """Say the chart in words: what was said and what came of it, bin by bin."""
    if not bins:
        return "No chances to check yet"
    said = [f"said {one.predicted:.0%}, liked {one.observed:.0%} of {one.n:,}" for one in bins]
    return f"Chance we said against share they liked: {'; '.join(said)}"


def _dots(bins: Sequence[Bin]) -> go.Scatter:
    return go.Scatter(
        x=[one.predicted for one in bins],
        y=[one.observed for one in bins],
        error_y=whiskers(
            [one.observed for one in bins], [one.observed_low for one in bins], [one.observed_high for one in bins]
        ),
        mode="lines+markers",
        line={"color": DOT, "width": 2},
        marker={"color": DOT, "size": 10},
        customdata=[[f"{one.n:,}", f"{one.observed_low:.0%} to {one.observed_high:.0%}"] for one in bins],
        hovertemplate="said %{x:.0%}, liked %{y:.0%} of %{customdata[0]}<br>95% interval %{customdata[1]}"
        "<extra></extra>",
    )


def _counts(bins: Sequence[Bin]) -> go.Bar:
    return go.Bar(
        x=[(one.low + one.high) / 2 for one in bins],
        y=[one.n for one in bins],
        width=[0.94 * (one.high - one.low) for one in bins],
        yaxis="y2",
        marker={"color": DOT, "opacity": 0.6},
        customdata=[f"{one.low:.0%} to {one.high:.0%}" for one in bins],
        hovertemplate="%{y:,} answers with a chance of %{customdata}<extra></extra>",
    )
