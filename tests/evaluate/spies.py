"""Models that note what they learned from and what they were asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from recsys.data import Dataset
from recsys.models import MODELS
from recsys.types import Knob, Query, Spec, Vector

SEEN: list[tuple[Dataset, list[Query]]] = []
"""What each fitted spy learned from and was asked, in the order of fitting."""


@dataclass
class Spy:
    """Ranks by popularity; notes everything."""

    def fit(self, data: Dataset) -> Spy:
        self.scores = self.ranked(data)
        self.asked: list[Query] = []
        SEEN.append((data, self.asked))
        return self

    def ranked(self, data: Dataset) -> Vector:
        """(n_items,) what every list is made from."""
        return data.like_counts.astype(np.float32)

    def score(self, query: Query) -> Vector:
        self.asked.append(query)
        return self.scores


@dataclass
class ByRow(Spy):
    """Likes the first rows: no event and no like changes that."""

    def ranked(self, data: Dataset) -> Vector:
        return -np.arange(data.n_items, dtype=np.float32)


def register(monkeypatch: pytest.MonkeyPatch, made: type[Spy] = Spy, knobs: tuple[Knob, ...] = ()) -> None:
    """Offer the model ``spy`` for one test, with nothing seen so far."""
    SEEN.clear()
    monkeypatch.setitem(MODELS, "spy", Spec("spy", "Spy", "Notes everything.", made, knobs))
