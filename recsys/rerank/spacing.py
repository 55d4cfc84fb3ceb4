"""Keep apart: two items of the same artist, author or story do not stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import known, shared_columns, values
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.types import Knob, Rows, Spec

SHORT_LIST = 10
"""Length of the list that the note speaks of."""
NONE = -1
"""Value of an item that has none: it may stand anywhere."""


def spaced(held: Rows, k: int, gap: int) -> Rows:
    """Positions of at most ``k`` items, best first, no two of one value with fewer than ``gap`` others between them.

    ``held`` (n,) values of the items, best first; NONE is kept apart from nothing. Each place goes to the first item
    that may stand there and leaves no later place without one. Where no order of these items keeps the gap for all
    places, as many of the first places as possible keep it, and each of the others goes to the value that was shown
    longest ago. Nothing is dropped. 0 keeps the order.

    >>> spaced(np.array([7, 7, 7, 8, 9]), 5, 1).tolist()
    [0, 3, 1, 4, 2]
    """
    size = min(k, len(held))
    order = _greedy(held.tolist(), size, gap, 0)
    if kept_apart(held[order], gap) < size:
        can = _Shelf(Counter(held.tolist()), {}, gap).reach(0, size)
        order = _greedy(held.tolist(), size, gap, can)
    return np.array(order, dtype=np.int64)


def kept_apart(held: Rows, gap: int) -> int:
    """How many of the first places of a list of these values keep the gap."""
    last: dict[int, int] = {}
    for place, value in enumerate(held.tolist()):
        if value != NONE and place - last.get(value, -gap - 1) <= gap:
            return place
        last[value] = place
    return len(held)


def _greedy(held: Sequence[int], size: int, gap: int, reach: int) -> list[int]:
    """The first item that fits at each place, and that leaves the places below ``reach`` something to take."""
    shelf = _Shelf(Counter(held), {}, gap)
    rest, order = list(range(len(held))), []
    for place in range(size):
        fits = (value for value in dict.fromkeys(held[at] for at in rest) if shelf.may(value, place))
        good = next((v for v in fits if place >= reach or shelf.after(v, place).reach(place + 1, reach) == reach), None)
        if good is None:
            good = min(dict.fromkeys(held[at] for at in rest), key=lambda value: shelf.last.get(value, NONE))
        shelf = shelf.after(good, place)
        order.append(next(at for at in rest if held[at] == good))
        rest.remove(order[-1])
    return order


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is left to take, and where each value stood last."""

    left: Counter[int]
    last: dict[int, int]
    gap: int

    def may(self, value: int, place: int) -> bool:
        return value == NONE or place - self.last.get(value, -self.gap - 1) > self.gap

    def after(self, value: int, place: int) -> _Shelf:
        return _Shelf(self.left - Counter([value]), self.last | {value: place}, self.gap)

    def reach(self, place: int, size: int) -> int:
        """How many places can be filled: what is left most of goes first, what may stand anywhere last."""
        left, last = dict(self.left), dict(self.last)
        free = left.pop(NONE, 0)
        for at in range(place, size):
            fits = [value for value, n in left.items() if n and at - last.get(value, -self.gap - 1) > self.gap]
            if fits:
                best = max(fits, key=left.__getitem__)
                left[best] -= 1
                last[best] = at
            elif free:
                free -= 1
            else:
                return at
        return size


@dataclass(frozen=True, slots=True)
class Spacing:
    """Keeps items with the same value of ``column`` at least ``gap`` places apart; 0 changes nothing."""

    column: str = str(Items.CATEGORY)
    gap: int = 2

    def __post_init__(self) -> None:
        if self.gap < 0:
            raise ValueError(f"gap should be at least 0, is now {self.gap}")

    @staticmethod
    def columns(data: Dataset) -> tuple[str, ...]:
        """What ``column`` may be."""
        return shared_columns(data)

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = top_k(candidates.scores, max(len(candidates), k))
        held = self._held(candidates, order)
        best = order[:k] if held is None else order[spaced(held, k, self.gap)]
        return [int(row) for row in candidates.rows[best]]

    def note(self, candidates: Candidates) -> str:
        """Say when there is nothing to keep apart, or not enough to do it with."""
        data = candidates.data
        if data is None:
            return NO_CATALOGUE
        held = self._held(candidates, top_k(candidates.scores, max(len(candidates), 1)))
        if held is None:
            return f"No column is called “{self.column}”, so this changes nothing; {known(shared_columns(data))}."
        size = min(SHORT_LIST, len(held))
        can = kept_apart(held[spaced(held, size, self.gap)], self.gap)
        return f"Only the first {can} of {size} places keep “{self.column}” apart: too few others." * (can < size)

    def _held(self, candidates: Candidates, order: Rows) -> Rows | None:
        """(n,) the values of the candidates at ``order``; None without the column."""
        found = None if candidates.data is None else values(candidates.data, self.column.strip())
        return None if found is None else found[candidates.rows[order]]


SPEC = Spec(
    "spacing",
    "Keep apart",
    "Items of the same artist, author or story do not stand side by side.",
    Spacing,
    (
        Knob("column", "Column", "Items that are alike in this column of the data are kept apart.", "category"),
        Knob("gap", "Places between", "0 keeps the order.", 2, 0, 10, whole=True),
    ),
)
