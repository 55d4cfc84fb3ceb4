"""Fusing encoders: what several readers of the same texts give together, on films and on the shop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.result import FILMS, SHOP, best_dataset
from recsys.data import Dataset, catalogue
from recsys.text import reader
from recsys.train.fuse import Fuse
from recsys.train.job import Desk

AT_LEAST: dict[str, float] = {}
AT_MOST: dict[str, float] = {}
N_TEXTS = 1000


def figures(say: Callable[[str], object]) -> dict[str, float | int | str]:
    """NDCG@10 of each encoder alone and of both ways of fusing, each gain with its interval; WordLlama's speed."""
    reader().default()
    found = _speed(catalogue.load(best_dataset()))
    for name in dict.fromkeys((best_dataset(), SHOP)):
        say(f"fusing encoders on {name}")
        found |= _fused(catalogue.load(name), "films" if name == FILMS else name)
    return found


def _fused(data: Dataset, short: str) -> dict[str, float | int | str]:
    with tempfile.TemporaryDirectory() as folder:
        result = Fuse.usual(data).run(data, Desk(Path(folder)))
    key = f"fuse/{short}"
    found: dict[str, float | int | str] = {
        f"{key}/best_single": result["best"],
        f"{key}/dim": result["dim"],
        f"{key}/kept": result["kept"] or "no",
    }
    for way in ("scores", "joined"):
        found |= {f"{key}/{way}/weight/{name}": weight for name, weight in result[way].items()}
    for part in result["parts"]:
        of_part = f"{key}/{part['split']}"
        found |= {f"{of_part}/{row['name']}": row["value"] for row in part["rows"]}
        found[f"{of_part}/n"] = part["rows"][0]["n"]
        for gain in part["gains"]:
            for end, value in (("", "value"), ("/low", "low"), ("/high", "high")):
                found[f"{of_part}/{gain['name']}/gain{end}"] = gain[value]
    return found


def _speed(data: Dataset) -> dict[str, float | int | str]:
    """Milliseconds of one title, and texts per second of a catalogue."""
    encoder = reader().loaded("wordllama")
    titles, times = data.column("title")[:N_TEXTS], []
    for title in titles:
        started = time.perf_counter()
        encoder.encode([title])
        times.append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    encoder.encode(data.latin_texts)
    per_second = data.n_items / (time.perf_counter() - started)
    percents = {f"fuse/wordllama/p{percent}_ms": float(np.percentile(times, percent)) for percent in (50, 95)}
    return percents | {"fuse/wordllama/texts_per_second": round(per_second)}
