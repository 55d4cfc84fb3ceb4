"""One point of a triangle instead of many knobs: how much accuracy, how much variety, how much discovery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.metrics.diversity import diversity
from recsys.metrics.novelty import novelty
from recsys.rerank.candidates import Candidates
from recsys.rerank.chain import chained
from recsys.rerank.dpp import Dpp
from recsys.rerank.effects import catalogue_of, known_likes, mean_of, positions, tops
from recsys.rerank.novelty import Novelty
from recsys.types import Reranker, Rows

STEPS = 10
"""Steps along each side of the triangle: 66 points."""

Floats = NDArray[np.float64]


class Point(StrEnum):
    """Columns of a frontier: one row per point of the triangle."""

    ACCURACY = "accuracy"  # the three weights, which sum to 1
    DIVERSITY = "diversity"
    NOVELTY = "novelty"
    HITS = "hits"  # accuracy of the list: mean chance, or mean relevance, or NDCG where the truth is known
    ILD = "ild"  # 1 - mean cosine of the texts of its pairs
    BITS = "bits"  # mean self-information of its items
    EFFICIENT = "efficient"  # no other point is as good in all three and better in one


MEASURED = (Point.HITS, Point.ILD, Point.BITS)


@dataclass(frozen=True)
class Objective:
    """What a list is for: three weights of any size from 0 on, of which only the proportions count.

        value = accuracy r + novelty n + diversity log det S

    r is the ranker's relevance, n how little known an item is, both moved to [0, 1] (``recsys.rerank.novelty``), and
    the last is the variety of the texts (``recsys.rerank.dpp``). Raises ValueError for a negative weight or for zeros.
    """

    accuracy: float = 1.0
    diversity: float = 0.0
    novelty: float = 0.0

    def __post_init__(self) -> None:
        weights = (self.accuracy, self.diversity, self.novelty)
        if not all(isfinite(weight) and weight >= 0 for weight in weights):
            raise ValueError(f"weights should be from 0 on, are {', '.join(f'{weight:g}' for weight in weights)}")
        total = sum(weights)
        if not total:
            raise ValueError("give at least one of accuracy, diversity and novelty a weight above 0")
        for name, weight in zip((Point.ACCURACY, Point.DIVERSITY, Point.NOVELTY), weights, strict=True):
            object.__setattr__(self, str(name), weight / total)

    @property
    def weights(self) -> tuple[float, float, float]:
        """Accuracy, diversity, novelty; they sum to 1."""
        return self.accuracy, self.diversity, self.novelty

    def strategies(self) -> dict[str, Reranker]:
        """The strategies that serve this objective, by their names in ``RERANKERS`` and in their order.

        All accuracy is the ranker's own order, so no strategy at all; all diversity is variety alone after the best;
        all novelty is the least known first. Knobs are rounded to 4 digits, which a link can hold.
        """
        found: dict[str, Reranker] = {}
        if self.novelty:
            found["novelty"] = Novelty(round(self.novelty / (self.accuracy + self.novelty), 4))
        if self.diversity:
            found["dpp"] = Dpp(round(self.diversity, 4))
        return found

    def order(self, candidates: Candidates, k: int) -> Rows:
        """(at most k,) catalogue rows that this objective lists, best first."""
        return chained(candidates, self.strategies(), k).rows


def points(steps: int = STEPS) -> Iterator[Objective]:
    """Every point of the triangle whose weights are multiples of 1 / steps, all accuracy first."""
    if steps < 1:
        raise ValueError(f"steps should be at least 1, is now {steps}")
    for given_away in range(steps + 1):
        for novel in range(given_away + 1):
            yield Objective(steps - given_away, given_away - novel, novel)


def frontier(candidates: Candidates, steps: int = STEPS, k: int = 10) -> pd.DataFrame:
    """What each objective would give this person: a row per point of the triangle, columns of ``Point``.

    ``hits`` is the mean chance of a like over the list where ``candidates`` have one, else the mean relevance, both in
    [0, 1] and told by the model itself, so the ranker's own order is nearly always best at it. NaN where a quality
    cannot be told; all of them NaN for no candidates.
    """
    objectives = list(points(steps))
    lists = tops([positions(one.order(candidates, k), candidates) for one in objectives])
    catalogue = catalogue_of(candidates)
    believed = candidates.relevance if candidates.chance is None else candidates.chance.astype(np.float64)
    unknown = np.full(len(objectives), np.nan)
    measured = (
        mean_of(believed, lists),
        diversity(lists, catalogue),
        novelty(lists, catalogue) if known_likes(candidates).any() else unknown,
    )
    return frontier_table(objectives, np.column_stack(measured))


def frontier_table(objectives: list[Objective], measured: Floats) -> pd.DataFrame:
    """Columns of ``Point`` from ``measured`` (n_points, 3): accuracy, diversity and novelty of the lists."""
    table = pd.DataFrame(
        np.column_stack([np.array([one.weights for one in objectives]), measured]),
        columns=[str(column) for column in Point][:-1],
    )
    return table.assign(**{str(Point.EFFICIENT): efficient(measured)})


def efficient(measured: Floats) -> NDArray[np.bool_]:
    """(n,) bool: rows of ``measured`` (n, n_qualities) that no other row equals or beats in all and beats in one.

    More is better. A quality that is not known counts as the worst; a row without any number is never efficient.

    >>> efficient(np.array([[1.0, 0.0], [0.5, 0.5], [0.4, 0.5], [0.0, 1.0]])).tolist()
    [True, True, False, True]
    """
    known = np.round(np.where(np.isnan(measured), -np.inf, measured), 9)
    no_worse = (known[:, None] >= known[None]).all(axis=2)
    better = (known[:, None] > known[None]).any(axis=2)
    beaten = (no_worse & better).any(axis=0)
    return np.asarray(~beaten & ~np.isnan(measured).all(axis=1))
