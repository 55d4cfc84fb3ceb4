"""One experiment: cut the data, fit the models on the past, ask them about the rest, measure with intervals.

The page and the command line both call :func:`run`, so they show the same numbers.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, split
from recsys.errors import UnknownIdError
from recsys.evaluate.lists import Asked, asked, catalogue_of, lists_of
from recsys.evaluate.measure import measure
from recsys.evaluate.result import EvaluationReceipt, Result
from recsys.metrics import TopLists
from recsys.metrics.significance import N_BOOT
from recsys.models import BASELINES, MODELS, fit
from recsys.text import reader

Progress = Callable[[float, str], None]
"""Gets the share done, in [0, 1], and what is being done."""

MAX_K = 100
_PACKAGES = ("recsys-live", "numpy", "pandas", "scipy", "scikit-learn", "onnxruntime")


@dataclass(frozen=True)
class Experiment:
    """A question to the models; equal experiments on equal data give equal numbers."""

    dataset: str
    split: str = "global_time"
    k: int = 10
    models: tuple[str, ...] = ("text_mean", "text_profile")
    seed: int = 0
    """Draws the random split, the sample of users and the resamples."""
    max_users: int | None = None
    """At most so many users are evaluated, drawn at random; None for all."""
    n_boot: int = N_BOOT

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise UnknownIdError(f"there is no split {self.split!r}; choose from {', '.join(SPLITS)}")
        unknown = [name for name in self.models if name not in MODELS]
        if unknown:
            raise UnknownIdError(f"there is no model {', '.join(unknown)}; choose from {', '.join(MODELS)}")
        if not 1 <= self.k <= MAX_K:
            raise ValueError(f"k should be from 1 to {MAX_K}, is now {self.k}")
        if self.max_users is not None and self.max_users < 1:
            raise ValueError(f"max_users should be at least 1 or None, is now {self.max_users}")
        if self.n_boot < 1:
            raise ValueError(f"n_boot should be at least 1, is now {self.n_boot}")
        if self.seed < 0:
            raise ValueError(f"seed should be 0 or more, is now {self.seed}")

    @property
    def roster(self) -> tuple[str, ...]:
        """Every model that is run: the baselines, then the others as named, none twice."""
        return tuple(dict.fromkeys((*BASELINES, *self.models)))


def run(data: Dataset, config: Experiment, progress: Progress | None = None) -> Result:
    """Run ``config`` on ``data``: full ranking of all items a user has not touched, baselines included.

    Raises DataError when the split leaves nobody to ask, ValueError when ``data`` is not the dataset of ``config``.
    """
    if data.name != config.dataset:
        raise ValueError(f"the experiment is about {config.dataset!r}, the data are {data.name!r}")
    tell = progress or (lambda _share, _line: None)
    start = time.perf_counter()
    tell(0.0, "Cutting the data")
    cut = split(data, config.split, config.seed, config.max_users)
    people = asked(cut)
    seconds: dict[str, float] = {}
    lists = {name: _lists(name, cut, people, config, tell, seconds) for name in config.roster}
    tell(0.95, "Measuring")
    begin = time.perf_counter()
    space = reader().space(cut.train, reader().main(cut.train))
    tables = measure(lists, people, catalogue_of(cut.train, space), config.n_boot, config.seed)
    seconds["metrics"] = time.perf_counter() - begin
    seconds["total"] = time.perf_counter() - start
    tell(1.0, "Done")
    return Result(*tables, _receipt(data, config, cut, lists, space.encoder.name, seconds))


def _lists(
    name: str, cut: Split, people: list[Asked], config: Experiment, tell: Progress, seconds: dict[str, float]
) -> TopLists:
    """Fit one model and collect its lists; adds its time to ``seconds``."""
    begin = time.perf_counter()
    first, n_models = config.roster.index(name), len(config.roster)

    def report(share: float) -> None:
        tell(0.95 * (first + share) / n_models, f"{MODELS[name].label}: {share:.0%} of {len(people):,} people")

    report(0.0)
    lists = lists_of(fit(name, cut.train), people, config.k, report)
    seconds[name] = time.perf_counter() - begin
    return lists


def _receipt(
    data: Dataset,
    config: Experiment,
    cut: Split,
    lists: Mapping[str, TopLists],
    encoder: str,
    seconds: Mapping[str, float],
) -> EvaluationReceipt:
    fallback = reader().default().fallback
    short = [_short_lists(name, made) for name, made in lists.items() if not made.filled.all()]
    return EvaluationReceipt(
        dataset=data.label,
        dataset_version=data.version,
        split=cut.name,
        split_label=cut.label,
        leak=cut.leak,
        k=config.k,
        seed=config.seed,
        n_boot=config.n_boot,
        n_users=cut.n_users,
        n_without_history=cut.n_without_history,
        n_without_likes=cut.n_without_likes,
        n_not_sampled=cut.n_not_sampled,
        n_train_events=len(cut.train.events),
        n_items=data.n_items,
        encoder=encoder,
        versions=versions(),
        seconds=seconds,
        notes=tuple(filter(None, (fallback, *short))),
    )


def _short_lists(name: str, lists: TopLists) -> str:
    n_short = int((~lists.filled.all(axis=1)).sum())
    return (
        f"{MODELS[name].label} could not fill {n_short:,} of {lists.n_users:,} lists: it has no score for the "
        "remaining items. Empty places count as misses."
    )


def versions(packages: Sequence[str] = _PACKAGES) -> dict[str, str]:
    """Version of Python and of ``packages`` as installed; absent ones are left out."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
