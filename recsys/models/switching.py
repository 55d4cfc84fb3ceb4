"""Switching by rule: popular things for strangers, text for new people, behaviour for those we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from recsys.models.blend import SESSION_MEMORY, Ask, Blend, opinions
from recsys.models.pieces import refused, wanted
from recsys.types import Knob, Part, Query, Spec

BRANCHES: Mapping[str, str] = MappingProxyType(
    {
        "popular": "rule: no like known yet, so what is popular",
        "typed": "rule: your words lead",
        "cold": "rule: few opinions yet, so text helps out",
        "warm": "rule: enough opinions, so behaviour leads",
    }
)
"""What each branch says of itself."""


REFUSING: Mapping[str, float] = MappingProxyType({"text": 4.0, "keywords": 1.0})
"""Words that only refuse push this hard, whatever the branch."""


@dataclass
class Switching(Blend):
    """The weights of the blend are chosen by what is known of somebody.

    Words in the box, or words and no opinion: text leads and ``typed_behaviour`` of behaviour stays. No opinion:
    popularity. Up to ``cold_until`` opinions: behaviour and ``cold_text`` of text. Beyond: behaviour and ``warm_text``
    of text. With opinions, ``next`` of what people went on to like is added. A list of behaviour has far higher peaks
    than one of text, so small weights of it already count.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset(
        {"cold_until", "cold_text", "warm_text", "typed_behaviour", "next"}
    )
    uses: ClassVar[tuple[str, ...]] = ("behaviour", "tastes", "text", "keywords", "popularity", "next")

    memory: float = SESSION_MEMORY.default
    cold_until: int = 3
    cold_text: float = 0.15
    warm_text: float = 0.1
    typed_behaviour: float = 0.1
    next: float = 1.0

    def branch(self, query: Query, ask: Ask | None = None) -> str:
        """Which rule applies: a name of ``BRANCHES``; ``ask`` saves asking behaviour again."""
        if wanted(query):
            return "typed"
        n_opinions = opinions(query.events, self.fitted_on())
        if n_opinions and not np.isnan((ask or self.asking(query))("behaviour")).all():
            return "cold" if n_opinions <= self.cold_until else "warm"
        return "typed" if any(event.text.strip() for event in query.events) else "popular"

    def shares(self, query: Query, ask: Ask) -> Mapping[str, float]:
        behaviour = {"behaviour": 1.0, "tastes": 1.0, "next": self.next}
        shares = {
            "popular": {"popularity": 1.0, "text": 0.5},
            "typed": {"behaviour": self.typed_behaviour, "text": 1.0, "keywords": 0.3, "popularity": 0.1},
            "cold": {**behaviour, "text": self.cold_text, "popularity": 0.2},
            "warm": {**behaviour, "text": self.warm_text, "popularity": 0.1},
        }[self.branch(query, ask)]
        return {**shares, **REFUSING} if refused(query) and not wanted(query) else shares

    def rule(self, query: Query, ask: Ask) -> Part:
        """The branch that was taken."""
        name = self.branch(query, ask)
        return Part(f"model:{name}", "model", BRANCHES[name], 0.0)


SPEC = Spec(
    "switching",
    "Adaptive blend",
    "Popular things for strangers, your words while you type, behaviour once it knows you.",
    Switching,
    (
        Knob("cold_until", "Still new until", "Up to so many opinions the text helps out.", 3, 1, 50, whole=True),
        Knob("cold_text", "Text while new", "How much the text counts while few opinions are known.", 0.15, 0.0, 2.0),
        Knob("warm_text", "Text later on", "How much the text counts once enough opinions are known.", 0.1, 0.0, 2.0),
        Knob("typed_behaviour", "Behaviour while typing", "How much behaviour still counts then.", 0.1, 0.0, 1.0),
        Knob("next", "What comes next", "How much counts what people went on to like.", 1.0, 0.0, 1.0),
        SESSION_MEMORY,
    ),
)
