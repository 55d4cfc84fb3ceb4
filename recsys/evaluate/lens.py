"""One model under many protocols: how far the rules of a measurement move its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import Split, split
from recsys.errors import DataError
from recsys.evaluate.lists import asked, metric_values, require_hit_metric
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.study import as_python, liked_as, seconds_for
from recsys.evaluate.tables import INTERVAL, numbers
from recsys.metrics import mean_interval
from recsys.models import MODELS, build, shared

EVERYBODY = Protocol()
METRICS = ("ndcg", "hit_rate")
N_SAMPLED = 100
"""Other items beside the hits where only a sample is ranked, as many papers do."""


class Lens(StrEnum):
    """Columns of the table beside metric, value, low, high and n_users."""

    PROTOCOL = "protocol"  # short label
    LINE = "line"  # why the number is what it is, one sentence
    SPLIT = "split"
    LIKED_FROM = "liked_from"  # stars from which a rating counts as a like
    SAMPLED = "sampled"  # other items that are ranked beside the hits; 0 for the whole catalogue


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to measure: which likes are held out, what counts as a like, and what is ranked."""

    label: str
    line: str
    """Why the number changes, in one plain sentence."""
    split: str = "global_time"
    liked_from: float | None = None
    """None for what the dataset says."""
    sampled: int | None = None


BASE = Rule(
    "Past and future",
    "The strictest rule, and the one to compare with: nothing is learned from later than what is asked about, and "
    "all items compete.",
)
CUTS = (
    Rule(
        "Each person's last fifth",
        "The model knows what other people did later, so it has seen what will become popular.",
        "per_user_time",
    ),
    Rule(
        "Each person's last like",
        "Only one like per person counts: a hit is rarer, but one hit at the top already gives the full score.",
        "leave_last_out",
    ),
    Rule(
        "Random fifth",
        "The model learns from the days before and after each like it is asked about, a help no running app has.",
        "random",
    ),
)
SAMPLES = (
    Rule(
        "Past and future, 100 others",
        "Each hit competes with 100 drawn items instead of the whole catalogue, so many of its rivals are gone.",
        sampled=N_SAMPLED,
    ),
    Rule(
        "Last like, 100 others",
        "One like among 100 drawn items, a rule of many papers: most drawn items are little known and easy to beat.",
        "leave_last_out",
        sampled=N_SAMPLED,
    ),
)
LOOSER = "With a lower bar more items count as liked: there is more to find, and more to learn from."
STRICTER = "With a higher bar fewer items count as liked: there is less to find, and less to learn from."
STARS_TRIED = (3.0, 4.0, 5.0)


READ_ON = (
    "Krichene and Rendle (2020), “On Sampled Metrics for Item Recommendation”, on ranking a sample only",
    "Milogradskii and others (2024), “Revisiting BPR”, on one method measured with very different results",
)
"""Who has shown that the rule decides."""

PUBLISHED = (
    (
        0.109,
        "table 3 of “Neural Matrix Factorization Recommendation …” (Computational Intelligence and Neuroscience 2022)",
    ),
    (0.442, "the README of the Recommenders project, which runs the method by the library Cornac"),
)
"""NDCG@10 of one method, BPR, on one dataset, MovieLens 100K, as others have published it, with where."""


def rules(data: Dataset) -> tuple[Rule, ...]:
    """Every rule that can differ on ``data``: the base first, then one thing changed at a time."""
    has_stars = bool(data.events[Events.STARS].notna().any())
    bars = [stars for stars in STARS_TRIED if has_stars and stars != data.liked_stars]
    liked = [
        Rule(
            f"Liked from {stars:g} stars",
            LOOSER if stars < data.liked_stars else STRICTER,
            BASE.split,
            liked_from=stars,
        )
        for stars in bars
    ]
    return (BASE, *CUTS, *liked, *SAMPLES)


def lens(
    data: Dataset,
    model: str,
    protocol: Protocol = EVERYBODY,
    *,
    metrics: Sequence[str] = METRICS,
    knobs: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Fit one model by one rule, measure it under every rule of :func:`rules`.

    Of ``protocol`` the split and the metric do not matter here: the rules vary the one, ``metrics`` are the other.
    Columns: protocol, line, split, liked_from, sampled, metric, value, low, high, n_users. A rule that leaves nobody
    to ask has NaN values, and its line says why. Raises DataError when none can be used.
    """
    for metric in metrics:
        require_hit_metric(metric)
    build(model, **(knobs or {}))  # a wrong name or knob should be told before any work
    rows: list[tuple[object, ...]] = []
    chosen = rules(data)
    kept: dict[tuple[str, float], Split] = {}
    for position, one in enumerate(chosen):
        progress(position / len(chosen), f"{MODELS[model].label}: {one.label}")
        stars = data.liked_stars if one.liked_from is None else one.liked_from
        about = (one.label, one.line, one.split, stars, one.sampled or 0)
        try:
            cut = _cut(data, one.split, stars, protocol, kept)
        except DataError as error:
            lost = (one.label, f"Cannot be measured: {error}.", *about[2:])
            rows += [(*lost, metric, *(float("nan"),) * 3, 0) for metric in metrics]
            continue
        fitted = shared(build(model, **(knobs or {})), cut.train)
        values = metric_values(fitted, asked(cut), cut, metrics, protocol.k, sampled=one.sampled, seed=protocol.seed)
        for metric, of_metric in zip(metrics, values.T, strict=True):
            rows.append((*about, metric, *numbers(mean_interval(of_metric, protocol.n_boot, protocol.seed))))
    progress(1.0, "Done")
    return _table(rows, data.label)


@dataclass(frozen=True, slots=True)
class Protocols:
    """One model by every rule, as a question: everything the numbers depend on."""

    model: str
    protocol: Protocol

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The table of :func:`lens`."""
        return lens(data, self.model, self.protocol, progress=progress)

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        return as_python("lens", "lens", dataset, repr(self.model), str(self.protocol))

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 3.0)


def spread(table: pd.DataFrame, metric: str) -> tuple[float, float]:
    """Lowest and highest value of ``metric`` over the protocols; NaN when nothing was measured."""
    values = table.loc[table[Evaluation.METRIC] == metric, Evaluation.VALUE]
    return float(values.min()), float(values.max())


def _cut(data: Dataset, name: str, stars: float, protocol: Protocol, kept: dict[tuple[str, float], Split]) -> Split:
    """One cut per rule and bar: rules that differ only in what is ranked share the fitted model."""
    if (name, stars) not in kept:
        kept[name, stars] = split(liked_as(data, stars), name, protocol.seed, protocol.max_users)
    return kept[name, stars]


def _table(rows: Sequence[tuple[object, ...]], label: str) -> pd.DataFrame:
    columns = (*Lens, Evaluation.METRIC, *INTERVAL)
    table = pd.DataFrame(rows, columns=[str(column) for column in columns])
    if not table[Evaluation.N_USERS].any():
        raise DataError(f"{label} has too few likes for any protocol: nobody can be asked")
    return table
