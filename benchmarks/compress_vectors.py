"""Compact vectors: what they lose on real films, and how long a million of them take to search."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import result
from benchmarks.compress_static import losses
from recsys.data import catalogue
from recsys.index import Binary, Exact, VectorIndex, Whole
from recsys.text import reader
from recsys.text.space import unit_rows
from recsys.train import Desk
from recsys.train.vectors import FULL, SPLITS, Vectors

AT_LEAST = {
    "vectors/int8/overlap_at_10": 0.98,
    "vectors/binary/overlap_at_10": 0.99,
}
AT_MOST: dict[str, float] = {}

N_MANY, DIM = 1_000_000, 384
"""Synthetic vectors whose search is timed: unit rows, and no likeness to any text."""
N_CENTRES, AROUND = 2_000, 0.05
N_SEARCHES = 11

Say = Callable[[str], object]


def figures(say: Say) -> dict[str, float | int | str]:
    """Measure on the films, or the shop where they are not here, then time searches among synthetic vectors."""
    data = catalogue.load(result.best_dataset())
    reader().default()
    say(f"vectors: every representation on {data.label}")
    with tempfile.TemporaryDirectory() as folder:
        told = Vectors().run(data, Desk(Path(folder)))
    found: dict[str, float | int | str] = {"vectors/data": data.name, "vectors/items": data.n_items}
    for one in told["representations"]:
        prefix = f"vectors/{one['name']}"
        found[f"{prefix}/bytes_per_item"] = round(one["bytes"] / data.n_items, 1)
        found[f"{prefix}/bytes_read_per_item"] = round(one["swept_bytes"] / data.n_items, 1)
        found |= {f"{prefix}/{name}": round(one[name], 3) for name in ("p50_ms", "p95_ms")}
        if one["name"] != FULL:
            found[f"{prefix}/overlap_at_10"] = round(one["overlap_items"], 4)
            if one["overlap_people"] is not None:
                found[f"{prefix}/overlap_people_at_10"] = round(one["overlap_people"], 4)
        for cut in SPLITS:
            found |= losses(f"{prefix}/{cut}", one["hits"].get(cut))
    return found | _many(say)


def _many(say: Say) -> dict[str, float | int | str]:
    """Milliseconds of one search for ten rows among N_MANY synthetic ones."""
    rows = _synthetic(N_MANY)
    exact = Exact.of(rows)
    builds: dict[str, Callable[[], VectorIndex]] = {
        "float32": lambda: exact,
        "int8": lambda: Whole.of(rows),
        "binary": lambda: Binary.of(rows, exact),
    }
    found: dict[str, float | int | str] = {
        "vectors/synthetic/what": f"{N_MANY:,} x {DIM} synthetic unit vectors around {N_CENTRES:,} directions"
    }
    for name, build in builds.items():
        say(f"vectors: searching {N_MANY:,} synthetic vectors, {name}")
        index, spent = build(), []
        for row in range(N_SEARCHES):
            started = time.perf_counter()
            index.search(rows[row : row + 1], 10)
            spent.append((time.perf_counter() - started) * 1e3)
        found |= {
            key: round(value, 1) for key, value in result.percentiles(f"vectors/synthetic/{name}/", spent[1:]).items()
        }
        found[f"vectors/synthetic/{name}/megabytes"] = round(index.bytes / 1e6, 1)
    return found


def _synthetic(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(N_CENTRES, DIM)).astype(np.float32) / np.float32(np.sqrt(DIM))
    rows = np.empty((n, DIM), dtype=np.float32)
    for start in range(0, n, 50_000):
        near = centres[rng.integers(N_CENTRES, size=min(50_000, n - start))]
        apart = rng.standard_normal(near.shape, dtype=np.float32) * np.float32(AROUND)
        rows[start : start + len(near)] = unit_rows(near + apart)
    return rows
