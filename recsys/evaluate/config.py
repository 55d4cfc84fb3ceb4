"""The question an experiment asks: one hashable object that says everything about it."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from recsys.data import Dataset
from recsys.data.dataset import LIKED_STARS
from recsys.data.splits import SPLITS
from recsys.errors import UnknownIdError
from recsys.evaluate.progress import Progress, silent
from recsys.metrics.significance import N_BOOT
from recsys.models import BASELINES, MODELS
from recsys.models.setting import Setting
from recsys.types import STARS

if TYPE_CHECKING:
    from recsys.evaluate.result import Result

MAX_K = 100
MAX_LONGEST = 1000
YARDSTICK = "popularity"
"""The model that every other is compared with."""

RECENT = "windowed_popularity"
"""Measured beside the baselines."""

USUAL_MODELS = ("ease_text", "ease", "item_knn", "text_profile", "text_mean", "switching")
"""Measured where nobody chose any; the last one ranks the Live page's list unless somebody adopts another."""
USUAL_PEOPLE = 1000
"""People asked at most on the page, so that nobody waits minutes for it; who is not drawn is counted there."""

Knobs = tuple[tuple[str, Any], ...]
"""Knobs of one model with their values."""


@dataclass(frozen=True)
class Experiment:
    """A question to the models; equal experiments on equal data give equal numbers."""

    dataset: str
    split: str = "global_time"
    k: int = 10
    models: tuple[str, ...] = ("text_mean", "text_profile")
    seed: int = 0
    """Draws the random splits, the sample of users, the settings that are tried and the resamples."""
    max_users: int | None = None
    """At most so many users are evaluated, drawn at random; None for all."""
    n_boot: int = N_BOOT
    liked_from: float = LIKED_STARS
    """Ratings and reviews of at least so many stars are likes."""
    sampled: int | None = None
    """Rank the hits among so many other items drawn at random; None for the whole catalogue, as it should be."""
    budget: int = 1
    """Settings tried per model inside the training part; 1 for the default setting only."""
    knobs: tuple[tuple[str, Knobs], ...] = ()
    """Knobs given by hand, by model; such a model is not tuned."""
    longest: int = 50
    """Longest list of the curves over the length of the list."""

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise UnknownIdError(f"there is no split {self.split!r}; choose from {', '.join(SPLITS)}")
        unknown = [name for name in (*self.models, *(name for name, _ in self.knobs)) if name not in MODELS]
        if unknown:
            raise UnknownIdError(f"there is no model {', '.join(unknown)}; choose from {', '.join(MODELS)}")
        _within("k", self.k, 1, MAX_K)
        _within("longest", self.longest, 1, MAX_LONGEST)
        _at_least("max_users", self.max_users, 1, "or None")
        _at_least("sampled", self.sampled, 1, "or None")
        _at_least("n_boot", self.n_boot, 1)
        _at_least("budget", self.budget, 1)
        if self.seed < 0:
            raise ValueError(f"seed should be 0 or more, is now {self.seed}")
        if not STARS[0] <= self.liked_from <= STARS[1]:
            raise ValueError(
                f"liked_from should be from {STARS[0]:g} to {STARS[1]:g} stars, is now {self.liked_from:g}"
            )
        for name, setting in self.knobs:
            Setting.of(name, dict(setting))
        if len(dict(self.knobs)) < len(self.knobs):
            raise ValueError("knobs should name each model once")

    @classmethod
    def usual(cls, dataset: str) -> Experiment:
        """The experiment that the Metrics page opens with."""
        # In the registry's order: the same choice is the same experiment, whatever was clicked first.
        return cls(dataset, models=tuple(name for name in MODELS if name in USUAL_MODELS), max_users=USUAL_PEOPLE)

    @property
    def roster(self) -> tuple[str, ...]:
        """Every model that is run: the baselines, then the others as named, none twice."""
        return tuple(dict.fromkeys((*BASELINES, RECENT, *self.models)))

    @property
    def kept(self) -> int:
        """Length of the lists that are kept: enough for ``k`` and for the curves."""
        return max(self.k, self.longest)

    def setting(self, model: str) -> dict[str, Any]:
        """Knobs of ``model`` given by hand; empty for none."""
        return dict(dict(self.knobs).get(model, ()))

    def ask(self, data: Dataset, progress: Progress = silent) -> Result:
        """Run it on ``data``: ``recsys.evaluate.run``."""
        from recsys.evaluate import experiment  # the other way round, running an experiment needs this module

        return experiment.run(data, self, progress)

    def as_json(self) -> str:
        """One JSON object, the same for equal experiments; :meth:`from_json` reads it back."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        """The experiment that :meth:`as_json` wrote; ValueError for anything else."""
        said = json.loads(text)
        names = {field.name for field in fields(cls)}
        if not isinstance(said, dict) or not set(said) <= names or "dataset" not in said:
            raise ValueError(f"an experiment should be a JSON object with some of {', '.join(sorted(names))}")
        return cls(**{name: _frozen(value) for name, value in said.items()})

    def command(self) -> str:
        """The shell command that repeats this experiment; options at their default are left out."""
        options = {
            "--liked-from": (self.liked_from, LIKED_STARS),
            "--sampled": (self.sampled, None),
            "--tune": (self.budget, 1),
            "--longest": (self.longest, 50),
            "--n-boot": (self.n_boot, N_BOOT),
            "--seed": (self.seed, 0),
            "--max-users": (self.max_users, None),
        }
        words = ["python -m recsys evaluate", "--dataset", shlex.quote(self.dataset), "--split", self.split]
        settings = dict(self.knobs)
        named = [*self.models, *(model for model in settings if model not in self.models)]
        said = [shlex.quote(Setting.of(model, dict(settings.get(model, ()))).word) for model in named]
        words += ["--k", str(self.k), "--models", *said]
        for option, (value, default) in options.items():
            if value != default:
                words += [option, f"{value:g}" if isinstance(value, float) else str(value)]
        return " ".join(words)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} should be from {low} to {high}, is now {value}")


def _at_least(name: str, value: int | None, low: int, otherwise: str = "") -> None:
    if value is not None and value < low:
        raise ValueError(f"{name} should be at least {low}{f' {otherwise}' if otherwise else ''}, is now {value}")


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
