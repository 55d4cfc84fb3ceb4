"""The ledger of a session: what each event did to the list, measured by ranking again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

from recsys.explain.additive import by_key, exact_values
from recsys.explain.situation import TYPED, Situation
from recsys.live.answer import Answer
from recsys.live.edits import Edits
from recsys.live.movement import Movement, movement
from recsys.live.steering import Steering
from recsys.types import Event, Kind

Floats = NDArray[np.float64]

MOST = 20
"""Events of a session that get a line; two rankings each."""


class Measure(StrEnum):
    """Where the score effects of a ledger come from."""

    CONTRIBUTIONS = "contributions"
    """The parts of the present scores: they add up."""
    DIFFERENCES = "differences"
    """Score now minus score without the event, for models whose parts are no events: they need not add up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event, and what it did in two senses: when it happened, and to the list as it is now."""

    key: str
    """Event id, or ``typed``."""
    event: Event | None
    """None for the words in the box."""
    label: str
    """The item's title, or the words."""
    stands: bool
    """False where a later event on the same item has replaced it: it does nothing to the list now."""
    step: Movement
    """The list right after this event against the list right before it."""
    leave_one_out: Movement
    """The present list against the same list without this one event: what is new came because of it."""

    @property
    def kind(self) -> str:
        """A ``Kind`` value, or ``typed``."""
        return TYPED if self.event is None else str(self.event.kind)


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every event of the session against every item of the present list; the heatmap shows these same numbers."""

    lines: tuple[Line, ...]
    """Oldest first; the words in the box last."""
    item_ids: tuple[str, ...]
    """The present list, best first."""
    places: Floats
    """(n_lines, n_items) places the item has gained by the event: its rank without it minus its rank now.

    Above 0 the event lifts the item; NaN where the item could not be listed at all without the event.
    """
    scores: Floats
    """(n_lines, n_items) what the event adds to the item's score, as ``measure`` says."""
    measure: Measure
    n_left_out: int
    """Older events of the session without a line."""
    n_passes: int
    """Times the catalogue was scored."""
    ms: float

    def position(self, key: str) -> int | None:
        """Position of the line of ``key``, None where there is none."""
        return next((place for place, line in enumerate(self.lines) if line.key == key), None)

    def of_item(self, item_id: str) -> tuple[tuple[Line, float, float], ...]:
        """One column of the heatmap: (line, places gained, part of the score) of a listed item, oldest first."""
        if item_id not in self.item_ids:
            return ()
        column = self.item_ids.index(item_id)
        return tuple(
            (line, float(self.places[row, column]), float(self.scores[row, column]))
            for row, line in enumerate(self.lines)
        )


def ledger(situation: Situation, most: int = MOST) -> Ledger:
    """Take the session apart, event by event; at most the ``most`` newest events and the typed words get a line.

    Costs two passes over the catalogue per line and one more. Without any event, the ledger is empty.
    """
    start = time.perf_counter()
    kept = situation.session[-most:] if most > 0 else ()
    lists = _lists_so_far(situation, len(kept))
    causes: list[tuple[str, Event | None]] = [(event.event_id, event) for event in kept]
    if situation.query.typed:
        causes.append((TYPED, None))
    standing = set(situation.keys)
    withouts = {key: _without(situation, key) for key, _ in causes if key in standing}
    lines = [
        Line(
            key,
            event,
            situation.label(key),
            key in standing,
            movement(lists[place], lists[place + 1]),
            movement(withouts[key].item_ids if key in withouts else situation.now.item_ids, situation.now.item_ids),
        )
        for place, (key, event) in enumerate(causes)
    ]
    keys = [key for key, _ in causes]
    scores, measure = _scores(situation, keys, withouts)
    return Ledger(
        lines=tuple(lines),
        item_ids=situation.now.item_ids,
        places=_places(situation, keys, withouts),
        scores=scores,
        measure=measure,
        n_left_out=len(situation.session) - len(kept),
        n_passes=len(lists) + len(withouts),
        ms=(time.perf_counter() - start) * 1e3,
    )


def _without(situation: Situation, key: str) -> Answer:
    return situation.among_the_same(situation.answer(situation.without({key})))


def _lists_so_far(situation: Situation, n_kept: int) -> list[tuple[str, ...]]:
    """The list before the first kept event, after each, and with the typed words: the last one is the present list."""
    n_events = len(situation.session)
    ends = list(range(n_events - n_kept, n_events + 1))
    if not situation.query.typed:
        ends.pop()  # the list after the last event is the present one
    before = [situation.answer(situation.asked(situation.session[:end])).item_ids for end in ends]
    return [*before, situation.now.item_ids]


