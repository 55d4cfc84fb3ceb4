"""What the Metrics page reads out of a result: who is best, who beats whom, who gained. No drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.evaluate import Result
from recsys.evaluate.config import YARDSTICK
from recsys.metrics import METRICS, Estimates, Interval, difference_in_words, holm
from recsys.metrics.significance import LEVEL, resample_weights
from recsys.models import MODELS
from recsys.models.ranking import top_k
from recsys.ui.metrics_bins import users

NO_OPINION = "random"
"""Never called the best, whatever luck it had."""


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


def digits(metric: str) -> int:
    """Decimals a metric is shown with."""
    return 2 if METRICS[metric].unit == "bits" else 3


def value(result: Result, model: str, metric: str) -> Interval:
    """The number of one model with its interval; all NaN when the experiment has none."""
    rows = result.metric(metric)
    rows = rows[rows[Evaluation.MODEL] == model]
    if rows.empty:
        return Interval(math.nan, math.nan, math.nan, 0)
    row = rows.iloc[0]
    middle, low, high = (float(row[column]) for column in (Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH))
    return Interval(middle, low, high, int(row[Evaluation.N_USERS]))


def ordered(result: Result, metric: str) -> tuple[str, ...]:
    """Models that have a number, the best first; by size where neither direction is better."""
    rows = result.metric(metric)
    sign = -1.0 if METRICS[metric].higher_is_better is False else 1.0
    best_first = top_k((sign * rows[Evaluation.VALUE]).to_numpy(dtype=np.float32), max(1, len(rows)))
    return tuple(str(rows[Evaluation.MODEL].iloc[place]) for place in best_first)


def best_first(rows: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Rows of ``rows`` with the models in ``order``; those that are not in it come last."""
    places = {name: place for place, name in enumerate(order)}
    at = np.array([-places.get(str(name), len(places)) for name in rows[Evaluation.MODEL]], dtype=np.float32)
    return rows.iloc[top_k(at, max(1, len(rows)))]


def podium(result: Result, metric: str) -> tuple[str, ...]:
    """The best model and the next one, random order left out; fewer when fewer were measured."""
    return tuple(name for name in ordered(result, metric) if name != NO_OPINION)[:2]


def pairs(result: Result, metric: str) -> dict[tuple[str, str], Pair]:
    """Every ordered pair of models on ``metric``; the same differences and resamples as ``Result.compare``.

    Holm's correction is made within the family "everybody against this model"; a pair is in two families, and the
    stricter one counts.
    """
    people = _people(result, metric)
    names = [name for name in result.models if not people[name].isna().all()]
    twos = list(combinations(names, 2))
    if not twos:
        return {}
    weights = resample_weights(len(people), result.receipt.n_boot, result.receipt.seed)
    gaps = np.column_stack([people[a].to_numpy() - people[b].to_numpy() for a, b in twos])
    estimates = Estimates.of(gaps, weights)
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


def _people(result: Result, metric: str) -> pd.DataFrame:
    """(n_users, n_models) number of every user under every model."""
    table = result.per_user if metric in result.per_user.columns else result.credits
    columns = {name: rows[metric].to_numpy() for name, rows in table.groupby(Evaluation.MODEL, sort=False)}
    return pd.DataFrame({str(name): column for name, column in columns.items()})


def against_popular(result: Result, metric: str) -> tuple[list[str], list[str], list[str]]:
    """Labels of the challengers that are above popularity, below it, and of those where no difference was found."""
    above: list[str] = []
    below: list[str] = []
    neither: list[str] = []
    for name in result.challengers:
        gap = result.difference(name, metric)
        if not gap.n:
            continue
        found = gap.found and result.p_holm(name, metric) < LEVEL
        (neither if not found else above if gap.value > 0 else below).append(MODELS[name].label)
    return above, below, neither


def said_against_popular(result: Result, metric: str) -> str:
    """One line under a chart: who differs from what is popular, who does not."""
    above, below, neither = against_popular(result, metric)
    theirs, spec = MODELS[YARDSTICK].label, METRICS[metric]
    words = ("Better", "Worse") if spec.higher_is_better is not None else ("More", "Less")
    up, down = (below, above) if spec.higher_is_better is False else (above, below)
    parts = [
        f"{word} than {theirs}: {', '.join(names)}." for word, names in zip(words, (up, down), strict=True) if names
    ]
    if neither:
        parts.append(f"No difference found: {', '.join(neither)}.")
    return " ".join(parts)


def frontier(result: Result, x: str, y: str) -> tuple[str, ...]:
    """Models that no other one beats on both metrics at once (by the estimates), from the best on ``y`` downwards."""
    points = {
        name: tuple((-1 if METRICS[m].higher_is_better is False else 1) * value(result, name, m).value for m in (x, y))
        for name in ordered(result, y)
        if value(result, name, x).n and name != NO_OPINION
    }
    return tuple(
        name
        for name, mine in points.items()
        if not any(all(a >= b for a, b in zip(other, mine, strict=True)) and other != mine for other in points.values())
    )


def leaders(curve: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Who has the highest value at which lengths of the list, in order of length; neighbours are put together."""
    runs: list[tuple[str, list[int]]] = []
    for k, rows in curve[curve[Evaluation.VALUE].notna()].groupby(Evaluation.K):
        first = top_k(rows[Evaluation.VALUE].to_numpy(dtype=np.float32), 1)
        model = str(rows[Evaluation.MODEL].iloc[first[0]])
        if runs and runs[-1][0] == model:
            runs[-1][1].append(int(str(k)))
        else:
            runs.append((model, [int(str(k))]))
    return runs


def in_words(difference: Interval, metric: str) -> str:
    """``+0.086 [+0.048, +0.126]``."""
    d = digits(metric)
    return f"{difference.value:+.{d}f} [{difference.low:+.{d}f}, {difference.high:+.{d}f}]"


def with_ends(number: Interval, metric: str) -> str:
    """``0.182 [0.142, 0.224]``; a dash when nothing was measured."""
    d = digits(metric)
    return f"{number.value:.{d}f} [{number.low:.{d}f}, {number.high:.{d}f}]" if number.n else "—"


def change(before: Result, after: Result, model: str, metric: str) -> Interval:
    """How much ``model`` gained from one result to another about the same people, paired by user."""
    columns = [str(Evaluation.USER), metric]
    a, b = (users(result, model)[columns].set_index(Evaluation.USER)[metric] for result in (before, after))
    gaps = b.reindex(a.index).to_numpy() - a.to_numpy()
    weights = resample_weights(len(gaps), after.receipt.n_boot, after.receipt.seed)
    return Estimates.of(gaps[:, None], weights).intervals()[0]


def listed(names: Sequence[str]) -> str:
    """Labels of models as one phrase: ``A, B and C``."""
    labels = [MODELS[name].label for name in names]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}" if labels else "nobody"


def sliced_metrics(result: Result) -> Iterator[str]:
    """Metrics that were looked at by slice."""
    return (name for name in METRICS if (result.slices[Evaluation.METRIC] == name).any())
