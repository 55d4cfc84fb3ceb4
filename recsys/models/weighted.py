"""A blend you set by hand: lists of behaviour, text and popularity on one scale, added in the weights you choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from recsys.models.blend import MEMORY, Ask, Blend
from recsys.types import Knob, Query, Spec


@dataclass
class Weighted(Blend):
    """score_i = sum_l w_l z_l(i) with the weights of the knobs.

    A weight says how much of a list's standard deviation counts; only their ratios change the order.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"behaviour", "tastes", "text", "keywords", "popularity"})

    behaviour: float = 1.0
    tastes: float = 1.0
    text: float = 0.15
    keywords: float = 0.05
    popularity: float = 0.1

    def shares(self, query: Query, ask: Ask) -> Mapping[str, float]:
        return {name: getattr(self, name) for name in self.uses}


SPEC = Spec(
    "weighted",
    "Weighted blend",
    "Behaviour, hidden tastes, text and popularity added up in the weights you set.",
    Weighted,
    (
        Knob("behaviour", "Behaviour", "How much counts what people with your taste liked.", 1.0, 0.0, 1.0),
        Knob("tastes", "Hidden tastes", "How much counts that an item suits hidden tastes like yours.", 1.0, 0.0, 1.0),
        Knob("text", "Text", "How much counts that an item reads like what you liked or typed.", 0.15, 0.0, 1.0),
        Knob("keywords", "Keywords", "How much counts that an item uses the same rare words.", 0.05, 0.0, 1.0),
        Knob("popularity", "Popularity", "How much counts that many people liked an item.", 0.1, 0.0, 1.0),
        MEMORY,
    ),
)
