"""MiniLM with three of its six layers on real films, before and after it was taught, and that in 8 bits."""

from __future__ import annotations

from benchmarks.compress_int8 import beside
from benchmarks.harness.shelf import Aloud, Say, own_shelf
from benchmarks.result import best_dataset
from recsys.data import catalogue
from recsys.text import reader
from recsys.train.prune import Prune
from recsys.train.quantise import Quantise

AT_LEAST: dict[str, float] = {}
AT_MOST: dict[str, float] = {}


def figures(say: Say) -> dict[str, float | int | str]:
    """Prune on a shelf of its own; figures under ``prune/int8/`` are of its 8 bits, beside the pruned encoder."""
    with own_shelf() as folder:
        data = catalogue.load(best_dataset())
        reader().default()
        found = Prune(n_items=600).run(data, Aloud(folder / "prune", say))
        small = Quantise(base=found["name"], n_items=600).run(data, Aloud(folder / "int8", say))
    told = {f"prune/{when}/{key}": value for when in ("before", "after") for key, value in found[when].items()}
    out = {key: value for key, value in told.items() if not key.endswith("layers")}
    out |= {f"prune/{key}": found[key] for key in ("steps", "n_learned_from", "n_layers")}
    layers = ", ".join(str(layer + 1) for layer in found["layers"])
    return (
        {"prune/data": data.name, "prune/layers": layers, **out}
        | beside("prune/", found)
        | beside("prune/int8/", small)
    )
