"""A chain of strategies with their knobs as one short word: for links, sessions and results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from recsys.errors import UnknownIdError
from recsys.models.setting import Knobs, read_knobs, turned_knobs, worded
from recsys.rerank import RERANKERS
from recsys.types import Reranker, Spec

EMPTY = "none"
"""Word of the chain without any strategy."""
_QUOTED = 40
"""Characters of a wrong word that its error repeats."""


@dataclass(frozen=True, slots=True)
class ChainSetting:
    """Which strategies are on, in the order of ``RERANKERS``, each with the knobs that differ from its defaults."""

    steps: tuple[tuple[str, Knobs], ...] = ()

    @classmethod
    def of(cls, steps: Mapping[str, Mapping[str, Any]]) -> Self:
        """Put ``steps`` (knobs by strategy) in their order; UnknownIdError or ValueError for a wrong name."""
        for name in steps:
            _spec(name)
        return cls(tuple((name, turned_knobs(_spec(name), steps[name])) for name in RERANKERS if name in steps))

    @classmethod
    def holding(cls, strategies: Mapping[str, Reranker]) -> Self:
        """The setting that builds ``strategies``: their knobs are read from their fields."""
        return cls.of(
            {
                name: {knob.name: getattr(one, knob.name) for knob in _spec(name).knobs}
                for name, one in strategies.items()
            }
        )

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read what :attr:`word` wrote; one sentence in the error says what is wrong with anything else.

        A space stands for a plus, as it does in addresses that somebody typed by hand.

        >>> ChainSetting.parse("mmr:diversity=0.5").steps
        (('mmr', (('diversity', 0.5),)),)
        """
        steps: dict[str, dict[str, Any]] = {}
        for one in filter(None, re.split(r"[+\s]+", word.strip())):
            name, _, rest = one.partition(":")
            if name == EMPTY and not rest:
                continue
            if name in steps:
                raise ValueError(f"{name} stands twice in this chain")
            steps[name] = read_knobs(_spec(name), rest)
        return cls.of(steps)

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back.

        >>> ChainSetting.of({"mmr": {"diversity": 0.5}}).word, ChainSetting().word
        ('mmr:diversity=0.5', 'none')
        """
        return "+".join(worded(name, knobs) for name, knobs in self.steps) or EMPTY

    @property
    def label(self) -> str:
        """What a visitor reads: the labels of the strategies in their order, or that there is none."""
        return " → ".join(RERANKERS[name].label for name in self.names) or "No re-ranking"

    @property
    def names(self) -> tuple[str, ...]:
        """Strategies that are on."""
        return tuple(name for name, _ in self.steps)

    def knobs(self, name: str) -> dict[str, Any]:
        """Turned knobs of one strategy; empty for one with its defaults, or one that is off."""
        return dict(dict(self.steps).get(name, ()))

    def only(self, names: Iterable[str]) -> ChainSetting:
        """Exactly ``names`` on; those that were on keep their knobs."""
        return ChainSetting.of({name: self.knobs(name) for name in names})

    def turned(self, name: str, knobs: Mapping[str, Any]) -> ChainSetting:
        """The same chain with ``name`` on and exactly ``knobs`` turned."""
        return ChainSetting.of({**{one: dict(held) for one, held in self.steps}, name: knobs})

    def build(self) -> dict[str, Reranker]:
        """The strategies, ready for ``chained``; ValueError for knobs that contradict each other."""
        return {name: RERANKERS[name].build(**dict(knobs)) for name, knobs in self.steps}


def _spec(name: str) -> Spec:
    if name not in RERANKERS:
        raise UnknownIdError(f"there is no strategy {name[:_QUOTED]!r}; choose from {', '.join(RERANKERS)}")
    return RERANKERS[name]
