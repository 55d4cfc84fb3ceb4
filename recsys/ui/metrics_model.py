"""What the Metrics page reads out of a result: who is best, who beats whom, who gained. No drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.evaluate import Result
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.pairs import digits
from recsys.metrics import METRICS, Estimates, Interval
from recsys.metrics.significance import LEVEL, resample_weights
from recsys.models import MODELS
from recsys.ranking import top_k
from recsys.ui.metrics_bins import users

NO_OPINION = "random"
"""Never called the best, whatever luck it had."""


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
