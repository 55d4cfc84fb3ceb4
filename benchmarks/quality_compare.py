"""Numbers with intervals and paired differences, under the names that the results file uses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recsys.metrics.significance import N_BOOT, mean_interval, resample_weights, resampled_means

Values = Mapping[str, NDArray[np.float64]]
DIGITS = 4


def scores(name: str, values: Values) -> dict[str, float]:
    """``<name>/<metric>`` with ``/low`` and ``/high``: 95% intervals over the people asked."""
    figures: dict[str, float] = {}
    for metric, numbers in values.items():
        interval = mean_interval(numbers)
        # A share of the catalogue is estimated with a normal-like interval: kept within [0, 1].
        low, high = max(interval.low, 0.0), min(interval.high, 1.0)
        figures |= _named(f"{name}/{metric}", interval.value, low, high)
    return figures


def difference(name: str, ours: Values, theirs: Values, metrics: tuple[str, ...]) -> dict[str, float]:
    """``<name>/<metric>``: ours minus theirs on the same people, and ``/gain``: ours / theirs - 1, both with ends."""
    figures: dict[str, float] = {}
    for metric in metrics:
        apart = mean_interval(ours[metric] - theirs[metric])
        figures |= _named(f"{name}/{metric}", apart.value, apart.low, apart.high)
        figures |= _gain(f"{name}/{metric}/gain", ours[metric], theirs[metric])
    return figures


def _gain(name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> dict[str, float]:
    """Ratio of the means, people drawn together; nothing when ``theirs`` has no hit at all."""
    if not theirs.mean() > 0:
        return {}
    means = resampled_means(np.column_stack([ours, theirs]), resample_weights(len(ours), N_BOOT, 0))
    ratios = means[:, 0] / np.where(means[:, 1] > 0, means[:, 1], np.nan) - 1
    low, high = np.nanquantile(ratios, [0.025, 0.975])
    return _named(name, float(ours.mean() / theirs.mean() - 1), float(low), float(high))


def _named(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {
        name: round(float(value), DIGITS),
        f"{name}/low": round(float(low), DIGITS),
        f"{name}/high": round(float(high), DIGITS),
    }
