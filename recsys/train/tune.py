"""Tuning of one recommender: settings proposed by Optuna, judged inside the training part, kept on disk as they come.

A setting is judged on a quarter of the validation people, then on half of them, three quarters and all; it is stopped
as soon as it is below the median of those that were judged on the same people before (Golovin et al. 2017). Settings
are drawn by a tree-structured Parzen estimator over all knobs together (Bergstra et al. 2011).
"""

from __future__ import annotations

import sqlite3
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from recsys.data import Dataset, splits
from recsys.data.splits import SPLITS, Split
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import Asked, metric_values, require_hit_metric
from recsys.evaluate.tune import OF_TYPED_WORDS, Fits, Knobs, searchable, share_of, validation, value_at
from recsys.evaluate.tune import Search as Steps
from recsys.models import MODELS
from recsys.models.registry import spec_of
from recsys.train.job import Desk
from recsys.train.worth import worth
from recsys.types import Knob

if TYPE_CHECKING:  # Optuna takes a while to load, and the page draws without it
    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

FILE = "study.sqlite"
NOT_TUNED = OF_TYPED_WORDS | {"seed"}
"""Nobody types anything in a test; and a seed that did well was lucky."""
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of the validation people, after which a setting is compared with the others."""
N_FREE = 5
"""So many settings are judged on everybody before one can be stopped early."""
N_FIRST = 10
"""So many settings are the defaults and steps away from them, as on the Metrics page: what follows learns from them."""
ENOUGH = 12
"""Settings judged on everybody that the importance of knobs can be read from."""
SEARCHING = 0.95
"""Share of the progress that is spent on the search; the rest is comparing the winner with the others."""


@dataclass(frozen=True)
class Tune:
    """Look for the best setting of ``model``; the test part stays sealed."""

    kind: ClassVar[str] = "tune"
    model: str
    metric: str = "ndcg"
    split: str = "global_time"
    k: int = 10
    trials: int = 40
    seconds: float = 600.0
    """Searched for at most so long, stops not counted; the first setting is always judged."""
    seed: int = 0
    max_users: int | None = USUAL_PEOPLE

    def __post_init__(self) -> None:
        require_hit_metric(self.metric)
        if not tunable(self.model):
            raise ValueError(f"{self.model} has no knob to tune; choose another recommender")
        if self.split not in SPLITS:
            raise UnknownIdError(f"there is no split {self.split!r}; choose from {', '.join(SPLITS)}")
        if self.trials < 1 or self.seconds <= 0:
            raise ValueError(f"a search needs a try and some time, has {self.trials} and {self.seconds:g} seconds")

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return f"Tune {MODELS[self.model].label}"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Go on with the search kept in ``desk.folder``, and return the best setting and what it is worth.

        DataError when the training part is too small to be cut again.
        """
        cut, people = self.validation(data)
        search = Search(self, cut, people, desk)
        search.run()
        best = search.best
        desk.say(SEARCHING, "Comparing the best setting with the recommender as it comes")
        importance, note = search.importance()
        return {
            "knobs": best,
            "worth": worth(cut, people, self.model, best, self.metric, self.k, self.seed),
            "trials": search.points(),
            "importance": importance,
            "note": note,
            "n_people": len(people),
            "seconds": search.spent,
        }

    def validation(self, data: Dataset) -> tuple[Split, list[Asked]]:
        """The cut inside the training part and the people it asks, in an order drawn by ``seed``."""
        train = splits.split(data, self.split, self.seed, self.max_users).train
        cut, people = validation(train, self.split, self.seed, self.max_users)
        order = np.random.default_rng(self.seed).permutation(len(people))
        return cut, [people[place] for place in order]


def tunable(model: str) -> list[Knob]:
    """The knobs of ``model`` that a search turns; UnknownIdError for a model there is not."""
    return [knob for knob in spec_of(model).knobs if searchable(knob) and knob.name not in NOT_TUNED]


