"""What every re-ranking strategy is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset, decided_rows
from recsys.data.dataset import counts_as_like
from recsys.models.evidence import Touched, touched
from recsys.models.spread import unit_range
from recsys.ranking import top_k
from recsys.rerank.mix import Mix
from recsys.text import reader
from recsys.types import GivesChances, Matrix, Query, Rows, Vector

POOL = 100
"""Candidates that are re-ranked unless somebody asks for another number."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Items to put in order: what a ranker thinks of them, what they are like, and who they are for."""

    rows: Rows
    """(n,) rows of the catalogue, each once, in the order of the stage before."""
    scores: Vector
    """(n,) float32 of the ranker or the strategy before; an item with NaN is never chosen."""
    vectors: Matrix
    """(n, dim) unit rows; zeros for items without text."""
    query: Query = Query()
    """The person: their events, what they typed, and the context (time of day, device)."""
    data: Dataset | None = None
    """The catalogue the rows belong to; None for bare arrays, with which strategies that need it change nothing."""
    chance: Vector | None = None
    """(n,) float32 chance in [0, 1] that the person likes the item, where a model gives one."""

    def __post_init__(self) -> None:
        sizes = {len(self.rows), len(self.scores), len(self.vectors)}
        if len(sizes) != 1 or (self.chance is not None and len(self.chance) not in sizes):
            raise ValueError(
                "candidates need one row, one score and one vector each, are "
                f"{len(self.rows)}, {len(self.scores)} and {len(self.vectors)}"
            )

    @classmethod
    def of(
        cls,
        data: Dataset,
        query: Query,
        scores: Vector,
        n: int = POOL,
        *,
        exclude_decided: bool = True,
        interest: GivesChances | None = None,
    ) -> Candidates:
        """The ``n`` best items by ``scores`` (n_items,), best first, with their chances by ``interest``.

        Items the person has an opinion on are left out unless ``exclude_decided`` is false.
        """
        rows = top_k(scores, n, decided_rows(query.events, data) if exclude_decided else None)
        space = reader().space(data, reader().main(data))
        chance = None if interest is None else interest.probability(query, rows)
        if chance is not None and np.isnan(chance).all():
            chance = None  # nobody here says what they do not like, so none could be learned
        return cls(rows, scores[rows], space.items[rows], query, data, chance)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def relevance(self) -> NDArray[np.float64]:
        """(n,) scores moved to [0, 1], the lowest at 0; zeros where all are equal, NaN where the score is."""
        known = ~np.isnan(self.scores)
        out = np.full(len(self), np.nan)
        if known.any():
            out[known] = unit_range(self.scores[known])
        return out

    @cached_property
    def mix(self) -> NDArray[np.float64]:
        """(n, n_labels) shares of each item in the categories it belongs to; a row sums to 1, or 0 without any."""
        if self.data is None:
            return np.zeros((len(self), 0))
        return Mix.of(self.data).shares[self.rows]

    @cached_property
    def taste(self) -> NDArray[np.float64]:
        """(n_labels,) mix of what the person liked, newer and stronger likes no more than others; zeros without any."""
        if self.data is None:
            return np.zeros(0)
        shares = Mix.of(self.data).shares
        liked = self.liked
        total = liked.weights.astype(np.float64) @ shares[liked.rows]
        return np.asarray(total / total.sum() if total.sum() else total)

    @cached_property
    def liked(self) -> Touched:
        """What the person liked, one piece per item, unaged; needs ``data``."""
        if self.data is None:
            raise ValueError("likes can be told only of candidates that belong to a dataset")
        evidence = touched(self.query.events, self.data, float("inf"))
        return evidence.only(evidence.weights > 0)

    @cached_property
    def taken(self) -> Touched:
        """``liked`` without what was only looked at, as ``Dataset.likes`` counts it; needs ``data``."""
        stars = self.liked.data.liked_stars
        return self.liked.only(np.array([counts_as_like(event, stars) for event in self.liked.events], dtype=bool))

    def ordered(self, order: Rows, scores: Vector) -> Candidates:
        """The candidates at ``order`` (positions, best first) with their new ``scores`` (one per position)."""
        chance = None if self.chance is None else self.chance[order]
        return replace(self, rows=self.rows[order], scores=scores, vectors=self.vectors[order], chance=chance)
