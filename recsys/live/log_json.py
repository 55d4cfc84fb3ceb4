"""The log as JSON lines, one object per line: to keep, to move to another database, to read with other tools.

Fields are those of ``Line``; those that are empty may be missing. A field that this version does not know is refused,
for leaving it out in silence would import less than the file says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from recsys.errors import DataError
from recsys.live.log_lines import Line, fault

_REQUIRED = ("event_id", "session_id", "seat", "kind", "at")
_BREAKS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
"""Characters at which some programs end a line, though JSON allows them in a text."""

_NUMBERS = ("at", "stars", "propensity")


def to_json(line: Line) -> str:
    """One line of the log as one line of JSON, without a line break; empty fields are left out."""
    empty = Line._field_defaults
    fields = {name: value for name, value in line._asdict().items() if name not in empty or value != empty[name]}
    if "context" in fields:
        fields["context"] = json.loads(line.context)
    return json.dumps(fields, ensure_ascii=False).translate(_BREAKS)


def from_json(text: str) -> Line:
    """The line of the log that ``text`` says; ValueError with what is wrong with it."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("this is not JSON") from error
    if not isinstance(fields, dict):
        raise ValueError("this should be a JSON object with the fields " + ", ".join(_REQUIRED))
    fields = {name: value for name, value in fields.items() if value is not None}
    unknown, missing = sorted(fields.keys() - set(Line._fields)), [name for name in _REQUIRED if name not in fields]
    if unknown:
        raise ValueError(f"the field {unknown[0][:40]!r} is not known to this version of the program")
    if missing:
        raise ValueError(f"the field {missing[0]!r} is missing")
    values: dict[str, Any] = {name: _value(name, value) for name, value in fields.items()}
    line = Line(**values)
    wrong = fault(line)
    if wrong:
        raise ValueError(wrong)
    return line


def read_lines(texts: Iterable[str]) -> Iterator[Line]:
    """Lines of the log from JSON lines, blank ones skipped; DataError names the first that is wrong."""
    for number, text in enumerate(texts, start=1):
        if text.strip():
            try:
                yield from_json(text)
            except ValueError as error:
                raise DataError(f"line {number:,}: {error}") from error


def _value(name: str, value: object) -> object:
    """One field in the type of its column."""
    if name == "context":
        if not isinstance(value, dict):
            raise ValueError("context should be an object")
        return json.dumps(value, sort_keys=True)
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} should be a number, is {str(value)[:40]!r}")
        try:
            return float(value)
        except OverflowError as error:
            raise ValueError(f"{name} should be a number a computer can hold") from error
    if not isinstance(value, str):
        raise ValueError(f"{name} should be text, is {str(value)[:40]!r}")
    return value
