"""Choosing knobs on the valid part: every model gets the same number of settings, and the peers as many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import exp, inf, log
from typing import Any

from recsys.types import Knob, Spec

Knobs = dict[str, Any]
Measure = Callable[[Knobs], float]

HALF_LIFE = "half_life"
PLAIN_EASE: Mapping[str, float] = {HALF_LIFE: inf, "dropout": 0.0, "prior": 0.0, "dislike_strength": 0.0}
"""EASE as published: every other knob switched off, whatever its default."""
MEMORIES = (HALF_LIFE, "memory")
"""Knobs by which older events count less."""
LEFT_ALONE = frozenset({"dislike_strength", "seed", "encoder", *MEMORIES})
"""The cuts hold likes only, and in the random ones order means little: memories are tried as they are and endless."""
DENSE_TASTES: Mapping[str, float] = {"alpha0": 0.4, "l2": 0.012}
NO_ORDER: Mapping[str, float] = {"next": 0.0}
STARTS: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "ials": (DENSE_TASTES,),
    "ials_text": (DENSE_TASTES,),
    "switching": (NO_ORDER,),
}
"""Settings to try besides the defaults. Hidden tastes, where knobs only help together: what is not liked may say more,
if caution says less; the peers' settings are laid out the same way. The adaptive blend without what comes next, which
a random cut scatters over both parts."""
FIRST_STEP = 0.25
"""Share of a knob's range (of its logarithm where it says so) that the first step goes."""


@dataclass
class Search:
    """Steps along one knob at a time from the defaults: onwards while it helps, then back, then in smaller steps.

    Deterministic; never tries a setting twice; leaves a knob alone that once changed nothing at all, and a model that
    cannot rank what is asked for after two settings.
    """

    spec: Spec
    budget: int
    measure: Measure
    best: Knobs = field(default_factory=dict)
    value: float = -inf
    tried: list[tuple[Knobs, float]] = field(default_factory=list)
    inert: set[str] = field(default_factory=set)

    def run(self, start: Mapping[str, Any] | None = None) -> Knobs:
        """The best setting found, as the knobs that differ from the defaults or from ``start``."""
        self._try(dict(start or {}))
        for knob in self.spec.knobs:
            if knob.name in MEMORIES:
                self._try(self.best | {knob.name: inf})
        for together in STARTS.get(self.spec.name, ()):
            self._try(self.best | dict(together))
        size = FIRST_STEP
        if not self.value > 0:
            return self.best
        while len(self.tried) < self.budget and size > FIRST_STEP / 8 and self._round(size):
            size /= 2
        return self.best

    def _round(self, size: float) -> bool:
        """One step of ``size`` along every knob; False when no knob can be turned."""
        free = [k for k in self.spec.knobs if k.name not in LEFT_ALONE | self.inert and turnable(k)]
        for knob in free:
            for direction in (1, -1):
                if self._along(knob, direction * size):
                    break
        return bool(free)

    def _along(self, knob: Knob, step: float) -> bool:
        """Walk on while it gets better; whether it did at all."""
        moved = False
        while len(self.tried) < self.budget and knob.name not in self.inert:
            now = self.best.get(knob.name, knob.default)
            there = next(iter(stepped(knob, now, step)), None)
            if there is None or not self._try(self.best | {knob.name: there}, knob.name):
                break
            moved = True
        return moved

    def _try(self, knobs: Knobs, turned: str | None = None) -> bool:
        """Measure one setting if it is new and there is budget; whether it is the best so far."""
        if len(self.tried) >= self.budget or any(knobs == known for known, _ in self.tried):
            return False
        value = self.measure(knobs)
        self.tried.append((knobs, value))
        if turned is not None and value == self.value:
            self.inert.add(turned)
        if value <= self.value:
            return False
        self.best, self.value = knobs, value
        return True


def turnable(knob: Knob) -> bool:
    """Whether a knob says where it may go."""
    return len(knob.choices) > 1 or (knob.low is not None and knob.high is not None and knob.low < knob.high)


def stepped(knob: Knob, now: Any, step: float) -> Iterator[Any]:
    """The value a ``step`` (share of the range, signed) away from ``now``, if there is one.

    >>> list(stepped(Knob("l2", "", "", 100.0, 1.0, 10_000.0, log=True), 100.0, 0.25))
    [1000.0]
    >>> list(stepped(Knob("share", "", "", 1.0, 0.0, 1.0), 1.0, 0.25))
    []
    """
    if knob.choices:
        place = knob.choices.index(now) + (1 if step > 0 else -1)
        yield from knob.choices[place : place + 1] if place >= 0 else ()
        return
    low, high = float(knob.low or 0.0), float(knob.high or 0.0)
    moved = exp(log(now) + step * log(high / low)) if knob.log else now + step * (high - low)
    value = min(max(float(f"{moved:.4g}"), low), high)
    there = round(value) if knob.whole else value
    if there != now:
        yield there
