"""A chain of strategies with their knobs as one short word: for links, sessions and results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Self
from urllib.parse import quote, unquote

from recsys.errors import UnknownIdError
from recsys.rerank import RERANKERS
from recsys.types import Knob, Reranker, Spec

EMPTY = "none"
"""Word of the chain without any strategy."""
MAX_TEXT = 1000
"""Characters of a knob that is written rather than turned."""
_QUOTED = 40
"""Characters of a wrong word that its error repeats."""

Knobs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ChainSetting:
    """Which strategies are on, in the order of ``RERANKERS``, each with the knobs that differ from its defaults."""

    steps: tuple[tuple[str, Knobs], ...] = ()

    @classmethod
    def of(cls, steps: Mapping[str, Mapping[str, Any]]) -> Self:
        """Put ``steps`` (knobs by strategy) in their order; UnknownIdError or ValueError for a wrong name."""
        for name in steps:
            _spec(name)
        return cls(tuple((name, _turned(name, steps[name])) for name in RERANKERS if name in steps))

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
            steps[name] = _read(_spec(name), rest)
        return cls.of(steps)

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back.

        >>> ChainSetting.of({"mmr": {"diversity": 0.5}}).word, ChainSetting().word
        ('mmr:diversity=0.5', 'none')
        """
        return "+".join(_word(name, knobs) for name, knobs in self.steps) or EMPTY

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


def written(knob: Knob) -> bool:
    """Whether a knob holds words that somebody writes, rather than a number or one of several choices."""
    return isinstance(knob.default, str) and not knob.choices


def _spec(name: str) -> Spec:
    if name not in RERANKERS:
        raise UnknownIdError(f"there is no strategy {name[:_QUOTED]!r}; choose from {', '.join(RERANKERS)}")
    return RERANKERS[name]


def _knob(spec: Spec, name: str) -> Knob:
    found = next((knob for knob in spec.knobs if knob.name == name), None)
    if found is None:
        known = ", ".join(knob.name for knob in spec.knobs) or "none"
        raise ValueError(f"{spec.name} has no knob {name[:_QUOTED]!r}; it has {known}")
    return found


def _turned(strategy: str, knobs: Mapping[str, Any]) -> Knobs:
    spec = _spec(strategy)
    return tuple((name, knobs[name]) for name in sorted(knobs) if knobs[name] != _knob(spec, name).default)


def _read(spec: Spec, text: str) -> dict[str, Any]:
    pairs = (pair.partition("=") for pair in filter(None, text.split(",")))
    return {name: _value(_knob(spec, name), value) for name, _, value in pairs}


def _value(knob: Knob, text: str) -> Any:
    """The value of ``knob`` that ``text`` names, within its range."""
    if written(knob):
        return unquote(text)[:MAX_TEXT]
    if knob.choices:
        if unquote(text) in knob.choices:
            return unquote(text)
        raise ValueError(f"{knob.name} should be one of {', '.join(knob.choices)}, is {text[:_QUOTED]!r}")
    number = _number(text)
    low, high = knob.low, knob.high
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        ends = f"from {low:g} to {high:g}" if low is not None and high is not None else "in its range"
        raise ValueError(f"{knob.name} should be a number {ends}, is {text[:_QUOTED]!r}")
    return int(number) if knob.whole else number


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _word(name: str, knobs: Knobs) -> str:
    said = ",".join(f"{knob}={_text(value)}" for knob, value in knobs)
    return f"{name}:{said}" if said else name


def _text(value: object) -> str:
    """The shortest text that reads back as ``value``."""
    if not isinstance(value, float):
        return quote(str(value), safe="")
    short = f"{value:g}"
    return short.replace("+", "") if float(short) == value else repr(value).replace("+", "")
