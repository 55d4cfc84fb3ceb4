"""Every engine that reads text, side by side on one dataset: what is lost, what it weighs, how fast it is."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import numpy as np

from recsys.data import Dataset
from recsys.errors import EncoderError, RecsysError
from recsys.evaluate.lists import Floats
from recsys.evaluate.protocol import Protocol
from recsys.metrics.significance import Estimates, Interval, relative_gain
from recsys.train import engine_shelf as shelf
from recsys.train.engine_reading import Reading, Task, agreement, baseline, cosines, read_by
from recsys.train.engine_speed import Speed, memory_mb, speeds
from recsys.train.job import Desk
from recsys.types import Matrix

SPLITS = {"global_time": "later likes", "cold_items": "new items"}
"""Where lists are judged, in the words of a chart."""
LISTS = "lists"
"""The third quality beside those of ``SPLITS``: how much of people's lists stays."""
N_SHORT, N_LONG = 200, 96
SAME = 0.9999
"""Two engines whose every vector agrees to this cosine are the same model: one of them is enough to make lists."""
BESIDE = ("popularity", "random")
"""Recommenders that read nothing: what reading is worth at all."""
_SPEED_FROM = 0.8


@dataclass(frozen=True)
class Engines:
    """Measure every engine of ``names`` on one dataset, all of them by the same people, texts and minutes.

    What is kept in the desk's folder after each engine is not measured again when a stopped measurement goes on; the
    times of all are taken together at the end.
    """

    kind: ClassVar[str] = "engines"
    names: tuple[tuple[str, str], ...]
    """Name and version of each engine; a new version asks afresh."""
    k: int = 10
    max_users: int = 600
    """At most so many people are asked in each split, drawn by the seed."""
    n_items: int = 300
    """Items whose neighbours are compared, evenly spread over the catalogue."""
    n_texts: int = 200
    """Texts of the catalogue whose vectors are compared."""
    seed: int = 0

    @classmethod
    def usual(cls, data: Dataset | None = None) -> Engines:
        """Measure all that is here now, whatever the data."""
        return cls(tuple((name, shelf.version_of(name)) for name in shelf.engines_here()))

    @property
    def title(self) -> str:
        return "Measure engines"

    def run(self, data: Dataset, desk: Desk) -> dict[str, Any]:
        """Read, ask and time; see :func:`told` for what comes back.

        Engines that cannot be loaded are left out, with their reason. EncoderError when the full model cannot.
        """
        rules = Protocol(k=self.k, seed=self.seed, max_users=self.max_users)
        task = Task.of(data, tuple(SPLITS), rules, self.n_items, self.n_texts)
        names = list(dict.fromkeys((shelf.FULL, *(name for name, _ in self.names))))
        found: dict[str, Reading] = {}
        left_out: dict[str, str] = {}
        for place, name in enumerate(names):
            label = shelf.label_of(name)
            try:
                found[name] = self._reading(task, name, found.get(shelf.FULL), desk, place / len(names), 1 / len(names))
            except RecsysError as error:
                if name == shelf.FULL:
                    raise EncoderError(f"Without the full model there is nothing to compare with: {error}") from error
                left_out[label] = str(error)
        memory = {name: self._memory(name, task, desk) for name in found}
        encoders = {name: shelf.opened(name, data) for name in found}
        timed = speeds(
            encoders,
            task.short[:N_SHORT],
            task.texts[:N_LONG],
            lambda share: desk.say(_SPEED_FROM + (1 - _SPEED_FROM) * share, "Taking the time of all in turn"),
        )
        return told(task, found, timed, memory) | {"left_out": left_out}

    def _reading(self, task: Task, name: str, full: Reading | None, desk: Desk, start: float, part: float) -> Reading:
        """What the engine reads and lists, from the desk's folder where it was measured before."""
        file = desk.folder / f"{name}.npz"
        label = shelf.label_of(name)
        if file.exists():
            return Reading.load(file)
        vectors = shelf.opened(name, task.data).encode(task.texts)
        found = None if full is None else _same(vectors, full)
        if found is None:
            found = read_by(
                task,
                name,
                lambda share, line: desk.say(_SPEED_FROM * (start + part * share), f"{label}: {line}"),
            )
        found.save(file)
        return found

    def _memory(self, name: str, task: Task, desk: Desk) -> float | None:
        file = desk.folder / "memory.json"
        known: dict[str, float | None] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if name not in known:
            desk.say(_SPEED_FROM, f"{shelf.label_of(name)}: weighing it in a process of its own")
            known[name] = memory_mb(name, task.data, task.texts[:N_LONG])
            part = file.with_suffix(".part")
            part.write_text(json.dumps(known), encoding="utf-8")
            part.replace(file)
        return known[name]


