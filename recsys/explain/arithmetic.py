"""The worked examples that need no text: exact fractions wherever the numbers allow it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from recsys.explain.example_texts import Lang
from recsys.ranking import top_k

Exact = tuple[Fraction, ...]
Value = Fraction | float | Exact | str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation: what is computed, with which numbers, and what comes out."""

    label: str
    formula: str
    value: Value

    @property
    def shown(self) -> str:
        """The value for a reader: fractions with their decimals, other numbers to three decimals.

        >>> Step("half", "1/2", Fraction(1, 2)).shown, Step("mean", "", (Fraction(2), Fraction(1, 2))).shown
        ('1/2 = 0.500', '(2, 1/2)')
        """
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, tuple):
            return f"({', '.join(map(str, self.value))})"
        if isinstance(self.value, Fraction):
            return fraction(self.value)
        return number(self.value)


def number(value: float) -> str:
    """Three decimals with a true minus sign; never a negative zero.

    >>> number(-0.5), number(-0.0001)
    ('−0.500', '0.000')
    """
    return f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−")


def fraction(value: Fraction) -> str:
    """``14/15 = 0.933`` with ``≈`` where three decimals do not tell all; whole numbers as they are."""
    if value.denominator == 1:
        return _short(value)
    sign = "=" if (value * 1000).denominator == 1 else "≈"
    return f"{value} {sign} {number(float(value))}".replace("-", "−")


def order(scores: Sequence[float | Fraction]) -> tuple[int, ...]:
    """Positions of ``scores``, highest first; ties keep their order."""
    if not scores:
        return ()
    return tuple(int(row) for row in top_k(np.array([float(s) for s in scores], dtype=np.float32), len(scores)))


def dot(one: Exact, other: Exact) -> Fraction:
    """Sum of the products of two vectors of the same length."""
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


# --- interest as a probability -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interest:
    """P = sigma(theta·f) and what one answer teaches."""

    z: Fraction
    probability: float
    """In (0, 1)."""
    theta_after: tuple[float, ...]
    z_after: float
    probability_after: float
    steps: tuple[Step, ...]

    @property
    def at(self) -> tuple[float, float]:
        """Point on the curve before the answer."""
        return float(self.z), self.probability

    @property
    def at_after(self) -> tuple[float, float]:
        """Point on the curve after it."""
        return self.z_after, self.probability_after


SIGNALS = {
    Lang.EN: ("always 1", "fits the words", "liked this kind before"),
    Lang.ZH: ("恒为 1", "与文字相符", "以前喜欢这一类"),
}
THETA: Exact = (Fraction(-1), Fraction(2), Fraction(1))
FEATURES: Exact = (Fraction(1), Fraction(4, 5), Fraction(1))
LEARNING_RATE = Fraction(1, 2)


def sigmoid(z: float) -> float:
    """1 / (1 + e^-z) in [0, 1], without overflow on either side.

    >>> sigmoid(0), round(sigmoid(math.log(3)), 12)
    (0.5, 0.75)
    """
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


CURVE_Z = tuple(step / 10 for step in range(-50, 51))
CURVE_P = tuple(map(sigmoid, CURVE_Z))
"""The curve to draw: P for z from -5 to 5."""


def interest(
    theta: Exact = THETA,
    features: Exact = FEATURES,
    clicked: bool = True,
    rate: Fraction = LEARNING_RATE,
    lang: Lang = Lang.EN,
) -> Interest:
    """P = sigma(theta·f), then one step of logistic regression: theta += rate (y - P) f, y = 1 for a click."""
    names = SIGNALS[lang]
    products = [t * f for t, f in zip(theta, features, strict=True)]
    steps = [
        Step(lang.say(f"Part: {name}", f"分量：{name}"), f"θ × f = {_short(t)} × {_short(f)}", product)
        for name, t, f, product in zip(names, theta, features, products, strict=True)
    ]
    z = sum(products, Fraction(0))
    p = sigmoid(float(z))
    y = int(clicked)
    after = tuple(float(t) + float(rate) * (y - p) * float(f) for t, f in zip(theta, features, strict=True))
    z_after = math.fsum(t * float(f) for t, f in zip(after, features, strict=True))
    p_after = sigmoid(z_after)
    answer = lang.say("click" if clicked else "skip", "点击" if clicked else "跳过")
    steps += [
        Step(lang.say("Sum", "求和"), "z = θ·f = " + " + ".join(map(_short, products)).replace("+ −", "− "), z),
        Step(lang.say("Power", "指数"), f"e^(−z) = e^({_short(-z)})", _power(-float(z))),
        Step(lang.say("Probability of interest", "感兴趣的概率"), "P = 1 / (1 + e^(−z))", p),
        Step(lang.say(f"Error after a {answer}", f"{answer}后的误差"), f"y − P = {y} − {number(p)}", y - p),
        *(
            Step(
                lang.say(f"New weight: {name}", f"新权重：{name}"),
                f"{_short(t)} + {_short(rate)} × {_signed(y - p)} × {_short(f)}",
                new,
            )
            for name, t, f, new in zip(names, theta, features, after, strict=True)
        ),
        Step(lang.say("Probability next time", "下次的概率"), f"σ({number(z_after)})", p_after),
    ]
    return Interest(z, p, after, z_after, p_after, tuple(steps))


