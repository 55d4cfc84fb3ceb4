"""The mean vector worked through with three numbers per gadget, in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from recsys.explain.arithmetic import Exact, Step, dot, number, order
from recsys.explain.example_texts import GADGETS, TOY_AXES, TOY_VECTORS, Lang


@dataclass(frozen=True, slots=True)
class ToyMean:
    """The mean after every click, and the cosine of each gadget with the last mean."""

    means: tuple[Exact, ...]
    """One vector per click."""
    cosines: dict[str, Fraction | float]
    """Per gadget not clicked, by id: a fraction where both lengths are rational."""
    order: tuple[str, ...]
    steps: tuple[Step, ...]


def toy_mean(clicks: Sequence[str], lang: Lang = Lang.EN) -> ToyMean:
    """v(u) = (r_1 + ... + r_n) / n, one click at a time, then cos(v, c) = v·c / (|v| |c|). No clicks: no cosines."""
    titles = {item.item_id: item.title for item in GADGETS[lang]}
    vectors = {gadget: tuple(map(Fraction, numbers)) for gadget, numbers in TOY_VECTORS.items()}
    means: list[Exact] = []
    steps: list[Step] = []
    for n, gadget in enumerate(clicks, start=1):
        total = tuple(map(sum, zip(*(vectors[g] for g in clicks[:n]), strict=True)))
        means.append(tuple(Fraction(t) / n for t in total))
        label = lang.say(f"Mean after click {n}: {titles[gadget]}", f"第 {n} 次点击后的均值：{titles[gadget]}")
        steps.append(Step(label, f"v = ({', '.join(map(str, total))}) / {n}", means[-1]))
    cosines: dict[str, Fraction | float] = {}
    if means:
        steps.append(_length_step(means[-1], lang))
        for gadget in (g for g in vectors if g not in clicks):
            cosines[gadget], formula = _cosine(means[-1], vectors[gadget])
            steps.append(
                Step(lang.say(f"Cosine with {titles[gadget]}", f"与{titles[gadget]}的余弦"), formula, cosines[gadget])
            )
    ids = tuple(cosines)
    best = tuple(ids[row] for row in order([*cosines.values()]))
    return ToyMean(tuple(means), cosines, best, tuple(steps))


def axes(lang: Lang) -> str:
    """Meaning of the three numbers, in words."""
    return ", ".join(TOY_AXES[lang])


def root(value: Fraction) -> Fraction | float:
    """Square root, exact where it is rational.

    >>> root(Fraction(9, 4)), round(root(Fraction(2)), 3)
    (Fraction(3, 2), 1.414)
    """
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    exact = above**2 == value.numerator and below**2 == value.denominator
    return Fraction(above, below) if exact else math.sqrt(value)


def _length_step(mean: Exact, lang: Lang) -> Step:
    squares = " + ".join(f"{number}²" if number.denominator == 1 else f"({number})²" for number in mean)
    return Step(lang.say("Length of the mean", "均值向量的长度"), f"|v| = √({squares})", root(dot(mean, mean)))


def _cosine(mean: Exact, vector: Exact) -> tuple[Fraction | float, str]:
    lengths = root(dot(mean, mean)), root(dot(vector, vector))
    product = dot(mean, vector)
    shown = " × ".join(str(x) if isinstance(x, Fraction) else number(x) for x in lengths)
    both = lengths[0] * lengths[1]
    return (product / both if both else 0.0), f"{product} / ({shown})"
