"""Augment: what each change to the data or the texts is worth, chosen on validation and asked of the test part once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, cast

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split
from recsys.data.splits import split as cut_by
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate.lists import Asked, Floats, asked, metric_values
from recsys.evaluate.tune import validation
from recsys.metrics import Estimates, holm
from recsys.metrics.significance import LEVEL, resample_weights
from recsys.models import BASELINES, MODELS
from recsys.models.setting import Setting
from recsys.train.augmentations import AUGMENTATIONS, COLD, DROPOUT, PLAIN, Augmentation, Try, left_out, offered, plain
from recsys.train.dropped_out import COPIES, MOST_ITEMS, convergence
from recsys.train.job import Desk
from recsys.train.sealed import opened
from recsys.train.worth import numbers
from recsys.types import Scorer

K = 10
METRICS = ("ndcg", "coverage")
SPLITS_OFFERED = ("random", "global_time", COLD)
CAUTIONS = (10.0, 30.0, 100.0, 200.0, 400.0, 800.0)
"""Caution of EASE without dropout is chosen among these, so that no augmentation only stands in for it."""
N_DRAWS = 3
"""Draws of an augmentation by chance; each person counts with the mean over them."""
MAX_USERS = 1_000

Made = dict[str, Any]


@dataclass(frozen=True)
class Augment:
    """Measure every augmentation that the data allow, each alone against the same model without any.

    Its strength is the one with the highest NDCG@10 on a validation part cut out of the training part; the test part
    is asked once. Differences are paired by person, and their p-values corrected for the number of augmentations.
    """

    kind: ClassVar[str] = "augment"

    split: str = "random"
    seed: int = 0
    max_users: int = MAX_USERS
    copies: tuple[int, ...] = COPIES
    """Numbers of dropped-out copies at which they are compared with the closed form of dropout; none: not at all."""
    most_items: int = MOST_ITEMS
    """Of the most liked items that take part in that."""
    names: tuple[str, ...] = field(default_factory=lambda: tuple(AUGMENTATIONS))

    def __post_init__(self) -> None:
        unknown = [name for name in self.names if name not in AUGMENTATIONS]
        if unknown:
            raise UnknownIdError(f"there is no augmentation {unknown[0]!r}; choose from {', '.join(AUGMENTATIONS)}")

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return "Augment"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Choose, test, and return the numbers; DataError for data too small to be cut twice."""
        pairs = [(one, model) for one in offered(data, self.split) if one.name in self.names for model in one.models]
        if not pairs:
            raise DataError(f"nothing can be tried on {data.label} with this test: choose another one")
        bench, models = _Bench.of(data, self), tuple(dict.fromkeys(model for _, model in pairs))
        steps = _Steps(desk, 2 * len(pairs) + 2 * len(models) + len(BASELINES) + 1)
        starts = {
            model: steps.done(f"{MODELS[model].label} without any", f"start-{model}", partial(_start, bench, model))
            for model in models
        }
        settings = {model: Setting.parse(start["setting"]) for model, start in starts.items()}
        chosen = [
            steps.done(
                f"{one.label}: choosing how much, for {MODELS[model].label}",
                f"chosen-{one.name}-{model}",
                partial(_chosen, bench, one, settings[model], starts[model]["value"], desk),
            )
            for one, model in pairs
        ]
        looks = opened(data, self.split, self.seed, f"{self.title}, {len(pairs)} changes", desk.folder.name)
        alone = settings | {model: Setting(model) for model in BASELINES}
        base = {
            model: steps.done("Asking the test part without any", f"test-{model}", partial(bench.tested, setting))
            for model, setting in alone.items()
        }
        tested = [
            steps.done(
                f"{one.label}: asking the test part",
                f"test-{one.name}-{model}",
                partial(bench.tested, settings[model], one, choice["try"]),
            )
            for (one, model), choice in zip(pairs, chosen, strict=True)
        ]
        rows = _rows(pairs, chosen, tested, base, settings)
        return bench.about | {
            "n_opened": looks,
            "rows": rows,
            "models": {model: _levels(base[model], settings.get(model)) for model in base},
            "left_out": _left_out(self, data),
            "twin": self._twin(bench, rows, steps, desk) if PLAIN in models and self.copies else None,
        }

    def _twin(self, bench: _Bench, rows: Sequence[Made], steps: _Steps, desk: Desk) -> Made:
        """Dropout by hand beside the closed form, as strong as was chosen."""
        chosen = next((row["setting"] for row in rows if row["name"] == DROPOUT), PLAIN)
        make = partial(
            convergence,
            bench.cut.train,
            Setting.parse(chosen),
            self.split,
            copies=self.copies,
            most_items=self.most_items,
            seed=self.seed,
            max_users=self.max_users,
        )
        return cast(Made, steps.done("Dropping likes out of many copies", "twin", make))


