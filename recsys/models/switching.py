"""Switching by rule: popular things for strangers, text for new people, behaviour for those we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recsys.models.blend import Blend, opinions
from recsys.types import Contributions, Knob, Part, Query, Rows, Spec

BRANCHES: Mapping[str, str] = MappingProxyType(
    {
        "popular": "rule: nothing known yet, so what is popular",
        "typed": "rule: nothing but your words, so what reads like them",
        "cold": "rule: few opinions yet, so text helps out",
        "warm": "rule: enough opinions, so behaviour decides",
    }
)
"""What each branch says of itself."""


@dataclass
class Switching(Blend):
    """The weights of the blend are chosen by how many items somebody has an opinion on.

    No opinion: popularity, or the text of what is written. Up to ``cold_until``: behaviour and ``cold_text`` of text.
    Beyond: behaviour alone. Typed words bring text in on every branch.
    """

    cold_until: int = 3
    cold_text: float = 0.3
    typed_text: float = 0.5

    def branch(self, query: Query) -> str:
        """Which rule applies: a name of ``BRANCHES``."""
        n_opinions = opinions(query.events, self.fitted_on())
        told = n_opinions and not np.isnan(self.sources_["behaviour"].score(query)).all()
        if not told:
            return "typed" if query.typed.strip() or any(event.text.strip() for event in query.events) else "popular"
        return "cold" if n_opinions <= self.cold_until else "warm"

    def shares(self, query: Query) -> Mapping[str, float]:
        typed = self.typed_text if query.typed.strip() else 0.0
        words = {"keywords": typed / 2} if typed else {}
        return {
            "popular": {"popularity": 1.0},
            "typed": {"text": 1.0, "keywords": 0.5, "popularity": 0.2},
            "cold": {"behaviour": 1.0, "text": max(self.cold_text, typed), "popularity": 0.1} | words,
            "warm": {"behaviour": 1.0, "text": typed} | words,
        }[self.branch(query)]

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """The parts of the branch that was taken; one more part of value 0 names the rule."""
        reasons = super().contributions(query, rows)
        name = self.branch(query)
        rule = Part(f"model:{name}", "model", BRANCHES[name], 0.0)
        nothing = np.zeros((len(rows), 1), dtype=np.float32)
        return Contributions((*reasons.parts, rule), np.hstack([reasons.values, nothing]))


SPEC = Spec(
    "switching",
    "Switching by rule",
    "Popular things for strangers, text for new people, behaviour once it knows you.",
    Switching,
    (
        Knob("cold_until", "Still new until", "Up to so many opinions the text helps out.", 3, 1, 50, whole=True),
        Knob("cold_text", "Text while new", "How much the text counts while few opinions are known.", 0.3, 0.0, 2.0),
        Knob("typed_text", "Typed words", "How much the text counts while something is typed.", 0.5, 0.0, 5.0),
    ),
)
