"""Context: the hour, the device, how new an item is, and whether it can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.data import Dataset
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_facts import ItemFacts
from recsys.rerank.moment import PARTS_OF_DAY, SHORT_TIMES, Floats, Habits, Moment
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import check_share
from recsys.types import Knob, Spec, Vector

LOW_STOCK = 5
"""Fewer pieces than this count as few."""
AUDIBLE = 0.05
"""A habit of smaller log-odds is not worth a word."""


@dataclass(frozen=True)
class Context(Adjuster):
    """Adds to relevance what the moment says of each item; each of the four has a strength, 0 switches it off.

        relevance + time t + device d + freshness 0.5 ** (age / half_life_days) - stock s

    t in [-1, 1]: log-odds by which the item's categories are liked more at this time of day and week than otherwise,
    learned from the likes of the dataset; early and late, shorter items gain as well. d in [-1, 1]: on a phone shorter
    items gain. s in [0, 1]: 0 from LOW_STOCK pieces on, 1 for the last one; what is sold out is taken out. What the
    data does not tell adds nothing. The hour is compared with UTC times, the only ones data have.
    """

    time: float = 0.2
    device: float = 0.2
    freshness: float = 0.1
    half_life_days: float = 365.0
    stock: float = 0.2

    def __post_init__(self) -> None:
        for name in ("time", "device", "freshness", "stock"):
            check_share(name, getattr(self, name))
        if self.half_life_days <= 0:
            raise ValueError(f"half_life_days should be above 0 days, is now {self.half_life_days}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; NaN for what is sold out."""
        total = candidates.relevance.copy()
        for part in self.parts(candidates).values():
            total += part
        return total.astype(np.float32)

    def parts(self, candidates: Candidates) -> Mapping[str, Floats]:
        """What ``time``, ``device``, ``freshness`` and ``stock`` add to each of the (n,) candidates.

        Only those that are switched on and have something to go on; NaN for what is sold out.
        """
        data = candidates.data
        if data is None:
            return {}
        moment, facts, rows = Moment.of(candidates.query.context), ItemFacts.of(data), candidates.rows
        found = {
            "time": self._time(moment, facts, data, candidates),
            "device": None if facts.length is None or moment.device != "phone" else -_known(facts.length[rows]),
            "freshness": None
            if facts.age_days is None
            else _known(0.5 ** (np.maximum(facts.age_days[rows], 0) / self.half_life_days)),
            "stock": None if facts.stock is None else -_scarcity(facts.stock[rows]),
        }
        strengths = {name: getattr(self, name) for name in found}
        return {name: strengths[name] * part for name, part in found.items() if part is not None and strengths[name]}

    def note(self, candidates: Candidates) -> str:
        """One sentence: what is used, and what is not known."""
        data = candidates.data
        if data is None:
            return NO_CATALOGUE
        moment, facts = Moment.of(candidates.query.context), ItemFacts.of(data)
        used = [_said(name, moment, facts, data) for name in self.parts(candidates)]
        missing = self._missing(moment, facts)
        said = f"Used {_joined(used)}" if used else "Nothing to go on, so this changes nothing"
        return f"{said}; not known: {_joined(missing)}." if missing else f"{said}."

    def _time(self, moment: Moment, facts: ItemFacts, data: Dataset, candidates: Candidates) -> Floats | None:
        if moment.part is None and moment.weekend is None:
            return None
        habit = candidates.mix @ Habits.of(data).at(moment)
        if moment.part is not None and PARTS_OF_DAY[moment.part] in SHORT_TIMES and facts.length is not None:
            habit = habit - _known(facts.length[candidates.rows])
        return np.asarray(np.clip(habit, -1.0, 1.0)) if habit.any() else None

    def _missing(self, moment: Moment, facts: ItemFacts) -> list[str]:
        """What a switched-on part would need and does not have."""
        return [
            what
            for what, lacking in (
                ("the time", bool(self.time) and moment.part is None and moment.weekend is None),
                ("your device", bool(self.device) and moment.device is None),
                ("how long items are", bool(self.device) and moment.device == "phone" and facts.length is None),
                ("how new items are", bool(self.freshness) and facts.age_days is None),
                ("what is in stock", bool(self.stock) and facts.stock is None),
            )
            if lacking
        ]


def _known(values: Floats) -> Floats:
    """0 where nothing is known."""
    return np.nan_to_num(values, nan=0.0)


def _scarcity(pieces: Floats) -> Floats:
    """(n,) in [0, 1]; NaN for none left, 0 where the number is not known."""
    few = np.clip((LOW_STOCK - pieces) / (LOW_STOCK - 1), 0.0, 1.0)
    return np.where(pieces <= 0, np.nan, _known(few))


def _said(part: str, moment: Moment, facts: ItemFacts, data: Dataset) -> str:
    """What a part goes by, in words."""
    if part == "time":
        return _habit_in_words(moment, Habits.of(data))
    if part == "freshness":
        by_events = facts.dated_by == "first event"
        return f"how new items are ({'first event of each' if by_events else f'column {facts.dated_by}'})"
    return {"device": "the phone (shorter items first)", "stock": "the stock"}[part]


def _habit_in_words(moment: Moment, habits: Habits) -> str:
    when = PARTS_OF_DAY[moment.part] if moment.part is not None else "at weekends" if moment.weekend else "on weekdays"
    odds = habits.at(moment)
    best = int(odds.argmax()) if len(odds) else 0
    if not len(odds) or odds[best] < AUDIBLE:
        return f"the time ({when})"
    return f"the time ({when} the odds of {habits.names[best]} are {np.exp(odds[best]):.1f} times those at other times)"


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


SPEC = Spec(
    "context",
    "Here and now",
    "Minds the time of day, your device, how new items are and what is in stock.",
    Context,
    (
        Knob("time", "Time of day", "What is liked at this time counts for more; 0 is off.", 0.2, 0.0, 1.0),
        Knob("device", "Device", "On a phone shorter items count for more; 0 is off.", 0.2, 0.0, 1.0),
        Knob("freshness", "Freshness", "Newer items count for more; 0 is off.", 0.1, 0.0, 1.0),
        Knob("half_life_days", "Days to half", "After so many days freshness is half.", 365.0, 1.0, 7300.0, log=True),
        Knob("stock", "Stock", "Hides what is sold out, lowers what is nearly; 0 is off.", 0.2, 0.0, 1.0),
    ),
)
