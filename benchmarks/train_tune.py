"""Tuning with pruning against a grid, on MovieLens 100K; and a search that is killed and goes on."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.shelf import own_shelf
from recsys.data import Dataset, catalogue, splits
from recsys.evaluate.lists import Floats, asked, metric_values
from recsys.metrics.significance import paired_difference
from recsys.models import build
from recsys.train.job import Desk, Job, State
from recsys.train.tune import Tune
from recsys.train.worth import numbers

DATA, SPLIT, TRIALS = "movielens-100k", "random", 40
GRIDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "ease": {"l2": (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0), "dropout": (0.0, 0.3, 0.6)},
    "ials": {"factors": (32, 64, 128), "alpha0": (0.03, 0.1, 0.3), "l2": (0.003, 0.01, 0.03, 0.1)},
}
"""What somebody would try by hand."""
KILLED, KILLED_AT, KILLED_TRIALS = "ease", 5, 15
WAIT = 900.0
"""Seconds that a training of a few settings may take on a busy machine."""

Figures = dict[str, float | int | str]
Say = Callable[[str], object]

AT_LEAST = {f"tune/{model}/against_grid/high": 0.0 for model in GRIDS} | {
    f"tune/{model}/pruned": 0.05 for model in GRIDS
}
AT_LEAST |= {"tune/killed/kept": 1, "tune/killed/tries": KILLED_TRIALS}
AT_MOST: dict[str, float] = {}


def figures(say: Say) -> Figures:
    """Every figure of this part, flat."""
    data = catalogue.load(DATA)
    found: Figures = {"tune/dataset": DATA, "tune/split": SPLIT}
    for model in GRIDS:
        found |= {f"tune/{model}/{key}": value for key, value in _against_grid(data, model, say).items()}
    return found | {f"tune/killed/{key}": value for key, value in _killed(data, say).items()}


def _against_grid(data: Dataset, model: str, say: Say) -> Figures:
    """The setting that is found beside the best of the grid: both chosen on validation, compared once on test."""
    ask = Tune(model, split=SPLIT, trials=TRIALS, seconds=3600, max_users=None)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        result = ask.run(data, Desk(Path(folder)))
        seconds = time.perf_counter() - begin
    say(f"{model}: {len(result['trials'])} tries in {seconds:.0f} s")
    begin = time.perf_counter()
    best, best_value, size = _grid(ask, data)
    grid_seconds = time.perf_counter() - begin
    say(f"{model}: a grid of {size} in {grid_seconds:.0f} s")
    test = {key: _tested(ask, data, knobs) for key, knobs in _settings(result, best).items()}
    points = result["trials"]
    return {
        "people": result["n_people"],
        "tries": len(points),
        "pruned": sum(point["state"] == "pruned" for point in points) / len(points),
        "lists_saved": 1 - float(np.mean([point["share"] for point in points])),
        "seconds": seconds,
        "grid_tries": size,
        "grid_seconds": grid_seconds,
        "validation": result["worth"]["tuned"]["value"],
        "validation_default": result["worth"]["default"]["value"],
        "validation_grid": best_value,
        **{f"test_{key}": float(np.nanmean(values)) for key, values in test.items()},
        **_difference("against_grid", test["found"], test["grid"]),
        **_difference("against_default", test["found"], test["default"]),
        "knobs": json.dumps(result["knobs"]),
        "grid_knobs": json.dumps(best),
    }


def _settings(result: Mapping[str, Any], best: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {"found": result["knobs"], "grid": best, "default": {}}


def _difference(name: str, ours: Floats, theirs: Floats) -> Figures:
    said = numbers(paired_difference(ours, theirs))
    return {f"{name}{end}": float(said[key]) for end, key in (("", "value"), ("/low", "low"), ("/high", "high"))}


def _grid(ask: Tune, data: Dataset) -> tuple[dict[str, Any], float, int]:
    """The best setting of the grid on the validation people, its value, and the size of the grid."""
    cut, people = ask.validation(data)
    names, choices = zip(*GRIDS[ask.model].items(), strict=True)
    settings_ = [dict(zip(names, values, strict=True)) for values in product(*choices)]
    values = [
        float(np.nanmean(metric_values(build(ask.model, **knobs).fit(cut.train), people, cut, (ask.metric,), ask.k)))
        for knobs in settings_
    ]
    place = int(np.argmax(values))
    return settings_[place], values[place], len(values)


def _tested(ask: Tune, data: Dataset, knobs: Mapping[str, Any]) -> Floats:
    cut = splits.split(data, ask.split, ask.seed, ask.max_users)
    scorer = build(ask.model, **knobs).fit(cut.train)
    return metric_values(scorer, asked(cut), cut, (ask.metric,), ask.k)[:, 0]


def _killed(data: Dataset, say: Say) -> Figures:
    """A job that is ended by SIGKILL after some settings and started again."""
    with own_shelf():
        job = Job.of(Tune(KILLED, split=SPLIT, trials=KILLED_TRIALS, seconds=3600), data)
        job.start()
        _wait(lambda: len(job.points) >= KILLED_AT)
        os.killpg(int(json.loads((job.folder / "job.json").read_text(encoding="utf-8"))["pid"]), signal.SIGKILL)
        _wait(lambda: job.state is not State.RUNNING)
        before, state = job.points, job.state
        job.start()
        _wait(lambda: job.state is not State.RUNNING)
        after = job.result.get("trials", [])
    kept = state is State.STOPPED and after[: len(before)] == before
    say(f"killed after {len(before)} tries, {len(after)} in the end")
    return {
        "tries_before": len(before),
        "tries": len(after),
        "kept": int(kept),
        "best_before": before[-1]["best"],
        "best_after": after[-1]["best"] if after else 0.0,
    }


def _wait(what: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT
    while not what():
        if time.monotonic() > until:
            raise TimeoutError("the training took too long")
        time.sleep(0.05)
