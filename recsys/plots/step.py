"""One step of a taste on the map of a catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import one_line
from recsys.types import Matrix, Vector

HEIGHT = 220
ROOM = 3.0
MAX_HOVER = 60


def step_figure(dots: Matrix, titles: Sequence[str], before: Vector | None, after: Vector) -> go.Figure:
    """Draw the items at ``dots`` (n, 2) with their ``titles`` faintly, and an arrow from ``before`` (2,) to ``after``.

    The part of the map around the arrow is shown, so that a small step can be seen. Without ``before``, the place of
    who has done nothing yet, there is only the star of where they would be.
    """
    figure = go.Figure(
        go.Scattergl(
            x=dots[:, 0],
            y=dots[:, 1],
            mode="markers",
            marker={"size": 6, "color": theme.FAINT, "opacity": 0.5},
            hovertext=[one_line(title, MAX_HOVER) for title in titles],
            hoverinfo="text",
        )
    )
    if before is not None:
        figure.add_trace(_place(before, "circle-open", "now", _beside(after, before)))
        figure.add_annotation(
            x=float(after[0]),
            y=float(after[1]),
            ax=float(before[0]),
            ay=float(before[1]),
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            showarrow=True,
            arrowhead=2,
            arrowwidth=2,
            arrowcolor=theme.MARKED,
            standoff=8,
        )
    figure.add_trace(_place(after, "star", "with this review", _beside(after if before is None else before, after)))
    theme.apply(figure, height=HEIGHT)
    blank = {"showticklabels": False, "showgrid": False, "zeroline": False, "title": "", "fixedrange": True}
    across, up = _around(dots, before, after)
    figure.update_xaxes(**blank, range=across)
    figure.update_yaxes(**blank, range=up)
    return figure


def _around(dots: Matrix, before: Vector | None, after: Vector) -> tuple[list[float], list[float]]:
    """Ranges of both axes: the step in the middle, ``ROOM`` times as long to every side, or a thirtieth of the map."""
    start = after if before is None else before
    least = float(np.ptp(dots, axis=0).max()) / 30 if len(dots) else 0.0
    reach = max(ROOM * float(np.linalg.norm(after - start)), least) or 1.0
    middle = (after + start) / 2
    return [float(middle[0]) - 2 * reach, float(middle[0]) + 2 * reach], [
        float(middle[1]) - reach,
        float(middle[1]) + reach,
    ]


def step_alt(stranger: bool) -> str:
    """Say in words what the step shows."""
    start = "Your first place" if stranger else "An arrow from your place to where this review would take you"
    return f"{start} on the map of all items, which lie near those whose texts are alike."


def _place(at: Vector, symbol: str, name: str, side: str) -> go.Scatter:
    return go.Scatter(
        x=[float(at[0])],
        y=[float(at[1])],
        mode="markers+text",
        text=[name],
        textposition=side,
        textfont={"color": theme.MARKED, "size": 12},
        marker={"size": 14, "symbol": symbol, "color": theme.MARKED, "line": {"width": 2, "color": theme.MARKED}},
        hoverinfo="skip",
    )


def _beside(other: Vector, at: Vector) -> str:
    """The side of ``at`` that looks away from ``other``."""
    return "middle left" if at[0] < other[0] else "middle right"
