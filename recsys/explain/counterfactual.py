"""The smallest set of things a person did without which an item leaves the list, found and checked by ranking again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from math import inf

import numpy as np

from recsys.explain.additive import by_key, exact_values
from recsys.explain.situation import Situation
from recsys.live.answer import Answer
from recsys.ranking import top_k

Keys = frozenset[str]

RIVALS = 10
"""Items just below the list against which the parts of an item are weighed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to search; the milliseconds make the end of a long search depend on the machine."""

    rankings: int = 200
    ms: float = 300.0

    def __post_init__(self) -> None:
        if self.rankings < 1 or self.ms <= 0:
            raise ValueError(f"rankings should be at least 1 and ms above 0, are now {self.rankings} and {self.ms}")


class Outcome(StrEnum):
    """How the search ended."""

    FOUND = "found"
    OUTSIDE = "outside"
    """The item is not on the list now."""
    CANNOT = "cannot"
    """Even without everything the person did it stays, and no set was found that moves it."""
    UNSURE = "unsure"
    """A set was found, and ranking again did not confirm it: the model does not repeat itself."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would have to be otherwise for one item to leave the list."""

    outcome: Outcome
    item_id: str
    keys: tuple[str, ...] = ()
    """Events, oldest first, and ``typed`` for the words in the box; empty unless found."""
    labels: tuple[str, ...] = ()
    """The same in the person's own terms."""
    rank_now: int | None = None
    rank_after: int | None = None
    """Its rank without ``keys`` among the same competitors; None where it could not be listed at all."""
    rank_if_undone: int | None = None
    """Its rank were ``keys`` really taken back: what they keep off the list competes again."""
    verified: bool = False
    """True only where a last ranking of its own, after the search, found the item off the list in both senses."""
    minimal_proved: bool = False
    """Every smaller set was ranked and keeps the item (found), or every set at all was (cannot)."""
    n_rankings: int = 0
    ms: float = 0.0


def counterfactual(
    situation: Situation, item_id: str, keys: Sequence[str] | None = None, budget: Budget | None = None
) -> Counterfactual:
    """Search the smallest part of ``keys`` (everything the person did, unless given) that keeps ``item_id`` listed.

    All at once first, then one by one, then growing sets of the strongest, thinned until nothing in them can be
    spared, then every smaller set as far as ``budget`` reaches. A set counts when the item is off the list both among
    the present competitors and were the set really undone. Raises UnknownIdError for an item of another catalogue.
    """
    start = time.perf_counter()
    row = situation.data.row(item_id)
    rank_now = situation.now.place(row)
    if rank_now is None or rank_now > situation.k:
        return Counterfactual(Outcome.OUTSIDE, item_id, rank_now=rank_now)
    chosen = situation.keys if keys is None else tuple(key for key in situation.keys if key in set(keys))
    search = _Search(situation, row, chosen, budget or Budget(), start)
    found, proved = search.smallest()
    told = Counterfactual(
        Outcome.CANNOT if found is None else Outcome.UNSURE,
        item_id,
        rank_now=rank_now,
        minimal_proved=proved and found is None,
        n_rankings=search.n_rankings,
    )
    if found is not None:
        told = _verified(situation, row, told, found, proved)
    return replace(told, ms=(time.perf_counter() - start) * 1e3)


def _verified(situation: Situation, row: int, told: Counterfactual, found: Keys, proved: bool) -> Counterfactual:
    """The answer with its set, once ranking without it has confirmed it; ``told`` otherwise."""
    after, undone = _both(situation, found)
    told = replace(told, n_rankings=told.n_rankings + 1)
    if not (_off(after, row, situation.k) and _off(undone, row, situation.k)):
        return told
    keys = tuple(key for key in situation.keys if key in found)
    return replace(
        told,
        outcome=Outcome.FOUND,
        keys=keys,
        labels=tuple(map(situation.label, keys)),
        rank_after=after.place(row),
        rank_if_undone=undone.place(row),
        verified=True,
        minimal_proved=proved,
    )


def _both(situation: Situation, keys: Keys) -> tuple[Answer, Answer]:
    """The list without ``keys`` among the same competitors, and the list were they undone: one pass, seldom two."""
    without, undone = situation.without(keys), situation.undone(keys)
    answer = situation.answer(without)
    return situation.among_the_same(answer), answer if undone == without else situation.answer(undone)


def _off(answer: Answer, row: int, k: int) -> bool:
    place = answer.place(row)
    return place is None or place > k


