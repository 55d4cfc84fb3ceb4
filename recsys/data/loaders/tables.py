"""Tables as datasets are published: UTF-8, commas, a row of names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from recsys.data.dataset import require
from recsys.errors import DataError


def read_table(path: Path, text_columns: Sequence[str] | None = None, needed: Sequence[str] = ()) -> pd.DataFrame:
    """The table in ``path``, whose ``text_columns`` stay text ("007" is not 7): all of them where it is None.

    Other columns become numbers where all cells are. DataError when it cannot be read or lacks a ``needed`` column.
    """
    kinds = "str" if text_columns is None else dict.fromkeys(map(str, text_columns), "str")
    try:
        # Only an empty cell is missing: a film may be called "NA".
        table = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""], encoding="utf-8")
    except (OSError, pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a UTF-8 table with commas: {error}") from error
    require(table, needed, path.name)
    return table
