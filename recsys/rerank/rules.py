"""Business rules: what the shop wants to be seen, and what not, on top of any ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from recsys.models.spread import dealt
from recsys.ranking import top_k
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.rule_lines import Lines, What, read_lines
from recsys.rerank.rule_names import Names
from recsys.rerank.strength import Floats
from recsys.types import Knob, Rows, Spec, Vector

SHORT_LIST = 10
"""With fewer items left somebody should know why."""


@dataclass(frozen=True)
class Rules(Adjuster):
    """Pins, boosts, hidden things and a cap per category, one rule per line of ``text``.

    Where rules contradict each other: hide, then pin, then cap, then boost. What is hidden is never shown. A pinned
    item gets its place even if its category is full, and takes up room in it; of two pins of one item the first line
    counts, of two pins to one place the later goes to the next free one. The rest follows by relevance plus boosts,
    leaving out what would be one too many of its category: no list, however long, has more than ``cap`` of one
    category except by pins. Boosts of one item add up.

    Raises RuleError for a text that cannot be read.
    """

    text: str = ""

    def __post_init__(self) -> None:
        _ = self.lines  # an unreadable text is refused when it is given, not when a list is made

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one rule per line, such as ``pin s001 1``, ``boost Running 0.2``, ``hide word knife``, ``cap 3``."""
        return cls(text)

    @classmethod
    def of(
        cls,
        pins: tuple[tuple[str, int], ...] = (),
        boosts: tuple[tuple[str, float], ...] = (),
        hides: tuple[tuple[What, str], ...] = (),
        cap: int = 0,
    ) -> Self:
        """The same from values."""
        lines = [f"pin {name} {place}" for name, place in pins]
        lines += [f"boost {name} {amount!r}" for name, amount in boosts]
        lines += [f"hide {What(what)} {name}" for what, name in hides]
        return cls("\n".join([*lines, *([f"cap {cap}"] if cap else [])]))

    @cached_property
    def lines(self) -> Lines:
        """The rules as values."""
        return read_lines(self.text)

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32 scores that rank the candidates by the rules; NaN for what is hidden or one too many."""
        if candidates.data is None or self.lines == Lines():
            return candidates.relevance.astype(np.float32)
        names = Names.of(candidates.data)
        scores = self._boosted(candidates, names).astype(np.float32)
        scores[self._hidden(candidates, names)] = np.nan
        pinned = self._pinned(candidates, scores, names)
        order = self._order(candidates, scores, pinned)
        out = np.full(len(scores), np.nan, dtype=np.float32)
        out[order] = dealt(scores, order)[order]
        return out

    def note(self, candidates: Candidates) -> str:
        """What cannot be done as written, one sentence each."""
        if candidates.data is None:
            return NO_CATALOGUE
        if self.lines == Lines():
            return "There are no rules yet, so this changes nothing."
        return " ".join(dict.fromkeys(self._complaints(candidates)))

    def _boosted(self, candidates: Candidates, names: Names) -> Floats:
        total = candidates.relevance.copy()
        for name, amount in self.lines.boosts:
            total += amount * names.item_or_category(name)[candidates.rows]
        return total

    def _hidden(self, candidates: Candidates, names: Names) -> np.ndarray:
        """(n,) bool."""
        out = np.zeros(len(candidates), dtype=bool)
        for what, name in self.lines.hides:
            out |= names.hidden(what, name)[candidates.rows]
        return out

    def _pinned(self, candidates: Candidates, scores: Vector, names: Names) -> dict[int, int]:
        """Position among the candidates by place in the list, from 0; what cannot be shown is left out."""
        position = {int(row): n for n, row in enumerate(candidates.rows)}
        places: dict[int, int] = {}
        for name, place in self.lines.pins:
            at = position.get(names.row(name))
            if at is None or np.isnan(scores[at]) or at in places.values():
                continue
            free = place - 1
            while free in places:
                free += 1
            places[free] = at
        return places

    def _order(self, candidates: Candidates, scores: Vector, pinned: dict[int, int]) -> Rows:
        """Positions, best first: pins at their places, or at the end of a list that is too short for them."""
        left = self._room(candidates, pinned)
        taken = set(pinned.values())
        others: list[int] = []
        for at in top_k(scores, max(len(scores), 1)).tolist():
            category = left.of(at)
            if at not in taken and left.room(category):
                others.append(at)
                left.count[category] += 1
        order: list[int] = []
        rest = iter(others)
        for place in range(len(others) + len(pinned)):
            at = pinned.get(place, -1)
            order.append(at if at >= 0 else next(rest, -1))
        late = [pinned[place] for place in sorted(pinned) if place >= len(order)]
        return np.array([at for at in order if at >= 0] + late, dtype=np.int64)

    def _room(self, candidates: Candidates, pinned: dict[int, int]) -> _Room:
        data = candidates.data
        names = [] if data is None else Names.of(data).categories
        of_each = [names[row] if names else "" for row in candidates.rows.tolist()]
        room = _Room(self.lines.cap, of_each, Counter())
        room.count.update(of_each[at] for at in pinned.values())
        return room

    def _complaints(self, candidates: Candidates) -> Iterator[str]:
        if candidates.data is None:
            return
        names, listed = Names.of(candidates.data), set(candidates.rows.tolist())
        meant = [(name, names.item_or_category(name)) for name, _ in self.lines.boosts]
        meant += [(name, names.hidden(what, name)) for what, name in self.lines.hides]
        yield from (f"Nothing here is called “{name}”." for name, items in meant if not items.any())
        yield from self._pin_complaints(candidates, names, listed)
        yield from self._cap_complaints(candidates)

    def _pin_complaints(self, candidates: Candidates, names: Names, listed: set[int]) -> Iterator[str]:
        hidden = set(candidates.rows[self._hidden(candidates, names)].tolist())
        items: dict[int, int] = {}
        for name, place in self.lines.pins:
            row = names.row(name)
            if row < 0:
                yield f"“{name}” cannot be pinned: there is no such item."
            elif row not in listed:
                yield f"“{name}” cannot be pinned: it is not among the items to choose from."
            elif row in hidden:
                yield f"“{name}” is pinned and hidden: it stays hidden."
            elif row in items:
                yield f"“{name}” is pinned twice: place {items[row]} counts."
            else:
                if place in items.values():
                    yield f"Place {place} has two pins: “{name}” goes to the next free place."
                items[row] = place

    def _cap_complaints(self, candidates: Candidates) -> Iterator[str]:
        if self.lines.cap:
            n_left = int((~np.isnan(self.adjusted(candidates))).sum())
            if n_left < min(SHORT_LIST, len(candidates)):
                yield f"With at most {self.lines.cap} of each category only {n_left} items are left."


@dataclass(frozen=True, slots=True)
class _Room:
    """How full each category is."""

    cap: int
    category: list[str]
    """Of each candidate."""
    count: Counter[str]

    def of(self, at: int) -> str:
        return self.category[at]

    def room(self, category: str) -> bool:
        return not self.cap or not category or self.count[category] < self.cap


SPEC = Spec(
    "rules",
    "House rules",
    "Pins, lifts or hides what you name, and limits how many of one category are shown.",
    Rules,
    (
        Knob(
            "text",
            "Rules",
            "One per line: pin s001 1, boost Running 0.2, hide category Toys, hide word knife, cap 3.",
            "",
        ),
    ),
)