def _power(exponent: float) -> float:
    return math.exp(min(exponent, 700.0))


def _short(value: Fraction) -> str:
    return f"{float(value):g}".replace("-", "−")


def _signed(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


# --- list weights ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListWeights:
    """R_j before and after one click."""

    before: Exact
    """R of each story."""
    order_before: tuple[int, ...]
    weights_after: Exact
    """At least 0, sum 1."""
    after: Exact
    order_after: tuple[int, ...]
    steps: tuple[Step, ...]


PARTS = {Lang.EN: ("fits the words", "people alike", "new today"), Lang.ZH: ("与文字相符", "相似的人", "今天更新")}
CANDIDATES = {
    Lang.EN: ("The quiet train", "A market at dawn", "Storm over the pier"),
    Lang.ZH: ("安静的列车", "清晨的集市", "码头的暴风雨"),
}
WEIGHTS: Exact = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
CHANCES: tuple[Exact, ...] = (
    (Fraction(9, 10), Fraction(2, 10), Fraction(1, 10)),
    (Fraction(4, 10), Fraction(8, 10), Fraction(3, 10)),
    (Fraction(3, 10), Fraction(4, 10), Fraction(9, 10)),
)
"""P_ij: one row per candidate, one column per part."""


def list_weights(
    clicked: int = 2, weights: Exact = WEIGHTS, rate: Fraction = LEARNING_RATE, lang: Lang = Lang.EN
) -> ListWeights:
    """R_j = sum_i w_i P_ij, then the click moves w towards what sets the clicked one apart from the first.

    w_i <- max(0, w_i + rate (P_i,clicked - P_i,first)), scaled to sum 1: the pairwise perceptron step. A click on
    the first changes nothing.
    """
    names, parts = CANDIDATES[lang], PARTS[lang]
    before = _sums(weights)
    steps = [
        Step(lang.say(f"R before: {name}", f"之前的 R：{name}"), _sum_formula(weights, row), r)
        for name, row, r in zip(names, CHANCES, before, strict=True)
    ]
    first = order(before)[0]
    gaps = tuple(c - f for c, f in zip(CHANCES[clicked], CHANCES[first], strict=True))
    moved = tuple(max(Fraction(0), w + rate * gap) for w, gap in zip(weights, gaps, strict=True))
    total = sum(moved, Fraction(0))
    after_weights = tuple(m / total for m in moved) if total else weights
    steps += [
        Step(
            lang.say(f"New weight: {part}", f"新权重：{part}"),
            f"max(0, {_short(w)} + {_short(rate)} × {_signed_short(gap)}) / {_short(total)}",
            new,
        )
        for part, w, gap, new in zip(parts, weights, gaps, after_weights, strict=True)
    ]
    after = _sums(after_weights)
    steps += [
        Step(lang.say(f"R after: {name}", f"之后的 R：{name}"), _sum_formula(after_weights, row), r)
        for name, row, r in zip(names, CHANCES, after, strict=True)
    ]
    return ListWeights(before, order(before), after_weights, after, order(after), tuple(steps))


def _sums(weights: Exact) -> Exact:
    return tuple(dot(weights, row) for row in CHANCES)


def _sum_formula(weights: Exact, row: Exact) -> str:
    return " + ".join(f"{w} × {_short(p)}" for w, p in zip(weights, row, strict=True))


def _signed_short(value: Fraction) -> str:
    return _short(value) if value >= 0 else f"({_short(value)})"
