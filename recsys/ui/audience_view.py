"""Drawing of the Audience page: who is looked at, and one view of what they do."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from recsys.audience import Segment
from recsys.data import Dataset
from recsys.ui import audience_segment, choices, frame

Draw = Callable[[Dataset, Segment | None], None]


FEW = 10
"""Below so many people nothing that is said of them can be sure."""


class View(StrEnum):
    """What the page shows; also its name in the session."""

    HEALTH = "health"
    ACTIVITY = "activity"
    PERIODS = "periods"
    SEQUENCES = "sequences"
    GROUPS = "groups"
    CLASSES = "classes"
    RULES = "rules"
    WORDS = "words"
    SERVED = "served"


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "view"


_LABELS = {
    View.HEALTH: "Health",
    View.ACTIVITY: "Activity",
    View.PERIODS: "Periods",
    View.SEQUENCES: "Sequences",
    View.GROUPS: "Groups",
    View.CLASSES: "Kinds of people",
    View.RULES: "Rules",
    View.WORDS: "Words and mood",
    View.SERVED: "Served",
}


def choose() -> View:
    """Draw the choice of a view and return the chosen one."""
    return choices.view(_LABELS, Key.VIEW)


def show(view: View, data: Dataset) -> None:
    """Draw one view of the chosen people; nothing is computed, nor learned, for the others."""
    frame.notices()
    if data.events.empty:
        frame.empty("Nobody has done anything in this data.", "Choose other data above.")
        return
    segment = audience_segment.current(data)
    if segment is not None and len(segment) < FEW:
        said = "1 person is" if len(segment) == 1 else f"{len(segment)} people are"
        frame.hint(f"Only {said} looked at: read this as their story. Intervals and p need {FEW} people or more.")
    # Imported when chosen: some views need libraries that the app starts without.
    draw: Draw = import_module(f"recsys.ui.audience_{view}_view").draw
    draw(data, segment)
