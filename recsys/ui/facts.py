"""Facts of an item on one line: a number with its unit, a date as somebody says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from recsys.columns import Audio, Facts
from recsys.ui.live_words import priced
from recsys.ui.wording import Wording

FLAGS = ("0", "0.0", "", "False", "false")
"""Cells of a yes-or-no column that say no."""


def facts(words: Wording, row: int, columns: Sequence[str]) -> list[str]:
    """Say what ``columns`` hold of one item, in the person's language where the data have it; nothing for no value."""
    return [said for column in columns if (said := _said(words, row, column))]


def _said(words: Wording, row: int, column: str) -> str:
    data = words.data
    cell = data.field(row, f"{column}_zh") if words.chinese else ""
    cell = cell or data.field(row, column)
    if column == Facts.PRICE:
        return priced(cell, data.synthetic)
    form = _FORMS.get(column)
    said = form(cell) if form is not None and cell else cell
    return _CHINESE.get(said, said) if words.chinese else said


def _when(cell: str) -> str:
    """The day and, where there is one, the time.

    >>> _when("2026-06-16T06:40:00Z"), _when("2026-06-16"), _when("soon")
    ('16 Jun, 06:40', '16 Jun 2026', 'soon')
    """
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    at = at.astimezone(UTC) if at.tzinfo else at
    return f"{at.day} {at:%b}, {at:%H:%M}" if "T" in cell else f"{at.day} {at:%b %Y}"


def _number(cell: str, form: Callable[[float], str]) -> str:
    try:
        return form(float(cell))
    except ValueError:
        return cell


def _clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> _clock(197.0)
    '3:17'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


_FORMS: dict[str, Callable[[str], str]] = {
    Facts.PUBLISHED_AT: _when,
    "minutes": lambda cell: _number(cell, lambda n: f"{n:.0f} min"),
    "breaking": lambda cell: "" if cell in FLAGS else "breaking",
    Audio.TEMPO: lambda cell: _number(cell, lambda n: f"{n:.0f} bpm"),
    Audio.DURATION: lambda cell: _number(cell, _clock),
}
_CHINESE = {"beginner": "入门", "intermediate": "进阶", "advanced": "高级", "breaking": "突发"}
