"""Datasets made from a matrix of likes, so that a test knows everything a model was told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.types import Event, Kind, Query

THINGS = ("shoe", "sock", "radio", "phone", "pan", "knife", "tent", "lamp", "chair", "desk", "rope", "boat")
FOREVER = float("inf")


def dataset_of(likes: np.ndarray, titles: Sequence[str] = ()) -> Dataset:
    """People "0", "1", ... who like the items "0", "1", ... where ``likes`` (n_people, n_items) is not 0."""
    people, rows = np.nonzero(likes)
    names = titles or [f"{THINGS[n % len(THINGS)]} number {n}" for n in range(likes.shape[1])]
    items = pd.DataFrame({Items.ID: [str(n) for n in range(len(names))], Items.TITLE: names})
    events = pd.DataFrame(
        {
            Events.USER: [f"u{person:04d}" for person in people],
            Events.ITEM: [str(row) for row in rows],
            Events.KIND: Kind.LIKE.value,
            Events.AT: np.arange(len(people), dtype=np.float64),
        }
    )
    return Dataset.from_tables("matrix", items, events)


def liked(*rows: int) -> Query:
    """Somebody who liked these rows, in this order."""
    return Query(tuple(Event(f"e{n}", Kind.LIKE, float(n), str(row)) for n, row in enumerate(rows)))


def some_likes(seed: int = 0, n_people: int = 40, n_items: int = 12, share: float = 0.3) -> np.ndarray:
    """Random 0/1 likes in which every item is liked by somebody and everybody likes something."""
    rng = np.random.default_rng(seed)
    likes = (rng.random((n_people, n_items)) < share).astype(np.float64)
    likes[np.arange(n_people), np.arange(n_people) % n_items] = 1
    return likes


def checkerboard(n: int = 20) -> np.ndarray:
    """Two groups, odd and even: everybody likes all items of their group but the one of their own number."""
    people, items = np.indices((n, n))
    return np.asarray((people + items) % 2 == 0) & (people != items)


def like_matrices(max_people: int = 8, max_items: int = 7) -> st.SearchStrategy[np.ndarray]:
    """Any matrix of likes, people and items without likes included."""
    shapes = st.tuples(st.integers(1, max_people), st.integers(1, max_items))
    return shapes.flatmap(lambda shape: arrays(np.bool_, shape))
