"""What each objective of re-ranking really gives: the triangle measured on held-out likes of many people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.data.holdout import drawn
from recsys.data.splits import split
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import TICK_USERS, Asked, asked, catalogue_of
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.study import seconds_for
from recsys.metrics import TopLists
from recsys.metrics.diversity import diversity
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.metrics.significance import N_BOOT, Estimates, resample_weights
from recsys.models import build, shared
from recsys.models.scored import scored
from recsys.models.setting import Setting
from recsys.rerank import POOL, Candidates
from recsys.rerank.objective import MEASURED, Objective, Point, frontier_table, points
from recsys.text import reader
from recsys.types import Rows, Scorer

STEPS = 4
"""Steps along each side of the triangle: 15 points."""
MAX_PEOPLE = 150

Floats = NDArray[np.float64]


def population_frontier(
    data: Dataset,
    scorer: Scorer,
    people: Sequence[Asked],
    *,
    k: int = 10,
    steps: int = STEPS,
    pool: int = POOL,
    max_people: int | None = MAX_PEOPLE,
    seed: int = 0,
    n_boot: int = N_BOOT,
    when_silent: Scorer | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """The frontier of ``recsys.rerank.objective``, averaged over ``people``, with NDCG@k on what they liked later.

    ``data`` is what ``scorer`` was fitted on; its best ``pool`` items for each person, none that they know, are
    re-ranked by every objective. At most ``max_people`` are asked, drawn by ``seed``; whom the scorer can tell nothing
    about is ranked for by ``when_silent``, or gets an empty list, which counts as misses. ``progress`` gets the share
    done and a line.

    Columns of ``Point``, ``hits`` being NDCG@k; ``<column>_low`` and ``<column>_high``, the 95% bootstrap interval
    over people; ``hits_change`` with its two ends, the paired difference from the ranker's own order; ``n_users``.
    Raises DataError when there is nobody to ask.
    """
    chosen = drawn(people, max_people, seed, "max_people")
    if not chosen:
        raise DataError(f"nobody in {data.label} has held-out likes to ask about; use more data or another split")
    objectives = list(points(steps))
    lists = _lists(data, scorer, chosen, objectives, k, pool, when_silent, progress)
    measured = _measured(lists, chosen, data, k)
    weights = resample_weights(len(chosen), n_boot, seed)
    found = {str(name): Estimates.of(measured[:, :, place], weights) for place, name in enumerate(MEASURED)}
    table = frontier_table(objectives, np.column_stack([one.values for one in found.values()]))
    gains = measured[:, :, 0] - measured[:, [0], 0]
    change = f"{Point.HITS}_change"
    found[change] = Estimates.of(gains, weights)
    table[change] = found[change].values
    for name, estimates in found.items():
        intervals = estimates.intervals()
        table[f"{name}_low"] = [interval.low for interval in intervals]
        table[f"{name}_high"] = [interval.high for interval in intervals]
    return table.assign(n_users=len(chosen))


@dataclass(frozen=True, slots=True)
class Everybody:
    """What each aim gives on average, as a question."""

    ranker: Setting
    k: int

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The frontier of people whose newest fifth is held out; DataError when nobody has likes to hold out."""
        cut = split(data, "per_user_time", 0, MAX_PEOPLE)
        ranker, popular = (shared(one, cut.train) for one in (self.ranker.build(), build(YARDSTICK)))
        return population_frontier(cut.train, ranker, asked(cut), k=self.k, when_silent=popular, progress=progress)

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 16.0)


def _lists(
    data: Dataset,
    scorer: Scorer,
    people: Sequence[Asked],
    objectives: Sequence[Objective],
    k: int,
    pool: int,
    when_silent: Scorer | None,
    progress: Progress,
) -> list[list[Rows]]:
    """Per objective, the list of each person."""
    out: list[list[Rows]] = [[] for _ in objectives]
    for position, person in enumerate(people):
        if position % TICK_USERS == 0:
            progress(position / len(people), f"{len(objectives)} lists each for {len(people):,} people")
        candidates = _candidates(data, scorer, person, pool, when_silent)
        for lists, objective in zip(out, objectives, strict=True):
            lists.append(objective.order(candidates, k))
    progress(1.0, "Done")
    return out


def _candidates(data: Dataset, scorer: Scorer, person: Asked, pool: int, when_silent: Scorer | None) -> Candidates:
    open_scores = scored(scorer, person.query, when_silent).scores.copy()
    open_scores[person.known] = np.nan  # looked at counts as known here, as in every experiment
    return Candidates.of(data, person.query, open_scores, pool)


def _measured(lists: Sequence[Sequence[Rows]], people: Sequence[Asked], data: Dataset, k: int) -> Floats:
    """(n_people, n_objectives, 3) NDCG, diversity and novelty of each list."""
    catalogue = catalogue_of(data, reader().space(data, reader().main(data)))
    relevant = [person.relevant for person in people]
    of_objectives = []
    for of_people in lists:
        top = TopLists.of(of_people, relevant, k)
        of_objectives.append(np.column_stack([ndcg(top), diversity(top, catalogue), novelty(top, catalogue)]))
    return np.stack(of_objectives, axis=1)
