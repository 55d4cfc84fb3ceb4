"""What changes of likes and texts are worth: on films, and for the translated twins on the bilingual shop."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.harness.shelf import Aloud
from benchmarks.result import SHOP, best_dataset
from recsys.data import catalogue
from recsys.text import reader
from recsys.train.augment import Augment

AT_LEAST: dict[str, float] = {}
"""The issue asks for what was measured, found or not."""
AT_MOST: dict[str, float] = {"augment/twin/distance": 0.15}
"""How far 100 dropped-out copies may still be from the closed form, as a share of the size of its links."""

SPLIT = "random"


def figures(say: Callable[[str], None]) -> dict[str, float | int | str]:
    """NDCG@10 and coverage@10 with each change and without, their paired difference, and dropout by hand."""
    reader().default()
    found: dict[str, float | int | str] = {}
    for name in dict.fromkeys((best_dataset(), SHOP)):
        with tempfile.TemporaryDirectory() as folder:
            said = Augment(split=SPLIT).run(catalogue.load(name), Aloud(Path(folder), say))
        short = "shop" if name == SHOP else "films"
        found |= _of(said, f"augment/{short}")
        if "augment/twin/distance" not in found:
            found |= _twin(said["twin"])
    return found


def _of(said: Mapping[str, Any], key: str) -> dict[str, float | int | str]:
    out: dict[str, float | int | str] = {f"{key}/n_people": said["n_users"], f"{key}/data": said["dataset"]}
    for model, levels in said["models"].items():
        out[f"{key}/{model}/ndcg"] = levels["ndcg"]["value"]
    for row in said["rows"]:
        one = f"{key}/{row['name']}/{row['model']}"
        out |= {f"{one}/strength": row["strength"], f"{one}/ndcg": row["with"], f"{one}/ndcg_without": row["without"]}
        for what in ("gain", "coverage"):
            numbers = row[what]
            name = "gain" if what == "gain" else "coverage_gain"
            out |= {f"{one}/{name}": numbers["value"], f"{one}/{name}/low": numbers["low"]}
            out[f"{one}/{name}/high"] = numbers["high"]
        out[f"{one}/found"] = int(row["gain"]["found"])
    return out


def _twin(twin: Mapping[str, Any]) -> dict[str, float | int | str]:
    last = twin["points"][-1]
    alone = [point for point in twin["points"] if point["alone"] is not None][-1]
    return {
        "augment/twin/n_items": twin["n_items"],
        "augment/twin/copies": last["n"],
        "augment/twin/distance": last["distance"],
        "augment/twin/distance_of_mean": alone["alone"],
        "augment/twin/copies_of_mean": alone["n"],
        "augment/twin/ndcg": last["ndcg"],
        "augment/twin/ndcg_closed_form": twin["ndcg"],
        "augment/twin/seconds_copies": last["seconds"],
        "augment/twin/seconds_closed_form": twin["seconds"],
    }
