"""What each objective of re-ranking really gives: the triangle measured on held-out likes of many people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.evaluate.lists import TICK_USERS, Asked, catalogue_of
from recsys.metrics import TopLists
from recsys.metrics.diversity import diversity
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.metrics.significance import N_BOOT, Estimates, resample_weights
from recsys.rerank import POOL, Candidates
from recsys.rerank.objective import MEASURED, Objective, Point, frontier_table, points
from recsys.text import reader
from recsys.types import Rows, Scorer

if TYPE_CHECKING:
    from recsys.evaluate.experiment import Progress

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
    progress: Progress | None = None,
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
    chosen = _drawn(people, max_people, seed)
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


def _drawn(people: Sequence[Asked], max_people: int | None, seed: int) -> list[Asked]:
    if max_people is not None and max_people < 1:
        raise ValueError(f"max_people should be at least 1 or None, is now {max_people}")
    if max_people is None or len(people) <= max_people:
        return list(people)
    places = np.random.default_rng([seed, len(people)]).choice(len(people), size=max_people, replace=False)
    return [people[place] for place in np.sort(places)]


def _lists(
    data: Dataset,
    scorer: Scorer,
    people: Sequence[Asked],
    objectives: Sequence[Objective],
    k: int,
    pool: int,
    when_silent: Scorer | None,
    progress: Progress | None,
) -> list[list[Rows]]:
    """Per objective, the list of each person."""
    tell = progress or (lambda _share, _line: None)
    out: list[list[Rows]] = [[] for _ in objectives]
    for position, person in enumerate(people):
        if position % TICK_USERS == 0:
            tell(position / len(people), f"{len(objectives)} lists each for {len(people):,} people")
        candidates = _candidates(data, scorer, person, pool, when_silent)
        for lists, objective in zip(out, objectives, strict=True):
            lists.append(objective.order(candidates, k))
    tell(1.0, "Done")
    return out


def _candidates(data: Dataset, scorer: Scorer, person: Asked, pool: int, when_silent: Scorer | None) -> Candidates:
    scores = scorer.score(person.query)
    if when_silent is not None and bool(np.isnan(scores).all()):
        scores = when_silent.score(person.query)
    open_scores = scores.copy()
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
