"""Choosing a model's knobs: the same number of settings for every model, judged inside the training part only."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.data import Dataset, splits
from recsys.data.splits import Split
from recsys.errors import DataError
from recsys.evaluate.lists import Asked, asked, metric_values, require_hit_metric
from recsys.evaluate.progress import Progress, silent
from recsys.models import MODELS, build
from recsys.models.registry import knob_of, spec_of
from recsys.models.shared import learned_key, turned
from recsys.types import Knob, Scorer

VALIDATION_SEED = 7919
"""Added to the seed of the experiment, so that the cut inside the training part is another draw."""
MOVED = 0.4
"""Chance of a knob to move in one step; one always does."""
NEAR = 0.5
"""Share of a knob's range that is searched around the best setting in the second half of the budget."""
MAX_REPEATS = 50
"""So many steps to settings already tried in a row, and the search is over."""
OF_TYPED_WORDS = frozenset({"typed_share", "typed_behaviour"})
"""Knobs that move no list of somebody who typed nothing: without such people they stay as they were."""
DIGITS = 4
"""Significant digits of a searched number: finer steps change nothing and read badly."""

Knobs = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Tuned:
    """The setting that did best on validation, and every one that was tried."""

    model: str
    knobs: Knobs
    """Every knob of the model with its chosen value; empty for a model without knobs."""
    trials: pd.DataFrame
    """One row per setting: model, trial, knobs, value (NaN where nothing could be measured)."""
    n_users: int
    """People the values stand on."""


