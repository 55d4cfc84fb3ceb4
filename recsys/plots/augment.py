"""What each change to the data or the texts is worth, and how dropped-out copies come to the closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import whiskers

LINE = 44
"""Pixels of one comparison."""
GAIN, LOSS, NOTHING = "gain found", "loss found", "no difference found"
_LOOKS = {GAIN: (theme.PULL, "circle"), LOSS: (theme.PUSH, "diamond"), NOTHING: (theme.NEUTRAL, "circle-open")}


def verdict(row: Mapping[str, Any]) -> str:
    """Whether a comparison found a gain, a loss, or no difference."""
    gain = row["gain"]
    if not gain["found"]:
        return NOTHING
    return GAIN if gain["value"] > 0 else LOSS


def effects_figure(rows: Sequence[Mapping[str, Any]], k: int) -> go.Figure:
    """Draw a dot with its 95% interval per augmentation and recommender, around a line at zero; the first on top.

    ``rows`` are those of the result of ``Augment``.
    """
    names = [name_of(row) for row in rows]
    figure = go.Figure()
    for kind, (colour, symbol) in _LOOKS.items():
        mine = [row for row in rows if verdict(row) == kind]
        if not mine:
            continue
        values, low, high = ([row["gain"][end] for row in mine] for end in ("value", "low", "high"))
        figure.add_scatter(
            x=values,
            y=[name_of(row) for row in mine],
            error_x=whiskers(values, low, high),
            mode="markers",
            name=kind,
            marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
            customdata=[[f"{a:+.4f} to {b:+.4f}", row["strength"]] for a, b, row in zip(low, high, mine, strict=True)],
            hovertemplate="%{y}, %{customdata[1]}<br>%{x:+.4f} [%{customdata[0]}]<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": theme.NEUTRAL, "width": 1})
    figure.update_xaxes(title=f"NDCG@{k} with it minus without", tickformat="+.3~f", zeroline=False, nticks=6)
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], range=[-0.6, len(names) - 0.4])
    return theme.legend_above(theme.apply(figure, height=110 + LINE * len(names)))


def effects_alt(rows: Sequence[Mapping[str, Any]], k: int) -> str:
    """Say the chart in words: every difference and whether it was found."""
    said = [
        f"{name_of(row, ', ')} {row['gain']['value']:+.4f} from {row['gain']['low']:+.4f} to {row['gain']['high']:+.4f}"
        f" ({verdict(row)})"
        for row in rows
    ]
    return f"NDCG@{k} with each change minus without: {'; '.join(said)}" if said else "Nothing was measured"


def convergence_figure(points: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw how far EASE on so many dropped-out copies is from the closed form, both axes by powers of ten.

    ``points`` are those of the twin in the result of ``Augment``: one line for one model of all copies, one for the
    mean of a model per copy.
    """
    figure = go.Figure()
    for key, name, colour, symbol, dash in (
        ("distance", "one model of all copies", theme.PALETTE[0], "circle", "solid"),
        ("alone", "mean of a model for each copy", theme.PALETTE[1], "square", "dot"),
    ):
        mine = [point for point in points if point[key]]
        figure.add_scatter(
            x=[point["n"] for point in mine],
            y=[point[key] for point in mine],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            marker={"size": 8, "symbol": symbol},
            customdata=[
                [f"<br>NDCG@10 {point['ndcg']:.4f}, {point['seconds']:.2f} s" if key == "distance" else ""]
                for point in mine
            ],
            hovertemplate=f"{name}<br>%{{x}} copies: %{{y:.1%}} off%{{customdata[0]}}<extra></extra>",
        )
    ticks = [point["n"] for point in points]
    figure.update_xaxes(title="dropped-out copies", type="log", tickvals=ticks, ticktext=[str(n) for n in ticks])
    figure.update_yaxes(title="distance from the closed form", type="log", tickformat=".0%", dtick="D2")
    return theme.legend_above(theme.apply(figure, height=theme.MIDDLE))


def convergence_alt(points: Sequence[Mapping[str, Any]]) -> str:
    """Say the chart in words: where both lines begin and end."""
    if not points:
        return "Nothing was measured"
    first, last = points[0], points[-1]
    alone = [point for point in points if point["alone"] is not None]
    said = (
        f"One model of all copies is {first['distance']:.1%} from the closed form after {first['n']} and "
        f"{last['distance']:.1%} after {last['n']} copies"
    )
    if not alone:
        return said
    return f"{said}; the mean of a model for each copy {alone[-1]['alone']:.1%} after {alone[-1]['n']}"


def name_of(row: Mapping[str, Any], between: str = "<br>") -> str:
    """What a comparison is called: the augmentation, and the recommender it was tried on."""
    return f"{row['label']}{between}{MODELS[row['model']].label}"
