"""Several scorers, one list: bring the scores to one scale, then fuse them; two pure steps.

    z_i = (s_i - mean(s)) / std(s)        over the items that have a score
    weighted:  sum_l w_l z_l(i)           reciprocal ranks:  sum_l 1 / (offset + rank_l(i))

The reasons of a weighted sum stay those of its components: every z-score is linear in the score it comes from, so
the parts are scaled and added up by event, and what the means take away is one more part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.ranking import top_k
from recsys.types import Contributions, Matrix, Part, Rows, Vector

RANK_OFFSET = 60.0
"""Added to every rank before it is turned over (Cormack, Clarke and Buettcher 2009)."""

SAME = 1e-6
"""A spread below this share of the largest score is rounding: the list says nothing."""

DIGITS = 4
"""Decimals of a z-score that tell two ranks apart; what differs by less shares the better rank."""

AVERAGE = Part("model:average", "model", "compared with the average item", 0.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """How one list of scores is spread over the catalogue."""

    mean: float
    spread: float
    """Standard deviation; 0 for a list that says nothing: all equal, or no score at all."""

    @classmethod
    def of(cls, scores: Vector) -> Scale:
        """Mean and standard deviation of the scores that are not NaN."""
        told = scores[np.isfinite(scores)].astype(np.float64)
        if not len(told):
            return cls(0.0, 0.0)
        spread = float(told.std())
        return cls(float(told.mean()), spread if spread > SAME * float(np.abs(told).max()) else 0.0)

    def z(self, scores: Vector) -> Vector:
        """(n,) float32 in standard deviations from the mean; zeros for a list that says nothing; NaN stays NaN."""
        if not self.spread:
            return np.where(np.isnan(scores), np.float32(np.nan), np.float32(0))
        return ((scores.astype(np.float64) - self.mean) / self.spread).astype(np.float32)


def z_scored(scores: Vector) -> Vector:
    """(n_items,) float32 with mean 0 and standard deviation 1 over the finite entries.

    A constant list becomes zeros; NaN stays NaN.

    >>> z_scored(np.array([1, np.nan, 3], dtype=np.float32)).tolist()
    [-1.0, nan, 1.0]
    """
    return Scale.of(scores).z(scores)


def weighted_sum(lists: Mapping[str, Vector], weights: Mapping[str, float]) -> Vector:
    """(n_items,) float32 ``sum_l w_l z_l`` of z-scored ``lists``; components of weight 0 do not take part.

    An item that a component knows nothing of gets 0 there, the average: being unknown is no fault, and the lowest
    score would bury every new item. NaN only where no component has a score. At least one list is expected.

    >>> both = {"a": np.array([1, -1, np.nan], dtype=np.float32), "b": np.array([np.nan, 1, np.nan], dtype=np.float32)}
    >>> weighted_sum(both, {"a": 1.0, "b": 0.5}).tolist()
    [1.0, -0.5, nan]
    """
    total = np.zeros(len(next(iter(lists.values()))), dtype=np.float64)
    known = np.zeros(len(total), dtype=bool)
    for name, z in lists.items():
        weight = weights.get(name, 0.0)
        if weight:
            told = ~np.isnan(z)
            known |= told
            total += weight * np.where(told, z, 0.0)
    return np.where(known, total, np.nan).astype(np.float32)


def shared_ranks(z: Vector) -> Vector:
    """(n_items,) float32 1 for the best; items that tie share the better rank; NaN where there is no score.

    >>> shared_ranks(np.array([.5, .9, .5, np.nan, .1], dtype=np.float32)).tolist()
    [2.0, 1.0, 2.0, nan, 4.0]
    """
    out = np.full(len(z), np.nan, dtype=np.float32)
    rounded = np.round(z, DIGITS)
    order = top_k(rounded, max(len(z), 1))
    if len(order):
        starts = np.concatenate([[True], np.diff(rounded[order]) != 0])
        positions = np.arange(1, len(order) + 1)
        out[order] = np.maximum.accumulate(np.where(starts, positions, 0))
    return out


def reciprocal_ranks(z: Vector, offset: float = RANK_OFFSET) -> Vector:
    """(n_items,) float32 in (0, 1 / (offset + 1)]; NaN where ``z`` is, and everywhere if all of it is equal."""
    told = z[~np.isnan(z)]
    if not len(told) or bool(np.ptp(np.round(told, DIGITS)) == 0):
        return np.full(len(z), np.nan, dtype=np.float32)
    return (1.0 / (offset + shared_ranks(z))).astype(np.float32)


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """The reasons one component gives for some rows, and what a blend makes of them."""

    weight: float
    scale: Scale
    scores: Vector
    """(n_rows,) the component's own scores of these rows."""
    reasons: Contributions
    """Their parts, in the component's own units."""


def merged(components: Sequence[Scaled], scores: Vector) -> Contributions:
    """Parts of blended ``scores`` (n_rows,) in the terms of the components; rows sum to the scores.

    Parts with one key are added up under the first label they came with. The last part is what all means together
    take away, ``-sum_l w_l mean_l / std_l``; it also carries the rounding of float32.
    """
    parts: dict[str, Part] = {}
    columns: dict[str, np.ndarray] = {}
    for component in components:
        if not component.scale.spread:
            continue
        factor = component.weight / component.scale.spread
        told = ~np.isnan(component.scores)
        for position, part in enumerate(component.reasons.parts):
            share = np.where(told, component.reasons.values[:, position].astype(np.float64) * factor, 0.0)
            parts.setdefault(part.key, part)
            columns[part.key] = columns.get(part.key, 0.0) + share
    values = np.zeros((len(scores), len(columns) + 1), dtype=np.float32)
    for position, column in enumerate(columns.values()):
        values[:, position] = column
    values[:, -1] = np.where(np.isnan(scores), 0.0, scores - values.sum(axis=1, dtype=np.float64))
    return Contributions((*parts.values(), AVERAGE), values)


def whole(name: str, label: str, weight: float, scores: Vector) -> Contributions:
    """The reasons of a component that gives none: its score as one part."""
    column: Matrix = np.nan_to_num(scores, nan=0.0)[:, None].astype(np.float32)
    return Contributions((Part(f"model:{name}", "model", label, weight),), column)


def union(lists: Sequence[Rows]) -> Rows:
    """Rows that are in any of ``lists``, each once, in the order in which they first appear."""
    return np.array(list(dict.fromkeys(int(row) for rows in lists for row in rows)), dtype=np.int64)
