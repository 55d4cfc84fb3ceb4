"""Any column of a catalogue, for strategies that are told its name: as numbers, or as values that items share."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.types import Rows

YES_NO = {"true": 1.0, "yes": 1.0, "是": 1.0, "false": 0.0, "no": 0.0, "否": 0.0}
SHOWN = 8
"""Columns that a note names."""

Floats = NDArray[np.float64]


def numbers(data: Dataset, column: str) -> Floats | None:
    """(n_items,) one column as numbers, yes and no as 1 and 0, NaN where it says nothing; read once per dataset.

    None for a column that is absent or says nothing of any item.
    """
    if column not in data.items.columns:
        return None
    return data.once((numbers, column), lambda: _numbers(data.items[column]))


def _numbers(cells: pd.Series) -> Floats | None:
    found = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isnan(found).any():
        words = cells.astype("str").str.strip().str.casefold().map(YES_NO).to_numpy(dtype=np.float64, na_value=np.nan)
        found = np.where(np.isnan(found), words, found)
    found = np.where(np.isfinite(found), found, np.nan)
    return None if bool(np.isnan(found).all()) else found


def values(data: Dataset, column: str) -> Rows | None:
    """(n_items,) a number from 0 on for each different value, in any case, -1 where a cell is empty; None if absent."""
    if column not in data.items.columns:
        return None
    return data.once((values, column), lambda: _values(data, column))


def _values(data: Dataset, column: str) -> Rows:
    words = [cell.strip().casefold() for cell in data.column(column)]
    number = {word: place for place, word in enumerate(dict.fromkeys(filter(None, words)))}
    return np.array([number.get(word, -1) for word in words], dtype=np.int64)


def number_columns(data: Dataset) -> tuple[str, ...]:
    """Columns beside those of ``Items`` whose cells are numbers, or yes and no, for at least half of the items."""
    return data.once(number_columns, lambda: tuple(name for name in _facts(data) if _mostly_numbers(data, name)))


def shared_columns(data: Dataset) -> tuple[str, ...]:
    """The category and columns of words beside those of ``Items`` in which some, but not all, items are alike."""
    return data.once(shared_columns, lambda: tuple(name for name in _worded(data) if _tells_apart(data, name)))


def known(columns: tuple[str, ...]) -> str:
    """``columns`` as the end of a sentence that says what there is."""
    return f"there is {', '.join(columns[:SHOWN])}" if columns else "there is none"


def _facts(data: Dataset) -> list[str]:
    return [str(name) for name in data.items.columns if name not in set(Items)]


def _worded(data: Dataset) -> list[str]:
    numeric = number_columns(data)
    return [str(Items.CATEGORY), *(name for name in _facts(data) if name not in numeric and not name.endswith("_zh"))]


def _mostly_numbers(data: Dataset, column: str) -> bool:
    found = numbers(data, column)
    return found is not None and 2 * int(np.isfinite(found).sum()) >= data.n_items


def _tells_apart(data: Dataset, column: str) -> bool:
    found = values(data, column)
    counts = np.bincount(found[found >= 0]) if found is not None else np.zeros(0)
    return len(counts) > 1 and int(counts.max()) > 1
