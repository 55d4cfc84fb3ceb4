"""One model under many protocols: how far the rules of a measurement move its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, cuts
from recsys.errors import DataError
from recsys.evaluate.lists import asked
from recsys.evaluate.tune import check_metric, values_of
from recsys.metrics import Interval, mean_interval
from recsys.metrics.significance import N_BOOT
from recsys.models import MODELS, build, shared

if TYPE_CHECKING:
    from recsys.evaluate.experiment import Progress

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
class Protocol:
    """One way to measure: which likes are held out, what counts as a like, and what is ranked."""

    label: str
    line: str
    """Why the number changes, in one plain sentence."""
    split: str = "global_time"
    liked_from: float | None = None
    """None for what the dataset says."""
    sampled: int | None = None


BASE = Protocol(
    "Past and future",
    "The strictest rule, and the one to compare with: nothing is learned from later than what is asked about, and "
    "all items compete.",
)
CUTS = (
    Protocol(
        "Each person's last fifth",
        "The model knows what other people did later, so it has seen what will become popular.",
        "per_user_time",
    ),
    Protocol(
        "Each person's last like",
        "Only one like per person counts: a hit is rarer, but one hit at the top already gives the full score.",
        "leave_last_out",
    ),
    Protocol(
        "Random fifth",
        "The model learns from the days before and after each like it is asked about, a help no running app has.",
        "random",
    ),
)
SAMPLES = (
    Protocol(
        "Past and future, 100 others",
        "Each hit competes with 100 drawn items instead of the whole catalogue, so many of its rivals are gone.",
        sampled=N_SAMPLED,
    ),
    Protocol(
        "Last like, 100 others",
        "One like among 100 drawn items, a rule of many papers: most drawn items are little known and easy to beat.",
        "leave_last_out",
        sampled=N_SAMPLED,
    ),
)
LOOSER = "With a lower bar more items count as liked: there is more to find, and more to learn from."
STRICTER = "With a higher bar fewer items count as liked: there is less to find, and less to learn from."
STARS_TRIED = (3.0, 4.0, 5.0)


@dataclass(frozen=True, slots=True)
class Published:
    """Numbers other people printed for one model on one dataset; nothing here measured them."""

    model: str
    dataset: str
    metric: str
    values: tuple[float, ...]
    label: str = "published, not measured here"


PUBLISHED = Published("BPR", "MovieLens 100K", "ndcg", (0.15, 0.28, 0.44))
"""NDCG@10 of the same method on the same data under the protocols of three papers."""


def protocols(data: Dataset) -> tuple[Protocol, ...]:
    """Every protocol that can differ on ``data``: the base first, then one thing changed at a time."""
    has_stars = bool(data.events[Events.STARS].notna().any())
    bars = [stars for stars in STARS_TRIED if has_stars and stars != data.liked_stars]
    liked = [
        Protocol(
            f"Liked from {stars:g} stars",
            LOOSER if stars < data.liked_stars else STRICTER,
            BASE.split,
            liked_from=stars,
        )
        for stars in bars
    ]
    return tuple(one for one in (BASE, *CUTS, *liked, *SAMPLES) if one.split in SPLITS)


def lens(
    data: Dataset,
    model: str,
    *,
    metrics: Sequence[str] = ("ndcg", "hit_rate"),
    k: int = 10,
    seed: int = 0,
    max_users: int | None = None,
    knobs: Mapping[str, Any] | None = None,
    n_boot: int = N_BOOT,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fit one model by one rule, measure it under every protocol of :func:`protocols`.

    Columns: protocol, line, split, liked_from, sampled, metric, value, low, high, n_users. A protocol that leaves
    nobody to ask has NaN values, and its line says why. Raises DataError when none can be used.
    """
    for metric in metrics:
        check_metric(metric)
    build(model, **(knobs or {}))  # a wrong name or knob should be told before any work
    tell = progress or (lambda _share, _line: None)
    rows: list[tuple[object, ...]] = []
    chosen = protocols(data)
    kept: dict[tuple[str, float], Split] = {}
    for position, one in enumerate(chosen):
        tell(position / len(chosen), f"{MODELS[model].label}: {one.label}")
        stars = data.liked_stars if one.liked_from is None else one.liked_from
        about = (one.split, stars, one.sampled or 0)
        try:
            cut = _cut(data, one.split, stars, seed, max_users, kept)
        except DataError as error:
            nothing = (float("nan"), float("nan"), float("nan"), 0)
            rows += [(one.label, f"Cannot be measured: {error}.", *about, metric, *nothing) for metric in metrics]
            continue
        fitted = shared(build(model, **(knobs or {})), cut.train)
        values = values_of(fitted, asked(cut), cut, metrics, k, sampled=one.sampled, seed=seed)
        for column, metric in enumerate(metrics):
            found: Interval = mean_interval(values[:, column], n_boot, seed)
            rows.append((one.label, one.line, *about, metric, found.value, found.low, found.high, found.n))
    tell(1.0, "Done")
    return _table(rows, data.label)


def spread(table: pd.DataFrame, metric: str) -> tuple[float, float]:
    """Lowest and highest value of ``metric`` over the protocols; NaN when nothing was measured."""
    values = table.loc[table[Evaluation.METRIC] == metric, Evaluation.VALUE]
    return float(values.min()), float(values.max())


def _cut(
    data: Dataset, split: str, stars: float, seed: int, max_users: int | None, kept: dict[tuple[str, float], Split]
) -> Split:
    """One cut per rule and bar: protocols that differ only in what is ranked share the fitted model."""
    if (split, stars) not in kept:
        source = data if stars == data.liked_stars else data.liked_from(stars)
        kept[split, stars] = cuts(source, split, seed, max_users)[0]
    return kept[split, stars]


def _table(rows: Sequence[tuple[object, ...]], label: str) -> pd.DataFrame:
    columns = (*Lens, Evaluation.METRIC, Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.N_USERS)
    table = pd.DataFrame(rows, columns=[str(column) for column in columns])
    if not table[Evaluation.N_USERS].any():
        raise DataError(f"{label} has too few likes for any protocol: nobody can be asked")
    return table
