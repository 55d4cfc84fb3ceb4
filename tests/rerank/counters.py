"""Candidates for the tests of strategies that judge items one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.data import Dataset
from recsys.rerank import Candidates
from recsys.types import Event, Kind, Query


def did(*what: tuple[str, str]) -> tuple[Event, ...]:
    """Events from (kind, item) pairs, a minute apart."""
    return tuple(Event(f"e{n}", Kind(kind), 60.0 * n, item) for n, (kind, item) in enumerate(what))


def counter(data: Dataset, scores=None, *events: tuple[str, str], typed="", chance=None, **context: str) -> Candidates:
    """Every item of ``data`` as a candidate, best first; equal scores unless some are given."""
    given = np.zeros(data.n_items, dtype=np.float32) if scores is None else np.asarray(scores, dtype=np.float32)
    query = Query(events=did(*events), typed=typed, context=context)
    candidates = Candidates.of(data, query, given, data.n_items, exclude_decided=False)
    if chance is None:
        return candidates
    by_row = np.asarray(chance, dtype=np.float32)[candidates.rows]
    return Candidates(candidates.rows, candidates.scores, candidates.vectors, query, data, by_row)


def shelf(n=8, *, events=(), **columns) -> Dataset:
    """A catalogue of ``n`` items i0, i1, ... in two categories by turns, with these further columns."""
    items = pd.DataFrame(
        {
            "item_id": [f"i{k}" for k in range(n)],
            "title": [f"{('boat', 'cake')[k % 2]} number {k}" for k in range(n)],
            "category": [("Water", "Baking")[k % 2] for k in range(n)],
            **columns,
        }
    )
    log = pd.DataFrame(list(events), columns=["user_id", "item_id", "kind", "at"])
    return Dataset.from_tables("shelf", items, log.astype({"at": "float64"}))


def ids(data: Dataset, rows) -> list[str]:
    return [data.item_ids[row] for row in rows]


def tray(data: Dataset, scores=None, *events: tuple[str, str]) -> Candidates:
    """Every item of ``data`` in the order of the catalogue, whatever the scores, and without texts."""
    given = np.zeros(data.n_items) if scores is None else scores
    nothing = np.zeros((data.n_items, 1), dtype=np.float32)
    return Candidates(
        np.arange(data.n_items), np.asarray(given, dtype=np.float32), nothing, Query(events=did(*events)), data
    )


BARE = Candidates(np.arange(3), np.array([3, 2, 1], dtype=np.float32), np.eye(3, dtype=np.float32))
"""Three items of no catalogue."""
