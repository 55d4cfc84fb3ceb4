"""When text pays: the gain of models that read texts over the same models without, as likes per film get fewer.

On MovieLens latest-small with plots; needs RECSYS_DATASETS. Both models of a pair are tuned with the same budget on
what is left of the training part. Memories are endless for all: in a random cut the order of events says little.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.result import FILMS, write
from recsys.columns import Evaluation
from recsys.data import catalogue
from recsys.evaluate.density import PAIRS, SHARES, Density, density_curve
from recsys.evaluate.protocol import Protocol

ENDLESS = 1000.0
NAME = "ml-latest-small"


@dataclass(frozen=True)
class Config:
    """What is measured."""

    budget: int = 8
    shares: tuple[float, ...] = SHARES
    pairs: tuple[tuple[str, str], ...] = PAIRS
    seed: int = 0


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks density`` ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks density")
    parser.add_argument("--budget", type=int, default=Config.budget)
    parser.add_argument("--shares", nargs="+", type=float, default=list(SHARES))
    asked = parser.parse_args(arguments)
    return Config(asked.budget, tuple(asked.shares))


def main(config: Config | None = None) -> int:
    """Draw the curve, write ``results/density.json``: ``<dataset>/<model>-vs-<other>/<share>/gain`` and its ends."""
    config = config or Config()
    table = density_curve(
        catalogue.load(FILMS),
        config.pairs,
        config.shares,
        budget=config.budget,
        knobs={model: {"half_life": ENDLESS} for pair in config.pairs for model in pair},
        protocol=Protocol(seed=config.seed),
        progress=lambda share, line: print(f"{share:4.0%} {line}", file=sys.stderr, flush=True),
    )
    figures: dict[str, float | int | str] = {"budget": config.budget}
    for row in table.to_dict("records"):
        name = f"{NAME}/{row[Evaluation.MODEL]}-vs-{row[Evaluation.AGAINST]}/{row[Density.SHARE]:g}"
        figures[f"{name}/events_per_item"] = round(float(row[Density.EVENTS_PER_ITEM]), 2)
        for end, column in (("", Density.GAIN), ("/low", Evaluation.LOW), ("/high", Evaluation.HIGH)):
            value = float(row[column])
            if not math.isnan(value):
                figures[f"{name}/gain{end}"] = round(value, 4)
        figures[f"{name}/NDCG@10"] = round(float(row[Evaluation.VALUE]), 4)
        figures[f"{name}/NDCG@10/without"] = round(float(row[Density.AGAINST_VALUE]), 4)
    return write("density", figures)
