"""Next step: what is one level above what somebody finished in its category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.data.dataset import OPEN_KINDS
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import Floats, numbers, values
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import check_share
from recsys.types import Knob, Rows, Spec, Vector

LEVEL = "level"
WORDS = ("beginner", "intermediate", "advanced")
"""Levels in words, the lowest first; numbers do as well."""
NOTHING = -1.0
"""Level of somebody who finished nothing in a category."""


@dataclass(frozen=True)
class NextStep(Adjuster):
    """relevance + strength * fit, by the levels from the highest one finished in the item's category up to the item.

        fit = 1 one level above,   -(levels - 1) / 2, at least -1, beyond,   0 for all others

    Where nothing was finished somebody stands one level below the lowest, which is no step yet: there the lowest level
    gets nothing, and what is above it loses. Levels count in the order in which the catalogue has them. An item
    without a level gets nothing. Ours.
    """

    strength: float = 0.2

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance where no level is known."""
        return (candidates.relevance + self.strength * self.fit(candidates)).astype(np.float32)

    def fit(self, candidates: Candidates) -> Floats:
        """(n,) in [-1, 1]; 0 for an item without a level."""
        data = candidates.data
        found = None if data is None else levels(data)
        if data is None or found is None:
            return np.zeros(len(candidates))
        kinds, done = _kinds(data), _finished(candidates)
        reached = np.full(int(kinds.max()) + 2, NOTHING)  # the last one is for items without a category
        np.fmax.at(reached, kinds[done], found[done])
        begun = reached[kinds[candidates.rows]]
        above = np.nan_to_num(found[candidates.rows] - begun, nan=0.0)
        lifted = (above == 1) & (begun > NOTHING)
        return np.asarray(np.where(above > 1, np.maximum((1 - above) / 2, -1.0), lifted), dtype=np.float64)

    def note(self, candidates: Candidates) -> str:
        data = candidates.data
        if data is None:
            return NO_CATALOGUE
        if levels(data) is None:
            return "No level is known here, so this changes nothing."
        fit = self.fit(candidates)
        begun = "" if len(_finished(candidates)) else "Nothing finished yet: "
        n_next, n_hard = int((fit > 0).sum()), int((fit < 0).sum())
        return f"{begun}{n_next} of {len(fit)} items are a next step, {n_hard} too hard yet."


def levels(data: Dataset) -> Floats | None:
    """(n_items,) 0 for the lowest level there is, 1 for the next, NaN where unknown; None without any."""
    return data.once(levels, lambda: _levels(data)) if LEVEL in data.items.columns else None


def _levels(data: Dataset) -> Floats | None:
    told = numbers(data, LEVEL)
    found = np.full(data.n_items, np.nan) if told is None else told.copy()
    for row in np.flatnonzero(np.isnan(found)).tolist():
        word = data.field(row, LEVEL).strip().casefold()
        if word in WORDS:
            found[row] = WORDS.index(word)
    held = np.isfinite(found)
    if held.any():
        found[held] = np.unique(found[held], return_inverse=True)[1]
    return found if held.any() else None


def _kinds(data: Dataset) -> Rows:
    """(n_items,) category of each item as a number; -1, and so one for all, where there is none."""
    found = values(data, Items.CATEGORY)
    return np.full(data.n_items, -1, dtype=np.int64) if found is None else found


def _finished(candidates: Candidates) -> Rows:
    """Rows of what the person liked after more than opening it."""
    taken = candidates.taken
    return taken.only(np.array([event.kind not in OPEN_KINDS for event in taken.events], dtype=bool)).rows


SPEC = Spec(
    "level",
    "Next step",
    "What is one level above what you finished comes up; what is too hard yet goes down.",
    NextStep,
    (Knob("strength", "Strength", "0 keeps the order; more lets the level count for more.", 0.2, 0.0, 1.0),),
    needs=(LEVEL,),
)
