"""From a score to an honest chance: the rising curve, or the sigmoid, that fits what held-out people said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.logistic import Answers, Belief, Floats, chance

ENOUGH = 1000
"""Answers from which on a curve of any rising shape is fitted; with fewer it would follow luck."""
SURE = 0.01
"""Chances end so far from 0 and from 1: a group of answers that happen to agree proves no certainty."""
_LOOSE = 100.0
"""Variance of what is believed of the sigmoid's slope and shift beforehand: hardly anything."""


@dataclass(frozen=True, eq=False, slots=True)
class Rising:
    """A rising curve through knots, straight between them and flat beyond."""

    at: Floats
    """(n_knots,) ascending scores."""
    chances: Floats
    """(n_knots,) what the curve says there, never falling."""

    def __call__(self, scores: Floats) -> Floats:
        """(n,) chances in [SURE, 1 - SURE]."""
        return np.asarray(np.clip(np.interp(scores, self.at, self.chances), SURE, 1 - SURE))


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """chance = 1 / (1 + exp(-(shift + slope score)))."""

    shift: float
    slope: float

    def __call__(self, scores: Floats) -> Floats:
        """(n,) chances in [SURE, 1 - SURE]."""
        return np.asarray(np.clip(chance(self.shift + self.slope * scores), SURE, 1 - SURE))


Curve = Rising | Sigmoid


def isotonic(scores: Floats, liked: Floats) -> Rising:
    """The rising step curve nearest to ``liked`` in squares, by pooling adjacent violators (Ayer and others 1955).

    Equal scores count as one. The knots are the two ends of every pool, so the curve is straight between pools, as
    scikit-learn draws it. ValueError without any score.
    """
    if not len(scores):
        raise ValueError("a curve needs at least 1 score, there are 0")
    at, group = np.unique(np.asarray(scores, dtype=np.float64), return_inverse=True)
    sizes = np.bincount(group).astype(np.float64)
    means = np.bincount(group, weights=np.asarray(liked, dtype=np.float64)) / sizes
    pools: list[tuple[float, float, int]] = []  # mean, answers, different scores
    for mean, size in zip(means.tolist(), sizes.tolist(), strict=True):
        pool = (mean, size, 1)
        while pools and pools[-1][0] >= pool[0]:
            last = pools.pop()
            n_answers = last[1] + pool[1]
            pool = ((last[0] * last[1] + pool[0] * pool[1]) / n_answers, n_answers, last[2] + pool[2])
        pools.append(pool)
    ends = np.cumsum([width for _, _, width in pools]) - 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.stack([starts, ends], axis=1).ravel()
    curve = Rising(at[places], np.repeat([mean for mean, _, _ in pools], 2))
    for array in (curve.at, curve.chances):
        array.setflags(write=False)
    return curve


def platt(scores: Floats, liked: Floats) -> Sigmoid:
    """The sigmoid of the score that makes ``liked`` most likely (Platt 1999); never falling.

    Starts from the identity, which it stays near with hardly any answers.
    """
    design = np.column_stack([np.ones(len(scores)), scores])
    answers = Answers(design, np.asarray(liked, dtype=np.float64), np.ones(len(scores)))
    shift, slope = Belief(np.array([0.0, 1.0]), _LOOSE * np.eye(2)).settled(answers).mean
    return Sigmoid(float(shift), max(float(slope), 0.0))


def calibrated(scores: Floats, liked: Floats) -> Curve:
    """The sigmoid, or any rising curve where there are ENOUGH answers and it foretells better.

    Better is a lower mean square error in each half of what the other half taught; so keep answers of one person
    together. A sigmoid needs two numbers, and tells all scores apart.
    """
    if len(scores) < ENOUGH:
        return platt(scores, liked)
    errors = {fit: 0.0 for fit in (platt, isotonic)}
    first = np.arange(len(scores)) < len(scores) // 2
    for half in (first, ~first):
        for fit in errors:
            errors[fit] += float(np.square(fit(scores[half], liked[half])(scores[~half]) - liked[~half]).sum())
    return isotonic(scores, liked) if errors[isotonic] < errors[platt] else platt(scores, liked)
