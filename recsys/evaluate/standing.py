"""What a result says in words: who is ahead, who beats whom, who gained, and where nothing can be told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.pairs import Pair, digits
from recsys.evaluate.result import Result
from recsys.evaluate.spread import users
from recsys.metrics import METRICS, Estimates, Interval, signed
from recsys.metrics.significance import LEVEL, resample_weights
from recsys.models import MODELS
from recsys.ranking import top_k

NO_OPINION = "random"
"""Never called the best, whatever luck it had."""
MAIN, PLAIN = "ndcg", "hit_rate"
"""What decides who is ahead, and the metric that needs no explanation."""
HUNDRED = 100
NOT_FOUND = "no difference found, allowing for the number of comparisons"


class Sentence(NamedTuple):
    """One sentence about a result, and whether it says that nothing was found."""

    words: str
    nothing: bool = False


def verdict(result: Result, mine: str = "") -> tuple[str, ...]:
    """The result in plain words, the plainest sentence first; see :func:`sentences`."""
    return tuple(one.words for one in sentences(result, mine))


def sentences(result: Result, mine: str = "") -> tuple[Sentence, ...]:
    """How many people are served by the model ``mine`` (without one, the one ahead), by what is popular, by the best.

    Empty when nothing was measured. A difference is said to be more than chance only where it was found.
    """
    names = podium(result, MAIN)
    if not names or not result.measured(PLAIN):
        return ()
    best = names[0]
    mine = mine if value(result, mine, PLAIN).n else best
    said = [_served(result, mine)]
    known = result.pairs(PLAIN)
    if (mine, YARDSTICK) in known:
        said.append(_more_than_popular(known[mine, YARDSTICK]))
    if best != mine:
        said.append(_ahead(result, best, mine))
    chance = result.pairs(MAIN).get((YARDSTICK, NO_OPINION))
    if chance is not None and not chance.found:
        popular = MODELS[YARDSTICK].label
        said.append(Sentence(f"This test is weak: it cannot tell “{popular}” from random order.", nothing=True))
    return tuple(said)


def _served(result: Result, mine: str) -> Sentence:
    words = f"{hits(result, mine)} people find something they go on to like in their top {result.config.k}"
    if mine == YARDSTICK:
        return Sentence(f"With what is popular, {words}.")
    popular = hits(result, YARDSTICK).split(" ")[0]
    return Sentence(f"With {MODELS[mine].label}, {words}; with what is popular, {popular}.")


def hits(result: Result, model: str) -> str:
    """How many people find something they go on to like: ``59 of 100``, or of all where they are fewer."""
    share = value(result, model, PLAIN)
    whole = min(HUNDRED, share.n)
    return f"{round(share.value * whole) if share.n else 0} of {whole}"


def _more_than_popular(pair: Pair) -> Sentence:
    if not pair.found:
        return Sentence(f"{NOT_FOUND.capitalize()}: chance alone may explain the two numbers.", nothing=True)
    more = "more" if pair.better else "fewer"
    return Sentence(f"That is {more} than with what is popular, by more than chance explains.")


def _ahead(result: Result, best: str, mine: str) -> Sentence:
    label, pair = MODELS[best].label, result.pairs(MAIN).get((best, mine))
    words = f"{label} is ahead ({hits(result, best)} people; its hits also stand higher, NDCG)"
    if value(result, best, PLAIN).value <= value(result, mine, PLAIN).value:
        words = f"{label} is ahead by where the hits stand in the list (NDCG; {hits(result, best)} people)"
    if pair is None or not pair.found:
        return Sentence(f"{words}, but {NOT_FOUND}.", nothing=True)
    return Sentence(f"{words}, by more than chance explains.")


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
        parts.append(f"{NOT_FOUND.capitalize()}: {', '.join(neither)}.")
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
    value, low, high = (signed(one, digits(metric)) for one in (difference.value, difference.low, difference.high))
    return f"{value} [{low}, {high}]"


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
