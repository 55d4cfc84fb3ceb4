"""From answers to tables: every metric of every model, with intervals, differences, curves and slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Evaluation
from recsys.evaluate.config import YARDSTICK, Experiment
from recsys.evaluate.lists import Asked, Floats
from recsys.evaluate.tables import CURVE, DIFFERENCES, SLICES, TABLE, Measured, long_table, numbers
from recsys.metrics import METRICS, Answers, Catalogue, Estimates, Interval, MetricSpec, holm, slices
from recsys.metrics.significance import resample_weights

OfModels = Mapping[str, Sequence[Answers]]
"""What each model answered, one entry per fold."""

CURVE_LENGTHS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000)
SLICED = ("ndcg", "recall")
"""Metrics that are shown by slice."""


@dataclass(frozen=True, eq=False)
class Folds:
    """The people of every fold, and each person's place among all of them; one fold unless the split has several."""

    people: Sequence[Sequence[Asked]]
    users: tuple[str, ...]
    """Everybody who is asked in some fold, sorted: one user is one cluster however many folds ask them."""
    places: tuple[NDArray[np.int64], ...]
    """Per fold: place of each of its people in ``users``."""

    @classmethod
    def of(cls, people: Sequence[Sequence[Asked]]) -> Folds:
        names = [[str(person.query.user_id) for person in fold] for fold in people]
        users = pd.Index(sorted(set().union(*names)))
        places = tuple(np.asarray(users.get_indexer(pd.Index(fold)), dtype=np.int64) for fold in names)
        return cls(people, tuple(users), places)

    def spread(self, values: Sequence[Floats]) -> Floats:
        """(n_folds, n_users) the numbers of each fold's people; NaN for whom a fold does not ask."""
        out = np.full((len(self.places), len(self.users)), np.nan)
        for fold, (places, of_fold) in enumerate(zip(self.places, values, strict=True)):
            out[fold, places] = of_fold
        return out

    def n_shown(self) -> Floats:
        """(n_users,) events the models were shown of each user; the mean over the folds that ask them."""
        return self.merged(
            [np.array([len(one.query.events) for one in fold], dtype=np.float64) for fold in self.people]
        )

    def merged(self, values: Sequence[Floats]) -> Floats:
        """(n_users,) mean of each user's numbers over the folds that have one; NaN for none."""
        spread = self.spread(values)
        return np.asarray(spread[0]) if len(spread) == 1 else _mean(spread, axis=0)

    def merged_credits(self, values: Sequence[Floats]) -> Floats:
        """(n_users,) credits whose mean is the mean over folds of a metric of all lists together.

        Within a fold the credits' mean is its metric and their deviations say how sure it is; the deviations are
        rescaled to the number of all users, so that averaging over them divides by each fold's own.
        """
        spread = self.spread(values)
        if len(spread) == 1:
            return np.asarray(spread[0])
        of_folds = _mean(spread, axis=1)
        present = ~np.isnan(spread)
        n_folds, n_users = int((~np.isnan(of_folds)).sum()), int(present.any(axis=0).sum())
        if not n_folds:
            return np.full(len(self.users), np.nan)
        counts = np.maximum(present.sum(axis=1), 1)[:, None]
        deviations = np.where(present, spread - of_folds[:, None], 0.0) / counts
        out = np.nanmean(of_folds) + deviations.sum(axis=0) * n_users / n_folds
        return np.asarray(np.where(present.any(axis=0), out, np.nan))


def measure(answers: OfModels, folds: Folds, catalogues: Sequence[Catalogue], config: Experiment) -> Measured:
    """Every table of the answers, whose lists are cut at ``config.k`` except for the curve.

    One set of resamples of the users serves every model and metric: that is what pairs the differences.
    """
    weights = resample_weights(len(folds.users), config.n_boot, config.seed)
    models = list(answers)
    at_k = {model: [fold.at(config.k) for fold in of_folds] for model, of_folds in answers.items()}
    columns = {spec.name: values_of(spec, at_k, folds, catalogues) for spec in METRICS.values()}
    return Measured(
        _table(columns, models, weights),
        _differences(columns, models, weights),
        _people(columns, models, folds, per_user=True),
        _people(columns, models, folds, per_user=False),
        _curve(answers, columns, folds, catalogues, config, weights),
        _slices(at_k, folds, catalogues, weights),
    )


def values_of(spec: MetricSpec, answers: OfModels, folds: Folds, catalogues: Sequence[Catalogue]) -> Floats:
    """(n_users, n_models) one metric of every model, folds merged."""
    merge = folds.merged if spec.per_user else folds.merged_credits
    return np.column_stack(
        [
            merge([spec.compute(fold, about) for fold, about in zip(of_folds, catalogues, strict=True)])
            for of_folds in answers.values()
        ]
    )


