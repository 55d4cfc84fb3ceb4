"""Whether a review without stars is for or against its item, where that can be learned from reviews with stars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset

GOOD_STARS, BAD_STARS = 4.0, 2.5
"""Reviews of at least so many stars are for their item, of at most so many against it; those between teach nothing."""
MIN_EACH = 100
"""With fewer reviews of either sort nothing is learned."""
MAX_REVIEWS = 4_000
"""Newest reviews that are learned from: more take seconds and change little."""
SMOOTHING = 0.5
"""Added to every count, so that one review proves little."""
UNSURE = 0.2
"""Chances nearer than this to one half say nothing."""
TRUSTED = 0.8
"""Share of held-out reviews, among those it is sure of, that must be right on either side; else nothing is learned."""

Bools = NDArray[np.bool_]
_UNITS = re.compile(r"[a-z\u00c0-\u024f]+(?:['’][a-z]+)?|[\u3400-\u9fff]", re.IGNORECASE)


def units(text: str) -> list[str]:
    """Words and pairs of words of a Latin text; characters, pairs and triples of a Han one.

    >>> units("not good"), units("不好")
    (['not', 'good', 'not good'], ['不', '好', '不 好'])
    """
    found = [unit.lower() for unit in _UNITS.findall(text)]
    spans = [found[start : start + n] for n in (1, 2, 3) for start in range(len(found) - n + 1)]
    return [" ".join(span) for span in spans if len(span) < 3 or "\u3400" <= span[0][0] <= "\u9fff"]


@dataclass(frozen=True, eq=False)
class Sentiment:
    """Naive Bayes on the words that are there, drawn toward one half by how it did on reviews it had not seen.

        log odds = slope (b + sum over different units u of the text of  log p(u | for) / p(u | against))

    with p from counts of reviews (Wang and Manning 2012, the multinomial model on presence). Units of one review say
    the same thing several times, so their sum claims too much: ``slope`` is fitted on halves left out in turn.
    """

    ratios: dict[str, float]
    """Log ratio of each unit that at least two reviews have."""
    start: float
    slope: float

    @classmethod
    def of(cls, data: Dataset) -> Sentiment | None:
        """Learn from the reviews of ``data``, once; None where they are too few or do not tell."""
        if cls not in data.memo:
            table = data.events.loc[data.events[Events.TEXT] != "", [Events.TEXT, Events.STARS]]
            table = table[(table[Events.STARS] >= GOOD_STARS) | (table[Events.STARS] <= BAD_STARS)].tail(MAX_REVIEWS)
            good = (table[Events.STARS] >= GOOD_STARS).to_numpy(dtype=bool)
            data.memo[cls] = cls.learn(table[Events.TEXT].tolist(), good)
        return cast("Sentiment | None", data.memo[cls])

    @classmethod
    def learn(cls, texts: Sequence[str], good: Bools) -> Sentiment | None:
        """Learn from ``texts`` and (n,) whether each is for its item; None where held-out ones are not told apart."""
        if min(int(good.sum()), int((~good).sum())) < MIN_EACH:
            return None
        found = [frozenset(units(text)) for text in texts]
        sums = np.zeros(len(found))
        even = np.arange(len(found)) % 2 == 0
        for held in (even, ~even):
            ratios, start = _ratios(_of(found, ~held), good[~held])
            sums[held] = [start + sum(ratios.get(unit, 0.0) for unit in have) for have in _of(found, held)]
        slope = _slope(sums, good)
        if not _tells(_chance(slope * sums), good):
            return None
        return cls(*_ratios(found, good), slope)

    def chance(self, text: str) -> float:
        """Chance in (0, 1) that ``text`` is for its item; one half for a text without a known word."""
        known = [self.ratios[unit] for unit in frozenset(units(text)) if unit in self.ratios]
        return float(_chance(np.array(self.slope * (self.start + sum(known))))) if known else 0.5

    def stars(self, text: str) -> float | None:
        """Stars from 1 to 5 that ``text`` sounds like, in halves; None when it could be either."""
        chance = self.chance(text)
        return None if abs(chance - 0.5) < UNSURE else round(2 * (1 + 4 * chance)) / 2


def stars_of(data: Dataset, words: str) -> float | None:
    """Stars from 1 to 5 that ``words`` sound like, where reviews of ``data`` teach that; None if nobody can tell."""
    learned = Sentiment.of(data) if words else None
    return None if learned is None else learned.stars(words)


def _of(found: Sequence[frozenset[str]], chosen: Bools) -> list[frozenset[str]]:
    return [have for have, wanted in zip(found, chosen.tolist(), strict=True) if wanted]


def _chance(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _tells(chances: NDArray[np.float64], good: Bools) -> bool:
    """Whether those it is sure of are right often enough, on both sides."""
    sides = (chances >= 0.5 + UNSURE, good), (chances <= 0.5 - UNSURE, ~good)
    return all(sure.any() and truth[sure].mean() >= TRUSTED for sure, truth in sides)


def _ratios(found: Iterable[frozenset[str]], good: Bools) -> tuple[dict[str, float], float]:
    """Log ratio of every unit in at least two reviews, and the log odds of a review without words."""
    against, for_it = Counter[str](), Counter[str]()
    for have, is_good in zip(found, good.tolist(), strict=True):
        (for_it if is_good else against).update(have)
    shift = np.log((against.total() + SMOOTHING) / (for_it.total() + SMOOTHING))
    seen = [unit for unit in against | for_it if against[unit] + for_it[unit] > 1]
    ratios = {unit: float(np.log((for_it[unit] + SMOOTHING) / (against[unit] + SMOOTHING)) + shift) for unit in seen}
    return ratios, float(np.log(good.sum() / (~good).sum()))


def _slope(sums: NDArray[np.float64], good: Bools) -> float:
    """The factor from 0.01 to 1 that makes ``good`` most likely, by golden section on the log likelihood."""
    sign = np.where(good, 1.0, -1.0)

    def loss(at: float) -> float:
        return float(np.logaddexp(0.0, -np.exp(at) * sums * sign).sum())

    low, high = float(np.log(0.01)), 0.0
    for _ in range(40):
        one, other = high - 0.618 * (high - low), low + 0.618 * (high - low)
        low, high = (low, other) if loss(one) < loss(other) else (one, high)
    return float(np.exp((low + high) / 2))
