"""What the parts of the measurement of scenarios have in common: public data, lists, and figures with intervals."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.quality_compare import Values, difference, scores
from benchmarks.report_tables import MAIN
from recsys.data import Dataset, catalogue
from recsys.data.splits import Split
from recsys.evaluate.lists import Asked, metric_values
from recsys.types import Scorer

Figures = Mapping[str, float | int | str]


def public(name: str, what: str) -> Dataset | None:
    """The published set ``name``; None, and it is said that ``what`` is not measured, where it is not here."""
    if name in {ref.name for ref in catalogue.available()}:
        return catalogue.load(name)
    print(f"RECSYS_DATASETS does not lead to {name}: {what} NOT measured", file=sys.stderr)
    return None


def ndcg_of(scorer: Scorer, people: Sequence[Asked], cut: Split) -> Values:
    """NDCG@10 of each of ``people``; ``scorer`` is fitted on the training part."""
    return {MAIN: metric_values(scorer, people, cut, ("ndcg",), 10)[:, 0]}


def compared(key: str, values: Mapping[str, Values], pairs: Sequence[tuple[str, str]]) -> dict[str, float | int]:
    """``<key>/n_people``, the mean of each model, and ``<key>/<one>-vs-<other>`` for ``pairs``, people paired.

    ``values`` hold one metric each, the same one; who has no number (NaN) is not counted.
    """
    (metric,) = next(iter(values.values()))
    n_people = int(np.isfinite(next(iter(values.values()))[metric]).sum())
    figures: dict[str, float | int] = {f"{key}/n_people": n_people}
    for name, of_model in values.items():
        figures |= scores(f"{key}/{name}", of_model)
    for one, other in pairs:
        figures |= difference(f"{key}/{one}-vs-{other}", values[one], values[other], (metric,))
    return figures
