"""Signs that the charts of models share: colours alone do not tell twenty of them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

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

MUTED = 0.8


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


def cut(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters; three dots stand for what is missing."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The same as Plotly draws it to the letter (it reads a little HTML)."""
    return cut(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
