"""From lists to tables: every metric of every model, with intervals, and every difference from popularity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Evaluation
from recsys.evaluate.lists import Asked
from recsys.evaluate.result import YARDSTICK
from recsys.metrics import METRICS, Catalogue, Interval, TopLists
from recsys.metrics.significance import percentile_interval, resample_weights, resampled_means

Floats = NDArray[np.float64]
Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def measure(lists: Mapping[str, TopLists], people: list[Asked], catalogue: Catalogue, n_boot: int, seed: int) -> Tables:
    """``Result.table``, ``Result.differences`` and ``Result.per_user`` of these lists.

    One set of resamples of the users serves every model and metric: that is what pairs the differences.
    """
    weights = resample_weights(len(people), n_boot, seed)
    models = list(lists)
    yardstick = models.index(YARDSTICK)
    columns = {
        spec.name: np.column_stack([spec.compute(made, catalogue) for made in lists.values()])
        for spec in METRICS.values()
    }
    measured, compared = {}, {}
    for metric, values in columns.items():
        measured[metric] = _intervals(values, weights)
        compared[metric] = _intervals(values - values[:, [yardstick]], weights)
    differences = _table(compared, models)
    differences = differences[differences[Evaluation.MODEL] != YARDSTICK].reset_index(drop=True)
    differences.insert(1, str(Evaluation.AGAINST), YARDSTICK)
    return _clipped(_table(measured, models)), differences, _people(columns, models, people)


def _intervals(values: Floats, weights: Floats) -> list[Interval]:
    """Mean of each column of ``values`` (n_users, n_models) with its interval."""
    resampled = resampled_means(values, weights)
    counts = (~np.isnan(values)).sum(axis=0)
    means = np.divide(np.nansum(values, axis=0), counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return [percentile_interval(means[c], resampled[:, c], int(n)) for c, n in enumerate(counts)]


def _table(intervals: Mapping[str, list[Interval]], models: list[str]) -> pd.DataFrame:
    """Long table, models together, metrics in the order of the registry."""
    rows = [
        (model, metric, of_models[position])
        for position, model in enumerate(models)
        for metric, of_models in intervals.items()
    ]
    columns = (Evaluation.MODEL, Evaluation.METRIC, Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH)
    return pd.DataFrame(
        [(model, metric, i.value, i.low, i.high, i.n) for model, metric, i in rows],
        columns=[*map(str, columns), str(Evaluation.N_USERS)],
    )


def _clipped(table: pd.DataFrame) -> pd.DataFrame:
    """Metrics of all lists together are shares whose interval is an approximation: kept within [0, 1]."""
    shares = table[Evaluation.METRIC].isin([spec.name for spec in METRICS.values() if not spec.per_user])
    ends = [str(Evaluation.LOW), str(Evaluation.HIGH)]
    table.loc[shares, ends] = table.loc[shares, ends].clip(0.0, 1.0)
    return table


def _people(columns: Mapping[str, Floats], models: list[str], people: list[Asked]) -> pd.DataFrame:
    """Long by model: which user, how much was known of them, how their list did."""
    about = pd.DataFrame(
        {
            str(Evaluation.USER): [person.query.user_id for person in people],
            str(Evaluation.N_HISTORY): [len(person.query.events) for person in people],
            str(Evaluation.N_RELEVANT): [len(person.relevant) for person in people],
        }
    )
    tables = []
    for position, model in enumerate(models):
        table = about.assign(
            **{metric: values[:, position] for metric, values in columns.items() if METRICS[metric].per_user}
        )
        table.insert(0, str(Evaluation.MODEL), model)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
