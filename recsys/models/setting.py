"""A model with its knobs as one short word: for links, command lines and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Self
from urllib.parse import quote, unquote

from recsys.models.registry import MODELS, build, knob_of, spec_of
from recsys.types import Knob, Scorer, Spec

MAX_TEXT = 1000
"""Characters of a knob that is written rather than turned."""
_QUOTED = 40
"""Characters of a wrong word that its error repeats."""

Knobs = tuple[tuple[str, Any], ...]
"""Knobs that differ from the defaults, by name."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Which model, and the knobs that differ from its defaults, by name."""

    model: str
    knobs: Knobs = ()

    @classmethod
    def of(cls, model: str, knobs: Mapping[str, Any] | None = None) -> Self:
        """Keep the knobs that differ from the defaults of ``model``; UnknownIdError or ValueError for a wrong one."""
        return cls(model, turned_knobs(spec_of(model), knobs or {}))

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read what :attr:`word` wrote; one sentence in the error says what is wrong with anything else.

        >>> Setting.parse("ease:l2=500,dropout=0.1").knobs
        (('dropout', 0.1), ('l2', 500.0))
        """
        model, _, rest = word.strip().partition(":")
        return cls.of(model, read_knobs(spec_of(model), rest))

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back.

        >>> Setting.of("ease", {"l2": 500.0, "dropout": 0.3}).word
        'ease:l2=500'
        """
        return worded(self.model, self.knobs)

    @property
    def label(self) -> str:
        """What a visitor reads: the model's label, and whether its knobs were turned."""
        return MODELS[self.model].label + (" · tuned" if self.knobs else "")

    def build(self) -> Scorer:
        """An unfitted model with these knobs."""
        return build(self.model, **dict(self.knobs))


def turned_knobs(spec: Spec, knobs: Mapping[str, Any]) -> Knobs:
    """``knobs`` that differ from the defaults of ``spec``, by name; ValueError for one it does not have."""
    by_name = {name: knob_of(spec, name) for name in sorted(knobs)}
    return tuple((name, knobs[name]) for name, knob in by_name.items() if knobs[name] != knob.default)


def written(knob: Knob) -> bool:
    """Whether a knob holds words that somebody writes, rather than a number or one of several choices."""
    return isinstance(knob.default, str) and not knob.choices


def read_knobs(spec: Spec, text: str) -> dict[str, Any]:
    """Values by name from ``l2=500,dropout=0.3``; ValueError says in one sentence what is wrong."""
    pairs = (pair.partition("=") for pair in filter(None, text.split(",")))
    return {name: _value(knob_of(spec, name), value) for name, _, value in pairs}


def worded(name: str, knobs: Knobs) -> str:
    """``name:l2=500,dropout=0.3``, or the name alone: what ``read_knobs`` reads back after the colon."""
    said = ",".join(f"{knob}={_text(value)}" for knob, value in knobs)
    return f"{name}:{said}" if said else name


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


def _text(value: object) -> str:
    """The shortest text that reads back as ``value``; without a plus, which joins words."""
    if not isinstance(value, float):
        return quote(str(value), safe="")
    short = f"{value:g}"
    return (short if float(short) == value else repr(value)).replace("+", "")