def _places(situation: Situation, keys: Sequence[str], withouts: dict[str, Answer]) -> Floats:
    out = np.zeros((len(keys), len(situation.now.rows)))
    for line, key in enumerate(keys):
        for column, row in enumerate(situation.now.rows if key in withouts else ()):
            place = withouts[key].place(int(row))
            out[line, column] = np.nan if place is None else place - (column + 1)
    return out


def _scores(situation: Situation, keys: Sequence[str], withouts: dict[str, Answer]) -> tuple[Floats, Measure]:
    rows = situation.now.rows
    out = np.zeros((len(keys), len(rows)))
    reasons = situation.now.contributions(rows)
    if any(part.kind == TYPED or part.kind in set(Kind) for part in reasons.parts):
        values, _, _ = exact_values(reasons, situation.now.scores[rows])
        amounts = by_key(reasons.parts, values)
        for line, key in enumerate(keys):
            out[line] = amounts.get(key, 0.0)
        return out, Measure.CONTRIBUTIONS
    for line, key in enumerate(keys):
        if key in withouts:
            out[line] = situation.now.scores[rows].astype(np.float64) - withouts[key].scores[rows]
    return out, Measure.DIFFERENCES


@dataclass(frozen=True, slots=True)
class Preview:
    """What the list would become; nothing is stored."""

    item_ids: tuple[str, ...]
    moved: Movement
    """Against the present list."""

    @property
    def came(self) -> tuple[str, ...]:
        """Items that would be new, best first."""
        return tuple(item_id for item_id, step in self.moved.steps.items() if step is None)


def what_if(situation: Situation, event: Event) -> Preview:
    """The list if the person now did ``event``: one pass, once the present list is known."""
    return _preview(situation, situation.answer(situation.asked((*situation.session, event), situation.known.typed)))


def what_if_undone(situation: Situation, *keys: str) -> Preview:
    """The list if these events were taken back, with whatever they keep off it now: one pass."""
    return _preview(situation, situation.answer(situation.undone(keys)))


def _preview(situation: Situation, answer: Answer) -> Preview:
    return Preview(answer.item_ids, movement(situation.now.item_ids, answer.item_ids))


@dataclass(frozen=True, slots=True)
class State:
    """The list at one moment of the session."""

    position: int
    """0 before the first line, then after each."""
    events: tuple[Event, ...]
    """What stood then."""
    item_ids: tuple[str, ...]
    moved: Movement
    """Against the state before; nothing moved in the first."""


class States(Sequence[State]):
    """Every moment of a session, ranked when it is looked at: for stepping back and forth, and for replay."""

    def __init__(
        self,
        situation: Situation,
        moments: Sequence[tuple[Event, ...]] | None = None,
        edits: Sequence[Edits] | None = None,
    ) -> None:
        """``moments`` are the standing events after each line of the log; without, after each event of the session.

        ``edits`` are those of the portrait that stood with them; without, they are always those of now. The typed words
        are in no state: they are in the box, not in the log.
        """
        session = situation.session
        after = moments if moments is not None else [session[: n + 1] for n in range(len(session))]
        self._situation = situation
        self._moments = ((), *after)
        self._edits = None if edits is None else (Edits(), *edits)
        self._lists: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._moments)

    @overload
    def __getitem__(self, position: int) -> State: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[State, ...]: ...
    def __getitem__(self, position: int | slice) -> State | tuple[State, ...]:
        """The state at ``position``: at most two passes the first time, none afterwards."""
        if isinstance(position, slice):
            return tuple(self[place] for place in range(*position.indices(len(self))))
        place = range(len(self))[position]
        shown = self._list(place)
        return State(place, self._moments[place], shown, movement(self._list(max(0, place - 1)), shown))

    def _list(self, place: int) -> tuple[str, ...]:
        if place not in self._lists:
            known = self._situation.known
            if self._edits is not None:
                known = replace(known, steering=Steering(self._situation.data, self._edits[place]))
            self._lists[place] = self._situation.answer(known.asked(self._moments[place])).item_ids
        return self._lists[place]


def states(
    situation: Situation,
    moments: Sequence[tuple[Event, ...]] | None = None,
    edits: Sequence[Edits] | None = None,
) -> States:
    """The moments of a session, from the list before anything happened to the present one."""
    return States(situation, moments, edits)