def tuned(
    name: str,
    data: Dataset,
    *,
    split: str,
    budget: int,
    metric: str = "ndcg",
    k: int = 10,
    seed: int = 0,
    max_users: int | None = None,
    fixed: Collection[str] = (),
    start: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Tuned:
    """Try ``budget`` settings of the model ``name`` and keep the best of them.

    ``data`` is what the experiment learns from: it is cut again by the rule ``split``, and whatever the experiment
    holds out is not in it. Setting 0 is the default of every knob but those in ``start``; :class:`Search` says which
    the others are. Knobs named in ``fixed`` stay as in setting 0. Equal values: the earlier setting wins. Fewer
    settings are tried of a model that has fewer.

    Raises DataError when ``data`` is too small to be cut again.
    """
    if budget < 1:
        raise ValueError(f"budget should be at least 1 setting, is now {budget}")
    require_hit_metric(metric)
    search = Search(name, budget, seed, fixed, start)
    cut, people = validation(data, split, seed, max_users)
    fits = Fits(name, cut.train)
    while (knobs := search.next()) is not None:
        trial = len(search.values)
        progress(trial / search.budget, f"{MODELS[name].label}: setting {trial + 1} of {search.budget}")
        found = metric_values(fits.of(knobs), people, cut, (metric,), k, seed=seed)[:, 0]
        search.tell(float(np.nanmean(found)) if not np.isnan(found).all() else math.nan)
    progress(1.0, f"{MODELS[name].label}: {len(search.values)} settings tried")
    best = search.best
    if not any(person.query.typed for person in people):
        best = best | {knob: search.tries[0][knob] for knob in OF_TYPED_WORDS & set(best)}
    return Tuned(name, best, _table(name, search.tries, search.values), len(people))


class Search:
    """Which settings of a model to try: its defaults, then steps away from the best so far.

    Each further setting takes one point of a scrambled Halton sequence over the ranges of the knobs (Owen 2017). A
    knob moves to its coordinate with probability MOVED and otherwise stays as in the best setting so far: most knobs
    are well set to begin with, and a setting with all of them changed at once nearly always loses. In the second half
    of the budget the coordinates are those of the NEAR share of each range around the best. All is drawn by ``seed``;
    ``fixed`` knobs stay as in the first setting, and no setting comes twice.
    """

    def __init__(
        self,
        name: str,
        budget: int,
        seed: int = 0,
        fixed: Collection[str] = (),
        start: Mapping[str, Any] | None = None,
    ) -> None:
        spec = spec_of(name)
        knobs = spec.knobs
        for known in (*fixed, *(start or {})):
            knob_of(spec, known)
        self.knobs = [knob for knob in knobs if knob.name not in fixed and searchable(knob)]
        self.budget = budget if self.knobs else 1
        self.tries: list[Knobs] = []
        self.values: list[float] = []
        self._defaults = {knob.name: knob.default for knob in knobs} | dict(start or {})
        self._rng = np.random.default_rng([seed, budget])
        if self.budget > 1:
            from scipy.stats import qmc  # takes a second to load, and only a search needs it

            self._points = qmc.Halton(d=len(self.knobs), scramble=True, rng=np.random.default_rng(seed))

    @property
    def best(self) -> Knobs:
        """The setting with the highest value, the earliest of equals; the defaults when nothing was measured."""
        known = [-math.inf if math.isnan(value) else value for value in self.values]
        return self.tries[known.index(max(known))] if known else self._defaults

    def next(self) -> Knobs | None:
        """The setting to try now, None when there is none left."""
        if not self.tries:
            self.tries.append(self._defaults)
            return self._defaults
        if len(self.tries) >= self.budget:
            return None
        for _ in range(MAX_REPEATS):
            setting = self._step()
            if setting not in self.tries:
                self.tries.append(setting)
                return setting
        return None

    def tell(self, value: float) -> None:
        """How the setting asked for last did; NaN when that could not be measured."""
        self.values.append(value)

    def _step(self) -> Knobs:
        best = self.best
        width = 1.0 if 2 * len(self.tries) < self.budget else NEAR
        moved = self._rng.random(len(self.knobs)) < MOVED
        moved[self._rng.integers(len(self.knobs))] = True
        setting = dict(best)
        for knob, move, u in zip(self.knobs, moved, self._points.random(1)[0], strict=True):
            if move:
                low = min(max(share_of(knob, best[knob.name]) - width / 2, 0.0), 1.0 - width)
                setting[knob.name] = value_at(knob, low + width * float(u))
        return setting


def searchable(knob: Knob) -> bool:
    """Whether a knob says where to look: a range or choices."""
    return bool(knob.choices) or (knob.low is not None and knob.high is not None)


def value_at(knob: Knob, u: float) -> Any:
    """The value of ``knob`` at the share ``u`` in [0, 1) of its range; by its logarithm where the knob says so.

    >>> value_at(Knob("l2", "", "", 10.0, 1.0, 100.0, log=True), 0.5)
    10.0
    >>> [value_at(Knob("n", "", "", 1, 1, 3, whole=True), u) for u in (0.0, 0.5, 0.99)]
    [1, 2, 3]
    """
    if knob.choices:
        return knob.choices[min(int(u * len(knob.choices)), len(knob.choices) - 1)]
    if knob.low is None or knob.high is None:
        raise ValueError(f"the knob {knob.name} has neither a range nor choices to search")
    # Whole numbers get cells of equal width, the first and the last included.
    low, high = (knob.low - 0.5, knob.high + 0.5) if knob.whole else (knob.low, knob.high)
    value = low * (high / low) ** u if knob.log else low + u * (high - low)
    if knob.whole:
        return int(min(max(round(value), knob.low), knob.high))
    return min(max(float(f"{value:.{DIGITS}g}"), knob.low), knob.high)


def share_of(knob: Knob, value: Any) -> float:
    """Where ``value`` stands in the range of ``knob``, in [0, 1]: the inverse of :func:`value_at`.

    >>> share_of(Knob("l2", "", "", 10.0, 1.0, 100.0, log=True), 10.0)
    0.5
    """
    if knob.choices:
        return (knob.choices.index(value) + 0.5) / len(knob.choices)
    if knob.low is None or knob.high is None:
        raise ValueError(f"the knob {knob.name} has neither a range nor choices to search")
    inside = min(max(float(value), knob.low), knob.high)
    if knob.log:
        return math.log(inside / knob.low) / math.log(knob.high / knob.low)
    return (inside - knob.low) / (knob.high - knob.low)


def validation(data: Dataset, split: str, seed: int = 0, max_users: int | None = None) -> tuple[Split, list[Asked]]:
    """One cut inside ``data`` by the rule ``split`` (the first of several), and the people it asks.

    Kept with ``data``: every model is judged on the same cut, and blends fit their components once.
    """
    key = ("validation", split, seed, max_users)
    if key not in data.memo:
        try:
            cut = splits.split(data, split, seed + VALIDATION_SEED, max_users)
        except DataError as error:
            raise DataError(f"no setting can be tried out on the training part: {error}") from error
        data.memo[key] = (cut, asked(cut))
    kept: tuple[Split, list[Asked]] = data.memo[key]  # type: ignore[assignment]
    return kept


class Fits:
    """Fits a model per setting, and reuses the last fit when only knobs of the query changed."""

    def __init__(self, name: str, train: Dataset) -> None:
        self.name, self.train = name, train
        self.last: Scorer | None = None

    def of(self, knobs: Knobs) -> Scorer:
        wanted = build(self.name, **knobs)
        if self.last is None or learned_key(self.last) != learned_key(wanted):
            # Not ``shared``: what was only tried out should not be kept.
            self.last = wanted.fit(self.train)
        return turned(self.last, wanted)


def _table(name: str, tries: Sequence[Knobs], values: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            str(Evaluation.MODEL): name,
            str(Evaluation.TRIAL): range(len(tries)),
            str(Evaluation.KNOBS): [json.dumps(knobs) for knobs in tries],
            str(Evaluation.VALUE): np.array(values, dtype=np.float64),
        }
    )
