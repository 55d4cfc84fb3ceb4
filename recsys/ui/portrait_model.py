"""What the Portrait page shows: the lines with their edits, the list, and what the newest edit did. No drawing here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from recsys.data import Dataset
from recsys.evaluate.steering import Effect, effect
from recsys.live import Edits, Known, Movement, Steer, Steering, movement
from recsys.live.answer import Answer
from recsys.live.edits import AVOID, INTEREST, PIN, TASTE, USUAL, WANT
from recsys.live.steering import nearest
from recsys.types import Query, Rows
from recsys.ui.live_model import Wanted, situation
from recsys.ui.wording import Wording
from recsys.words.interests import rows_by_tag, tag_called
from recsys.words.portrait import Line, Portrait, portrait

STOPS = (0.0, 0.5, 1.0, 2.0, 3.0)
"""How many times an interest can be made to count by More and Less."""
ADDED = (WANT, AVOID, TASTE)
"""Sorts of edits that add something, instead of weighing what is there."""
N_NEAR = 15
"""Items that stand for added words that name no interest, when it is said how far they moved."""


@dataclass(frozen=True, slots=True)
class Row:
    """One interest on the page."""

    line: Line
    factor: float = 1.0
    pinned: bool = False

    @property
    def muted(self) -> bool:
        """Whether it counts for nothing."""
        return self.factor == 0


@dataclass(frozen=True, slots=True)
class View:
    """Everything one drawing shows."""

    words: Wording
    known: Known
    portrait: Portrait
    rows: tuple[Row, ...]
    """What they like: pinned first, else in the order from before any edit, so that no row runs away from the hand."""
    avoided: tuple[Row, ...]
    edits: Edits
    newest: Steer | None
    """The edit made last, among those that stand."""
    now: Answer
    moved: Movement
    """The list against the one without the newest edit."""
    did: Effect | None
    """What the newest edit did to the things it speaks of; None without edits."""
    ms: float
    """Milliseconds the portrait took."""
    list_ms: float

    def is_newest(self, name: str) -> bool:
        """Whether the newest edit is one of the interest ``name``."""
        return self.newest is not None and self.newest.what in (INTEREST, PIN) and self.newest.words == name

    @property
    def newest_has_line(self) -> bool:
        """Whether a line of the page is there under which it can be said what the newest edit did."""
        if self.newest is None or self.newest.what in ADDED:
            return self.newest in self.edits.steers
        return any(self.is_newest(row.line.interest.name) for row in (*self.rows, *self.avoided))

    @property
    def added(self) -> Iterator[Steer]:
        """Lines in the visitor's own words."""
        return (steer for steer in self.edits.steers if steer.what in ADDED)


def view(data: Dataset, known: Known, wanted: Wanted, newest: Steer | None, earlier: Edits) -> View:
    """Compute the portrait, the list that Live shows, and the list by the edits before the ``newest`` one.

    Nothing is remembered, so a reload shows the same.
    """
    words, edits = Wording.for_query(data, known.query), (known.steering.edits if known.steering else Edits()).of_taste
    started = time.perf_counter()
    drawn, before = _portraits(words, known, edits)
    rows = _rows(before, drawn, edits)
    ms = (time.perf_counter() - started) * 1e3
    now = situation(data, known, wanted)
    answered = time.perf_counter()
    list_now = now.now
    list_ms = (time.perf_counter() - answered) * 1e3
    steering = Steering(data, earlier) if earlier else None
    list_before = list_now if newest is None else now.answer(replace(known, steering=steering).query)
    return View(
        words,
        known,
        drawn,
        tuple(row for row in rows if row.line.interest.weight > 0),
        tuple(row for row in rows if row.line.interest.weight <= 0),
        edits,
        newest,
        list_now,
        movement(list_before.item_ids, list_now.item_ids),
        None if newest is None else effect(list_before, list_now, spoken_of(data, newest)),
        ms,
        list_ms,
    )


def spoken_of(data: Dataset, steer: Steer) -> Rows:
    """Rows of the items that an edit speaks of: those it names, those with the interest, or those nearest to it."""
    if steer.item_ids:
        return np.array([data.row_of[one] for one in steer.item_ids if one in data.row_of], dtype=np.int64)
    tag = steer.words if steer.what in (INTEREST, PIN) else tag_called(data, steer.words)
    rows = rows_by_tag(data).get(tag or "")
    return nearest(data, steer.words, N_NEAR) if rows is None else rows


def stepped(factor: float, step: int) -> float:
    """The next factor up (``step`` 1) or down (-1), at the ends the same.

    >>> stepped(1.0, 1), stepped(0.0, -1), stepped(1.5, -1)
    (2.0, 0.0, 1.0)
    """
    further = [stop for stop in STOPS if (stop - factor) * step > 0]
    return factor if not further else further[0] if step > 0 else further[-1]


def taken_off(steer: Steer) -> Steer:
    """The edit that makes ``steer`` change nothing."""
    return replace(steer, factor=USUAL[steer.what])


def _portraits(words: Wording, known: Known, edits: Edits) -> tuple[Portrait, Portrait]:
    """The portrait as edited, with every line of the other one, and as it would be without edits."""
    language = words.language
    names = tuple(steer.words for steer in edits.steers)
    before = portrait(words.data, Query(replace(known, steering=None).events), language, keep=names)
    if not edits:
        return before, before
    shown = (line.interest.name for line in (*before.lines, *before.avoided))
    return portrait(words.data, Query(known.events), language, keep=(*names, *shown)), before


def _rows(before: Portrait, drawn: Portrait, edits: Edits) -> tuple[Row, ...]:
    """Every line as it stands now, pinned ones first: those from before the edits, then those the edits brought."""
    earlier = {line.interest.name: line for line in (*before.lines, *before.avoided)}
    brought = (line for line in (*drawn.lines, *drawn.avoided) if line.interest.name not in earlier)
    now = [drawn.line(name) or replace(line, share=0.0) for name, line in earlier.items()]
    factors, pinned = edits.factors, edits.pinned
    rows = [Row(one, factors.get(one.interest.name, 1.0), one.interest.name in pinned) for one in (*now, *brought)]
    return (*(row for row in rows if row.pinned), *(row for row in rows if not row.pinned))
