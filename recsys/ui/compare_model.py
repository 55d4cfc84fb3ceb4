"""What the Compare page computes: the lists of several models for one person, and how far they agree. No drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.live import Movement, movement, overlap, recommend
from recsys.metrics.agreement import only_in, rbo
from recsys.models import MODELS
from recsys.models.fuse import AVERAGE
from recsys.models.setting import Setting
from recsys.models.shared import ready
from recsys.models.two_stage import Stage
from recsys.plots.compare import Step
from recsys.ranking import top_k
from recsys.types import Part, Query, Ranked
from recsys.ui import cache
from recsys.words.heard import heard

WHEN_SILENT = "popularity"
NO_SETTINGS: Mapping[str, Setting] = MappingProxyType({})


@runtime_checkable
class Staged(Protocol):
    """A model whose stages can be looked at."""

    def stages(self, query: Query) -> tuple[Stage, ...]:
        """What each stage was given, what it passed on, and how long it took."""
        ...


@dataclass(frozen=True)
class Pipeline:
    """The way from the catalogue to a list."""

    steps: tuple[Step, ...]
    """The catalogue first, the list last."""
    origins: tuple[str, ...]
    """Per item of the list: which sources proposed it."""
    lost: tuple[str, ...] = ()
    """One sentence per stage that passed fewer items on than it was given, though it chooses none."""


@dataclass(frozen=True)
class Column:
    """The list of one model, or the sentence that says why there is none."""

    setting: Setting
    ranked: Ranked | None = None
    problem: str = ""
    moved: Movement | None = None
    """Against the model's list before its knobs were turned; None while they are not."""
    note: str = ""
    """What the model could not learn from this data, in its own words."""
    pipeline: Pipeline | None = None
    """How the list came about, for a model that works in stages."""

    @property
    def label(self) -> str:
        """Name of the model for a visitor."""
        return MODELS[self.setting.model].label

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The list, best first; empty when there is none."""
        return self.ranked.item_ids if self.ranked else ()

    @property
    def reason(self) -> Part | None:
        """The part that lifts the first item most; None when the model gives no reason that lifts it."""
        if self.ranked is None or not len(self.ranked) or not self.ranked.contributions.parts:
            return None
        parts, values = self.ranked.contributions.parts, self.ranked.contributions.values[0]
        nobody = np.array([at for at, part in enumerate(parts) if part == AVERAGE], dtype=np.int64)
        best = top_k(values, 1, nobody)
        return parts[best[0]] if len(best) and values[best[0]] > 0 else None


@dataclass(frozen=True)
class Comparison:
    """Everything one drawing of the page shows."""

    query: Query
    columns: tuple[Column, ...]

    @property
    def listed(self) -> tuple[Column, ...]:
        """Columns that have a list."""
        return tuple(column for column in self.columns if column.item_ids)

    @cached_property
    def n_lists(self) -> Mapping[str, int]:
        """How many of the lists hold an item."""
        return Counter(item_id for column in self.columns for item_id in column.item_ids)

    @property
    def agreement(self) -> list[list[float]]:
        """Rank-biased overlap of every two of ``listed``, in [0, 1]; square, 1 on the diagonal."""
        return [[rbo(one.item_ids, other.item_ids) for other in self.listed] for one in self.listed]

    @property
    def shared(self) -> list[list[int]]:
        """Number of items in both of every two of ``listed``; square."""
        return [[overlap(one.item_ids, other.item_ids) for other in self.listed] for one in self.listed]

    def only_found_by(self, column: Column) -> list[str]:
        """Items that only this list has, best first."""
        return only_in(column.item_ids, [other.item_ids for other in self.columns if other is not column])


def comparison(
    data: Dataset, query: Query, settings: Sequence[Setting], k: int, before: Mapping[str, Setting] = NO_SETTINGS
) -> Comparison:
    """Rank the catalogue with each model of ``settings``; one that cannot says why and the others stand.

    ``before`` has the settings that movements start from, by model: the defaults where it has none.
    """
    bases = [before.get(setting.model, Setting(setting.model)) for setting in settings]
    columns = [_column(data, query, setting, base, k) for setting, base in zip(settings, bases, strict=True)]
    return Comparison(query, tuple(columns))


def unlearned(data: Dataset, settings: Iterable[Setting]) -> list[Setting]:
    """Those of ``settings`` that have not been fitted on ``data`` yet, which may take long."""
    return [setting for setting in settings if ready(setting.build(), data) is None]


def learn(data: Dataset, setting: Setting) -> None:
    """Fit one model; one that cannot be says why in its column."""
    with suppress(RecsysError, ValueError):
        cache.fitted(data, setting)


def events_per_user(data: Dataset) -> Mapping[str, int]:
    """Number of events of every user of ``data``."""
    counts = data.events[Events.USER].value_counts
    return data.once(events_per_user, lambda: {str(user): int(n) for user, n in counts().items()})


def _column(data: Dataset, query: Query, setting: Setting, base: Setting, k: int) -> Column:
    try:
        ranked = _ranked(data, query, setting, k)
        before = _ranked(data, query, base, k) if setting != base else None
        model = cache.fitted(data, setting)
        pipeline = _pipeline(model, heard(query, data).query, ranked) if isinstance(model, Staged) else None
    except (RecsysError, ValueError) as error:
        return Column(setting, problem=str(error))
    moved = movement(before.item_ids, ranked.item_ids) if before else None
    return Column(setting, ranked, moved=moved, note=str(getattr(model, "note", "")), pipeline=pipeline)


def _pipeline(model: Staged, query: Query, ranked: Ranked) -> Pipeline | None:
    """The stages behind ``ranked``; None when another list stands in for a silent model."""
    stages = model.stages(query)
    origins = dict(zip(stages[-1].rows_out.tolist(), stages[-1].sources, strict=True))
    if not set(ranked.rows.tolist()) <= set(origins):
        return None
    steps = [Step("Catalogue", len(stages[0].rows_in), None)]
    steps += [Step(stage.label, len(stage.rows_out), stage.ms) for stage in stages]
    steps.append(Step("Shown", len(ranked), None))
    lost = [(stage.label, len(stage.rows_in) - len(stage.rows_out), len(stage.rows_in)) for stage in stages[1:]]
    return Pipeline(
        tuple(steps),
        tuple(origins[row] for row in ranked.rows.tolist()),
        tuple(
            f"{label} has no score for {n} of its {given:,} items and leaves them out." for label, n, given in lost if n
        ),
    )


def _ranked(data: Dataset, query: Query, setting: Setting, k: int) -> Ranked:
    popular = cache.scorer(data, WHEN_SILENT)
    label = MODELS[setting.model].label
    return recommend(data, cache.fitted(data, setting), query, k, model=label, when_silent=popular)