def _table(columns: Mapping[str, Floats], models: list[str], weights: Floats) -> pd.DataFrame:
    """Models together, metrics in the order of the registry."""
    found = {metric: _intervals(METRICS[metric], values, weights) for metric, values in columns.items()}
    rows = [
        (model, metric, *numbers(of_models[position]))
        for position, model in enumerate(models)
        for metric, of_models in found.items()
    ]
    return long_table(TABLE, rows)


def _differences(columns: Mapping[str, Floats], models: list[str], weights: Floats) -> pd.DataFrame:
    """Every model minus the yardstick, on the same users; Holm's family is all models on one metric."""
    others = [position for position, model in enumerate(models) if model != YARDSTICK]
    found = {}
    for metric, values in columns.items():
        apart = (values - values[:, [models.index(YARDSTICK)]])[:, others]
        estimates = Estimates.of(apart, weights)
        p_values = estimates.p_values()
        found[metric] = list(zip(estimates.intervals(), p_values, holm(p_values), strict=True))
    rows = [
        (models[position], YARDSTICK, metric, *numbers(of_models[place][0]), *of_models[place][1:])
        for place, position in enumerate(others)
        for metric, of_models in found.items()
    ]
    return long_table(DIFFERENCES, rows)


def _people(columns: Mapping[str, Floats], models: list[str], folds: Folds, per_user: bool) -> pd.DataFrame:
    """Long by model: which user, how much was known of them, how their list did, or what it adds to all lists."""
    wanted = folds.spread([np.array([len(p.relevant) for p in fold], dtype=np.float64) for fold in folds.people])
    about = pd.DataFrame(
        {
            str(Evaluation.USER): list(folds.users),
            str(Evaluation.N_HISTORY): np.rint(folds.n_shown()).astype(np.int64),
            str(Evaluation.N_RELEVANT): np.nansum(wanted, axis=0).astype(np.int64),
        }
    )
    chosen = [metric for metric in columns if METRICS[metric].per_user == per_user]
    tables = []
    for position, model in enumerate(models):
        table = about.assign(**{metric: columns[metric][:, position] for metric in chosen})
        table.insert(0, str(Evaluation.MODEL), model)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _curve(
    answers: OfModels,
    at_k: Mapping[str, Floats],
    folds: Folds,
    catalogues: Sequence[Catalogue],
    config: Experiment,
    weights: Floats,
) -> pd.DataFrame:
    """Every metric that changes with the length of the list, at each length up to the longest and at ``k``."""
    lengths = [k for k in range(1, config.kept + 1) if k == config.k or (k in CURVE_LENGTHS and k <= config.longest)]
    specs = [spec for spec in METRICS.values() if not spec.full_ranking]
    found: dict[str, dict[int, list[Interval]]] = {spec.name: {} for spec in specs}
    for k in lengths:
        cut = {model: [fold.at(k) for fold in of_folds] for model, of_folds in answers.items()}
        for spec in specs:
            values = at_k[spec.name] if k == config.k else values_of(spec, cut, folds, catalogues)
            found[spec.name][k] = _intervals(spec, values, weights)
    rows = [
        (model, metric, k, *numbers(of_models[position]))
        for position, model in enumerate(answers)
        for metric, by_length in found.items()
        for k, of_models in by_length.items()
    ]
    return long_table(CURVE, rows)


def _slices(at_k: OfModels, folds: Folds, catalogues: Sequence[Catalogue], weights: Floats) -> pd.DataFrame:
    """The sliced metrics in every slice; somebody is in the same slice by history in every fold."""
    history = np.rint(folds.n_shown()).astype(np.int64)
    rows = []
    for model, of_folds in at_k.items():
        cut = [
            list(slices(fold, history[places], about.like_counts))
            for fold, places, about in zip(of_folds, folds.places, catalogues, strict=True)
        ]
        parts = list(zip(*cut, strict=True))  # one entry per slice, with that slice of every fold
        for metric in SLICED:
            spec = METRICS[metric]
            values = [
                folds.merged([one.per_user(spec, about) for one, about in zip(part, catalogues, strict=True)])
                for part in parts
            ]
            found = _intervals(spec, np.column_stack(values), weights)
            rows += [
                (model, metric, part[0].kind, part[0].label, *numbers(interval))
                for part, interval in zip(parts, found, strict=True)
            ]
    return long_table(SLICES, rows)


def _mean(values: Floats, axis: int) -> Floats:
    """Mean of what is not NaN; NaN where nothing is."""
    counts = (~np.isnan(values)).sum(axis=axis)
    sums = np.nansum(values, axis=axis)
    return np.asarray(np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0))


def _intervals(spec: MetricSpec, values: Floats, weights: Floats) -> list[Interval]:
    """Mean of each column of ``values`` (n_users, n_columns); an approximate interval is kept within its bounds."""
    found = Estimates.of(values, weights).intervals()
    if spec.per_user:
        return found
    return [replace(one, low=_within(spec, one.low), high=_within(spec, one.high)) for one in found]


def _within(spec: MetricSpec, end: float) -> float:
    return float(np.clip(end, *spec.bounds))
