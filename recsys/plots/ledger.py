"""The ledger of a session as a heatmap: events against the items of the list, in places or in points of score."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import plotly.graph_objects as go

from recsys.explain.ledger import Ledger, Line
from recsys.plots import theme
from recsys.plots.marks import SIGNS, one_line

PLACES, SCORE = "places", "score"
"""What the cells can show."""

SCALE = theme.sides(0.6)
"""Pushed down to lifted, thin enough that the text of either theme can be read on all of it."""

MAX_LABEL, MAX_HOVER = 14, 60
CELL_HEIGHT = 30
MOST_SHOWN = 99
"""Places in a cell; the hover has the rest."""
EMPTY = "Nothing has happened yet: like, open or review something."


def ledger_figure(
    found: Ledger, titles: Sequence[str], measure: str = PLACES, chosen: tuple[str, str] | None = None
) -> go.Figure:
    """Draw a row per event, oldest on top, and a column per listed item, best first; ``titles`` name the columns.

    Green cells were lifted by the event and orange ones pushed down, by the number of places (or points of score)
    in the cell; small amounts of points have no number. Every cell carries (event key, item id) as its custom data;
    ``chosen`` is such a pair and gets a frame.
    """
    if not found.lines or not found.item_ids:
        return nothing(EMPTY)
    values = (found.places if measure == PLACES else found.scores).tolist()
    sizes = [abs(value) for line in values for value in line if not isnan(value)]
    span = len(found.item_ids) if measure == PLACES else max(sizes, default=0.0)
    figure = go.Figure([_cells(values, span or 1.0), _signs(found, titles, values, measure, span)])
    theme.apply(figure, height=190 + CELL_HEIGHT * max(3, len(found.lines)))
    _axes(figure, found, titles)
    if chosen is not None:
        _frame(figure, found, chosen)
    return figure


def ledger_alt(found: Ledger, titles: Sequence[str], measure: str = PLACES) -> str:
    """Say the heatmap in words: for each event the item it did most for, and the one it cost most."""
    if not found.lines or not found.item_ids:
        return EMPTY
    values = (found.places if measure == PLACES else found.scores).tolist()
    unit, digits = ("places", 0) if measure == PLACES else ("points", 2)
    said = []
    for line, row in zip(found.lines, values, strict=True):
        known = {title: value for title, value in zip(titles, row, strict=True) if not isnan(value) and value}
        best, worst = max(known, key=known.__getitem__, default=""), min(known, key=known.__getitem__, default="")
        moves = [f"{title} {signed(known[title], digits)} {unit}" for title in dict.fromkeys((best, worst)) if title]
        said.append(f"{line.label or line.kind}: {', '.join(moves) or 'moved nothing'}")
    return f"What each event does to the list now. {'; '.join(said)}"


def nothing(sentence: str) -> go.Figure:
    """Draw an empty chart that says why it is empty."""
    figure = go.Figure()
    figure.add_annotation(text=sentence, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
    theme.apply(figure, height=120)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def _cells(values: Sequence[Sequence[float]], span: float) -> go.Heatmap:
    return go.Heatmap(
        z=[[None if isnan(value) else round(value, 4) for value in line] for line in values],
        zmin=-span,
        zmax=span,
        colorscale=SCALE,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def _signs(
    found: Ledger, titles: Sequence[str], values: Sequence[Sequence[float]], measure: str, span: float
) -> go.Scatter:
    """Numbers over the cells, in the colour of the page's text; they also take the clicks a heatmap does not report."""
    cells = [(row, column) for row in range(len(found.lines)) for column in range(len(found.item_ids))]
    unseen: dict[str, Any] = {"color": theme.CLEAR, "size": 22, "symbol": "square"}
    return go.Scatter(
        x=[column for _, column in cells],
        y=[row for row, _ in cells],
        mode="markers+text",
        marker=unseen,
        text=[_short(values[row][column], measure, span) for row, column in cells],
        textfont={"size": 10},
        selected={"marker": {"color": theme.CLEAR}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=[[found.lines[row].key, found.item_ids[column]] for row, column in cells],
        hovertext=[_told(found, titles, row, column) for row, column in cells],
        hoverinfo="text",
    )


def signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus, and no sign on zero.

    >>> signed(-0.5, 1), signed(-0.001, 2), signed(3, 0)
    ('−0.5', '0.00', '+3')
    """
    shown = f"{value:+.{digits}f}"
    return (shown if float(shown) else shown[1:]).replace("-", "−")


def _short(value: float, measure: str, span: float) -> str:
    """What fits into a cell on a phone; nothing for nothing, ``new`` where it was not to be listed at all."""
    if isnan(value):
        return "new"
    if measure == PLACES:
        return signed(max(-MOST_SHOWN, min(MOST_SHOWN, value)), 0) if value else ""
    return f"{value:.1f}".replace("-", "−") if abs(value) >= max(0.05, span / 10) else ""


def _told(found: Ledger, titles: Sequence[str], row: int, column: int) -> str:
    line, places, score = found.lines[row], float(found.places[row, column]), float(found.scores[row, column])
    moved = "not on any list without it" if isnan(places) else f"{signed(places, 0)} places"
    gone = "" if line.stands else "<br>replaced by something you did later"
    return (
        f"{one_line(line.label, MAX_HOVER)} ({line.kind})<br>{one_line(titles[column], MAX_HOVER)}"
        f"<br><b>{moved}</b>, {signed(score, 2)} points{gone}"
    )


def _axes(figure: go.Figure, found: Ledger, titles: Sequence[str]) -> None:
    n_lines, n_items = len(found.lines), len(found.item_ids)
    figure.update_xaxes(
        title="your list, best first",
        tickvals=list(range(n_items)),
        ticktext=[f"{place + 1} {one_line(title, MAX_LABEL)}" for place, title in enumerate(titles)],
        tickangle=-60,
        range=[-0.5, n_items - 0.5],
    )
    figure.update_yaxes(
        title="what you did",
        tickvals=list(range(n_lines)),
        ticktext=[_tick(line) for line in found.lines],
        range=[n_lines - 0.5, -0.5],
    )
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": 11})
    figure.update_layout(hovermode="closest", hoverdistance=-1, dragmode=False)


def _tick(line: Line) -> str:
    return f"{one_line(line.label, MAX_LABEL)} {SIGNS.get(line.kind, '')}".rstrip()


def _frame(figure: go.Figure, found: Ledger, chosen: tuple[str, str]) -> None:
    row = found.position(chosen[0])
    if row is not None and chosen[1] in found.item_ids:
        column = found.item_ids.index(chosen[1])
        box = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
        figure.add_shape(type="rect", line={"color": theme.MARKED, "width": 3}, **box)
