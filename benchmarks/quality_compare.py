"""Numbers with intervals and paired differences, under the names that the results file uses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.significance import mean_interval, relative_gain, resample_weights

Values = Mapping[str, NDArray[np.float64]]
DIGITS = 4


def scores(name: str, values: Values) -> dict[str, float]:
    """``<name>/<metric>`` with ``/low`` and ``/high``: 95% intervals over the people asked."""
    figures: dict[str, float] = {}
    for metric, numbers in values.items():
        interval = mean_interval(numbers)
        # A share of the catalogue is estimated with a normal-like interval: kept within [0, 1].
        low, high = max(interval.low, 0.0), min(interval.high, 1.0)
        figures |= named(f"{name}/{metric}", interval.value, low, high)
    return figures


def difference(name: str, ours: Values, theirs: Values, metrics: tuple[str, ...]) -> dict[str, float]:
    """``<name>/<metric>``: ours minus theirs on the same people, and ``/gain``: ours / theirs - 1, both with ends."""
    figures: dict[str, float] = {}
    for metric in metrics:
        apart = mean_interval(ours[metric] - theirs[metric])
        figures |= named(f"{name}/{metric}", apart.value, apart.low, apart.high)
        gain = relative_gain(ours[metric], theirs[metric], resample_weights(len(ours[metric])))
        if gain.n:  # nothing to compare with where theirs has no hit at all
            figures |= named(f"{name}/{metric}/gain", gain.value, gain.low, gain.high)
    return figures


def named(name: str, value: float, low: float, high: float) -> dict[str, float]:
    """``<name>`` and its ends, rounded."""
    return {
        name: round(float(value), DIGITS),
        f"{name}/low": round(float(low), DIGITS),
        f"{name}/high": round(float(high), DIGITS),
    }
