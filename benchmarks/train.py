"""Making the model better: tuning, fine-tuning, augmenting and fusing, each beside the model as it was.

Real films where RECSYS_DATASETS has them, the synthetic shop elsewhere; every gain stands beside its interval, found
or not. ``--only`` measures some of the parts and keeps the other figures of the last run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import train_augment, train_clicks, train_finetune, train_fuse, train_head, train_tune
from benchmarks.result import said, write_parts

PARTS = {
    "clicks": train_clicks,
    "tune": train_tune,
    "head": train_head,
    "augment": train_augment,
    "fuse": train_fuse,
    "finetune": train_finetune,
}
"""What can be measured, in the order in which it is: what needs a quiet machine first."""


@dataclass(frozen=True)
class Config:
    """What is measured."""

    only: tuple[str, ...] = ()
    """Parts; all when empty."""


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks train`` ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks train")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=[])
    return Config(tuple(parser.parse_args(arguments).only))


def main(config: Config | None = None) -> int:
    """Measure, write ``results/train.json``; 1 when a bar is missed."""
    at_least = {key: bar for part in PARTS.values() for key, bar in part.AT_LEAST.items()}
    at_most = {key: bar for part in PARTS.values() for key, bar in part.AT_MOST.items()}
    measures = {name: lambda part=part: part.figures(said) for name, part in PARTS.items()}
    return write_parts("train", measures, (config or Config()).only, at_least, at_most)
