"""MiniLM in 8 bits on real films: what is left of its vectors and lists, and how much faster it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.harness.shelf import Aloud, Say, own_shelf
from benchmarks.result import best_dataset
from recsys.data import catalogue
from recsys.text import reader
from recsys.train.quantise import Quantise

AT_LEAST = {
    "int8/times_faster": 1.8,
    "int8/cosine_mean": 0.985,
    "int8/overlap_items": 0.9,
    "int8/overlap_people": 0.9,
}
AT_MOST: dict[str, float] = {}

LEFT = ("cosine_mean", "cosine_p5", "overlap_items", "overlap_people", "bytes", "p50_ms", "p95_ms", "times_faster")
"""What is told of every smaller encoder; the same with ``full_`` for size and time of the one it was made from."""


def figures(say: Say) -> dict[str, float | int | str]:
    """Make it on a shelf of its own; ``int8/methods/<way>/`` are the other ways to store the same weights."""
    with own_shelf() as folder:
        data = catalogue.load(best_dataset())
        reader().default()
        found = Quantise(n_items=600).run(data, Aloud(folder / "int8", say))
    out = beside("int8/", found) | {f"int8/{key}": found[key] for key in ("n_whole", "n_products", "n_chosen_on")}
    for way in found["methods"]:
        out |= {f"int8/methods/{way['name']}/{key}": way[key] for key in way if key not in ("name", "label")}
    return {"int8/data": data.name, **out}


def beside(prefix: str, found: Mapping[str, Any]) -> dict[str, float | int | str]:
    """The figures of ``shrunk.beside_full``, flat; those that nobody could be asked for are left out."""
    keys = (*LEFT, "full_bytes", "full_p50_ms", "full_p95_ms")
    out = {f"{prefix}{key}": found[key] for key in keys if found[key] is not None}
    for split, hits in found["hits"].items():
        out[f"{prefix}{split}/ndcg"] = hits["ndcg"]["value"]
        out |= {f"{prefix}{split}/loss{end}": hits["loss"][key] for end, key in _ENDS.items()}
    return out


_ENDS = {"": "value", "/low": "low", "/high": "high"}