def _same(vectors: Matrix, full: Reading) -> Reading | None:
    """What the full model made of it, for an engine with the same vectors; None for another one."""
    alike = cosines(vectors, full.vectors)
    return replace(full, vectors=vectors) if alike is not None and alike.min() >= SAME else None


def told(
    task: Task, found: Mapping[str, Reading], timed: Mapping[str, Speed], memory: Mapping[str, float | None]
) -> dict[str, Any]:
    """Everything a page shows, as JSON; numbers that are not known are None.

    ``engines`` has one mapping each, in the order of measuring: name, label, line, ``learned_here`` where it was
    made with these data and may have seen what it is measured on, ``megabytes`` on disk,
    ``memory_mb``, ``p50_ms``, ``p95_ms``, ``texts_per_s``, ``core_hours`` per million texts of the catalogue,
    ``cosine`` (mean, p5, least), ``neighbours`` and ``lists`` (mean overlap, in [0, 1]), ``hits`` (the metric by split,
    with its ends) and ``loss`` (mean difference to the full model over the same people, by split, negative for worse;
    ``found`` where its 95% interval leaves zero out). Intervals are not corrected for the number of engines: a loss
    should rather be shown once too often. ``baselines`` has the hits of models that read nothing.
    """
    full = found[shelf.FULL]
    cores = os.cpu_count() or 1
    return {
        "data": task.data.label,
        "k": task.protocol.k,
        "n_items": task.data.n_items,
        "n_people": {name: len(people) for name, (_, people) in task.cuts.items()},
        "without": dict(task.without),
        "busy": os.getloadavg()[0] / cores if hasattr(os, "getloadavg") else None,
        "cores": cores,
        "engines": [
            {
                "name": name,
                "label": shelf.label_of(name),
                "line": shelf.line_of(name),
                "learned_here": shelf.learned_from(name, task.data),
                "megabytes": _megabytes(name, task.data),
                "memory_mb": memory[name],
                **asdict(timed[name]),
                **_against(task, reading, full),
            }
            for name, reading in found.items()
        ],
        "baselines": {
            model: {name: _ends(_mean(task, values)) for name, values in baseline(task, model).items()}
            for model in BESIDE
        },
    }


def best(engines: Sequence[Mapping[str, Any]], what: str) -> list[str]:
    """Names of the engines that no other one beats in both speed and quality ``what``, the fastest first."""
    points = {
        one["name"]: (one["p50_ms"], -value) for one in engines if (value := quality(one, what)["value"]) is not None
    }
    kept = [
        name
        for name, mine in points.items()
        if not any(all(a <= b for a, b in zip(other, mine, strict=True)) and other != mine for other in points.values())
    ]
    return sorted(kept, key=lambda name: points[name][0])


def quality(engine: Mapping[str, Any], what: str) -> Mapping[str, float | None]:
    """``value``, ``low`` and ``high`` of one engine: hits in a split, or the overlap of people's lists for ``LISTS``.

    None where it is not known.
    """
    if what == LISTS:
        return {"value": engine["lists"], "low": None, "high": None}
    nothing: dict[str, float | None] = {"value": None, "low": None, "high": None}
    return dict(engine["hits"].get(what, nothing))


def _against(task: Task, ours: Reading, full: Reading) -> dict[str, Any]:
    alike = cosines(ours.vectors, full.vectors)
    weights = {name: task.protocol.weights(len(values)) for name, values in full.hits.items()}
    return {
        "cosine": None
        if alike is None
        else {"mean": float(alike.mean()), "p5": float(np.percentile(alike, 5)), "least": float(alike.min())},
        "neighbours": _average(agreement(ours.neighbours, full.neighbours)),
        "lists": _average(agreement(ours.lists, full.lists)),
        "hits": {name: _ends(_mean(task, values)) for name, values in ours.hits.items()},
        "loss": {name: _ends(_mean(task, values - full.hits[name])) for name, values in ours.hits.items()},
        "relative": {
            name: _ends(relative_gain(values, full.hits[name], weights[name])) for name, values in ours.hits.items()
        },
    }


def _mean(task: Task, values: Floats) -> Interval:
    return Estimates.of(values[:, None], task.protocol.weights(len(values))).intervals()[0]


def _ends(one: Interval) -> dict[str, Any]:
    """The interval as JSON."""
    known = {name: _known(getattr(one, name)) for name in ("value", "low", "high")}
    return {**known, "n": one.n, "found": one.found}


def _average(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _megabytes(name: str, data: Dataset) -> float | None:
    size = shelf.bytes_on_disk(name, data)
    return None if size is None else size / 1e6
