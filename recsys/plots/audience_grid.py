"""Squares in rows and columns that answer a click: hours of the week, who comes back, what follows what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from recsys.plots import theme

RISING = ((0.0, "rgba(20, 133, 122, 0.06)"), (1.0, theme.PULL))
"""Next to nothing to most, on either theme's background."""
MARK = "•"


@dataclass(frozen=True, slots=True)
class Cell:
    """One square."""

    row: int
    column: int
    value: float | None
    """What its colour says; None leaves it empty."""
    key: tuple[str | int, ...]
    """What a click on it returns."""
    said: str
    """What stands beside the pointer."""
    marked: bool = False
    """Whether it carries a dot."""


def grid_figure(
    cells: Sequence[Cell],
    rows: Sequence[str],
    columns: Sequence[str],
    scale: tuple[tuple[float, str], ...],
    ends: tuple[float, float],
    row_height: int,
) -> go.Figure:
    """Draw ``cells`` with ``rows`` from the top; ``ends`` are the values of the ``scale``'s first and last colour.

    A heatmap reports no clicks, so that invisible squares lie over it; each carries its key as ``customdata``.
    """
    values: list[list[float | None]] = [[None] * len(columns) for _ in rows]
    for cell in cells:
        values[cell.row][cell.column] = cell.value
    figure = go.Figure(
        go.Heatmap(
            z=values, zmin=ends[0], zmax=ends[1], colorscale=scale, showscale=False, xgap=1, ygap=1, hoverinfo="skip"
        )
    )
    unseen = {"color": theme.CLEAR, "size": max(10, row_height - 6), "symbol": "square"}
    figure.add_scatter(
        x=[cell.column for cell in cells],
        y=[cell.row for cell in cells],
        mode="markers+text",
        text=[MARK if cell.marked else "" for cell in cells],
        marker=unseen,
        selected={"marker": {"color": theme.CLEAR}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=[list(cell.key) for cell in cells],
        hovertext=[cell.said for cell in cells],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    theme.apply(figure, height=110 + row_height * len(rows))
    for axis, labels in ((figure.update_xaxes, columns), (figure.update_yaxes, rows)):
        shown = [place for place, label in enumerate(labels) if label]
        axis(tickvals=shown, ticktext=[labels[place] for place in shown], showgrid=False, zeroline=False)
        axis(fixedrange=True)
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5])
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5])
    figure.update_layout(hovermode="closest", hoverdistance=-1, dragmode=False)
    return figure
