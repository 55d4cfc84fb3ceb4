"""Making the model smaller: int8, fewer layers, a static student, compact vectors, each beside the full model.

Real films where RECSYS_DATASETS has them, the synthetic shop elsewhere; every loss stands beside its interval, found
or not. ``--only`` measures some of the parts and keeps the other figures of the last run.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import compress_engines, compress_int8, compress_prune, compress_static, compress_vectors
from benchmarks.result import parts_asked, write_modules

PARTS = {
    "engines": compress_engines,
    "int8": compress_int8,
    "static": compress_static,
    "vectors": compress_vectors,
    "prune": compress_prune,
}
"""What can be measured, in the order in which it is: what needs a quiet machine first."""


def options(arguments: Sequence[str]) -> tuple[str, ...]:
    """The parts that the words after ``python -m benchmarks compress`` ask for."""
    return parts_asked("compress", PARTS, arguments)


def main(only: Sequence[str] = ()) -> int:
    """Measure, write ``results/compress.json``; 1 when a bar is missed."""
    return write_modules("compress", PARTS, only)
