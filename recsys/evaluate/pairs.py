"""Every model of an experiment against every other one, over the same people and the same resamples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.metrics import METRICS, Estimates, Interval, difference_in_words, holm
from recsys.metrics.significance import LEVEL, resample_weights
from recsys.models import MODELS


@dataclass(frozen=True, slots=True)
class Pair:
    """One model against another on one metric, over the same people."""

    ours: str
    theirs: str
    metric: str
    difference: Interval
    p_value: float
    p_holm: float
    """After Holm's correction within the family of either model, the larger of both."""

    @property
    def found(self) -> bool:
        """Whether the difference is claimed: the interval leaves zero out, and Holm's correction agrees."""
        return self.difference.found and self.p_holm < LEVEL

    @property
    def better(self) -> bool | None:
        """Whether ``ours`` is the better one; None when no difference was found or neither direction is better."""
        return METRICS[self.metric].better(self.difference.value) if self.found else None

    @property
    def words(self) -> str:
        """The pair in one sentence."""
        label, other = MODELS[self.ours].label, MODELS[self.theirs].label
        return difference_in_words(label, other, self.difference, digits(self.metric), self.p_holm)

    def turned(self) -> Pair:
        """The same pair seen from the other model."""
        d = self.difference
        back = Interval(-d.value, -d.high, -d.low, d.n)
        return Pair(self.theirs, self.ours, self.metric, back, self.p_value, self.p_holm)


def pairs_of(people: pd.DataFrame, metric: str, n_boot: int, seed: int) -> dict[tuple[str, str], Pair]:
    """Every ordered pair of models that have numbers, from a table of one row per model and user.

    Holm's correction is made within the family "everybody against this model"; a pair is in two families, and the
    stricter one counts.
    """
    columns = {str(name): rows[metric].to_numpy() for name, rows in people.groupby(Evaluation.MODEL, sort=False)}
    names = [name for name, values in columns.items() if not np.isnan(values).all()]
    twos = list(combinations(names, 2))
    if not twos:
        return {}
    gaps = np.column_stack([columns[a] - columns[b] for a, b in twos])
    estimates = Estimates.of(gaps, resample_weights(len(gaps), n_boot, seed))
    intervals, p_values = estimates.intervals(), estimates.p_values()
    adjusted = np.full(len(twos), np.nan)
    for name in names:
        mine = np.array([name in two for two in twos])
        adjusted[mine] = np.fmax(adjusted[mine], holm(p_values[mine]))
    found: dict[tuple[str, str], Pair] = {}
    for place, (a, b) in enumerate(twos):
        pair = Pair(a, b, metric, intervals[place], float(p_values[place]), float(adjusted[place]))
        found[a, b], found[b, a] = pair, pair.turned()
    return found


def shown(value: float, metric: str) -> str:
    """One number of ``metric`` as it is read everywhere."""
    return f"{value:.{digits(metric)}f}"


def digits(metric: str) -> int:
    """Decimals a metric is shown with."""
    return 2 if METRICS[metric].unit == "bits" else 3
