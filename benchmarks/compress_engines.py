"""Engines that read text, side by side on real films: the smaller ones are made first, then all are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.harness.shelf import Aloud, own_shelf
from benchmarks.result import best_dataset
from recsys.data import Dataset, catalogue
from recsys.train.engine_shelf import FULL, ORIGINAL
from recsys.train.engines import SPLITS, Engines
from recsys.train.recipes import recipe_class

Say = Callable[[str], object]

MADE_BY = {"quantise": "int8", "distil": "static", "prune": "pruned"}
"""Recipes of the engines that are made first, as they come, and what their figures are called."""
AT_LEAST = {
    "engines/int8/times_full": 1.8,
    "engines/int8/cosine": 0.985,
    "engines/int8/neighbours": 0.9,
    "engines/int8/lists": 0.9,
    "engines/static/times_original": 50.0,
}
AT_MOST: dict[str, float] = {}


def figures(say: Say) -> dict[str, float | int | str]:
    """Make the engines on a shelf of their own and measure all; keys start with ``engines/<name>/``.

    ``times_full`` and ``times_original`` are how many times as fast as MiniLM by ONNX Runtime and by
    sentence-transformers an engine reads one short text (medians); ``loss`` is its NDCG minus the full model's.
    """
    data = catalogue.load(best_dataset())
    with own_shelf() as folder:
        names = {
            str(recipe_class(kind)().run(data, Aloud(folder / kind, say))["name"]): called
            for kind, called in MADE_BY.items()
        }
        found = Engines.usual(data).run(data, Aloud(folder / "engines", say))
    return _flat(data, found, names)


def _flat(data: Dataset, found: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, float | int | str]:
    engines = {called.get(one["name"], one["name"]): one for one in found["engines"]}
    out: dict[str, float | int | str] = {
        "engines/data": data.name,
        "engines/names": ", ".join(engines),
        "engines/left_out": ", ".join(found["left_out"]),
        "engines/programs_per_core": round(found["busy"] or 0.0, 1),
    }
    for name, one in engines.items():
        numbers = {
            **{key: one[key] for key in ("megabytes", "memory_mb", "p50_ms", "p95_ms", "texts_per_s", "core_hours")},
            **{key: one[key] for key in ("neighbours", "lists")},
            "cosine": (one["cosine"] or {}).get("mean"),
            "cosine_p5": (one["cosine"] or {}).get("p5"),
            "times_full": engines[FULL]["p50_ms"] / one["p50_ms"],
            "times_original": engines[ORIGINAL]["p50_ms"] / one["p50_ms"] if ORIGINAL in engines else None,
        }
        for split in SPLITS:
            ends, hits = one["loss"].get(split, {}), one["hits"].get(split, {})
            numbers |= {f"{split}/ndcg": hits.get("value"), f"{split}/loss": ends.get("value")}
            numbers |= {f"{split}/loss/{end}": ends.get(end) for end in ("low", "high")}
        out |= {f"engines/{name}/{key}": round(value, 5) for key, value in numbers.items() if value is not None}
    return out
