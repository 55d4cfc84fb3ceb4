"""What an experiment gives: numbers with intervals, differences in words, and a receipt of how they came about."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from recsys.columns import Evaluation
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK, Experiment
from recsys.evaluate.pairs import Pair, digits, pairs_of
from recsys.evaluate.tables import PARTS, Measured, joined, taken_apart
from recsys.metrics import METRICS, Interval, difference_in_words
from recsys.models import MODELS

FEW_PEOPLE = 20
"""With fewer people no number of a test is worth reading."""
RESULTS, PEOPLE, RECEIPT = "results.parquet", "people.parquet", "results.json"
"""Files of a saved result."""


@dataclass(frozen=True)
class EvaluationReceipt:
    """How an experiment was run: enough to repeat it, and everything that did not go as asked."""

    dataset: str
    """Label of the dataset."""
    dataset_version: str
    split: str
    split_label: str
    leak: str
    k: int
    seed: int
    n_boot: int
    n_users: int
    n_without_history: int
    n_without_likes: int
    n_not_sampled: int
    n_train_events: int
    """Events to learn from; of the first fold where there are several."""
    n_items: int
    encoder: str
    """Encoder behind the diversity of texts."""
    versions: Mapping[str, str]
    """Version of Python and of the packages the numbers depend on."""
    seconds: Mapping[str, float]
    """Per model (fit and all lists), for the metrics, and in all."""
    notes: tuple[str, ...] = ()
    """One sentence for each fallback, each model that could not fill its lists and each that was silent."""
    n_not_asked: int = 0
    n_folds: int = 1
    n_candidates: int | None = None
    """Items that were ranked; None for the whole catalogue."""
    sampled: int | None = None
    liked_from: float = 4.0
    budget: int = 1
    knobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Knobs of each model that were chosen or given by hand, of the first fold; nothing for the defaults."""
    private: bool = False
    """Whether the numbers are of a visitor's own data: never written to disk."""

    def sentence(self) -> str:
        """Whom, on what, how cut, how sure: the line every metric is shown with."""
        return (
            f"{self.dataset}: {self.n_users:,} people, lists of {self.k} out of {self._ranked()}, "
            f"split: {self.split_label.lower()}."
        )

    def rules(self) -> str:
        """What counts as a like, what is ranked, and whether anything was tuned: without these a number says little."""
        ranked = "all items ranked" if self.sampled is None and self.n_candidates is None else self._ranked()
        settings = (
            f"best of {self.budget} settings each"
            if self.budget > 1
            else "some settings given by hand"
            if self.knobs
            else "settings as they come, not tuned"
        )
        return f"Liked = a like, a click, or {self.liked_from:g} stars or more · {ranked} · {settings}."

    def intervals(self) -> str:
        """How sure the numbers are, and how that was found."""
        return f"All intervals are 95% intervals, from {self.n_boot:,} resamples of the people."

    def caution(self) -> str:
        """Why nothing can be told from these numbers, as one sentence; "" where something can."""
        if self.n_users < FEW_PEOPLE:
            people = "1 person" if self.n_users == 1 else f"{self.n_users} people"
            return f"Nothing can be told from {people}: a test needs {FEW_PEOPLE} or more who liked something later."
        ranked = self.n_items if self.n_candidates is None else self.n_candidates
        if 2 * self.k > ranked:
            return (
                f"Nothing can be told from lists of {self.k} out of {ranked} items: they hold most of the catalogue, "
                "in whatever order. Choose shorter lists."
            )
        return ""

    def _ranked(self) -> str:
        """What the lists are made from, with its warning where that is not the whole catalogue."""
        if self.sampled is not None:
            return (
                f"the hits and {self.sampled:,} random other items only, so the numbers look far better than they are"
            )
        if self.n_candidates is not None:
            return f"{self.n_candidates:,} new items"
        return f"{self.n_items:,} items"

    def left_out(self) -> str:
        """Who is not in the numbers, and why."""
        parts = [
            f"{count:,} {why}"
            for count, why in (
                (self.n_not_asked, "whom the models learned from"),
                (self.n_without_history, "without any event to learn from"),
                (self.n_without_likes, "who liked nothing new in the held-out part"),
                (self.n_not_sampled, f"not drawn for the sample (seed {self.seed})"),
            )
            if count
        ]
        return f"People left out: {', '.join(parts)}." if parts else "Nobody was left out."


