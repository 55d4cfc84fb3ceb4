"""Signs that the charts of models share: colours alone do not tell twenty of them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.columns import Evaluation
from recsys.models import BASELINES
from recsys.plots import theme

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "pentagon", "star", "hexagon")
"""One per model of a chart beside its colour, so that colour is never the only sign."""
SIGNS = {
    "click": "→",
    "view": "→",
    "like": "👍",
    "favourite": "♥",
    "dislike": "👎",
    "rating": "★",
    "review": "✎",
    "wish": "✎",
    "typed": "⌨",
}
"""What was done, short enough for an axis; the words stand in the hover and in the boxes."""

MUTED, BAND = 0.8, 0.12


def symbol(models: Sequence[str], model: str) -> str:
    """Shape of a model's dots among ``models``."""
    return SYMBOLS[list(models).index(model) % len(SYMBOLS)]


def opacity(model: str) -> float:
    """Baselines stand back."""
    return MUTED if model in BASELINES else 1.0


def whiskers(values: Iterable[float], low: Iterable[float], high: Iterable[float], width: int = 4) -> dict[str, Any]:
    """Error bars from ``low`` to ``high`` around ``values``, with ends of ``width`` pixels to each side."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [end - value for end, value in zip(high, values, strict=True)],
        "arrayminus": [value - end for end, value in zip(low, values, strict=True)],
        "color": theme.NEUTRAL,
        "thickness": 1.5,
        "width": width,
    }


def interval(rows: pd.DataFrame) -> dict[str, Any]:
    """Whiskers of the value, low and high of a table of measurements."""
    return whiskers(rows[Evaluation.VALUE], rows[Evaluation.LOW], rows[Evaluation.HIGH])


def lines_with_bands(
    figure: go.Figure, rows: pd.DataFrame, names: Mapping[str, str], across: str, hover: str, more: str = ""
) -> None:
    """Draw one line per model of ``rows`` over the column ``across``, in front of the band of its 95% interval.

    ``names`` are those of the lines by model; ``hover`` says one point after its line's name, with the interval as
    ``customdata[0]`` and the column ``more`` as ``customdata[1]``.
    """
    models = list(dict.fromkeys(rows[Evaluation.MODEL]))
    for model in models:
        mine, hue = rows[rows[Evaluation.MODEL] == model], theme.colour(model)
        x, low, high = list(mine[across]), list(mine[Evaluation.LOW]), list(mine[Evaluation.HIGH])
        figure.add_scatter(
            x=x + x[::-1],
            y=high + low[::-1],
            fill="toself",
            fillcolor=hue,
            opacity=BAND,
            mode="none",
            legendgroup=model,
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=x,
            y=list(mine[Evaluation.VALUE]),
            mode="lines+markers",
            name=names[model],
            legendgroup=model,
            opacity=opacity(model),
            line={"color": hue, "width": 2, "dash": "dot" if model in BASELINES else "solid"},
            marker={"size": 8, "symbol": symbol(models, model)},
            cliponaxis=False,
            customdata=[
                [f"{a:.4g} to {b:.4g}", one] for a, b, one in zip(low, high, mine[more or across], strict=True)
            ],
            hovertemplate=f"{names[model]}, {hover}<extra></extra>",
        )


def cut(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters; three dots stand for what is missing."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The same as Plotly draws it to the letter (it reads a little HTML)."""
    return cut(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
