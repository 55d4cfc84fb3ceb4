"""Making the model better: tuning, fine-tuning, augmenting and fusing, each beside the model as it was.

Real films where RECSYS_DATASETS has them, the synthetic shop elsewhere; every gain stands beside its interval, found
or not. ``--only`` measures some of the parts and keeps the other figures of the last run.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import (
    train_augment,
    train_clicks,
    train_contrast,
    train_finetune,
    train_fuse,
    train_head,
    train_recut,
    train_tune,
)
from benchmarks.result import parts_asked, write_modules

PARTS = {
    "clicks": train_clicks,
    "tune": train_tune,
    "head": train_head,
    "augment": train_augment,
    "fuse": train_fuse,
    "finetune": train_finetune,
    "contrast": train_contrast,
    "recut": train_recut,
}
"""What can be measured, in the order in which it is: what needs a quiet machine first."""


def options(arguments: Sequence[str]) -> tuple[str, ...]:
    """The parts that the words after ``python -m benchmarks train`` ask for."""
    return parts_asked("train", PARTS, arguments)


def main(only: Sequence[str] = ()) -> int:
    """Measure, write ``results/train.json``; 1 when a bar is missed."""
    return write_modules("train", PARTS, only)
