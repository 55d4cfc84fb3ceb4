"""How long one live query takes to score: a person of 20 events with something typed, one at a time, every model.

The catalogue is that of MovieLens latest-small with plots (3,378 films) when RECSYS_DATASETS has it. Typed words are
read before the clock starts, as the Live page keeps them. Models have their default knobs; fitting is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.result import best_dataset, percentiles, write
from recsys.data import Dataset, catalogue
from recsys.models import MODELS, build
from recsys.models.shared import shared
from recsys.types import Query

LINEAR_MS, NOT_LINEAR_MS = 5.0, 30.0
NOT_LINEAR = ("text_fused", "rrf", "ltr", "two_stage")
"""Models that sort whole lists or walk trees; the others are sums over the catalogue, whatever they sum."""
WORDS = (
    "a heist that goes wrong",
    "space and loneliness",
    "a funny film for the whole family",
    "two strangers on a train",
    "dark comedy about an office",
)


@dataclass(frozen=True)
class Config:
    """What is measured."""

    models: tuple[str, ...] = ()
    """Only these; all when empty."""
    n_queries: int = 200
    n_events: int = 20
    n_warm_up: int = 10


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks scoring`` ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scoring")
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=[])
    parser.add_argument("--queries", type=int, default=Config.n_queries)
    asked = parser.parse_args(arguments)
    return Config(tuple(asked.models), asked.queries)


def main(config: Config | None = None) -> int:
    """Time every model, write ``results/scoring.json``; 1 when one is slower than its bar."""
    config = config or Config()
    data = catalogue.load(best_dataset())
    queries = _queries(data, config)
    figures: dict[str, float | int | str] = {
        "dataset": data.label,
        "n_items": data.n_items,
        "n_queries": len(queries),
        "n_events": config.n_events,
    }
    at_most = {}
    for model in config.models or tuple(MODELS):
        spent = percentiles(f"{model}/", _milliseconds(model, data, queries, config.n_warm_up))
        figures |= {name: round(value, 3) for name, value in spent.items()}
        at_most[f"{model}/p95_ms"] = NOT_LINEAR_MS if model in NOT_LINEAR else LINEAR_MS
        print(f"{model}: p50 {figures[f'{model}/p50_ms']} ms, p95 {figures[f'{model}/p95_ms']} ms", file=sys.stderr)
    return write("scoring", figures, at_most=at_most)


def _queries(data: Dataset, config: Config) -> list[Query]:
    """The newest events of people who have enough of them; every query with typed words."""
    histories = (data.history(user_id)[-config.n_events :] for user_id in data.user_ids)
    long_enough = [events for events in histories if len(events) == config.n_events][: config.n_queries]
    if not long_enough:
        raise ValueError(f"nobody in {data.label} has {config.n_events} events")
    repeated = [long_enough[number % len(long_enough)] for number in range(config.n_queries)]
    return [Query(events=events, typed=WORDS[number % len(WORDS)]) for number, events in enumerate(repeated)]


def _milliseconds(model: str, data: Dataset, queries: Sequence[Query], n_warm_up: int) -> list[float]:
    """One number per query, the first ``n_warm_up`` and the reading of the words not counted."""
    scorer = shared(build(model), data)
    for typed in WORDS:
        scorer.score(Query(typed=typed))
    spent = []
    for position, query in enumerate([*queries[:n_warm_up], *queries]):
        start = time.perf_counter()
        scorer.score(query)
        if position >= n_warm_up:
            spent.append((time.perf_counter() - start) * 1e3)
    return spent
