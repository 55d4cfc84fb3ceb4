"""Charts of cycles: people over time, what explains it, how it is like itself later, and one cycle laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from recsys.audience.period import CALENDAR, Periods
from recsys.plots import theme


def course_figure(looked: Periods) -> go.Figure:
    """Draw how many people came in each unit; its number since 1970 is the ``customdata`` of each dot."""
    units = np.arange(looked.start, looked.start + len(looked.counts))
    step = np.timedelta64(int(looked.seconds), "s")
    figure = go.Figure(
        go.Scatter(
            x=list((units * step + np.datetime64(0, "s")).astype(str)),
            y=looked.counts.tolist(),
            mode="lines+markers",
            line={"color": theme.PALETTE[2], "width": 1.2},
            marker={"size": 5},
            customdata=[[int(unit)] for unit in units],
            hovertemplate="%{x|%a %d %b %Y %H:%M}: %{y:,} people<extra></extra>"
            if looked.unit == "hour"
            else "%{x|%a %d %b %Y}: %{y:,} people<extra></extra>",
        )
    )
    theme.apply(figure, height=280)
    figure.update_xaxes(title=f"{looked.unit} (UTC)")
    figure.update_yaxes(title=f"people per {looked.unit}", rangemode="tozero")
    return figure


def course_alt(looked: Periods) -> str:
    """Say the line in words."""
    counts = looked.counts
    return (
        f"People per {looked.unit} over {len(counts)} {looked.unit}s: from {counts.min():,} to {counts.max():,}, "
        f"{counts.mean():.1f} on average"
    )


def power_figure(looked: Periods) -> go.Figure:
    """Draw how much a wave of each period explains, and the line that chance seldom crosses."""
    figure = go.Figure(
        go.Scatter(
            x=looked.period.tolist(),
            y=(100 * looked.power).tolist(),
            mode="lines",
            line={"color": theme.PULL, "width": 2},
            customdata=[[f"{one:.3f}"] for one in looked.p],
            hovertemplate=f"every %{{x:.1f}} {looked.unit}s: %{{y:.1f}}%, p = %{{customdata[0]}}<extra></extra>",
        )
    )
    theme.apply(figure, height=280)
    line = {"color": theme.MARKED, "dash": "dot", "width": 1.5}
    figure.add_hline(y=100 * looked.chance, line=line, annotation={"text": "chance", "font": {"size": 12}})
    if not math.isnan(looked.chance_usual):
        usual, limit = CALENDAR[looked.unit], 100 * looked.chance_usual
        reach = 0.02 * float(looked.period[-1])
        figure.add_shape(
            type="line", x0=usual - reach, x1=usual + reach, y0=limit, y1=limit, line={**line, "dash": "solid"}
        )
    figure.update_xaxes(title=f"length of a cycle ({looked.unit}s)")
    figure.update_yaxes(title="ups and downs explained (%)", rangemode="tozero")
    return figure


def power_alt(looked: Periods) -> str:
    """Say the periodogram in words."""
    return (
        f"Periodogram of {looked.period[0]:.0f} to {looked.period[-1]:.0f} {looked.unit}s, highest at "
        f"{looked.period[looked.power.argmax()]:.1f} with {looked.power.max():.0%}; chance seldom exceeds "
        f"{looked.chance:.0%}. {looked.words}"
    )


def correlation_figure(looked: Periods) -> go.Figure:
    """Draw how alike the counts are to themselves so many units later, and the limits of chance."""
    lags = list(range(1, len(looked.correlation) + 1))
    figure = go.Figure(
        go.Bar(
            x=lags,
            y=looked.correlation.tolist(),
            marker={"color": [theme.PULL if one > 0 else theme.PUSH for one in looked.correlation]},
            hovertemplate=f"%{{x}} {looked.unit}s later: %{{y:.2f}}<extra></extra>",
        )
    )
    theme.apply(figure, height=280)
    for limit in (looked.band, -looked.band):
        figure.add_hline(y=limit, line={"color": theme.MARKED, "dash": "dot", "width": 1.5})
    figure.update_xaxes(title=f"later by ({looked.unit}s)")
    figure.update_yaxes(title="alike (correlation, −1 to 1)")
    return figure


def correlation_alt(looked: Periods) -> str:
    """Say the autocorrelation in words."""
    beyond = [lag for lag, one in enumerate(looked.correlation, start=1) if abs(one) > looked.band]
    said = f"beyond chance at {', '.join(map(str, beyond))}" if beyond else "nowhere beyond chance"
    return f"Autocorrelation at 1 to {len(looked.correlation)} {looked.unit}s: {said} (limit {looked.band:.2f})"


def cycle_figure(labels: Sequence[str], shares: Sequence[float], errors: Sequence[float], unit: str) -> go.Figure:
    """Draw one cycle: the share of events (%) at each place, with 95% intervals; the place is its ``customdata``."""
    figure = go.Figure(
        go.Bar(
            x=list(labels),
            y=list(shares),
            error_y={"type": "data", "array": list(errors), "color": theme.NEUTRAL, "thickness": 1.5, "width": 4},
            marker={"color": theme.PALETTE[0]},
            customdata=[[place] for place in range(len(labels))],
            hovertemplate="%{x}: %{y:.1f}% of events<extra></extra>",
        )
    )
    theme.apply(figure, height=280)
    figure.update_xaxes(title=f"{unit} of the cycle (UTC)", type="category")
    figure.update_yaxes(title="events (%)", rangemode="tozero")
    return figure


def cycle_alt(labels: Sequence[str], shares: Sequence[float]) -> str:
    """Say the cycle in words."""
    return "Share of events: " + ", ".join(f"{label} {one:.1f}%" for label, one in zip(labels, shares, strict=True))
