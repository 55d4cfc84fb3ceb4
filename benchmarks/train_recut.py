"""Fine-tuning once more, with time enough, on a cut that nothing was chosen on: other new items, other people."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.train_finetune import Figures, alone
from recsys.train.finetune import FineTune

AT_LEAST: dict[str, float] = {}
AT_MOST: dict[str, float] = {}


def figures(say: Callable[[str], None]) -> Figures:
    """What ``finetune`` measures, without other catalogues."""
    return alone("recut", FineTune(seed=1, minutes=60.0), say)