@dataclass(frozen=True, eq=False)
class Result(Measured):
    """Tables of one experiment, and what belongs to them."""

    tuning: pd.DataFrame
    """One row per setting that was tried: model, fold, trial, knobs (JSON), value, people; empty without tuning."""
    receipt: EvaluationReceipt
    config: Experiment
    _pairs: dict[str, Mapping[tuple[str, str], Pair]] = field(default_factory=dict, init=False, repr=False)

    def difference(self, model: str, metric: str) -> Interval:
        """``model`` minus popularity on ``metric``; KeyError when the experiment has no such pair."""
        return self._difference(model, metric)[0]

    def p_holm(self, model: str, metric: str) -> float:
        """Holm's p-value of ``model`` against popularity on ``metric``, over all models; NaN where there is none."""
        return self._difference(model, metric)[1]

    def _difference(self, model: str, metric: str) -> tuple[Interval, float]:
        if (model, metric) not in self._differences:
            raise KeyError(f"no difference of {model} on {metric}; models are {', '.join(self.models)}")
        return self._differences[model, metric]

    @cached_property
    def _differences(self) -> Mapping[tuple[str, str], tuple[Interval, float]]:
        """The table ``differences`` by model and metric: a page asks for every row of it."""
        columns = (Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH, Evaluation.N_USERS, Evaluation.P_HOLM)
        rows = self.differences[[str(column) for column in (Evaluation.MODEL, Evaluation.METRIC, *columns)]]
        return {
            (model, metric): (Interval(value, low, high, int(n)), p_holm)
            for model, metric, value, low, high, n, p_holm in rows.itertuples(index=False, name=None)
        }

    def pairs(self, metric: str) -> Mapping[tuple[str, str], Pair]:
        """Every model against every other on ``metric``, paired by user; KeyError for what was not measured.

        The same resamples as everywhere in the result, so against popularity the gap is :meth:`difference`. Made once:
        it takes a while.
        """
        if metric not in self._pairs:
            people = self.per_user if metric in self.per_user.columns else self.credits
            self._pairs[metric] = pairs_of(people, metric, self.receipt.n_boot, self.receipt.seed)
        return self._pairs[metric]

    @property
    def models(self) -> tuple[str, ...]:
        """Every model in the table, baselines first."""
        return tuple(dict.fromkeys(self.table[Evaluation.MODEL]))

    @property
    def challengers(self) -> tuple[str, ...]:
        """The models that are compared with popularity."""
        return tuple(dict.fromkeys(self.differences[Evaluation.MODEL]))

    def metric(self, name: str) -> pd.DataFrame:
        """Rows of ``table`` for one metric, models in the order of the experiment."""
        return self.table[self.table[Evaluation.METRIC] == name].reset_index(drop=True)

    def measured(self, name: str) -> bool:
        """Whether any model has a number for the metric ``name``."""
        return bool(self.metric(name)[Evaluation.VALUE].notna().any())

    def sentences(self, metric: str) -> tuple[str, ...]:
        """Each challenger against popularity on ``metric``, in plain words; found only if Holm's correction agrees."""
        theirs = MODELS[YARDSTICK].label
        return tuple(
            difference_in_words(
                MODELS[name].label, theirs, self.difference(name, metric), digits(metric), self.p_holm(name, metric)
            )
            for name in self.challengers
            if self.difference(name, metric).n
        )

    def to_csv(self) -> str:
        """Table with what it was measured on in every row; equal text for equal experiments."""
        receipt = self.receipt
        table = self.table.assign(
            dataset=receipt.dataset,
            dataset_version=receipt.dataset_version,
            split=receipt.split,
            k=receipt.k,
            seed=receipt.seed,
            n_boot=receipt.n_boot,
            liked_from=receipt.liked_from,
            sampled="" if receipt.sampled is None else receipt.sampled,
            budget=receipt.budget,
        )
        return str(table.to_csv(index=False, lineterminator="\n"))

    def to_json(self) -> str:
        """Receipt, question and every table as one JSON object; null where nothing could be measured."""
        tables = {name: json.loads(getattr(self, name).to_json(orient="records")) for name in PARTS}
        return json.dumps(self._about() | tables, indent=2)

    def _about(self) -> dict[str, Any]:
        return {"receipt": asdict(self.receipt), "config": json.loads(self.config.as_json())}

    def to_html(self) -> str:
        """One page that stands by itself: the question, the table, the differences in words, the receipt."""
        receipt = self.receipt
        measured = [spec.name for spec in METRICS.values() if self.measured(spec.name)]
        words = [f"{METRICS[name].label}: {sentence}" for name in measured for sentence in self.sentences(name)]
        lines = [
            receipt.rules(),
            receipt.intervals(),
            receipt.caution(),
            receipt.left_out(),
            f"What the models get to know: {receipt.leak}",
            *words,
            *receipt.notes,
        ]
        return "\n".join(
            [
                '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Measured recommenders</title>',
                "<style>body{font:15px/1.5 sans-serif;margin:2rem}td,th{padding:.2rem .7rem;text-align:right}</style>",
                f"</head><body><h1>{html.escape(receipt.dataset)}</h1><p>{html.escape(receipt.sentence())}</p>",
                self.table.to_html(index=False, border=0, float_format="{:.4f}".format, na_rep="—"),
                *(f"<p>{html.escape(line)}</p>" for line in lines if line),
                f"<pre>{html.escape(json.dumps(self._about(), indent=2))}</pre></body></html>",
            ]
        )

    def save(self, folder: Path) -> None:
        """Write the tables and the receipt to ``folder``; :meth:`load` reads them back.

        DataError for a visitor's own data, which is never written, and for a folder that cannot be.
        """
        if self.receipt.private:
            raise DataError("these are a visitor's own data: nothing measured on them is written to disk")
        people = self.per_user.merge(self.credits)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            joined({name: getattr(self, name) for name in PARTS}).to_parquet(folder / RESULTS, index=False)
            people.to_parquet(folder / PEOPLE, index=False)
            (folder / RECEIPT).write_text(json.dumps(self._about(), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise DataError(f"the results cannot be written to {folder}: {error.strerror or error}") from error

    @classmethod
    def load(cls, folder: Path) -> Result:
        """The result that :meth:`save` wrote; DataError when the folder holds none."""
        try:
            parts = taken_apart(pd.read_parquet(folder / RESULTS))
            people = pd.read_parquet(folder / PEOPLE)
            said = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
            receipt = EvaluationReceipt(**said["receipt"] | {"notes": tuple(said["receipt"]["notes"])})
            config = Experiment.from_json(json.dumps(said["config"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{folder} holds no saved results that can be read: {error}") from error
        whole = [spec.name for spec in METRICS.values() if not spec.per_user and spec.name in people.columns]
        single = [spec.name for spec in METRICS.values() if spec.per_user and spec.name in people.columns]
        return cls(
            **parts,
            per_user=people.drop(columns=whole),
            credits=people.drop(columns=single),
            receipt=receipt,
            config=config,
        )
