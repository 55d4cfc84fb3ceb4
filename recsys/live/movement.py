"""What changed between two lists: the arrows and the names of what left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEW = "NEW"
SAME = "="


@dataclass(frozen=True, slots=True)
class Movement:
    """The change from one list to the next."""

    steps: dict[str, int | None]
    """Per item of the new list: old rank minus new rank (positive = up), None when it was not listed before."""
    left: tuple[str, ...]
    """Items of the old list that are not in the new one, in their old order."""

    @property
    def n_moved(self) -> int:
        """Items of the new list that are new or on another rank."""
        return sum(step != 0 for step in self.steps.values())

    @property
    def n_new(self) -> int:
        """Items of the new list that were not in the old one."""
        return sum(step is None for step in self.steps.values())

    @property
    def only_closed_up(self) -> bool:
        """Whether all that happened is that one item left and those below it moved up one place.

        >>> movement(["a", "b", "c"], ["a", "c", "d"]).only_closed_up
        True
        """
        stayed = [step for step in self.steps.values() if step is not None]
        return len(self.left) == 1 and self.n_new <= 1 and any(stayed) and set(stayed) <= {0, 1}

    def badge(self, item_id: str) -> str:
        """``▲3``, ``▼2``, ``NEW`` or ``=``.

        >>> movement(["a", "b"], ["b", "a", "c"]).badge("b")
        '▲1'
        """
        step = self.steps[item_id]
        if step is None:
            return NEW
        return f"▲{step}" if step > 0 else f"▼{-step}" if step < 0 else SAME


def movement(before: Sequence[str], after: Sequence[str]) -> Movement:
    """Compare two lists of item ids, best first."""
    old = {item_id: rank for rank, item_id in enumerate(before)}
    steps = {item_id: old[item_id] - rank if item_id in old else None for rank, item_id in enumerate(after)}
    return Movement(steps, tuple(item_id for item_id in before if item_id not in steps))


def overlap(one: Sequence[str], other: Sequence[str]) -> int:
    """Number of items in both lists."""
    return len(set(one) & set(other))
