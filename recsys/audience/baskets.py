"""What was taken together, in one visit or by one person, and how often chance alone would put two things together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.audience.frequency import in_sessions
from recsys.columns import Items
from recsys.data import Dataset, summary

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

N_ROUNDS = 500
CLOSE = 1e-8


class Together(StrEnum):
    """What makes one basket."""

    VISIT = "visit"
    PERSON = "person"


class Level(StrEnum):
    """What lies in a basket."""

    ITEM = "item"
    CATEGORY = "category"


@dataclass(frozen=True, eq=False)
class Baskets:
    """Who took what together; taking is liking in any way (``Dataset.is_like``), an item once per person."""

    owners: Places
    """(n_baskets,) place in ``Dataset.user_ids`` of whose basket it is."""
    taken: sp.csr_matrix
    """(n_baskets, n_things) 0/1; no empty baskets."""
    names: tuple[str, ...]
    """(n_things,) item ids in the order of the catalogue, or categories."""

    @classmethod
    def of(cls, data: Dataset, together: Together, level: Level) -> Baskets:
        """The baskets of ``data``; an item belongs to the visit in which it was first liked."""
        order, visit = in_sessions(data)
        liked = data.is_like[order]
        pairs, visit = data.event_pairs[order][liked], visit[liked]
        first = np.unique(pairs, return_index=True)[1]
        users, rows = np.divmod(pairs[first], data.n_items)
        things, names = _things(data, level)
        known = things[rows] >= 0
        users, columns = users[known], things[rows][known]
        kept, baskets = np.unique(visit[first][known] if together == Together.VISIT else users, return_inverse=True)
        owners = np.zeros(len(kept), dtype=np.int64)
        owners[baskets] = users
        taken = sp.csr_matrix((np.ones(len(baskets)), (baskets, columns)), shape=(len(kept), len(names)))
        taken.data[:] = 1.0
        return cls(owners, taken, names)

    def chances(self, columns: Places) -> Floats:
        """(n_baskets, n_columns) chance of each thing of ``columns`` in each basket if only sizes and fame counted.

        A basket with d things and a thing in c baskets meet with the chance x y / (1 + x y), where one x for every d
        and one y for every c are such that the expected d and c are the real ones: of all ways to fill the baskets
        that keep these, the one that assumes least (the bipartite configuration model; Saracco et al. 2015). Found by
        repeating x = d / sum of y / (1 + x y) and the same for y.
        """
        sizes, basket = np.unique(np.asarray(self.taken.sum(axis=1)).ravel(), return_inverse=True)
        fames, thing = np.unique(np.asarray(self.taken.sum(axis=0)).ravel(), return_inverse=True)
        n_sizes, n_fames = np.bincount(basket), np.bincount(thing)
        x, y = sizes / np.sqrt(max(self.taken.nnz, 1)), fames / np.sqrt(max(self.taken.nnz, 1))
        for _ in range(N_ROUNDS):
            before = x
            x = sizes / np.maximum((n_fames * y / (1 + np.outer(x, y))).sum(axis=1), CLOSE)
            y = fames / np.maximum((n_sizes * x / (1 + np.outer(y, x))).sum(axis=1), CLOSE)
            if np.abs(x - before).max(initial=0) <= CLOSE * x.max(initial=1):
                break
        product = np.outer(x, y)
        return np.asarray((product / (1 + product))[np.ix_(basket, thing[columns])])


def usual(data: Dataset) -> Together:
    """What makes a basket unless somebody asks otherwise: a visit, or the person where there is no clock."""
    return Together.VISIT if summary.has_dates(data) else Together.PERSON


def _things(data: Dataset, level: Level) -> tuple[Places, tuple[str, ...]]:
    """(n_items,) which thing each item is, -1 for none, and the names of the things."""
    if level == Level.ITEM:
        return np.arange(data.n_items), data.item_ids
    found = data.column(Items.CATEGORY)
    names = tuple(dict.fromkeys(name for name in found if name))
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(name, -1) for name in found], dtype=np.int64), names
