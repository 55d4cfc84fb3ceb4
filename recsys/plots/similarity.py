"""A grid of similarities as a heatmap that can be clicked."""

from __future__ import annotations

from unicodedata import east_asian_width

import plotly.graph_objects as go

from recsys.explain.similarity import ITEM, Grid, Line
from recsys.plots import theme
from recsys.plots.marks import SIGNS, one_line

MAX_LABEL, MAX_COLUMN = 18, 24
"""Letters of a row's label, which takes width from the cells, and of a column's, which hangs below them."""
MAX_HOVER = 60
CELL_HEIGHT = 22
"""Pixels; a finger still hits it."""

SCALE = theme.sides(1.0)
"""Unlike to alike through almost nothing, which lets either theme's background stand for zero."""


def heatmap(grid: Grid, chosen: tuple[str, str] | None = None) -> go.Figure:
    """Draw ``grid`` with rows from the top; ``chosen`` (row key, column key) gets a frame.

    A heatmap reports no clicks, so that invisible squares lie over the cells; each carries its pair of keys.
    """
    figure = go.Figure([_cells(grid), _squares(grid)])
    theme.apply(figure, height=200 + CELL_HEIGHT * max(6, len(grid.rows)))
    figure.update_xaxes(
        tickvals=list(range(len(grid.columns))),
        ticktext=[_tick(line) for line in grid.columns],
        tickangle=-60,
        range=[-0.5, len(grid.columns) - 0.5],
    )
    figure.update_yaxes(
        tickvals=list(range(len(grid.rows))),
        ticktext=[_tick(line) for line in grid.rows],
        range=[len(grid.rows) - 0.5, -0.5],
    )
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": 11})
    figure.update_layout(hovermode="closest", hoverdistance=-1, dragmode=False)
    if chosen is not None:
        _frame(figure, grid, chosen)
    return figure


def heatmap_alt(grid: Grid) -> str:
    """Say in words what the heatmap shows."""
    row, column, cosine = grid.closest
    return (
        f"Similarity of {len(grid.rows)} rows and {len(grid.columns)} columns, from "
        f"{grid.values.min():+.2f} to {grid.values.max():+.2f}. Closest: {row.label} and {column.label}, "
        f"{cosine:+.2f}. Any pair can be chosen below the picture."
    )


def _cells(grid: Grid) -> go.Heatmap:
    return go.Heatmap(
        z=grid.values.astype(float).round(4).tolist(),
        zmin=-grid.span,
        zmax=grid.span,
        colorscale=SCALE,
        colorbar={
            "title": {"text": "unlike ← → alike (cosine)", "side": "top", "font": {"size": 12}},
            "orientation": "h",
            "thickness": 8,
            "len": 0.4,
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "bottom",
            "ypad": 4,
            "outlinewidth": 0,
            "tickvals": [-grid.span, 0, grid.span],
            "ticktext": [f"−{grid.span:.2f}", "0", f"+{grid.span:.2f}"],
        },
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )


def _squares(grid: Grid) -> go.Scatter:
    cells = [(r, c) for r in range(len(grid.rows)) for c in range(len(grid.columns))]
    unseen = {"color": theme.CLEAR, "size": 16, "symbol": "square"}
    return go.Scatter(
        x=[c for _, c in cells],
        y=[r for r, _ in cells],
        mode="markers",
        marker=unseen,
        selected={"marker": {"color": theme.CLEAR}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=[[grid.rows[r].key, grid.columns[c].key] for r, c in cells],
        hovertext=[
            f"{one_line(grid.rows[r].label, MAX_HOVER)} ({grid.rows[r].kind})<br>"
            f"{one_line(grid.columns[c].label, MAX_HOVER)}<br>"
            f"<b>{grid.values[r, c]:+.2f}</b>"
            for r, c in cells
        ],
        hoverinfo="text",
    )


def _frame(figure: go.Figure, grid: Grid, chosen: tuple[str, str]) -> None:
    rows = {line.key: position for position, line in enumerate(grid.rows)}
    columns = {line.key: position for position, line in enumerate(grid.columns)}
    if chosen[0] in rows and chosen[1] in columns:
        y, x = rows[chosen[0]], columns[chosen[1]]
        box = {"x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5}
        figure.add_shape(type="rect", line={"color": theme.MARKED, "width": 3}, **box)


def _tick(line: Line) -> str:
    if line.kind == ITEM:
        return _short(line.label if line.place is None else f"{line.place} · {line.label}", MAX_COLUMN)
    name = line.label if line.row is not None else f"“{line.label}”"
    return f"{_short(name, MAX_LABEL)} {''.join(SIGNS.get(kind, '') for kind in line.kind.split(' + '))}"


def _short(label: str, limit: int) -> str:
    """As much of a label as has room; a Chinese character takes that of two letters."""
    wide = sum(east_asian_width(sign) in "WF" for sign in label[:limit])
    return one_line(label, limit - wide // 2)
