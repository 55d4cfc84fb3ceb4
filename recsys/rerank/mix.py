"""What a catalogue is made of: each item's shares in the categories it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset


@dataclass(frozen=True, eq=False)
class Mix:
    """p(g|i) of Steck (2018): an item with three categories counts a third in each."""

    names: tuple[str, ...]
    """(n_labels,) categories, sorted."""
    shares: NDArray[np.float64]
    """(n_items, n_labels); a row sums to 1, or to 0 for an item without a category."""

    @classmethod
    def of(cls, data: Dataset) -> Mix:
        """Read the category of each item and those of its tags that are some item's category; made once per dataset."""
        return data.once(cls, lambda: cls._read(data))

    @classmethod
    def _read(cls, data: Dataset) -> Mix:
        categories = {name.strip() for name in data.column(Items.CATEGORY)} - {""}
        names = tuple(sorted(categories))
        column = {name: place for place, name in enumerate(names)}
        shares = np.zeros((data.n_items, len(names)))
        for row in range(data.n_items):
            held = [column[tag] for tag in data.tags(row) if tag in column]
            shares[row, held] = 1 / max(len(held), 1)
        shares.setflags(write=False)
        return cls(names, shares)
