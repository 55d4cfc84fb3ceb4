"""The tables an experiment gives, column by column, and how they go into one file and come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from recsys.columns import Evaluation

_INTERVAL = (Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.N_USERS)

TABLE = (Evaluation.MODEL, Evaluation.METRIC, *_INTERVAL)
DIFFERENCES = (
    Evaluation.MODEL,
    Evaluation.AGAINST,
    Evaluation.METRIC,
    *_INTERVAL,
    Evaluation.P_VALUE,
    Evaluation.P_HOLM,
)
CURVE = (Evaluation.MODEL, Evaluation.METRIC, Evaluation.K, *_INTERVAL)
SLICES = (Evaluation.MODEL, Evaluation.METRIC, Evaluation.SLICE_KIND, Evaluation.SLICE, *_INTERVAL)
TUNING = (Evaluation.MODEL, Evaluation.FOLD, Evaluation.TRIAL, Evaluation.KNOBS, Evaluation.VALUE)

PARTS: Mapping[str, tuple[Evaluation, ...]] = {
    "table": TABLE,
    "differences": DIFFERENCES,
    "curve": CURVE,
    "slices": SLICES,
    "tuning": TUNING,
}
"""Tables of a ``Result`` that go into one long table, and their columns."""

_WHOLE = {Evaluation.N_USERS, Evaluation.K, Evaluation.FOLD, Evaluation.TRIAL}
_REAL = {Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.P_VALUE, Evaluation.P_HOLM}


def long_table(columns: tuple[Evaluation, ...], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """A table of ``rows`` whose columns have the same types with and without rows."""
    table = pd.DataFrame(list(rows), columns=[str(column) for column in columns])
    return table.astype({str(column): _type_of(column) for column in columns})


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
