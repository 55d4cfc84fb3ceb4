"""Reciprocal rank fusion: lists merged by place alone, which needs no weights and no common scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recsys.models.blend import MEMORY, SOURCES, Hybrid
from recsys.models.fuse import RANK_OFFSET, reciprocal_ranks
from recsys.models.scored import TellsOnce, Told
from recsys.types import Contributions, Knob, Part, Query, Rows, Spec, Vector


@dataclass
class Rrf(TellsOnce, Hybrid):
    """score_i = sum over the lists l that hold i of 1 / (rank_offset + rank_l(i))      (Cormack et al. 2009).

    Lists that tell no two items apart are left out. Items that tie share the better rank, so the order of the
    catalogue decides nothing.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"rank_offset"})

    rank_offset: float = RANK_OFFSET

    def told(self, query: Query) -> Told:
        """Scores in (0, n_lists / (rank_offset + 1)], NaN for items in no list; one part per list: its place."""
        lists = self.lists(query)
        shares = {name: reciprocal_ranks(z, self.rank_offset) for name, z in lists.z(lists.present).items()}
        return Told(_summed(shares, self.fitted_on().n_items), lambda rows: _parts(shares, rows))


def _parts(shares: dict[str, Vector], rows: Rows) -> Contributions:
    values = np.zeros((len(rows), len(shares)), dtype=np.float32)
    for position, share in enumerate(shares.values()):
        values[:, position] = np.nan_to_num(share[rows], nan=0.0)
    return Contributions(tuple(Part(f"model:{name}", "model", SOURCES[name].label, 1.0) for name in shares), values)


def _summed(shares: dict[str, Vector], n_items: int) -> Vector:
    total = np.zeros(n_items, dtype=np.float32)
    known = np.zeros(n_items, dtype=bool)
    for share in shares.values():
        known |= ~np.isnan(share)
        total += np.nan_to_num(share, nan=0.0)
    return np.where(known, total, np.float32(np.nan))


SPEC = Spec(
    "rrf",
    "Rank fusion",
    "Items near the top of several lists come first; scores do not matter, places do.",
    Rrf,
    (
        Knob(
            "rank_offset",
            "Evenness",
            "Higher lets being in many lists count more than being first in one.",
            RANK_OFFSET,
            1.0,
            1000.0,
            log=True,
        ),
        MEMORY,
    ),
)
