"""What a query asks for once its words are understood: the wish for the models, and the items its bounds hide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import groupby

import numpy as np

from recsys.data import Dataset
from recsys.models.pieces import leading
from recsys.types import Event, Kind, Query, Rows
from recsys.words.filters import Filter, Mask
from recsys.words.request import Request, request_of


@dataclass(frozen=True, eq=False)
class Heard:
    """A query with its bounds taken out of the words and put into force."""

    query: Query
    """What models are asked: the box and the kept wishes without the words of their bounds."""
    filters: tuple[Filter, ...] = ()
    """Those in force."""
    hidden: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Rows that a filter hides."""
    problems: tuple[str, ...] = ()
    """A sentence, without its full stop, for each bound that could not be put into force."""
    from_box: bool = True
    """Whether the words are in the box, and not those of the kept wish that leads."""

    @property
    def said(self) -> str:
        """What is listed at all, without its full stop: ``Only price at most $150``; "" without filters."""
        return f"Only {' and '.join(one.label for one in self.filters)}" if self.filters else ""

    def why_out(self, data: Dataset, row: int) -> str:
        """Why the filters hide ``row``, a sentence for each; "" for an item they keep."""
        return " ".join(filter(None, (one.why_out(data, row) for one in self.filters)))

    def notes(self, data: Dataset) -> tuple[str, ...]:
        """What somebody should know of the filters: items left out since nothing is known, and foreign money."""
        missing = {one.column: (one.noun, one.n_unknown(data)) for one in self.filters}
        said = [f"{n:,} {'item' if n == 1 else 'items'} without a {noun} left out" for noun, n in missing.values() if n]
        if any(one.coin and one.sign and one.coin != one.sign for one in self.filters):
            said.append("prices here are in dollars, and your number is read as dollars")
        return tuple(said)


def heard(query: Query, data: Dataset) -> Heard:
    """Read the bounds of the text in the box, or else of the kept wish that leads, and put them into force.

    Every wish loses the words of its bounds, since a number is no taste; only those of the text that leads hide
    items. Bounds that no item can keep, alone or together, are not in force, and a sentence says so.
    """
    kept = None if query.typed.strip() else leading(query)
    said = request_of(query.typed if kept is None else kept.text, data)
    words = _without_bounds(query, data)
    if not said.filters and not said.unmet:
        return Heard(words, from_box=kept is None)
    filters, problems = _possible(said.filters, data)
    hidden = np.flatnonzero(~_kept(filters, data)) if filters else np.zeros(0, dtype=np.int64)
    return Heard(words, filters, hidden, (*said.unmet, *problems), kept is None)


def _without_bounds(query: Query, data: Dataset) -> Query:
    """``query`` with the wish of each of its texts; itself where no text has a bound."""
    typed = request_of(query.typed, data)
    events = tuple(_wish_of(event, data) for event in query.events)
    same = all(one is other for one, other in zip(events, query.events, strict=True))
    return query if same and not typed.filters else replace(query, typed=typed.wish, events=events)


def _wish_of(event: Event, data: Dataset) -> Event:
    if event.kind is not Kind.WISH:
        return event
    said: Request = request_of(event.text, data)
    return replace(event, text=said.wish) if said.filters else event


def _possible(filters: Sequence[Filter], data: Dataset) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
    """The filters that can be in force together, and why the others are not, in whatever order they were said."""
    problems = [*_contradictions(filters)]
    against = {one.column for one, _ in _at_odds(filters)}
    left = [one for one in filters if one.column not in against]
    nobody = [one for one in left if not one.keeps(data).any()]
    problems += [f"No item here has a {one.label}, so that hides nothing" for one in nobody]
    able = tuple(one for one in left if one not in nobody)
    if able and not _kept(able, data).any():
        return (), (*problems, f"No item here has a {' and a '.join(one.label for one in able)}, so that hides nothing")
    return able, tuple(problems)


def _at_odds(filters: Sequence[Filter]) -> Iterator[tuple[Filter, Filter]]:
    """For each column, the two filters that leave no number between them."""
    by_column = sorted(filters, key=lambda one: one.column)
    for _, group in groupby(by_column, lambda one: one.column):
        of_one = list(group)
        low, high = max(of_one, key=lambda one: one.low), min(of_one, key=lambda one: one.high)
        if low.low > high.high:
            yield low, high


def _contradictions(filters: Sequence[Filter]) -> Iterator[str]:
    for low, high in _at_odds(filters):
        yield f"Nothing has a {low.label} and {high.bounds} at once, so neither hides anything"


def _kept(filters: Sequence[Filter], data: Dataset) -> Mask:
    """(n_items,) bool: whether an item is within every bound."""
    return reduce(np.logical_and, (one.keeps(data) for one in filters), np.ones(data.n_items, dtype=np.bool_))
