"""Stars given and stars meant: what a model of ratings reads from a table of events or from a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.types import Event, Kind, Part, Rows

IMPLIED_STARS: dict[Kind, float] = {Kind.LIKE: 4.5, Kind.FAVOURITE: 5.0, Kind.DISLIKE: 1.5, Kind.CLICK: 4.0}
"""Stars meant by an event that carries none; other kinds say nothing about stars."""

DAMPING = 5.0
"""An item's mean counts as if so many more people had given it the mean of all items."""


@dataclass(frozen=True, eq=False, slots=True)
class Opinions:
    """The items a session gave stars to, each once, by its newest opinion."""

    rows: Rows
    stars: NDArray[np.float64]
    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return len(self.rows)


def stars_of(event: Event) -> float | None:
    """Stars given or meant, None when the event says nothing of the kind."""
    return event.stars if event.stars is not None else IMPLIED_STARS.get(event.kind)


def opinions(events: Sequence[Event], data: Dataset) -> Opinions:
    """What ``events`` (oldest first) say in stars about items of ``data``; the weight of a part is its stars."""
    newest: dict[int, tuple[float, Part]] = {}
    for event in events:
        row, stars = data.row_of.get(event.item_id or ""), stars_of(event)
        if row is not None and stars is not None:
            newest[row] = stars, Part(event.event_id, event.kind, data.title(str(event.item_id)), stars)
    return Opinions(
        np.array(list(newest), dtype=np.int64),
        np.array([stars for stars, _ in newest.values()], dtype=np.float64),
        tuple(part for _, part in newest.values()),
    )


def rated(data: Dataset) -> sp.csr_matrix:
    """(n_users, n_items) float64 stars given or meant, the newest per person and item; absent where there are none."""
    meant = data.events[Events.KIND].map({str(kind): stars for kind, stars in IMPLIED_STARS.items()})
    stars = data.events[Events.STARS].fillna(meant).to_numpy(dtype=np.float64)
    newest_first = np.flatnonzero(~np.isnan(stars))[::-1]
    pairs, newest = np.unique(data.event_pairs[newest_first], return_index=True)
    shape = (len(data.user_ids), data.n_items)
    return sp.csr_matrix((stars[newest_first[newest]], np.divmod(pairs, data.n_items)), shape=shape)


def item_stars(data: Dataset) -> NDArray[np.float64]:
    """(n_items,) mean stars of each item, damped towards the mean of all; NaN for items without any.

    (sum of stars + DAMPING m) / (number of stars + DAMPING), m being the mean of all stars.
    """
    stars = rated(data)
    counts = np.asarray(np.diff(stars.tocsc().indptr), dtype=np.float64)
    mean = stars.data.mean() if stars.nnz else np.nan
    damped = (np.asarray(stars.sum(axis=0)).ravel() + DAMPING * mean) / (counts + DAMPING)
    return np.where(counts > 0, damped, np.nan)