class _SpentError(Exception):
    """The budget is used up."""


@dataclass
class _Search:
    """Sets tried so far, and the rules for what to try next."""

    situation: Situation
    row: int
    keys: tuple[str, ...]
    budget: Budget
    start: float
    n_rankings: int = 0
    tried: dict[Keys, bool] = field(default_factory=dict)
    places: dict[Keys, float] = field(default_factory=dict)

    def smallest(self) -> tuple[Keys | None, bool]:
        """The smallest set found, and whether every smaller one was tried; (None, all tried) where none was."""
        best: Keys | None = None
        n_keys = len(self.keys)
        if not n_keys:
            return None, True
        try:
            if self._leaves(self.keys):  # a large answer in hand before looking for smaller ones
                best = frozenset(self.keys)
            singles = self._likely(max(1, self.budget.rankings // 2))
            for key in singles:
                if self._leaves((key,)):
                    return frozenset((key,)), True
            if n_keys > len(singles):
                return self._grown(self._strongest(singles), best), False
            ordered = self._strongest(singles)
            best = self._grown(ordered, best)
            for size in range(2, n_keys + 1 if best is None else len(best)):
                for keys in combinations(ordered, size):
                    if self._leaves(keys):
                        return frozenset(keys), True
        except _SpentError:
            return best or self._best_tried(), False
        return best, True

    def _leaves(self, keys: Iterable[str]) -> bool:
        """Whether the item is off the list without ``keys``, by ranking again."""
        chosen = frozenset(keys)
        if chosen not in self.tried:
            late = (time.perf_counter() - self.start) * 1e3 > self.budget.ms
            if self.n_rankings and (late or self.n_rankings >= self.budget.rankings):
                raise _SpentError
            after, undone = _both(self.situation, chosen)
            self.n_rankings += 1
            place = after.place(self.row)
            self.places[chosen] = inf if place is None else place
            self.tried[chosen] = _off(after, self.row, self.situation.k) and _off(undone, self.row, self.situation.k)
        return self.tried[chosen]

    def _likely(self, most: int) -> list[str]:
        """The keys to try one by one: all, or the ``most`` that speak for the item most against those just below."""
        if len(self.keys) <= most:
            return list(self.keys)
        now = self.situation.now
        scores = now.listable.copy()
        scores[now.rows] = np.nan
        rows = np.array([self.row, *top_k(scores, RIVALS)], dtype=np.int64)
        reasons = now.contributions(rows)
        values, _, _ = exact_values(reasons, now.scores[rows])
        amounts = by_key(reasons.parts, values)
        newness = np.arange(len(self.keys)) * 1e-9  # decides where a model names no events
        pull = np.array([_against(amounts.get(key)) for key in self.keys]) + newness
        return [self.keys[place] for place in top_k(pull, most)]

    def _strongest(self, singles: Sequence[str]) -> list[str]:
        """``singles`` by how far down the item falls without each, farthest first."""
        falls = np.array([min(self.places[frozenset((key,))], 1e9) for key in singles])
        return [singles[place] for place in top_k(falls, len(singles))]

    def _grown(self, ordered: Sequence[str], best: Keys | None) -> Keys | None:
        """A set of the strongest that works, doubled until it does and then thinned."""
        size = 2
        while size < len(ordered) and not self._leaves(ordered[:size]):
            size *= 2
        size = min(size, len(ordered))
        if not self._leaves(ordered[:size]):
            return self._thinned(best) if best is not None else None
        low = size // 2
        while size - low > 1:  # the shortest run of the strongest that works
            middle = (low + size) // 2
            low, size = (low, middle) if self._leaves(ordered[:middle]) else (middle, size)
        return self._thinned(frozenset(ordered[:size]))

    def _thinned(self, keys: Keys) -> Keys:
        """``keys`` less everything that can be spared, the oldest first."""
        for key in self.keys:
            if key in keys and len(keys) > 1 and self._leaves(keys - {key}):
                keys = keys - {key}
        return keys

    def _best_tried(self) -> Keys | None:
        works = [keys for keys, leaves in self.tried.items() if leaves]
        return min(works, key=len, default=None)


def _against(amounts: np.ndarray | None) -> float:
    """What a part adds to the item beyond what it adds to its rivals on average."""
    if amounts is None:
        return 0.0
    return float(amounts[0] - (amounts[1:].mean() if len(amounts) > 1 else 0.0))
