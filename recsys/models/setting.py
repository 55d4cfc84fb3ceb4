"""A model with its knobs as one short word: for links, command lines and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Self

from recsys.errors import UnknownIdError
from recsys.models.registry import MODELS, build
from recsys.types import Knob, Scorer, Spec


@dataclass(frozen=True, slots=True)
class Setting:
    """Which model, and the knobs that differ from its defaults, by name."""

    model: str
    knobs: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, model: str, knobs: Mapping[str, Any] | None = None) -> Self:
        """Keep the knobs that differ from the defaults of ``model``; UnknownIdError or ValueError for a wrong one."""
        by_name = {knob.name: knob for knob in _spec(model).knobs}
        given = dict(knobs or {})
        unknown = sorted(set(given) - set(by_name))
        if unknown:
            raise ValueError(f"{model} has no knob {', '.join(unknown)}; it has {', '.join(by_name) or 'none'}")
        return cls(
            model,
            tuple((name, given[name]) for name in sorted(given) if given[name] != by_name[name].default),
        )

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read what :attr:`word` wrote; one sentence in the error says what is wrong with anything else.

        >>> Setting.parse("ease:l2=500,dropout=0.1").knobs
        (('dropout', 0.1), ('l2', 500.0))
        """
        model, _, rest = word.strip().partition(":")
        by_name = {knob.name: knob for knob in _spec(model).knobs}
        knobs: dict[str, Any] = {}
        for pair in filter(None, rest.split(",")):
            name, _, text = pair.partition("=")
            if name not in by_name:
                raise ValueError(f"{model} has no knob {name[:40]!r}; it has {', '.join(by_name) or 'none'}")
            knobs[name] = _value(by_name[name], text)
        return cls.of(model, knobs)

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back.

        >>> Setting.of("ease", {"l2": 500.0, "dropout": 0.3}).word
        'ease:l2=500'
        """
        knobs = ",".join(f"{name}={_text(value)}" for name, value in self.knobs)
        return f"{self.model}:{knobs}" if knobs else self.model

    @property
    def label(self) -> str:
        """What a visitor reads: the model's label, and whether its knobs were turned."""
        return MODELS[self.model].label + (" · tuned" if self.knobs else "")

    def build(self) -> Scorer:
        """An unfitted model with these knobs."""
        return build(self.model, **dict(self.knobs))


def _spec(model: str) -> Spec:
    if model not in MODELS:
        raise UnknownIdError(f"there is no model {model[:40]!r}; choose from {', '.join(MODELS)}")
    return MODELS[model]


def _value(knob: Knob, text: str) -> Any:
    """The value of ``knob`` that ``text`` names, within its range."""
    if knob.choices:
        if text in knob.choices:
            return text
        raise ValueError(f"{knob.name} should be one of {', '.join(knob.choices)}, is {text[:40]!r}")
    number = _number(text)
    low, high = knob.low, knob.high
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(f"{knob.name} should be a number from {low:g} to {high:g}, is {text[:40]!r}")
    return int(number) if knob.whole else number


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _text(value: object) -> str:
    """The shortest text that reads back as ``value``."""
    short = f"{value:g}" if isinstance(value, float) else str(value)
    return short if not isinstance(value, float) or float(short) == value else repr(value)
