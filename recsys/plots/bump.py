"""Candidates before and after re-ranking: a line per item from its old place to its new one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import one_line
from recsys.rerank.effects import Move

ROW_HEIGHT = 30
LETTERS, MAX_HOVER = 15, 60
"""Of a title, so that both sides and the lines between them fit on a phone; the whole one shows on a touch."""
EMPTY = "Nothing to re-rank"
BEND = tuple(step / 16 for step in range(17))
"""Where along its way, in [0, 1], a line is drawn: it leaves and arrives level."""

Item = Mapping[Hashable, Any]
"""A line of ``moves``."""
_SIGNS = {
    "up": (theme.PULL, "▲", "triangle-up"),
    "down": (theme.PUSH, "▼", "triangle-down"),
    "same": (theme.NEUTRAL, "=", "circle"),
    "out": (theme.PUSH, "✕", "x"),
}
"""Colour, sign and marker of each direction: colour is never the only one."""


def bump_figure(moves: pd.DataFrame, k: int, letters: int = LETTERS) -> go.Figure:
    """Draw ``recsys.rerank.effects.moves``: old order on the left, new order on the right, titles on both sides.

    A dotted line ends the list of ``k`` items on either side; below it are items that were not on it, or no longer
    are, with their place among all candidates. Titles are cut at ``letters``.
    """
    items = moves.to_dict("records")
    left, right = (
        [_lane(item, items, Move.BEFORE) for item in items],
        [_lane(item, items, Move.AFTER) for item in items],
    )
    figure = go.Figure()
    for item, start, end in zip(items, left, right, strict=True):
        figure.add_trace(_line(item, start, end))
    # An axis is drawn only where a trace uses it.
    figure.add_scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip")
    theme.apply(figure, height=90 + ROW_HEIGHT * max(len(items), 1))
    axis = {"range": [len(items) + 0.6, 0.4], "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
    figure.update_layout(
        yaxis={**axis, "tickvals": left, "ticktext": [_left(item, letters) for item in items]},
        yaxis2={
            **axis,
            "tickvals": right,
            "ticktext": [_right(item, letters) for item in items],
            "overlaying": "y",
            "side": "right",
            "automargin": True,
        },
        margin={"r": 8},
    )
    for x, column, lanes_of in ((0, Move.BEFORE, left), (1, Move.AFTER, right)):
        listed = sum(0 < item[column] <= k for item in items)
        if listed < len(lanes_of):
            _end_of_list(figure, x, listed + 0.5)
    figure.update_xaxes(
        range=[-0.04, 1.04],
        tickvals=[0, 1],
        ticktext=["before", "after"],
        side="top",
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    return figure


def bump_alt(moves: pd.DataFrame) -> str:
    """Say the chart in words: everybody's old and new place."""
    said = []
    for item in moves.to_dict("records"):
        new = f"to {item[Move.AFTER]}" if item[Move.AFTER] else "taken out"
        stays = item[Move.AFTER] == item[Move.BEFORE]
        said.append(
            f"{item[Move.TITLE]} {'stays' if stays else 'from'} {item[Move.BEFORE]}{'' if stays else ' ' + new}"
        )
    return f"Places before and after: {'; '.join(said)}" if said else EMPTY


def _lane(item: Item, items: Sequence[Item], column: Move) -> int:
    """From the top, 1: items before it in the order of ``column``; those that were taken out come last."""
    place = int(item[column])
    if place:
        return 1 + sum(0 < int(other[column]) < place for other in items)
    return 1 + sum(bool(other[column] or other[Move.BEFORE] < item[Move.BEFORE]) for other in items)


def _direction(item: Item) -> str:
    if not item[Move.AFTER]:
        return "out"
    gained = item[Move.BEFORE] - item[Move.AFTER]
    return "up" if gained > 0 else "down" if gained < 0 else "same"


def _line(item: Item, start: int, end: int) -> go.Scatter:
    colour, _, marker = _SIGNS[_direction(item)]
    return go.Scatter(
        x=list(BEND),
        y=[start + (end - start) * x * x * (3 - 2 * x) for x in BEND],
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={
            "symbol": ["circle"] * (len(BEND) - 1) + [marker],
            "size": [8, *[0] * (len(BEND) - 2), 12],
            "color": colour,
        },
        opacity=0.55 if _direction(item) == "same" else 0.95,
        hovertemplate=f"{_whole(item)}<extra></extra>",
    )


def _whole(item: Item) -> str:
    new = f"place {item[Move.AFTER]}" if item[Move.AFTER] else "taken out"
    return f"{one_line(str(item[Move.TITLE]), MAX_HOVER)}<br>from place {item[Move.BEFORE]}: {new}"


def _left(item: Item, letters: int) -> str:
    return f"{one_line(str(item[Move.TITLE]), letters)}  <b>{item[Move.BEFORE]}</b>"


def _right(item: Item, letters: int) -> str:
    colour, sign, _ = _SIGNS[_direction(item)]
    gained = abs(item[Move.BEFORE] - item[Move.AFTER]) if item[Move.AFTER] else 0
    moved = f'<span style="color:{colour}">{sign}{gained or ""}</span>'
    place = f"<b>{item[Move.AFTER]}</b> " if item[Move.AFTER] else ""
    return f"{place}{moved} {one_line(str(item[Move.TITLE]), letters)}"


def _end_of_list(figure: go.Figure, x: int, y: float) -> None:
    ends = (-0.04, 0.2) if x == 0 else (0.8, 1.04)
    figure.add_shape(
        type="line",
        **{"x0": ends[0], "x1": ends[1], "y0": y, "y1": y},
        line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"},
        layer="below",
    )
