"""What an experiment gives: numbers with intervals, differences in words, and a receipt of how they came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from recsys.columns import Evaluation
from recsys.metrics import METRICS, Interval, difference_in_words
from recsys.models import MODELS

YARDSTICK = "popularity"
"""The model that every other is compared with."""


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
    n_items: int
    encoder: str
    """Encoder behind the diversity of texts."""
    versions: Mapping[str, str]
    """Version of Python and of the packages the numbers depend on."""
    seconds: Mapping[str, float]
    """Per model (fit and all lists), for the metrics, and in all."""
    notes: tuple[str, ...] = ()
    """One sentence for each fallback and each model that could not fill its lists."""

    def sentence(self) -> str:
        """Whom, on what, how cut, how sure: the line every metric is shown with."""
        return (
            f"{self.dataset}: {self.n_users:,} people, lists of {self.k} out of {self.n_items:,} items, "
            f"split: {self.split_label.lower()}. Whiskers: 95% intervals from {self.n_boot:,} resamples of the people."
        )

    def left_out(self) -> str:
        """Who is not in the numbers, and why."""
        parts = [
            f"{count:,} {why}"
            for count, why in (
                (self.n_without_history, "without any event to learn from"),
                (self.n_without_likes, "who liked nothing new in the held-out part"),
                (self.n_not_sampled, f"not drawn for the sample (seed {self.seed})"),
            )
            if count
        ]
        return f"People left out: {', '.join(parts)}." if parts else "Nobody was left out."


@dataclass(frozen=True)
class Result:
    """Tables of one experiment; treat them as read-only."""

    table: pd.DataFrame
    """One row per model and metric: model, metric, value, low, high, n_users. NaN where nothing could be measured."""
    differences: pd.DataFrame
    """The same columns for every model minus ``against``, paired by user."""
    per_user: pd.DataFrame
    """One row per model and user: n_history, n_relevant and a column per per-user metric."""
    receipt: EvaluationReceipt

    def difference(self, model: str, metric: str) -> Interval:
        """``model`` minus popularity on ``metric``; KeyError when the experiment has no such pair."""
        columns = self.differences
        rows = columns[(columns[Evaluation.MODEL] == model) & (columns[Evaluation.METRIC] == metric)]
        if rows.empty:
            raise KeyError(f"no difference of {model} on {metric}; models are {', '.join(self.models)}")
        row = rows.iloc[0]
        return Interval(
            float(row[Evaluation.VALUE]),
            float(row[Evaluation.LOW]),
            float(row[Evaluation.HIGH]),
            int(row[Evaluation.N_USERS]),
        )

    @property
    def models(self) -> tuple[str, ...]:
        """Every model in the table, baselines first."""
        return tuple(dict.fromkeys(self.table[Evaluation.MODEL]))

    @property
    def challengers(self) -> tuple[str, ...]:
        """The models that are compared with popularity, the random one left out."""
        compared = self.differences[Evaluation.MODEL]
        return tuple(name for name in dict.fromkeys(compared) if name != "random")

    def metric(self, name: str) -> pd.DataFrame:
        """Rows of ``table`` for one metric, models in the order of the experiment."""
        return self.table[self.table[Evaluation.METRIC] == name].reset_index(drop=True)

    def measured(self, name: str) -> bool:
        """Whether any model has a number for the metric ``name``."""
        return bool(self.metric(name)[Evaluation.VALUE].notna().any())

    def sentences(self, metric: str) -> tuple[str, ...]:
        """Each challenger against popularity on ``metric``, in plain words."""
        digits = 2 if METRICS[metric].unit == "bits" else 3
        return tuple(
            difference_in_words(MODELS[name].label, MODELS[YARDSTICK].label, self.difference(name, metric), digits)
            for name in self.challengers
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
        )
        return str(table.to_csv(index=False, lineterminator="\n"))
