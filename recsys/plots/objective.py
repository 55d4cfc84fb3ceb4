"""Accuracy, variety and discovery against each other: the triangle of what a list can be for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import whiskers
from recsys.rerank.objective import Objective, Point

HEIGHT = 420
SCALE = ((0.0, theme.PUSH), (1.0, theme.PULL))
"""From little to much; both show on both themes."""
EMPTY = "Nothing could be measured"


def triangle_figure(
    table: pd.DataFrame, chosen: Objective | None = None, label: str = "estimated accuracy"
) -> go.Figure:
    """Draw every point of ``recsys.rerank.objective.frontier`` (or of ``recsys.evaluate.rerank_frontier``).

    Colour tells the accuracy of the list; points that no other beats in everything are ringed; ``chosen`` is crossed.
    """
    figure = go.Figure()
    # Names as marks of their own: titles of the axes would run into the dots in the corners.
    figure.add_scatterternary(
        **_corners([1, 0, 0], [0, 1, 0], [0, 0, 1]),
        mode="markers+text",
        cliponaxis=False,
        marker={"size": 18, "opacity": 0},
        text=["Accuracy", "Variety", "Discovery"],
        textposition=["top center", "bottom center", "bottom center"],
        textfont={"size": 15},
        hoverinfo="skip",
    )
    known = table[table[Point.HITS].notna()]
    for efficient, rows in known.groupby(Point.EFFICIENT, sort=True):
        figure.add_trace(_dots(rows, bool(efficient), known[Point.HITS], label))
    if chosen is not None and len(known):
        figure.add_trace(_chosen(chosen))
    theme.apply(figure, height=HEIGHT)
    axis = {"showticklabels": False, "ticks": "", "gridcolor": theme.GRID, "linecolor": theme.NEUTRAL, "min": 0}
    return figure.update_layout(
        ternary={
            "sum": 1,
            "bgcolor": theme.CLEAR,
            **{f"{side}axis": {**axis, "title": {"text": ""}} for side in "abc"},
        },
        margin={"l": 40, "r": 40, "t": 52, "b": 48},
    )


def triangle_alt(table: pd.DataFrame, chosen: Objective | None = None, label: str = "estimated accuracy") -> str:
    """Say the triangle in words: what each corner gives, and where the chosen point is."""
    known = table[table[Point.HITS].notna()]
    if known.empty:
        return EMPTY
    said = [
        f"all {name} gives {_measured(rows.to_dict('records')[0], label)}"
        for column, name in _NAMES.items()
        if len(rows := known[known[column] == 1])
    ]
    n_best = int(known[Point.EFFICIENT].sum())
    here = f". Chosen: {_weights(chosen.weights)}" if chosen is not None else ""
    return f"{', '.join(said)}; {n_best} of {len(known)} points are beaten by none{here}"


def trade_figure(table: pd.DataFrame, chosen: Objective | None = None, label: str = "estimated accuracy") -> go.Figure:
    """Draw what the same points give: variety across, accuracy up, the size of a dot by how little known the items are.

    Intervals are drawn where the table has them; ``chosen`` is crossed at its nearest point.
    """
    known = table[table[Point.HITS].notna() & table[Point.ILD].notna()]
    figure = go.Figure()
    for efficient, rows in known.groupby(Point.EFFICIENT, sort=True):
        figure.add_scatter(
            x=list(rows[Point.ILD]),
            y=list(rows[Point.HITS]),
            error_x=_whiskers(rows, Point.ILD),
            error_y=_whiskers(rows, Point.HITS),
            mode="markers",
            marker={
                "color": theme.PALETTE[0] if efficient else theme.NEUTRAL,
                "symbol": "circle" if efficient else "circle-open",
                "size": _sizes(rows[Point.BITS], known[Point.BITS]),
                "opacity": 0.75,
                "line": {"width": 1, "color": theme.NEUTRAL},
            },
            hovertext=[_hover(row, label) for row in rows.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    if chosen is not None and len(known):
        figure.add_trace(_nearest(known, chosen))
    figure.update_xaxes(title="variety of texts: 0 all alike, about 1 unrelated →", zeroline=False)
    figure.update_yaxes(title=f"{label} →", zeroline=False)
    return theme.apply(figure, height=HEIGHT)


def trade_alt(table: pd.DataFrame, label: str = "estimated accuracy") -> str:
    """Say the trade in words: the most accurate and the most varied of the points."""
    known = table[table[Point.HITS].notna() & table[Point.ILD].notna()]
    if known.empty:
        return EMPTY
    best, varied = (
        known[known[column] == known[column].max()].to_dict("records")[0] for column in (Point.HITS, Point.ILD)
    )
    return f"The most accurate list has {_measured(best, label)}; the most varied has {_measured(varied, label)}"


_CROSS = {"symbol": "x", "size": 15, "color": theme.MARKED, "line": {"width": 2, "color": "white"}}
_NAMES = {Point.ACCURACY: "accuracy", Point.DIVERSITY: "variety", Point.NOVELTY: "discovery"}


def _corners(
    accuracy: Sequence[float], diversity: Sequence[float], novelty: Sequence[float]
) -> dict[str, Sequence[float]]:
    return {"a": accuracy, "b": diversity, "c": novelty}


def _chosen(chosen: Objective) -> go.Scatterternary:
    return go.Scatterternary(
        **_corners([chosen.accuracy], [chosen.diversity], [chosen.novelty]),
        mode="markers",
        cliponaxis=False,
        marker=_CROSS,
        hovertemplate=f"Chosen: {_weights(chosen.weights)}<extra></extra>",
    )


def _dots(rows: pd.DataFrame, efficient: bool, accuracies: pd.Series, label: str) -> go.Scatterternary:
    """One trace; all share the range of ``accuracies``, and the ringed ones carry its scale.

    The weights of a dot stand in ``customdata`` too, for who clicks at it.
    """
    return go.Scatterternary(
        customdata=rows[[str(column) for column in _NAMES]].to_numpy().tolist(),
        **_corners(list(rows[Point.ACCURACY]), list(rows[Point.DIVERSITY]), list(rows[Point.NOVELTY])),
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 14 if efficient else 9,
            "color": list(rows[Point.HITS]),
            "colorscale": [list(stop) for stop in SCALE],
            "cmin": float(accuracies.min()),
            "cmax": float(accuracies.max()),
            "line": {"width": 2 if efficient else 0, "color": theme.NEUTRAL},
            "showscale": efficient,
            "colorbar": {
                "title": {"text": label, "side": "top"},
                "orientation": "h",
                "thickness": 10,
                "len": 0.7,
                "y": -0.14,
                "yanchor": "top",
            },
        },
        hovertext=[_hover(row, label) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _nearest(known: pd.DataFrame, chosen: Objective) -> go.Scatter:
    """The chosen point, drawn where its nearest neighbour of the table is."""
    weights = [str(column) for column in _NAMES]
    apart = (known[weights] - list(chosen.weights)).abs().sum(axis=1)
    row = known[apart == apart.min()].to_dict("records")[0]
    return go.Scatter(
        x=[row[Point.ILD]],
        y=[row[Point.HITS]],
        mode="markers",
        marker=_CROSS,
        hovertemplate=f"Chosen: {_weights(chosen.weights)}<extra></extra>",
    )


def _whiskers(rows: pd.DataFrame, column: Point) -> dict[str, object] | None:
    low, high = f"{column}_low", f"{column}_high"
    if low not in rows:
        return None
    return whiskers(rows[column], rows[low], rows[high], width=0)


def _sizes(bits: pd.Series, of_all: pd.Series) -> list[float]:
    """8 to 20 pixels, from the best to the least known lists of all; 11 where that is not known."""
    low, width = of_all.min(), of_all.max() - of_all.min()
    return [8 + 12 * (value - low) / width if width > 0 and value == value else 11.0 for value in bits]


def _weights(weights: tuple[float, float, float]) -> str:
    pairs = zip(_NAMES.values(), weights, strict=True)
    return ", ".join(f"{name} {weight:.0%}" for name, weight in pairs)


def _hover(row: Mapping[Hashable, Any], label: str) -> str:
    weights = (row[Point.ACCURACY], row[Point.DIVERSITY], row[Point.NOVELTY])
    return f"{_weights(weights)}<br>{_measured(row, label)}"


def _measured(row: Mapping[Hashable, Any], label: str) -> str:
    known = ((label, row[Point.HITS]), ("variety", row[Point.ILD]), ("novelty in bits", row[Point.BITS]))
    return ", ".join(f"{name} {value:.2f}" for name, value in known if value == value)
