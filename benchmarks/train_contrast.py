"""Fine-tuning that also learns which item a history leads to, on the cut of ``finetune``."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.train_finetune import Figures, alone
from recsys.train.finetune import CONTRAST, FineTune

AT_LEAST: dict[str, float] = {}
AT_MOST: dict[str, float] = {}


def figures(say: Callable[[str], None]) -> Figures:
    """What ``finetune`` measures, without other catalogues."""
    return alone("contrast", FineTune(contrast=CONTRAST), say)
