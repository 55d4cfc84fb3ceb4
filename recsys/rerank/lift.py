"""Lift: a fact of the catalogue, whatever it is, counts beside relevance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.data import Dataset
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import Floats, known, number_columns, numbers
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.types import Knob, Spec, Vector


@dataclass(frozen=True)
class Lift(Adjuster):
    """relevance + weight x, x in [0, 1]: the value of ``column``, the lowest of the catalogue at 0, the highest at 1.

    Yes and no stand as 1 and 0. An item without a value gets nothing. A ``weight`` below 0 lowers, 0 keeps the order.
    """

    column: str = ""
    weight: float = 0.2

    def __post_init__(self) -> None:
        if not -1 <= self.weight <= 1:
            raise ValueError(f"weight should be from -1 to 1, is now {self.weight}")

    @staticmethod
    def columns(data: Dataset) -> tuple[str, ...]:
        """What ``column`` may be."""
        return number_columns(data)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance where the column tells nothing."""
        return (candidates.relevance + self.weight * self.values(candidates)).astype(np.float32)

    def values(self, candidates: Candidates) -> Floats:
        """(n,) in [0, 1]: x of each candidate."""
        found = None if candidates.data is None else numbers(candidates.data, self.column.strip())
        return np.zeros(len(candidates)) if found is None else _scaled(found)[candidates.rows]

    def note(self, candidates: Candidates) -> str:
        data, column = candidates.data, self.column.strip()
        if data is None:
            return NO_CATALOGUE
        found = numbers(data, column)
        if found is None:
            missing = f"No column of numbers is called “{column}”" if column else "No column of numbers is named"
            return f"{missing}, so this changes nothing; {known(number_columns(data))}."
        if not _scaled(found).any():
            return f"“{column}” tells no items apart, so this changes nothing."
        n, does = int((self.values(candidates) > 0).sum()), "lowers" if self.weight < 0 else "lifts"
        return f"“{column}” {does} {n} of {len(candidates)} items." if self.weight else ""


def _scaled(found: Floats) -> Floats:
    """(n_items,) in [0, 1], 0 for the unknown; yes and no as they are, so that a blank beside a yes counts as a no."""
    yes_no = np.isin(found[np.isfinite(found)], (0.0, 1.0)).all()
    low, high = (0.0, 1.0) if yes_no else (np.nanmin(found), np.nanmax(found))
    return np.nan_to_num((found - low) / (high - low or 1.0), nan=0.0)


SPEC = Spec(
    "lift",
    "Lifted by a column",
    "Items with more of what a column of the data counts come up, such as breaking news or the newest year.",
    Lift,
    (
        Knob("column", "Column", "A column of the data with numbers, or with yes and no.", ""),
        Knob("weight", "Weight", "0 keeps the order; below 0 the lowest values come up.", 0.2, -1.0, 1.0),
    ),
)
