"""The language of business rules: one rule per line."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from recsys.errors import RuleError

MAX_RULES = 200
MAX_LINE = 200
"""Characters of one line."""
MAX_BOOST = 1.0
"""On the scale of relevance: from the bottom of the list to its top."""
GRAMMAR = "pin <item> <place>, boost <item or category> <number>, hide <item, category or word> <name>, or cap <number>"


class What(StrEnum):
    """What a rule's name stands for."""

    ITEM = "item"
    CATEGORY = "category"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Lines:
    """Rules as read, in the order of their lines."""

    pins: tuple[tuple[str, int], ...] = ()
    """Item id and place, from 1."""
    boosts: tuple[tuple[str, float], ...] = ()
    """Item id or category, and what is added to its relevance, in [-MAX_BOOST, MAX_BOOST]."""
    hides: tuple[tuple[What, str], ...] = ()
    cap: int = 0
    """Items of one category in a list; 0 for no limit."""


def read_lines(text: str) -> Lines:
    r"""Read one rule per line; empty lines and those that begin with # say nothing.

    Of several caps the smallest counts. Raises RuleError naming the first line that cannot be read.

    >>> read_lines("pin s001 1\nhide category Toys").hides
    ((<What.CATEGORY: 'category'>, 'Toys'),)
    """
    pins: list[tuple[str, int]] = []
    boosts: list[tuple[str, float]] = []
    hides: list[tuple[What, str]] = []
    caps: list[int] = []
    readers: dict[str, Callable[[list[str]], None]] = {
        "pin": lambda words: pins.append((" ".join(words[:-1]), _whole(words[-1]))),
        "boost": lambda words: boosts.append((" ".join(words[:-1]), _amount(words[-1]))),
        "hide": lambda words: hides.append(_hidden(words)),
        "cap": lambda words: caps.append(_whole("".join(words))),
    }
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    rules = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    if len(rules) > MAX_RULES:
        raise RuleError(f"there are {len(rules)} rules; at most {MAX_RULES} can be kept")
    for number, line in rules:
        verb, *words = line.split()
        try:
            _check(line, verb.lower(), words)
            readers[verb.lower()](words)
        except ValueError as error:
            shown = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"
            raise RuleError(f"line {number}, “{shown}”: {error}") from None
    return Lines(tuple(pins), tuple(boosts), tuple(hides), min(caps, default=0))


def _check(line: str, verb: str, words: list[str]) -> None:
    if len(line) > MAX_LINE:
        raise ValueError(f"a rule has at most {MAX_LINE} characters")
    if verb not in _WORDS:
        raise ValueError(f"a rule is {GRAMMAR}")
    if len(words) < _WORDS[verb]:
        raise ValueError(f"this needs more words: a rule is {GRAMMAR}")


_WORDS = {"pin": 2, "boost": 2, "hide": 1, "cap": 1}
"""Words each rule needs after its verb."""


def _hidden(words: list[str]) -> tuple[What, str]:
    """What is hidden: an item unless the line says otherwise."""
    first = words[0].lower()
    if len(words) > 1 and first in set(What):
        return What(first), " ".join(words[1:])
    return What.ITEM, " ".join(words)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) >= 1):
        raise ValueError(f"it should end with a whole number from 1 on, ends with {text!r}")
    return int(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not abs(amount) <= MAX_BOOST:
        raise ValueError(f"it should end with a number from {-MAX_BOOST:g} to {MAX_BOOST:g}, ends with {text!r}")
    return amount
