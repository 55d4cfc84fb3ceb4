"""Whether a review without stars is for or against its item: words everybody knows, and words learned from reviews."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset, catalogue
from recsys.words.opinions import leaning, opinions

GOOD_STARS, BAD_STARS = 4.0, 2.5
"""Reviews of at least so many stars are for their item, of at most so many against it; those between teach nothing."""
SAMPLES = ("shop", "video")
"""What comes along teaches those whose own reviews do not."""
MIN_EACH = 100
"""With fewer reviews of either sort nothing is learned."""
MAX_REVIEWS = 3_000
"""Newest reviews that are learned from: more take seconds and change little."""
SMOOTHING = 0.5
"""Added to every count, so that one review proves little."""
FOLDS = 5
UNSURE = 0.2
"""Chances nearer than this to one half say nothing."""
TRUSTED = 0.8
"""Share of held-out reviews, among those it is sure of, that must be right on either side; else nothing is learned."""
ELSEWHERE = 0.5
"""What learned words count for reviews of another sort than those that taught them; see docs/decisions.md."""
RIDGE = 1e-3

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
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
    """A balance of common words of praise and complaint, and naive Bayes on everything else.

        log odds = a + b leaning + c (sum over different known units u of log p(u | for) / p(u | against)) / sqrt(n + 1)

    with p from counts of reviews (Wang and Manning 2012, the multinomial model on presence) and n the known units: they
    say the same thing several times. a, b, c are those of a logistic regression on reviews left out of the counts in
    turn, where praise and complaint weigh the same: the chance is that of a text that could as well be either.
    """

    ratios: dict[str, float]
    """Log ratio of each unit that at least two reviews have."""
    weights: tuple[float, float, float]
    """a, b and c."""

    @classmethod
    def of(cls, data: Dataset) -> Sentiment:
        """The one for reviews of ``data``: learned from its own where they tell, else the one that comes along."""
        return data.once(cls, lambda: cls._own(data) or shipped())

    @classmethod
    def _own(cls, data: Dataset) -> Sentiment | None:
        return None if data.name in SAMPLES else cls.learn(*clear_reviews(data, MAX_REVIEWS))

    @classmethod
    def learn(cls, texts: Sequence[str], good: Bools) -> Sentiment | None:
        """Learn from ``texts`` and (n,) whether each is for its item; None where held-out ones are not told apart."""
        if min(int(good.sum()), int((~good).sum())) < MIN_EACH:
            return None
        found, chances = cls.cross_fitted(texts, good)
        return found if _tells(chances, good) else None

    @classmethod
    def cross_fitted(cls, texts: Sequence[str], good: Bools) -> tuple[Sentiment, Floats]:
        """What ``texts`` teach, and (n,) the chance of each from what the others taught; both sorts must be there."""
        counts, vocabulary = _counted(texts)
        leanings, sums, fold = np.array([leaning(text) for text in texts]), np.zeros(len(texts)), _folds(len(texts))
        for held in range(FOLDS):
            ratios, known = _ratios(counts[fold != held], good[fold != held])
            there = counts[fold == held]
            sums[fold == held] = (there @ ratios) / np.sqrt(there @ known + 1)
        seen = np.column_stack([np.ones(len(texts)), leanings, sums])
        weights = _logistic(seen, good)
        ratios, known = _ratios(counts, good)
        kept = {unit: float(ratios[column]) for unit, column in vocabulary.items() if known[column]}
        return cls(kept, (float(weights[0]), float(weights[1]), float(weights[2]))), _chance(seen @ weights)

    def chance(self, text: str) -> float:
        """Chance in (0, 1) that ``text`` is for its item; one half for a text without a known word."""
        known = [self.ratios[unit] for unit in frozenset(units(text)) if unit in self.ratios]
        if not known and not opinions(text):
            return 0.5
        start, common, learned = self.weights
        log_odds = start + common * leaning(text) + learned * sum(known) / (len(known) + 1) ** 0.5
        return float(_chance(np.array(log_odds)))

    def stars(self, text: str) -> float | None:
        """Stars from 1 to 5 that ``text`` sounds like, in halves; None when it could be either."""
        chance = self.chance(text)
        return None if abs(chance - 0.5) < UNSURE else round(2 * (1 + 4 * chance)) / 2


@cache
def shipped() -> Sentiment:
    """What the reviews of both samples teach, for reviews of any sort; made once, in well under a second."""
    taught = [clear_reviews(catalogue.load(name)) for name in SAMPLES]
    texts, good = [text for texts, _ in taught for text in texts], np.concatenate([good for _, good in taught])
    found, _ = Sentiment.cross_fitted(texts, good)
    start, common, learned = found.weights
    return replace(found, weights=(start, common, learned * ELSEWHERE))


def clear_reviews(data: Dataset, newest: int | None = None) -> tuple[list[str], Bools]:
    """The ``newest`` reviews of ``data`` (all: None) for or against an item, oldest first, and (n,) which are for."""
    table = data.events.loc[data.events[Events.TEXT] != "", [Events.TEXT, Events.STARS]]
    table = table[(table[Events.STARS] >= GOOD_STARS) | (table[Events.STARS] <= BAD_STARS)]
    table = table if newest is None else table.tail(newest)
    return table[Events.TEXT].tolist(), (table[Events.STARS] >= GOOD_STARS).to_numpy(dtype=bool)


def stars_of(data: Dataset, words: str) -> float | None:
    """Stars from 1 to 5 that ``words`` sound like in a review of ``data``, in halves; None if nobody can tell."""
    return Sentiment.of(data).stars(words) if words.strip() else None


def _folds(n: int) -> NDArray[np.int64]:
    """(n,) which of ``FOLDS`` parts holds each, in turn."""
    return np.arange(n) % FOLDS


def _counted(texts: Sequence[str]) -> tuple[sp.csr_matrix, dict[str, int]]:
    """(n_texts, n_units) float32 of 0/1: which units each text has; and the column of each unit."""
    column: dict[str, int] = {}
    columns = [[column.setdefault(unit, len(column)) for unit in dict.fromkeys(units(text))] for text in texts]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((place for places in columns for place in places), dtype=np.int64, count=int(ends[-1]))
    ones = np.ones(len(flat), dtype=np.float32)
    return sp.csr_matrix((ones, flat, ends), shape=(len(texts), len(column))), column


def _ratios(counts: sp.csr_matrix, good: Bools) -> tuple[Floats, Floats]:
    """(n_units,) the log ratio of every unit in at least two reviews, 0 for others; and (n_units,) 0/1 which those are.

    A unit's ratio is that of its shares among reviews of either sort, so that a majority weighs nothing by itself.
    """
    sides = [np.asarray(counts[side].sum(axis=0), dtype=np.float64).ravel() for side in (good, ~good)]
    known = sides[0] + sides[1] > 1
    shares = [
        (side + SMOOTHING) / (n + 2 * SMOOTHING) for side, n in zip(sides, (good.sum(), (~good).sum()), strict=True)
    ]
    return np.where(known, np.log(shares[0] / shares[1]), 0.0), known.astype(np.float64)


def _logistic(seen: Floats, good: Bools) -> Floats:
    """(n_features,) weights of the most likely log odds ``seen @ weights``, both sorts weighing the same, by Newton."""
    weights = np.zeros(seen.shape[1])
    share = np.where(good, 0.5 / max(1, good.sum()), 0.5 / max(1, (~good).sum()))
    for _ in range(30):
        chance = _chance(seen @ weights)
        slope = seen.T @ (share * (chance - good)) + RIDGE * weights
        curve = (seen * (share * chance * (1 - chance))[:, None]).T @ seen + RIDGE * np.eye(len(weights))
        weights = weights - np.clip(np.linalg.solve(curve, slope), -2, 2)
    return weights


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _tells(chances: Floats, good: Bools) -> bool:
    """Whether those it is sure of are right often enough on both sides, were praise and complaint as frequent."""
    share = np.where(good, 0.5 / good.sum(), 0.5 / (~good).sum())
    sides = (chances >= 0.5 + UNSURE, good), (chances <= 0.5 - UNSURE, ~good)
    return all(sure.any() and share[sure & truth].sum() >= TRUSTED * share[sure].sum() for sure, truth in sides)
