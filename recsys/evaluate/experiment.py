"""One experiment: cut the data, fit the models on the past, ask them about the rest, measure with intervals.

The page and the command line both call :func:`run`, so they show the same numbers.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from recsys.data import Dataset
from recsys.data.splits import Split, cuts
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK, Experiment
from recsys.evaluate.keep import Keeper, Kept
from recsys.evaluate.lists import Asked, Replies, answers_of, asked, catalogue_of
from recsys.evaluate.measure import Folds, measure
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.result import EvaluationReceipt, Result
from recsys.evaluate.study import liked_as
from recsys.evaluate.tables import TUNING, Measured, long_table
from recsys.evaluate.tune import tuned
from recsys.models import MODELS, build, shared
from recsys.text import reader
from recsys.types import Scorer

MODELS_SHARE = 0.95
"""Share of the progress that is spent on the models; the rest is measuring."""
_PACKAGES = ("recsys-live", "numpy", "pandas", "scipy", "scikit-learn", "onnxruntime", "lightgbm")


@dataclass
class _Work:
    """What one run knows while it works."""

    data: Dataset
    config: Experiment
    cuts: Sequence[Split]
    people: Sequence[list[Asked]]
    tell: Progress
    keeper: Keeper | None
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def n_people(self) -> int:
        return sum(len(fold) for fold in self.people)

    def progress_of(self, name: str) -> Progress:
        """Progress within the part of the whole that the model ``name`` has."""
        first, n_models = self.config.roster.index(name), len(self.config.roster)
        return lambda share, line: self.tell(MODELS_SHARE * (first + min(1.0, share)) / n_models, line)


def run(data: Dataset, config: Experiment, progress: Progress = silent, folder: Path | None = None) -> Result:
    """Run ``config`` on ``data``: full ranking of all items a user has not touched, baselines included.

    With a ``folder`` every finished model is kept there, and a later run of the same question on the same data goes
    on where this one stopped, with the same numbers; nothing is kept of private data. Raises DataError when the
    split leaves nobody to ask, ValueError when ``data`` is not the dataset of ``config``.
    """
    if data.name != config.dataset:
        raise ValueError(f"the experiment is about {config.dataset!r}, the data are {data.name!r}")
    start = time.perf_counter()
    progress(0.0, "Cutting the data")
    work = _work(data, config, progress, folder)
    kept = {name: _answered(name, work) for name in config.roster}
    progress(MODELS_SHARE, "Measuring")
    begin = time.perf_counter()
    spaces = [reader().space(cut.train, reader().main(cut.train)) for cut in work.cuts]
    catalogues = [catalogue_of(cut.train, space) for cut, space in zip(work.cuts, spaces, strict=True)]
    answers = {name: one.answers for name, one in kept.items()}
    measured = measure(answers, Folds.of(work.people), catalogues, config)
    work.seconds["metrics"] = time.perf_counter() - begin
    work.seconds["total"] = time.perf_counter() - start
    progress(1.0, "Done")
    return _result(work, kept, measured, spaces[0].encoder.name)


def _work(data: Dataset, config: Experiment, tell: Progress, folder: Path | None) -> _Work:
    made = cuts(liked_as(data, config.liked_from), config.split, config.seed, config.max_users)
    keeper = Keeper.of(folder, data, config) if folder is not None and not data.private else None
    work = _Work(data, config, made, [asked(cut) for cut in made], tell, keeper)
    if folder is not None and data.private:
        work.notes.append("Nothing was kept on disk: these are a visitor's own data.")
    return work


def _answered(name: str, work: _Work) -> Kept:
    """The answers of one model, kept from an earlier run or made now; adds its time to the seconds."""
    report = work.progress_of(name)
    found = work.keeper.find(name, work.people) if work.keeper else None
    if found is None:
        report(0.0, f"{MODELS[name].label}: 0% of {work.n_people:,} people")
        begin = time.perf_counter()
        settings = [_setting(name, fold, work, report) for fold in range(len(work.cuts))]
        answers = [_ask(name, knobs, fold, work, report) for fold, (knobs, _) in enumerate(settings)]
        trials = pd.concat([trials for _, trials in settings], ignore_index=True)
        seconds = time.perf_counter() - begin
        found = Kept(tuple(answers), tuple(knobs for knobs, _ in settings), trials, seconds)
        if work.keeper:
            work.keeper.keep(name, found)
    work.seconds[name] = found.seconds
    return found


def _setting(name: str, fold: int, work: _Work, report: Progress) -> tuple[dict[str, Any], pd.DataFrame]:
    """The knobs of one model in one fold and the settings tried for them: given, tuned, or the defaults."""
    config, given = work.config, work.config.setting(name)
    if given or config.budget == 1 or not MODELS[name].knobs:
        return given, long_table(TUNING, [])
    found = tuned(
        name,
        work.cuts[fold].train,
        split=config.split,
        budget=config.budget,
        k=config.k,
        seed=config.seed,
        max_users=config.max_users,
        progress=lambda share, line: report(0.5 * (fold + share) / len(work.cuts), line),
    )
    trials = found.trials.assign(fold=fold, n_users=found.n_users)[[str(column) for column in TUNING]]
    return found.knobs, long_table(TUNING, trials.itertuples(index=False, name=None))


def _ask(name: str, knobs: Mapping[str, Any], fold: int, work: _Work, report: Progress) -> Replies:
    """Fit one model on one fold and collect its answers."""
    cut, config, n_folds = work.cuts[fold], work.config, len(work.cuts)
    line = MODELS[name].label if n_folds == 1 else f"{MODELS[name].label}, part {fold + 1} of {n_folds}"
    before = 0.5 if config.budget > 1 else 0.0
    return answers_of(
        _fitted(name, knobs, cut.train),
        work.people[fold],
        config.kept,
        lambda share: report(
            before + (1 - before) * (fold + share) / n_folds, f"{line}: {share:.0%} of {cut.n_users:,} people"
        ),
        when_silent=shared(build(YARDSTICK), cut.train),
        candidates=cut.candidates,
        sampled=config.sampled,
        seed=config.seed + fold,
        liked_stars=config.liked_from,
    )


def _fitted(name: str, knobs: Mapping[str, Any], train: Dataset) -> Scorer:
    try:
        return shared(build(name, **knobs), train)
    except ValueError as error:
        if not knobs:
            raise
        raise DataError(f"{MODELS[name].label} cannot use the setting {json.dumps(knobs)}: {error}") from error


def _result(work: _Work, kept: Mapping[str, Kept], measured: Measured, encoder: str) -> Result:
    tuning = pd.concat([one.trials for one in kept.values()], ignore_index=True)
    return Result(**vars(measured), tuning=tuning, receipt=_receipt(work, kept, encoder), config=work.config)


def _receipt(work: _Work, kept: Mapping[str, Kept], encoder: str) -> EvaluationReceipt:
    config, first = work.config, work.cuts[0]
    fallback = reader().choice(work.data).fallback
    notes = [
        *_too_few_left(kept, config.k),
        *(note for name, one in kept.items() for note in _notes(name, one, config.k)),
    ]
    return EvaluationReceipt(
        dataset=work.data.label,
        dataset_version=work.data.version,
        split=first.name,
        split_label=first.label,
        leak=first.leak,
        k=config.k,
        seed=config.seed,
        n_boot=config.n_boot,
        **_counts(work.cuts),
        n_train_events=len(first.train.events),
        n_items=work.data.n_items,
        encoder=encoder,
        versions=versions(),
        seconds=work.seconds,
        notes=tuple(filter(None, (fallback, *work.notes, *notes))),
        n_folds=len(work.cuts),
        n_candidates=None if first.candidates is None else len(first.candidates),
        sampled=config.sampled,
        liked_from=config.liked_from,
        budget=config.budget,
        knobs={name: one.knobs[0] for name, one in kept.items() if one.knobs[0]},
        private=work.data.private,
    )


def _counts(made: Sequence[Split]) -> dict[str, int]:
    """How many are asked and how many are not, each user once: who is asked in one fold is not left out by another."""
    asked_about = frozenset().union(*(cut.test for cut in made))
    others = frozenset().union(*(cut.left_out for cut in made)) - asked_about
    not_asked = others & frozenset().union(*(cut.not_asked for cut in made))
    not_sampled = others & frozenset().union(*(cut.not_sampled for cut in made))
    without_history = (others - not_sampled) & frozenset().union(*(cut.without_history for cut in made))
    return {
        "n_users": len(asked_about),
        "n_without_history": len(without_history),
        "n_without_likes": len(others - not_asked - not_sampled - without_history),
        "n_not_asked": len(not_asked),
        "n_not_sampled": len(not_sampled),
    }


def _too_few_left(kept: Mapping[str, Kept], k: int) -> list[str]:
    """How many lists no model could fill, because the person knows all but a few of the items."""
    some = next(iter(kept.values())).answers
    n_lists, n_few = sum(fold.lists.n_users for fold in some), sum(int((fold.n_candidates < k).sum()) for fold in some)
    if not n_few:
        return []
    return [
        f"{n_few:,} of {n_lists:,} lists are shorter than {k} whatever the recommender: those people know nearly all "
        "items already. Empty places count as misses."
    ]


def _notes(name: str, one: Kept, k: int) -> list[str]:
    """What did not go as asked with one model: empty places, silence, folds that chose otherwise."""
    label, notes = MODELS[name].label, []
    n_lists = sum(fold.lists.n_users for fold in one.answers)
    n_short = sum(int((~fold.lists.at(k).filled.all(axis=1) & (fold.n_candidates >= k)).sum()) for fold in one.answers)
    n_silent = sum(fold.n_silent for fold in one.answers)
    if n_short:
        notes.append(
            f"{label} could not fill {n_short:,} of {n_lists:,} lists: it has no score for the remaining items. "
            "Empty places count as misses."
        )
    if n_silent:
        notes.append(
            f"{label} had nothing to go on for {n_silent:,} of {n_lists:,} lists: those show what is popular, as on "
            "the Live page."
        )
    if any(knobs != one.knobs[0] for knobs in one.knobs):
        notes.append(f"{label}: the parts of the data chose different settings; the table of trials has them all.")
    return notes


def versions(packages: Sequence[str] = _PACKAGES) -> dict[str, str]:
    """Version of Python and of ``packages`` as installed; absent ones are left out."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
