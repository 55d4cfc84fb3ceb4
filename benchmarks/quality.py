"""How good the lists are on real data: every model beside random and popularity, with intervals.

Needs RECSYS_DATASETS; the sample data is synthetic and says nothing about real people.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.result import write
from recsys.columns import Evaluation
from recsys.data import catalogue
from recsys.evaluate import Experiment, run
from recsys.models import MODELS

METRICS = {"ndcg": "NDCG", "precision": "P", "recall": "R", "coverage": "coverage"}
"""Metric of the app -> its name in a figure, before ``@k``."""


@dataclass(frozen=True)
class Config:
    """What is measured."""

    dataset: str = "movielens-latest-small"
    splits: tuple[str, ...] = ("random", "global_time")
    k: int = 10
    seed: int = 0


def main(config: Config | None = None) -> int:
    """Run one experiment per split and write every number with its interval."""
    config = config or Config()
    data = catalogue.load(config.dataset)
    figures: dict[str, float] = {}
    for split in config.splits:
        asked = Experiment(config.dataset, split, config.k, tuple(MODELS), config.seed)
        result = run(data, asked)
        figures[f"{config.dataset}/{split}/n_users"] = result.receipt.n_users
        for row in result.table.to_dict("records"):
            name = METRICS.get(str(row[Evaluation.METRIC]))
            if name is not None:
                key = f"{config.dataset}/{split}/{row[Evaluation.MODEL]}/{name}@{config.k}"
                figures[key] = round(float(row[Evaluation.VALUE]), 4)
                figures[f"{key}/low"] = round(float(row[Evaluation.LOW]), 4)
                figures[f"{key}/high"] = round(float(row[Evaluation.HIGH]), 4)
    return write("quality", figures)
