"""Signs that the charts of models share: colours alone do not tell twenty of them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recsys.columns import Evaluation
from recsys.models import BASELINES

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "pentagon", "star", "hexagon")
"""One per model of a chart beside its colour, so that colour is never the only sign."""
WHISKER = "#7C8888"
MUTED = 0.8


def symbol(models: Sequence[str], model: str) -> str:
    """Shape of a model's dots among ``models``."""
    return SYMBOLS[list(models).index(model) % len(SYMBOLS)]


def opacity(model: str) -> float:
    """Baselines stand back."""
    return MUTED if model in BASELINES else 1.0


def whiskers(rows: pd.DataFrame) -> dict[str, Any]:
    """Error bars from the ends of the intervals of ``rows`` (value, low, high)."""
    values = rows[Evaluation.VALUE]
    return {
        "type": "data",
        "symmetric": False,
        "array": list(rows[Evaluation.HIGH] - values),
        "arrayminus": list(values - rows[Evaluation.LOW]),
        "color": WHISKER,
        "thickness": 1.5,
        "width": 4,
    }
