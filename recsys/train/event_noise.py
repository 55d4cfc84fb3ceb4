"""Other likes to learn from: some dropped, some added at random, those of the popular and the busy thinned out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.quality import recounted
from recsys.types import Kind, Rows


def drop_likes(data: Dataset, rng: np.random.Generator, share: float) -> Dataset:
    """Without ``share`` in [0, 1] of the likes, drawn at random; a like goes with all events of that person and item.

    How many go is rounded, the same in every draw.
    """
    pairs = liked_pairs(data)
    return _without(data, rng.permutation(pairs)[: _part(share, len(pairs))])


def thin_popular(data: Dataset, rng: np.random.Generator, power: float) -> Dataset:
    """With fewer likes of the items that have n, more than the mean: each stays with a chance of (mean / n) ** power.

    ``power`` in [0, 1]: 0 keeps all, 1 leaves such items about the mean. So are frequent words thinned out before
    learning from texts (Mikolov et al. 2013). An item counts the people who liked it.
    """
    return _thinned(data, rng, liked_pairs(data) % data.n_items, power)


def thin_heavy(data: Dataset, rng: np.random.Generator, power: float) -> Dataset:
    """With fewer likes of the people who gave more than the mean, by the rule of :func:`thin_popular`."""
    return _thinned(data, rng, liked_pairs(data) // data.n_items, power)


def add_likes(data: Dataset, rng: np.random.Generator, share: float) -> Dataset:
    """With random likes beside the real ones, ``share`` in [0, 1] as many, or as many as there is room for.

    They are by people who liked something, of items that somebody liked and they have not touched; each is as old as
    one of that person's events.
    """
    liked, known = liked_pairs(data), np.unique(data.event_pairs)
    people, rows = np.unique(liked // data.n_items), np.unique(liked % data.n_items)
    n_cells, n_wanted = len(people) * len(rows), _part(share, len(liked))
    # At most those known are not free, so enough of them are.
    cells = rng.choice(n_cells, size=min(n_cells, n_wanted + len(known)), replace=False)
    pairs = people[cells // max(len(rows), 1)] * data.n_items + rows[cells % max(len(rows), 1)]
    return _with_likes(data, pairs[~np.isin(pairs, known)][:n_wanted], rng)


def liked_pairs(data: Dataset) -> Rows:
    """(n,) every liked pair of person and item once, as ``Dataset.event_pairs`` has them, ascending."""
    return np.asarray(np.unique(data.event_pairs[data.is_like]), dtype=np.int64)


def _part(share: float, n: int) -> int:
    if not 0 <= share <= 1:
        raise ValueError(f"share should be from 0 to 1, is now {share}")
    return round(share * n)


def _thinned(data: Dataset, rng: np.random.Generator, whose: Rows, power: float) -> Dataset:
    """Thin the liked pairs out by how many belong to the same of ``whose`` (n,)."""
    if not 0 <= power <= 1:
        raise ValueError(f"power should be from 0 to 1, is now {power}")
    counts = np.bincount(whose)
    mean = counts[counts > 0].mean() if len(whose) else 0.0
    goes = rng.random(len(whose)) >= np.minimum(1.0, mean / counts[whose]) ** power
    return _without(data, liked_pairs(data)[goes])


def _without(data: Dataset, pairs: Rows) -> Dataset:
    return data.with_events(~np.isin(data.event_pairs, pairs))


def _with_likes(data: Dataset, pairs: Rows, rng: np.random.Generator) -> Dataset:
    people = pairs // data.n_items
    order = np.argsort(data.event_users, kind="stable")
    first, end = (np.searchsorted(data.event_users[order], people, side) for side in ("left", "right"))
    added = pd.DataFrame(
        {
            str(Events.USER): np.array(data.user_ids, dtype=object)[people],
            str(Events.ITEM): np.array(data.item_ids, dtype=object)[pairs % data.n_items],
            str(Events.KIND): Kind.LIKE.value,
            str(Events.AT): data.events[Events.AT].to_numpy()[order[rng.integers(first, end)]],
            str(Events.STARS): np.nan,
            str(Events.TEXT): "",
        }
    )
    added = added.astype({name: data.events[name].dtype for name in added})
    events = pd.concat([data.events, added], ignore_index=True)
    events = events.sort_values(str(Events.AT), kind="stable", ignore_index=True)
    return replace(data, events=events, quality=recounted(data.quality, events))
