"""When text pays: what texts add to a recommender, against how much is known of each item."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import Split, cuts
from recsys.errors import UnknownIdError
from recsys.evaluate.lists import Asked, asked
from recsys.evaluate.tune import Floats, check_metric, tuned, values_of
from recsys.metrics import Interval
from recsys.metrics.significance import N_BOOT, percentile_interval, resample_weights, resampled_means
from recsys.models import MODELS, build, shared

if TYPE_CHECKING:
    from recsys.evaluate.experiment import Progress

PAIRS = (("ease_text", "ease"), ("item_knn_text", "item_knn"), ("ials_text", "ials"))
"""A model with texts, and the same model without."""
SHARES = (1.0, 0.5, 0.25, 0.125, 0.0625)

Knobs = Mapping[str, Mapping[str, Any]]


class Density(StrEnum):
    """Columns of the table beside model, against, metric, value, low, high and n_users."""

    SHARE = "share"  # of the training pairs that the models learn from
    EVENTS_PER_ITEM = "events_per_item"  # likes of different people per item that a dataset so thin would have
    AGAINST_VALUE = "against_value"
    GAIN = "gain"  # value / against_value - 1; low and high are the ends of its interval


def density_curve(
    data: Dataset,
    pairs: Sequence[tuple[str, str]] = PAIRS,
    shares: Sequence[float] = SHARES,
    *,
    split: str = "random",
    budget: int = 1,
    knobs: Knobs | None = None,
    metric: str = "ndcg",
    k: int = 10,
    seed: int = 0,
    max_users: int | None = None,
    n_boot: int = N_BOOT,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Learn from ever fewer events, and compare each model that reads texts with the same model without.

    A share of the training part's user-item pairs is kept with all their events, drawn by ``seed``; a smaller share is
    part of a larger one. Test people, their held-out likes and the items ranked are the same throughout; what the
    models are shown of the people is thinned as well, and where that leaves nothing, what is popular is ranked. With
    a ``budget`` above 1 both models of a pair get as many settings, tried inside what is left of the training part
    (``recsys.evaluate.tune``), except for ``knobs``, which stay as given; with 1 they take ``knobs``, or their
    defaults. Pairs with a model that is not in the app are skipped.

    Columns: share, events_per_item, model, against, metric, value, against_value, gain, low, high, n_users.
    ``events_per_item`` is the :func:`standing` of the whole dataset, held-out part included, thinned as far as its
    training part was: what somebody knows of their own data. ``low`` and ``high`` belong to ``gain``, and are NaN
    like it where the model without texts has no hit at all. The split is ``random``, as the densities are compared
    with each other: both models of a pair know everybody's future alike.

    Raises UnknownIdError when no pair is left, DataError when nobody can be asked or nothing can be tuned.
    """
    check_metric(metric)
    known = _known(pairs)
    if not shares or not all(0 < share <= 1 for share in shares):
        raise ValueError(f"shares should be above 0 and at most 1, are {tuple(shares)}")
    cut = cuts(data, split, seed, max_users)[0]
    people = asked(cut)
    weights = resample_weights(len(people), n_boot, seed)
    order = _order_of_pairs(cut.train, seed)
    rows: list[tuple[object, ...]] = []
    trial = _Trial(split, budget, knobs or {}, metric, k, seed, max_users)
    reporter = _Steps(progress, len(shares) * len(known))
    for share in sorted(shares, reverse=True):
        thin = _thinned(cut, people, order < share)
        for model, against in known:
            reporter.next(f"{MODELS[model].label} against {MODELS[against].label}: {share:.0%} of the events")
            ours, theirs = (trial.values(name, *thin) for name in (model, against))
            gain = relative_gain(ours, theirs, weights)
            density = standing(data) * thin[0].train.likes.nnz / max(cut.train.likes.nnz, 1)
            about = (share, density, model, against, metric)
            rows.append((*about, _mean(ours), _mean(theirs), gain.value, gain.low, gain.high, gain.n))
    reporter.done()
    return _table(rows)


def standing(data: Dataset) -> float:
    """Where a dataset stands on the curve: likes of different people per item of its catalogue, 0 without any."""
    return float(data.likes.nnz / data.n_items)


def expected_gain(
    table: pd.DataFrame, events_per_item: float, model: str | None = None
) -> tuple[float, float, float] | None:
    """Gain, and ends of its interval, that ``model`` can expect where ``events_per_item`` likes are known of each item.

    Straight lines between the measured points, over the logarithm of the density. None outside the measured range,
    and for a table without numbers. ``model`` None takes the first one of the table.
    """
    measured = table[table[Density.GAIN].notna()]
    if model is not None:
        measured = measured[measured[Evaluation.MODEL] == model]
    if measured.empty:
        return None
    curve = measured[measured[Evaluation.MODEL] == measured[Evaluation.MODEL].iloc[0]]
    curve = curve.drop_duplicates(Density.EVENTS_PER_ITEM).set_index(Density.EVENTS_PER_ITEM).sort_index()
    densities = curve.index.to_numpy(dtype=np.float64)
    if not densities[0] <= events_per_item <= densities[-1]:
        return None
    at = math.log(events_per_item)
    ends = (Density.GAIN, Evaluation.LOW, Evaluation.HIGH)
    value, low, high = (float(np.interp(at, np.log(densities), curve[column].to_numpy())) for column in ends)
    return value, low, high