class _Steps:
    """What is done one after the other, each kept on disk: a training that goes on does none of it twice."""

    def __init__(self, desk: Desk, total: int) -> None:
        self.desk, self.total, self.n_done = desk, total, 0

    def done(self, line: str, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or gave when this step was done before; JSON."""
        self.desk.say(self.n_done / self.total, line)
        self.n_done += 1
        file = self.desk.folder / "steps" / f"{name}.json"
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            made = make()
        file.parent.mkdir(exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(made), encoding="utf-8")
        part.replace(file)
        return made


@dataclass(frozen=True, eq=False)
class _Bench:
    """Two cuts of the data, one inside the other, and the people each asks."""

    data: Dataset
    cut: Split
    people: Sequence[Asked]
    trial: Split
    trial_people: Sequence[Asked]
    seed: int

    @classmethod
    def of(cls, data: Dataset, question: Augment) -> _Bench:
        cut = cut_by(data, question.split, question.seed, question.max_users)
        trial, trial_people = validation(cut.train, question.split, question.seed, question.max_users)
        return cls(data, cut, asked(cut), trial, trial_people, question.seed)

    @property
    def about(self) -> Made:
        """What the numbers stand on."""
        return {
            "dataset": self.data.label,
            "split": self.cut.name,
            "split_label": SPLITS[self.cut.name].label,
            "k": K,
            "n_users": len(self.people),
            "n_validation": len(self.trial_people),
            "n_draws": N_DRAWS,
        }

    def tried(self, setting: Setting, one: Augmentation | None = None, how: Try | None = None) -> float:
        """Mean NDCG on the validation part."""
        found = self._values(setting, one, how, self.trial, self.trial_people, ("ndcg",))
        return float(np.nanmean(found))

    def tested(self, setting: Setting, one: Augmentation | None = None, how: Try | None = None) -> list[list[float]]:
        """(n_users, n_metrics) on the test part."""
        return cast("list[list[float]]", self._values(setting, one, how, self.cut, self.people, METRICS).tolist())

    def _values(
        self,
        setting: Setting,
        one: Augmentation | None,
        how: Try | None,
        cut: Split,
        people: Sequence[Asked],
        metrics: Sequence[str],
    ) -> Floats:
        draws = [
            metric_values(self._learned(setting, one, how, cut.train, draw), people, cut, metrics, K, seed=self.seed)
            for draw in range(N_DRAWS if one is not None and one.draws else 1)
        ]
        return cast(Floats, np.mean(draws, axis=0))

    def _learned(
        self, setting: Setting, one: Augmentation | None, how: Try | None, train: Dataset, draw: int
    ) -> Scorer:
        if one is None:
            return setting.build().fit(train)
        return one.learned(setting, train, np.random.default_rng([self.seed, draw]), dict(how or {}))


def _start(bench: _Bench, model: str) -> Made:
    """The model without augmentation, the caution of EASE as validation has it best, and how it did there."""
    settings = [plain(model, l2) for l2 in CAUTIONS] if model == PLAIN else [plain(model)]
    values = [bench.tried(setting) for setting in settings]
    best = int(np.argmax(values))
    return {"setting": settings[best].word, "value": values[best]}


def _chosen(bench: _Bench, one: Augmentation, setting: Setting, without: float, desk: Desk) -> Made:
    """The best strength on the validation part, and how it did there."""
    values = [bench.tried(setting, one, how) for how in one.tries]
    best = int(np.argmax(values))
    desk.note(label=one.label, model=setting.model, without=without, value=values[best], said=one.said(one.tries[best]))
    return {"try": one.tries[best], "value": values[best], "without": without}


def _rows(
    pairs: Sequence[tuple[Augmentation, str]],
    chosen: Sequence[Made],
    tested: Sequence[list[list[float]]],
    base: Mapping[str, list[list[float]]],
    settings: Mapping[str, Setting],
) -> list[Made]:
    """One entry per augmentation and model, as the page draws it."""
    gaps = np.array([np.array(found) - np.array(base[model]) for found, (_, model) in zip(tested, pairs, strict=True)])
    weights = resample_weights(gaps.shape[1])
    by_metric = [Estimates.of(gaps[:, :, column].T, weights) for column in range(len(METRICS))]
    corrected = holm(by_metric[0].p_values())
    intervals = [estimates.intervals() for estimates in by_metric]
    rows = []
    for place, ((one, model), choice) in enumerate(zip(pairs, chosen, strict=True)):
        gain, cover = (of_metric[place] for of_metric in intervals)
        p = float(corrected[place])
        found = gain.found and p < LEVEL
        setting = one.adopted(settings[model], choice["try"]).word if one.adopted else ""
        levels = [np.nanmean(np.array(values), axis=0) for values in (base[model], tested[place])]
        rows.append(
            {
                "name": one.name,
                "label": one.label,
                "line": one.line,
                "model": model,
                "strength": one.said(choice["try"]),
                "validation": {"with": choice["value"], "without": choice["without"]},
                "without": float(levels[0][0]),
                "with": float(levels[1][0]),
                "gain": numbers(gain) | {"found": bool(found), "p": None if np.isnan(p) else p},
                "coverage": numbers(cover) | {"without": float(levels[0][1]), "with": float(levels[1][1])},
                "setting": setting,
                "adopt": bool(found and gain.value > 0 and setting),
                "only_here": one.only_here,
            }
        )
    return rows


def _levels(values: list[list[float]], setting: Setting | None) -> Made:
    """How a model did on the test part, with intervals."""
    columns = np.array(values)
    found = Estimates.of(columns, resample_weights(len(columns))).intervals()
    return {metric: numbers(one) for metric, one in zip(METRICS, found, strict=True)} | {
        "setting": setting.word if setting else ""
    }


def _left_out(question: Augment, data: Dataset) -> list[dict[str, str]]:
    reasons = {name: left_out(AUGMENTATIONS[name], data, question.split) for name in question.names}
    return [{"label": AUGMENTATIONS[name].label, "why": why} for name, why in reasons.items() if why]
