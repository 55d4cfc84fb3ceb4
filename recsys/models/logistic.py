"""A belief about what somebody likes that every event moves a little: Bayesian logistic regression, one step each.

    p = 1 / (1 + exp(-theta'f))     S^-1 += w p (1 - p) f f'     theta += w S f (y - p)

One Newton step per event on the log posterior, from a normal belief to a normal belief (Spiegelhalter and Lauritzen
1990; Laplace's approximation). Where everybody's belief starts is learned from people by the empirical Bayes steps of
Dempster, Laird and Rubin (1977), with Laplace's approximation for each person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_STEPS = 50
MAX_HALVINGS = 30
DONE = 1e-10
"""A Newton step that promises less is the last: what is left then is its square."""
ROUNDS = 12
"""Empirical Bayes rounds; 40 lower the mean square error of held-out people by less than 0.001 (MovieLens)."""
STIFFNESS = 10.0
"""The spread between people starts as if so many people had been seen with the one it starts from."""


def chance(logit: Floats) -> Floats:
    """1 / (1 + exp(-logit)), in [0, 1]; no overflow at any size.

    >>> chance(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(logit, dtype=np.float64))))


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """What one person said of n things."""

    features: Floats
    """(n, d), each row from what was known before."""
    liked: Floats
    """(n,) 1 where they liked it, 0 where not."""
    weights: Floats
    """(n,) how much each counts, 0 or more."""

    def __len__(self) -> int:
        return len(self.liked)


@dataclass(frozen=True, eq=False, slots=True)
class Belief:
    """A normal distribution over the weights theta."""

    mean: Floats
    """(d,)"""
    spread: Floats
    """(d, d) covariance; zeros for a belief that nothing moves."""

    def after(self, features: Floats, liked: float, weight: float = 1.0) -> Belief:
        """The belief after one answer about ``features`` (d,): one Newton step from here."""
        towards = self.spread @ features
        p = float(chance(self.mean @ features))
        curve = weight * p * (1.0 - p)
        shrink = 1.0 / (1.0 + curve * float(features @ towards))
        # S' f = S f / (1 + curve f'S f), by Sherman and Morrison
        mean = self.mean + towards * (weight * (liked - p) * shrink)
        return Belief(mean, self.spread - np.outer(towards, towards * (curve * shrink)))

    def following(self, answers: Answers) -> tuple[Belief, Floats]:
        """The belief after all ``answers`` in their order, and (n,) the logit each one had just before it."""
        belief, logits = self, np.zeros(len(answers))
        for n, (row, liked, weight) in enumerate(zip(answers.features, answers.liked, answers.weights, strict=True)):
            logits[n] = belief.mean @ row
            if weight:
                belief = belief.after(row, float(liked), float(weight))
        return belief, logits

    def settled(self, answers: Answers) -> Belief:
        """The most likely weights given all ``answers`` at once, and Laplace's spread around them.

        Newton's method, halving a step that goes too far. The spread of this belief has to be invertible.
        """
        precision = np.asarray(np.linalg.inv(self.spread), dtype=np.float64)
        theta = self.mean.copy()
        worth = self._worth(theta, precision, answers)
        for _ in range(MAX_STEPS):
            gradient, curve = self._slopes(theta, precision, answers)
            step = np.linalg.solve(curve, gradient)
            if float(gradient @ step) < DONE:
                theta = theta + step
                break
            for _ in range(MAX_HALVINGS):
                reached = self._worth(theta + step, precision, answers)
                if reached >= worth:
                    break
                step = step / 2
            theta, worth = theta + step, reached
        _, curve = self._slopes(theta, precision, answers)
        return Belief(theta, np.asarray(np.linalg.inv(curve), dtype=np.float64))

    def scaled(self, pace: float) -> Belief:
        """The same mean with ``pace`` times the spread."""
        return Belief(self.mean, self.spread * pace)

    def frozen(self) -> Self:
        """The same belief with arrays that nobody can write to."""
        for array in (self.mean, self.spread):
            array.setflags(write=False)
        return self

    def _slopes(self, theta: Floats, precision: Floats, answers: Answers) -> tuple[Floats, Floats]:
        """Gradient (d,) of the log posterior at ``theta`` and minus its Hessian (d, d)."""
        p = chance(answers.features @ theta)
        gradient = answers.features.T @ (answers.weights * (answers.liked - p)) - precision @ (theta - self.mean)
        bend = answers.weights * p * (1.0 - p)
        return gradient, np.asarray(precision + (answers.features.T * bend) @ answers.features)

    def _worth(self, theta: Floats, precision: Floats, answers: Answers) -> float:
        """Log posterior at ``theta`` up to a constant."""
        logits = answers.features @ theta
        told = answers.weights @ (answers.liked * logits - np.logaddexp(0.0, logits))
        away = theta - self.mean
        return float(told - 0.5 * away @ precision @ away)


def population(people: Sequence[Answers], start: Belief, between: Floats, rounds: int = ROUNDS) -> Belief:
    """What holds for everybody: the mean weights of ``people`` and how far people differ from it.

    ``start`` is what is believed of that mean before anybody is asked, ``between`` (d, d) the spread between people to
    start from. Each round settles everybody's own weights under the present belief, then takes the mean and the spread
    of these. Without people: ``start.mean`` and ``between``.
    """
    mean, spread = start.mean, between
    if not people:
        return Belief(mean, spread)
    everybody = Answers(
        np.vstack([one.features for one in people]),
        np.concatenate([one.liked for one in people]),
        np.concatenate([one.weights for one in people]),
    )
    mean = start.settled(everybody).mean
    before = np.linalg.inv(start.spread)
    for _ in range(rounds):
        own = [Belief(mean, spread).settled(one) for one in people]
        precision = np.linalg.inv(spread)
        total = np.sum([one.mean for one in own], axis=0)
        mean = np.linalg.solve(before + len(own) * precision, before @ start.mean + precision @ total)
        scatter = sum(np.outer(one.mean - mean, one.mean - mean) + one.spread for one in own)
        spread = (scatter + STIFFNESS * between) / (len(own) + STIFFNESS)
    return Belief(mean, spread)
