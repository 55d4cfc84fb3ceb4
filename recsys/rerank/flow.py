"""Smooth flow: neighbouring tracks step gently in tempo and energy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recsys.columns import Audio
from recsys.data import Dataset
from recsys.models.audio import standardised
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import Floats
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.types import Kind, Knob, Rows, Spec

HEARD = (Audio.TEMPO, Audio.ENERGY)
"""What a step is made of."""
AGAINST = 3.0
"""A step against the direction costs so many times one along it."""
LONGEST = 10
"""Tracks that are put in order, a list's length: those further down stay, so that who is listed stays too."""
SURE = 1e-9
"""A smaller gain is none."""


class Direction(StrEnum):
    """Where the list goes."""

    LEVEL = "level"
    RISING = "rising"
    FALLING = "falling"


def steps(sounds: Floats, direction: str) -> Floats:
    """(n, n) what it costs to go from the row's sound to the column's, ``sounds`` (n, n_columns); 0 on the diagonal.

    The sum of the distances in each column; for a direction, what goes against it counts AGAINST times.
    """
    change = sounds[None, :, :] - sounds[:, None, :]
    up = 1.0 if direction != Direction.FALLING else AGAINST
    down = 1.0 if direction != Direction.RISING else AGAINST
    return np.asarray(np.where(change > 0, up * change, -down * change).sum(axis=2))


def arranged(costs: Floats) -> Rows:
    """An order of all but the first of ``costs`` (n + 1, n + 1), which is where the path begins: (n,) numbers from 1.

    The cheaper of two: 1, 2, ... n and the nearest neighbour each time, both bettered by 2-opt (Croes 1958). The
    former where they cost the same, so that an order which cannot be bettered stays. O(n^2) per turn.
    """
    costs = np.asarray(costs, dtype=np.float64)  # float32 would round a turn, and the one back, into gains for ever
    given, nearest = _turned(costs, np.arange(len(costs))), _turned(costs, _nearest(costs))
    return (nearest if path_cost(costs, nearest) < path_cost(costs, given) - SURE else given)[1:]


def _turned(costs: Floats, path: Rows) -> Rows:
    """``path`` after turning around the stretch that gains most, until none gains."""
    while len(path) > 2:
        gains = _gains(costs, path)
        first, last = divmod(int(gains.argmax()), len(gains))
        if not gains[first, last] > SURE:
            break
        path[first + 1 : last + 2] = path[first + 1 : last + 2][::-1].copy()
    return path


def path_cost(costs: Floats, path: Rows) -> float:
    """Sum of the steps along ``path``."""
    return float(costs[path[:-1], path[1:]].sum())


def _nearest(costs: Floats) -> Rows:
    path, left = [0], np.ones(len(costs), dtype=bool)
    left[0] = False
    while left.any():
        path.append(int(np.where(left, costs[path[-1]], np.inf).argmin()))
        left[path[-1]] = False
    return np.array(path, dtype=np.int64)


def _gains(costs: Floats, path: Rows) -> Floats:
    """(n, n) what turning around the stretch from the row's track to the column's saves; -inf for no stretch."""
    walk = np.append(path, len(costs))  # nothing follows the last one, and it costs nothing to get there
    step = np.pad(costs, (0, 1))[np.ix_(walk, walk)]
    ahead, back = step.diagonal(1), step.diagonal(-1)
    inside = np.cumsum(ahead[:-1] - back[:-1])
    now = (ahead[:-1] - inside)[:, None] + (ahead[1:] + inside)
    return np.where(np.tri(len(inside), dtype=bool), -np.inf, now - step[:-2, 1:-1] - step[1:-1, 2:])


@dataclass(frozen=True, slots=True)
class Flow:
    """Puts the list in an order of small steps, beginning near the last track played; the same tracks stay listed.

    A track without tempo or energy keeps its place. Where nothing was played, or words ask for something else, the path
    begins anywhere.
    """

    direction: str = str(Direction.LEVEL)

    def __post_init__(self) -> None:
        if self.direction not in list(Direction):
            raise ValueError(f"direction should be one of {', '.join(Direction)}, is now {self.direction!r}")

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = top_k(candidates.scores, k)
        found = None if candidates.data is None else sounds(candidates.data)
        if found is not None:
            places = np.flatnonzero(np.isfinite(found[candidates.rows[order[:LONGEST]]]).all(axis=1))
            order[places] = order[places][self._path(candidates, found, candidates.rows[order[places]])]
        return [int(row) for row in candidates.rows[order]]

    def note(self, candidates: Candidates) -> str:
        """Say where it begins, or why it cannot be told."""
        data = candidates.data
        if data is None:
            return NO_CATALOGUE
        found = sounds(data)
        if found is None or np.isfinite(found[candidates.rows]).all(axis=1).sum() < 2:
            return "Fewer than two of these tell their tempo and energy, so this changes nothing."
        last = _last_played(candidates, found)
        return f"Begins near “{data.title(data.item_ids[last])}”, played last." if last >= 0 else "Begins anywhere."

    def _path(self, candidates: Candidates, found: Floats, rows: Rows) -> Rows:
        """A new order of ``rows``, as positions."""
        last = _last_played(candidates, found)
        costs = steps(found[np.append(last, rows)], self.direction)
        if last < 0:
            costs[0] = costs[:, 0] = 0.0
        return arranged(costs) - 1


def sounds(data: Dataset) -> Floats | None:
    """(n_items, 2) tempo and energy on the scale of ``recsys.models.audio``, NaN where unknown; None without both."""
    return data.once(sounds, lambda: _sounds(data))


def _sounds(data: Dataset) -> Floats | None:
    if not data.has(HEARD):
        return None
    columns = []
    for column in HEARD:
        vectors, known = standardised(data.items[[column]])
        columns.append(np.where(known, vectors[:, list(Audio).index(column)], np.nan))
    return np.column_stack(columns)


def _last_played(candidates: Candidates, found: Floats) -> int:
    """Row of the newest item that was not disliked and tells its sound; -1 for none, or while words lead the list."""
    data = candidates.data
    if candidates.query.typed.strip():
        return -1
    for event in reversed(candidates.query.events):
        row = -1 if data is None or event.kind is Kind.DISLIKE else data.row_of.get(event.item_id or "", -1)
        if row >= 0 and np.isfinite(found[row]).all():
            return row
    return -1


SPEC = Spec(
    "flow",
    "Smooth flow",
    "Puts the tracks in an order of small steps in tempo and energy, from the last one you played.",
    Flow,
    (
        Knob(
            "direction",
            "Direction",
            "Level keeps steps small; rising gets faster and stronger, falling slower and softer.",
            str(Direction.LEVEL),
            choices=tuple(map(str, Direction)),
        ),
    ),
    needs=tuple(map(str, HEARD)),
)
