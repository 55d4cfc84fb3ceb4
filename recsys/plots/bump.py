"""Candidates before and after re-ranking: a line per item from its old place to its new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import one_line
from recsys.rerank.effects import Move

LINE = 25.6
"""Pixels from one item to the next: those of a line of text, so that a list stands beside either end."""
MAX_HOVER = 60
EMPTY = "Nothing to re-rank"
BEND = tuple(step / 16 for step in range(17))
"""Where along its way, in [0, 1], a line is drawn: it leaves and arrives level."""

_SIGNS = {
    "up": (theme.PULL, "triangle-up"),
    "down": (theme.PUSH, "triangle-down"),
    "same": (theme.NEUTRAL, "circle"),
    "out": (theme.PUSH, "x"),
}
"""Colour and marker of each direction: colour is never the only sign."""


def bump_figure(moves: Sequence[Move], titles: Mapping[int, str], k: int) -> go.Figure:
    """Draw ``recsys.rerank.effects.moves``: old places on the left, new ones on the right; a touch says the title.

    A dotted line ends the list of ``k`` items on either side; below it are items that were not on it, or no longer
    are, with their place among all candidates. ``titles`` by row of the catalogue.
    """
    old = sorted(moves, key=lambda move: move.before)
    lane = {move.row: place for place, move in enumerate(old, start=1)}
    figure = go.Figure([_line(move, titles[move.row], lane[move.row], end) for end, move in enumerate(moves, start=1)])
    # An axis is drawn only where a trace uses it.
    figure.add_scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip")
    theme.apply(figure, height=round(LINE * max(len(moves), 1)))  # a broken pixel would make a box that scrolls
    places = list(range(1, len(moves) + 1))
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        yaxis={**_axis(moves), "tickvals": places, "ticktext": [str(move.before) for move in old]},
        yaxis2={
            **_axis(moves),
            **{"tickvals": places, "ticktext": [str(move.after or "✕") for move in moves]},
            **{"overlaying": "y", "side": "right", "automargin": True},
        },
    )
    _ends(figure, 0, sum(move.before <= k for move in moves), len(moves))
    _ends(figure, 1, sum((move.after or k + 1) <= k for move in moves), len(moves))
    figure.update_xaxes(range=[-0.04, 1.04], showticklabels=False, showgrid=False, zeroline=False, fixedrange=True)
    return figure


def bump_alt(moves: Sequence[Move], titles: Mapping[int, str]) -> str:
    """Say the chart in words: everybody's old and new place."""
    said = "; ".join(f"{titles[move.row]} {_way(move)}" for move in moves)
    return f"Places before and after: {said}" if said else EMPTY


def _way(move: Move) -> str:
    if move.after == move.before:
        return f"stays {move.before}"
    return f"from {move.before} {f'to {move.after}' if move.after else 'taken out'}"


def _axis(moves: Sequence[Move]) -> dict[str, Any]:
    span = [len(moves) + 0.5, 0.5]
    return {"range": span, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}


def _direction(move: Move) -> str:
    if not move.after:
        return "out"
    return "up" if move.after < move.before else "down" if move.after > move.before else "same"


def _line(move: Move, title: str, start: int, end: int) -> go.Scatter:
    colour, marker = _SIGNS[_direction(move)]
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
        opacity=0.55 if _direction(move) == "same" else 0.95,
        hovertemplate=f"{one_line(title, MAX_HOVER)}<br>{_way(move)}<extra></extra>",
    )


def _ends(figure: go.Figure, x: int, listed: int, of: int) -> None:
    """Mark the end of the list on one side, where there is more below it."""
    if listed == of:
        return
    start, end = (-0.04, 0.2) if x == 0 else (0.8, 1.04)
    line = {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=start, x1=end, y0=listed + 0.5, y1=listed + 0.5, line=line, layer="below")
