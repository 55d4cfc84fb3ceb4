"""Bounds on what a catalogue knows in numbers: which columns there are, and which items keep within a bound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isinf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Facts, Items
from recsys.data import Dataset

Mask = NDArray[np.bool_]
Kind = Literal["price", "year", "minutes", "number"]

_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("price", (Facts.PRICE, "cost")),
    ("year", ("year", "release_year")),
    ("minutes", ("minutes", "runtime", "duration", "length", "duration_minutes")),
)
_NAMES: dict[str, Kind] = {str(name): kind for kind, names in _KINDS for name in names}
_OF_IDS = re.compile(r"(^|_)(id|code|index|zip|phone)$")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers that people speak of."""

    name: str
    kind: Kind
    sign: str = ""
    """Stands before a price; "" where the data does not say its currency."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One bound on one column, both ends included."""

    column: str
    low: float
    """-inf without a lower end."""
    high: float
    """inf without an upper end."""
    said: str
    """The exact words it was read from."""
    kind: Kind = "number"
    sign: str = ""
    coin: str = ""
    """Sign of the currency that was said; "" for none."""

    @property
    def bounds(self) -> str:
        """The ends in words.

        >>> Filter("price", -float("inf"), 150, "under 150", "price", "$").bounds
        'at most $150'
        >>> Filter("year", 1990, 1999, "the 90s", "year").bounds
        '1990 to 1999'
        """
        low, high = (told(self.kind, end, self.sign) for end in (self.low, self.high))
        if self.low == self.high:
            return low
        if isinf(self.low):
            return f"{high} or earlier" if self.kind == "year" else f"at most {high}"
        if isinf(self.high):
            return f"{low} or later" if self.kind == "year" else f"at least {low}"
        return f"{low.removesuffix(' minutes') if high.endswith('minutes') else low} to {high}"

    @property
    def noun(self) -> str:
        """What is bounded, in a word."""
        return {"price": "price", "year": "year", "minutes": "length"}.get(self.kind, self.column.replace("_", " "))

    @property
    def label(self) -> str:
        """For a chip: ``price at most $150``, ``year 1990 to 1999``, ``length at most 2 hours``."""
        return f"{self.noun} {self.bounds}"

    def keeps(self, data: Dataset) -> Mask:
        """(n_items,) bool: whether each item is within the bounds; an item without a value is not."""
        values = values_of(data, self.column)
        return np.asarray((values >= self.low) & (values <= self.high))

    def n_unknown(self, data: Dataset) -> int:
        """Items whose value is not known."""
        return int(np.isnan(values_of(data, self.column)).sum())

    def why_out(self, data: Dataset, row: int) -> str:
        """Why ``row`` is not kept, in one sentence; "" when it is."""
        value = float(values_of(data, self.column)[row])
        if self.low <= value <= self.high:
            return ""
        asked = f"you asked for {self.bounds}"
        if np.isnan(value):
            return f"Its {self.noun} is not known, and {asked}."
        shown = told(self.kind, value, self.sign)
        says = {"price": f"It costs {shown}", "year": f"It is from {shown}", "minutes": f"It runs {shown}"}
        return f"{says.get(self.kind, f'Its {self.column} is {shown}')}, {asked}."


def told(kind: Kind, value: float, sign: str = "") -> str:
    """A value with its unit.

    >>> told("price", 12.5, "$"), told("price", 1200, "$"), told("minutes", 120), told("year", 1999)
    ('$12.50', '$1,200', '2 hours', '1999')
    """
    if isinf(value) or kind == "year":
        return f"{value:g}" if isinf(value) else f"{value:.0f}"
    if kind == "minutes" and value >= 120 and value % 60 == 0:
        return f"{value / 60:.0f} hours"
    plain = f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
    return f"{plain} minutes" if kind == "minutes" else f"{sign}{plain}"


def columns_of(data: Dataset) -> tuple[Column, ...]:
    """The columns of ``data`` that hold numbers for at least half of its items, found once per dataset."""
    return data.once(_columns, lambda: _columns(data))


def _columns(data: Dataset) -> tuple[Column, ...]:
    texts = set(Items)
    names = [str(name) for name in data.items.columns if name not in texts and not _OF_IDS.search(str(name).lower())]
    found = [Column(name, _NAMES.get(name.strip().lower(), "number")) for name in names]
    return tuple(
        Column(one.name, one.kind, "$" if one.kind == "price" and data.synthetic else "")
        for one in found
        if np.isfinite(values_of(data, one.name)).mean() >= (0.0 if one.kind != "number" else 0.5)
        and np.isfinite(values_of(data, one.name)).any()
    )


def values_of(data: Dataset, column: str) -> NDArray[np.float64]:
    """(n_items,) the numbers of a column, NaN where a cell has none: ``12,50 EUR`` is 12.5. Read once per dataset."""
    return data.once((values_of, column), lambda: _values(data, column))


def _values(data: Dataset, column: str) -> NDArray[np.float64]:
    strict = _NAMES.get(column.strip().lower()) is None
    out = np.array([_value(cell, strict) for cell in data.column(column)], dtype=np.float64)
    out.setflags(write=False)
    return out


def _value(cell: str, strict: bool) -> float:
    """The number in a cell; ``strict`` takes only cells that are nothing but a number."""
    try:
        value = float(cell)
        return value if np.isfinite(value) else float("nan")
    except ValueError:
        found = None if strict else _NUMBER.search(cell)
    if found is None:
        return float("nan")
    text = found.group()
    thousands = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text)
    return float(text.replace(",", "" if thousands else "."))