def relative_gain(ours: Floats, theirs: Floats, weights: Floats) -> Interval:
    """mean(ours) / mean(theirs) - 1 over the people that have both, with its paired bootstrap interval.

    A ratio of means, not a mean of ratios: most people have no hit under one of the models. All NaN when ``theirs``
    has no hit.
    """
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    columns = np.where(both[:, None], np.column_stack([ours, theirs]), np.nan)
    if not both.any() or np.nanmean(columns[:, 1]) == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    value = np.nanmean(columns[:, 0]) / np.nanmean(columns[:, 1]) - 1
    means = resampled_means(columns, weights)
    above = means[:, 1] > 0
    ratios = np.divide(means[:, 0], means[:, 1], out=np.full(len(means), np.nan), where=above) - 1
    return percentile_interval(float(value), ratios, int(both.sum()))


@dataclass(frozen=True)
class _Trial:
    """How every model of a curve is set and measured."""

    split: str
    budget: int
    knobs: Knobs
    metric: str
    k: int
    seed: int
    max_users: int | None

    def values(self, name: str, cut: Split, people: list[Asked]) -> Floats:
        """(n_users,) value of each person under the model ``name``, tuned first where there is a budget."""
        key = ("density", self.metric, name)
        if key not in cut.train.memo:  # a model may be in several pairs
            scorer = shared(build(name, **self._setting(name, cut.train)), cut.train)
            cut.train.memo[key] = values_of(scorer, people, cut, (self.metric,), self.k, seed=self.seed)[:, 0]
        found: Floats = cut.train.memo[key]  # type: ignore[assignment]
        return found

    def _setting(self, name: str, train: Dataset) -> Mapping[str, Any]:
        given = self.knobs.get(name, {})
        if self.budget == 1:
            return given
        return tuned(
            name,
            train,
            split=self.split,
            budget=self.budget,
            metric=self.metric,
            k=self.k,
            seed=self.seed,
            max_users=self.max_users,
            fixed=tuple(given),
            start=given,
        ).knobs


class _Steps:
    """Counts the steps of a curve for its progress."""

    def __init__(self, progress: Progress | None, n_steps: int) -> None:
        self.tell = progress or (lambda _share, _line: None)
        self.step, self.n_steps = 0, n_steps

    def next(self, line: str) -> None:
        self.tell(self.step / self.n_steps, line)
        self.step += 1

    def done(self) -> None:
        self.tell(1.0, "Done")


def _known(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    known = [pair for pair in pairs if set(pair) <= set(MODELS)]
    if not known:
        wanted = ", ".join(f"{model} and {against}" for model, against in pairs) or "none"
        raise UnknownIdError(f"no pair of models to compare is here: asked for {wanted}")
    return known


def _order_of_pairs(train: Dataset, seed: int) -> Floats:
    """(n_events,) place of each event's user-item pair in a drawn order, as a share in [0, 1)."""
    pairs = train.events.groupby([Events.USER, Events.ITEM], sort=True).ngroup().to_numpy()
    n_pairs = int(pairs.max()) + 1 if len(pairs) else 0
    places = np.random.default_rng([seed, n_pairs]).permutation(n_pairs) / max(n_pairs, 1)
    return np.asarray(places[pairs], dtype=np.float64)


def _thinned(cut: Split, people: list[Asked], keep: np.ndarray) -> tuple[Split, list[Asked]]:
    """The cut with fewer training events, and the same people shown no more than these; what they know stays out."""
    thin = replace(cut, train=cut.train.with_events(keep))
    shown = [replace(p, query=replace(p.query, events=thin.train.history(str(p.query.user_id)))) for p in people]
    return thin, shown


def _mean(values: Floats) -> float:
    return math.nan if np.isnan(values).all() else float(np.nanmean(values))


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    columns = (
        Density.SHARE,
        Density.EVENTS_PER_ITEM,
        Evaluation.MODEL,
        Evaluation.AGAINST,
        Evaluation.METRIC,
        Evaluation.VALUE,
        Density.AGAINST_VALUE,
        Density.GAIN,
        Evaluation.LOW,
        Evaluation.HIGH,
        Evaluation.N_USERS,
    )
    return pd.DataFrame(rows, columns=[str(column) for column in columns])
