"""What a setting of a recommender is worth: beside the same one as it comes, what is popular, and random order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recsys.data.splits import Split
from recsys.evaluate.lists import Asked, Floats, metric_values
from recsys.metrics import Interval
from recsys.metrics.significance import mean_interval, paired_difference
from recsys.models import BASELINES, build, shared

AS_IT_COMES, TUNED = "default", "tuned"
Numbers = dict[str, float | int | bool]
"""A number with the ends of its 95% interval, the people it stands on, and whether the interval leaves zero out."""


def worth(
    cut: Split, people: Sequence[Asked], model: str, knobs: Mapping[str, Any], metric: str, k: int, seed: int
) -> dict[str, Numbers]:
    """The metric of ``model`` with ``knobs`` and beside what it has to beat, on the same people.

    Keys are ``tuned``, ``default``, the names of the baselines, and ``gain``: tuned minus default, paired by person.
    """
    settings: dict[str, tuple[str, Mapping[str, Any]]] = {TUNED: (model, knobs), AS_IT_COMES: (model, {})}
    settings |= {name: (name, {}) for name in BASELINES}
    values = {key: _values(cut, people, name, given, metric, k, seed) for key, (name, given) in settings.items()}
    said = {key: numbers(mean_interval(each, seed=seed)) for key, each in values.items()}
    return said | {"gain": numbers(paired_difference(values[TUNED], values[AS_IT_COMES], seed=seed))}


def numbers(interval: Interval) -> Numbers:
    """An interval as JSON."""
    return {
        "value": interval.value,
        "low": interval.low,
        "high": interval.high,
        "n": interval.n,
        "found": interval.found,
    }


def interval(said: Mapping[str, Any]) -> Interval:
    """What :func:`numbers` wrote."""
    return Interval(float(said["value"]), float(said["low"]), float(said["high"]), int(said["n"]))


def _values(
    cut: Split, people: Sequence[Asked], model: str, knobs: Mapping[str, Any], metric: str, k: int, seed: int
) -> Floats:
    """(n_people,) the metric of each one's list."""
    return metric_values(shared(build(model, **knobs), cut.train), people, cut, (metric,), k, seed=seed)[:, 0]
