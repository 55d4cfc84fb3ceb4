"""Tables as datasets are published: UTF-8 with a row of names and commas, or with tabs and often without names."""

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


def read_tabs(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """The first columns of a UTF-8 file with tabs as ``names``, all text, "" where empty; quotes are characters.

    A first line that holds a name, whatever its capitals, is a header; further columns are left out. DataError when
    the file cannot be read, or names the first line with too few columns.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a UTF-8 table with tabs: {error}") from error
    # Not splitlines, to which many a sign in a title ends a line.
    rows = [line.split("\t")[: len(names)] for line in text.removesuffix("\n").split("\n")]
    for number, row in enumerate(rows, start=1):
        if len(row) < len(names):
            raise DataError(f"{path.name}, line {number}: expected {', '.join(names)} between tabs, got {row!r:.80}")
    has_header = rows[0][0].casefold() == names[0].casefold()
    return pd.DataFrame(rows[1:] if has_header else rows, columns=list(names), dtype="str")
