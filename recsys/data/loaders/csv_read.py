"""A person's file to a table of texts: encodings, separators and broken files."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pandas as pd

from recsys.errors import DataError

MAX_BYTES = 5 * 1024 * 1024
"""Largest file accepted, in bytes: what one visitor may ask of a shared machine."""

FIRST_ROW = 2
"""Row of the first record as a spreadsheet counts: the header is row 1."""

N_NAMED = 5
"""Wrong rows called by their number."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}

_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
}
_ADVICE = "save the table as CSV (UTF-8) and try again"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def read(source: bytes | Path, name: str = "") -> pd.DataFrame:
    """The table in ``source``: every cell a text without blanks around it, "" where empty.

    Reads UTF-8 with or without BOM, UTF-16 and GB18030 (Windows-1252 for other Western files), with commas,
    semicolons or tabs. Rows without any text are skipped, short rows end in empty cells; the index is the record's
    position, so that record ``i`` stands in row ``i + FIRST_ROW`` of the file. Raises DataError for a file that
    is missing, empty, above ``MAX_BYTES``, not text, or not a table of two columns or more.
    """
    name = name or (source.name if isinstance(source, Path) else "the file")
    text = _decoded(_content(source, name), name)
    separator = separator_of(text)
    records = _records(text, separator, name)
    if not records:
        raise DataError(f"{name} is empty: it should hold a row of column names and rows below it")
    header = _header(records[0], name)
    rows = _padded(records[1:], len(header), separator, name)
    table = pd.DataFrame(rows, columns=header, dtype="str")
    table = table[(table != "").any(axis=1)]
    if table.empty:
        raise DataError(f"{name} has column names but no rows below them: add at least one row")
    table = _without_unnamed(table)
    _require_two(list(table.columns), name)
    return table


def separator_of(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells, comma when none does."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]

    def agreement(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        except csv.Error:  # a cell too long to read: the records say which row it is in
            return 0, 0
        wide = widths[0] if widths else 0
        return (sum(width == wide for width in widths) if wide > 1 else 0), wide

    return max(SEPARATORS, key=agreement)


def _content(source: bytes | Path, name: str) -> bytes:
    if isinstance(source, Path):
        if not source.is_file():
            raise DataError(f"there is no file {source}: check the path")
        size = source.stat().st_size
    else:
        size = len(source)
    if size > MAX_BYTES:
        raise DataError(
            f"{name} has {size / 2**20:.1f} MB and at most {MAX_BYTES / 2**20:.0f} MB are accepted: keep fewer rows"
        )
    return source.read_bytes() if isinstance(source, Path) else source


def _decoded(content: bytes, name: str) -> str:
    for start, what in _NOT_TEXT.items():
        if content.startswith(start):
            raise DataError(f"{name} is {what}, not a CSV file: {_ADVICE}")
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text.removeprefix("\ufeff")
    raise DataError(f"{name} is not a text file: {_ADVICE}")


def _encodings(content: bytes) -> tuple[str, ...]:
    """Encodings to try, likeliest first."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # ASCII letters in UTF-16 leave a zero in every other byte.
    even, odd = content[0:4000:2].count(0), content[1:4000:2].count(0)
    if max(even, odd) > len(content[:4000]) / 8:
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    runs = _HIGH_RUN.findall(content)
    alone = sum(len(run) == 1 for run in runs)
    # Chinese bytes stand in pairs and more; an accented letter stands alone among ASCII.
    legacy = ("cp1252", "latin-1") if alone * 2 > len(runs) else ("gb18030", "cp1252")
    return ("utf-8-sig", *legacy)


def _records(text: str, separator: str, name: str) -> list[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    try:
        # Blank lines stay, so that row numbers are those of the file.
        records.extend([cell.strip() for cell in record] for record in reader)
    except csv.Error as error:
        raise DataError(
            f"{name}, row {len(records) + 1} cannot be read ({error}): check its quotation marks; "
            'a cell that holds one is written "like ""this"""'
        ) from error
    while records and not any(records[0]):
        records.pop(0)
    return records


def _header(cells: list[str], name: str) -> list[str]:
    header = list(cells)
    while len(header) > 1 and not header[-1]:
        header.pop()
    _require_two(header, name)
    if all(re.fullmatch(r"[\d.,:\- ]*", cell) for cell in header):
        raise DataError(
            f"{name}: the first row should name the columns, it is {', '.join(header)[:80]}: add such a row"
        )
    header = [cell or f"column {number}" for number, cell in enumerate(header, start=1)]
    repeated = [cell for cell, count in Counter(header).items() if count > 1]
    if repeated:
        raise DataError(f"{name} has more than one column called {repeated[0]!r}: rename or remove one")
    return header


def _require_two(columns: list[str], name: str) -> None:
    if len(columns) < 2:
        raise DataError(
            f"{name} has only one column, {columns[0][:60]!r}: at least two are needed, "
            f"separated by {', '.join(SEPARATORS.values())}"
        )


def _padded(records: list[list[str]], width: int, separator: str, name: str) -> list[list[str]]:
    too_long = [row for row, record in enumerate(records, start=FIRST_ROW) if any(record[width:])]
    if too_long:
        record = records[too_long[0] - FIRST_ROW]
        extra = next(cell for cell in record[width:] if cell)
        raise DataError(
            f"{name} has {_rows(too_long)} with more cells than the {width} of the header (row {too_long[0]} has "
            f"{len(record)}, too many from {extra[:40]!r}): put quotation marks around cells that hold "
            f"{SEPARATORS[separator]}"
        )
    return [record[:width] + [""] * (width - len(record)) for record in records]


def _rows(numbers: list[int]) -> str:
    """How many rows, and which, the first ones by number: "row 4", "2 rows (4, 7)", "9 rows (4, 7, 8, …)"."""
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    named = ", ".join(map(str, numbers[:N_NAMED]))
    return f"{len(numbers):,} rows ({named}{', …' if len(numbers) > N_NAMED else ''})"


def _without_unnamed(table: pd.DataFrame) -> pd.DataFrame:
    """Drop columns that have neither a name nor a cell."""
    numbered = [f"column {number}" for number in range(1, table.shape[1] + 1)]
    blank = [column for column in numbered if column in table.columns and (table[column] == "").all()]
    return table.drop(columns=blank)