class Search:
    """The settings tried so far, in an SQLite file of Optuna's, and the next one.

    What is tried depends on the results so far and on the seed alone: a search that was killed tries again what it
    was at, and goes on as if it never had been.
    """

    def __init__(self, ask: Tune, cut: Split, people: list[Asked], desk: Desk) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.ask, self.cut, self.people, self.desk = ask, cut, people, desk
        self._fits = Fits(ask.model, cut.train)
        self._defaults: Knobs = {knob.name: knob.default for knob in spec_of(ask.model).knobs}
        self._study: Study = optuna.create_study(
            storage=optuna.storages.RDBStorage("sqlite://", {"creator": partial(_connected, desk.folder / FILE)}),
            study_name=ask.kind,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner(n_startup_trials=N_FREE, n_min_trials=N_FREE),
            load_if_exists=True,
        )
        for dead in self._study.get_trials(states=(optuna.trial.TrialState.RUNNING,)):
            self._study.tell(dead.number, state=optuna.trial.TrialState.FAIL)
        self.finished = self._on_disk()
        """What was tried, to the end or until it was stopped early, in order."""

    @property
    def spent(self) -> float:
        """Seconds that the settings took, in all sessions."""
        return float(sum(trial.user_attrs["seconds"] for trial in self.finished))

    @property
    def best(self) -> Knobs:
        """The setting with the highest value, the earliest of equals; the defaults when nothing could be measured."""
        judged = [trial for trial in self.finished if _complete(trial)]
        return dict(max(judged, key=_value).user_attrs["knobs"]) if judged else self._defaults

    def run(self) -> None:
        """Try settings until there are enough, or the time is over."""
        self._tell()
        while len(self.finished) < self.ask.trials and (not self.finished or self.spent < self.ask.seconds):
            self._try()
            self._tell()

    def points(self) -> list[dict[str, Any]]:
        """One per setting in order: number, value, best so far, state, knobs, seconds and share of people asked."""
        found, best = [], float("nan")
        for number, trial in enumerate(self.finished):
            value = None if trial.value is None else _value(trial)
            if value is not None and _complete(trial):
                best = max(value, best) if best == best else value
            found.append(
                {
                    "number": number,
                    "value": value,
                    "best": best if best == best else None,
                    "state": trial.state.name.lower(),
                    "knobs": trial.user_attrs["knobs"],
                    "seconds": round(trial.user_attrs["seconds"], 3),
                    "share": SHARES[trial.last_step or 0],
                }
            )
        return found

    def importance(self) -> tuple[dict[str, float], str]:
        """How much of the differences each knob explains, in [0, 1] and 1 in all; nothing, and why, where unknown.

        Functional analysis of variance over a random forest (Hutter, Hoos and Leyton-Brown 2014), on the settings
        judged on everybody.
        """
        from optuna.importance import FanovaImportanceEvaluator, get_param_importances

        n_judged = sum(map(_complete, self.finished))
        if n_judged < ENOUGH:
            tries = "1 try was" if n_judged == 1 else f"{n_judged} tries were"
            return {}, f"{tries} judged on everybody: {ENOUGH} are needed to say which knob matters."
        try:
            found = get_param_importances(self._study, evaluator=FanovaImportanceEvaluator(seed=self.ask.seed))
        except RuntimeError:  # no two settings differ
            return {}, "Every setting did the same: no knob matters here."
        return {name: float(share) for name, share in found.items()}, ""

    def _try(self) -> None:
        """Judge one setting, on ever more people."""
        import optuna

        begin = time.perf_counter()
        trial = self._next()
        knobs = self._knobs(trial)
        value, state = float("nan"), optuna.trial.TrialState.COMPLETE
        for step, value in enumerate(self._values(knobs)):
            trial.report(value, step)
            if step + 1 < len(SHARES) and trial.should_prune():
                state = optuna.trial.TrialState.PRUNED
                break
        if value != value:  # nothing could be measured: never the best, and not tried again
            state = optuna.trial.TrialState.PRUNED
        trial.set_user_attr("knobs", knobs)
        trial.set_user_attr("seconds", time.perf_counter() - begin)
        done = state is optuna.trial.TrialState.COMPLETE
        self._study.tell(trial, value if done else None, state=state)
        self.finished = self._on_disk()

    def _on_disk(self) -> list[FrozenTrial]:
        from optuna.trial import TrialState

        return self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def _next(self) -> Trial:
        """The setting to try now: the defaults, some steps away from them, then what the results so far suggest."""
        import optuna

        n_finished = len(self.finished)
        waiting = self._study.get_trials(states=(optuna.trial.TrialState.WAITING,))
        first = self._first() if n_finished < N_FIRST and not waiting else None
        if first is not None:
            self._study.enqueue_trial({knob.name: first[knob.name] for knob in tunable(self.ask.model)})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            # A new one for each setting: what it draws depends on how many there were, not on how often it stopped.
            seed = int(np.random.default_rng([self.ask.seed, n_finished]).integers(2**31))
            self._study.sampler = optuna.samplers.TPESampler(n_startup_trials=N_FIRST, multivariate=True, seed=seed)
        return self._study.ask()

    def _first(self) -> Knobs | None:
        """The next of the settings that need no results to learn from; None when there is none left."""
        kept = self._defaults.keys() - {knob.name for knob in tunable(self.ask.model)}
        steps = Steps(self.ask.model, 2 * N_FIRST, self.ask.seed, kept)
        for trial in self.finished:
            steps.next()
            steps.tell(_value(trial) if _complete(trial) else float("nan"))
        return steps.next()

    def _knobs(self, trial: Trial) -> Knobs:
        turned = {knob.name: suggested(trial, knob) for knob in tunable(self.ask.model)}
        return self._defaults | turned

    def _values(self, knobs: Knobs) -> Iterator[float]:
        """The metric over growing shares of the people; NaN where nobody has a number yet."""
        scorer = self._fits.of(knobs)
        found = np.zeros(0)
        ends = [max(1, round(share * len(self.people))) for share in SHARES]
        for start, end in zip((0, *ends), ends, strict=False):
            asked = self.people[start:end]
            if asked:
                more = metric_values(scorer, asked, self.cut, (self.ask.metric,), self.ask.k, seed=self.ask.seed)
                found = np.concatenate([found, more[:, 0]])
            yield float(np.nanmean(found)) if not np.isnan(found).all() else float("nan")

    def _tell(self) -> None:
        """Say how far the search is; what a killed process could no longer note is noted now."""
        points = self.points()
        for point in points[len(self.desk.points) :]:
            self.desk.note(**point)
        share = max(len(points) / self.ask.trials, min(1.0, self.spent / self.ask.seconds))
        best = f", best so far {points[-1]['best']:.4f}" if points and points[-1]["best"] is not None else ""
        self.desk.say(SEARCHING * share, f"try {min(len(points) + 1, self.ask.trials)} of {self.ask.trials}{best}")


def suggested(trial: Trial, knob: Knob) -> Any:
    """A value of ``knob`` for ``trial``, from where the knob says and with the digits that the knob is read with."""
    if knob.choices:
        return trial.suggest_categorical(knob.name, knob.choices)
    if knob.low is None or knob.high is None:
        raise DataError(f"the knob {knob.name} has neither a range nor choices to search")
    if knob.whole:
        return trial.suggest_int(knob.name, int(knob.low), int(knob.high), log=knob.log)
    drawn = trial.suggest_float(knob.name, knob.low, knob.high, log=knob.log)
    return value_at(knob, share_of(knob, drawn))


def _connected(path: Path) -> sqlite3.Connection:
    """A connection that does not wait for the disk at each of the thirty writes of a setting.

    With a log of its own SQLite loses nothing when the process is killed, and stays readable when the power fails.
    """
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _complete(trial: FrozenTrial) -> bool:
    return trial.state.name == "COMPLETE"


def _value(trial: FrozenTrial) -> float:
    return float("nan") if trial.value is None else trial.value
