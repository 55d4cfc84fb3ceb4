"""Making the model smaller: int8, fewer layers, a static student, compact vectors, each beside the full model.

Real films where RECSYS_DATASETS has them, the synthetic shop elsewhere; every loss stands beside its interval, found
or not. ``--only`` measures some of the parts and keeps the other figures of the last run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import compress_engines, compress_int8, compress_prune, compress_static, compress_vectors
from benchmarks.result import said, write_parts

PARTS = {
    "engines": compress_engines,
    "int8": compress_int8,
    "static": compress_static,
    "vectors": compress_vectors,
    "prune": compress_prune,
}
"""What can be measured, in the order in which it is: what needs a quiet machine first."""


@dataclass(frozen=True)
class Config:
    """What is measured."""

    only: tuple[str, ...] = ()
    """Parts; all when empty."""


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks compress`` ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compress")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=[])
    return Config(tuple(parser.parse_args(arguments).only))


def main(config: Config | None = None) -> int:
    """Measure, write ``results/compress.json``; 1 when a bar is missed."""
    at_least = {key: bar for part in PARTS.values() for key, bar in part.AT_LEAST.items()}
    at_most = {key: bar for part in PARTS.values() for key, bar in part.AT_MOST.items()}
    measures = {name: lambda part=part: part.figures(said) for name, part in PARTS.items()}
    return write_parts("compress", measures, (config or Config()).only, at_least, at_most)
