"""The tables an experiment gives, column by column, and how they go into one file and come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recsys.columns import Evaluation
from recsys.metrics import Interval

INTERVAL = (Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.N_USERS)
"""Columns of a number and how sure it is."""

TABLE = (Evaluation.MODEL, Evaluation.METRIC, *INTERVAL)
DIFFERENCES = (
    Evaluation.MODEL,
    Evaluation.AGAINST,
    Evaluation.METRIC,
    *INTERVAL,
    Evaluation.P_VALUE,
    Evaluation.P_HOLM,
)
CURVE = (Evaluation.MODEL, Evaluation.METRIC, Evaluation.K, *INTERVAL)
SLICES = (Evaluation.MODEL, Evaluation.METRIC, Evaluation.SLICE_KIND, Evaluation.SLICE, *INTERVAL)
TUNING = (
    Evaluation.MODEL,
    Evaluation.FOLD,
    Evaluation.TRIAL,
    Evaluation.KNOBS,
    Evaluation.VALUE,
    Evaluation.N_USERS,
)

PARTS: Mapping[str, tuple[Evaluation, ...]] = {
    "table": TABLE,
    "differences": DIFFERENCES,
    "curve": CURVE,
    "slices": SLICES,
    "tuning": TUNING,
}
"""Tables of a ``Result`` that go into one long table, and their columns."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What is read out of the answers of all models; treat the tables as read-only."""

    table: pd.DataFrame
    """One row per model and metric: model, metric, value, low, high, n_users. NaN where nothing could be measured."""
    differences: pd.DataFrame
    """The same columns for every model minus ``against``, paired by user, with p_value and p_holm."""
    per_user: pd.DataFrame
    """One row per model and user: n_history, n_relevant and a column per per-user metric."""
    credits: pd.DataFrame
    """The same with a column per metric of all lists together: numbers whose mean is the metric."""
    curve: pd.DataFrame
    """One row per model, metric and length of the list ``k``, of the metrics that change with it."""
    slices: pd.DataFrame
    """One row per model, metric and part of the people or items: slice_kind, slice."""


_WHOLE = {Evaluation.N_USERS, Evaluation.K, Evaluation.FOLD, Evaluation.TRIAL}
_REAL = {Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.P_VALUE, Evaluation.P_HOLM}


def long_table(columns: tuple[Evaluation, ...], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """A table of ``rows`` whose columns have the same types with and without rows."""
    table = pd.DataFrame(list(rows), columns=[str(column) for column in columns])
    return table.astype({str(column): _type_of(column) for column in columns})


def numbers(interval: Interval) -> tuple[float, float, float, int]:
    """The cells under INTERVAL."""
    return interval.value, interval.low, interval.high, interval.n


def joined(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One long table of several, with a column that says which each row is of."""
    marked = []
    for name, table in parts.items():
        whole = {str(column): "Int64" for column in _WHOLE if column in table.columns}
        one = table.astype(whole)
        one.insert(0, str(Evaluation.PART), name)
        marked.append(one)
    return pd.concat(marked, ignore_index=True)


def taken_apart(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that :func:`joined` put together."""
    out = {}
    for name, columns in PARTS.items():
        rows = table.loc[table[Evaluation.PART] == name, [str(column) for column in columns]]
        out[name] = rows.reset_index(drop=True).astype({str(column): _type_of(column) for column in columns})
    return out


def _type_of(column: Evaluation) -> str:
    return "int64" if column in _WHOLE else "float64" if column in _REAL else "str"
