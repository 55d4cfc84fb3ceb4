"""Companions: what others took along with the newest likes, but of another kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.item_columns import Floats, values
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import check_share
from recsys.types import Knob, Rows, Spec, Vector

PRIOR_PEOPLE = 5.0
"""People who took both that weigh as much as the assumption that chance alone brought them together."""


@dataclass(frozen=True, eq=False)
class Together:
    """Who liked what, item by item."""

    likers: sp.csr_matrix
    """(n_items, n_users) float32 of 0/1."""
    counts: Floats
    """(n_items,) people who liked each item."""
    n_people: int
    """People who liked anything."""

    @classmethod
    def of(cls, data: Dataset) -> Together:
        """Turn the likes of ``data`` around; once per dataset."""
        likes = data.likes
        return data.once(cls, lambda: cls(likes.T.tocsr(), data.like_counts, int((np.diff(likes.indptr) > 0).sum())))

    def beyond_chance(self, rows: Rows, sources: Rows) -> Floats:
        """(n_rows, n_sources) in [0, 1): what share of those who took both did not do so by chance.

            max(0, n_ai - n_a n_i / N) / (n_ai + PRIOR_PEOPLE)

        1 - 1 / lift, the lift (Brin et al. 1997) drawn towards 1 where few people took both.
        """
        marks = self.likers[sources].toarray().T
        both = np.asarray(self.likers[rows] @ marks, dtype=np.float64)
        expected = np.outer(self.counts[rows], self.counts[sources]) / max(self.n_people, 1)
        return np.asarray(np.maximum(both - expected, 0.0) / (both + PRIOR_PEOPLE))


@dataclass(frozen=True)
class Companions(Adjuster):
    """relevance + strength * the best tie to one of the ``newest`` likes, among items of another category."""

    strength: float = 0.2
    newest: int = 3

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        if self.newest < 1:
            raise ValueError(f"newest should be at least 1 item, is now {self.newest}")

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the plain relevance where nothing was liked."""
        push = self.strength * self.ties(candidates).max(axis=1, initial=0.0)
        return np.asarray(candidates.relevance + push, dtype=np.float32)

    def ties(self, candidates: Candidates) -> Floats:
        """(n, n_newest) in [0, 1): ``Together.beyond_chance``, and 0 unless both categories are known and differ."""
        sources, data = self._newest(candidates), candidates.data
        kinds = None if data is None else values(data, Items.CATEGORY)
        if data is None or kinds is None or not len(sources) or not len(candidates):
            return np.zeros((len(candidates), len(sources)))
        apart = _differ(kinds[candidates.rows], kinds[sources])
        return Together.of(data).beyond_chance(candidates.rows, sources) * apart

    def note(self, candidates: Candidates) -> str:
        data = candidates.data
        if data is None:
            return NO_CATALOGUE
        sources, ties = self._newest(candidates), self.ties(candidates)
        if not len(sources):
            return "Nothing liked yet, so there is nothing to go with."
        if not ties.any():
            return "Nobody's likes tell what of other categories goes with your newest likes."
        at, source = divmod(int(ties.argmax()), len(sources))
        ours, theirs = (data.field(int(row), Items.TITLE) for row in (candidates.rows[at], sources[source]))
        return f"Of these, “{ours}” goes best, with “{theirs}”."

    def _newest(self, candidates: Candidates) -> Rows:
        """Rows of the newest likes, the newest last."""
        return np.zeros(0, dtype=np.int64) if candidates.data is None else candidates.taken.rows[-self.newest :]


def _differ(ours: Rows, theirs: Rows) -> NDArray[np.bool_]:
    """(n_ours, n_theirs) whether both categories are known and not the same."""
    return np.asarray((ours[:, None] != theirs) & (ours[:, None] >= 0) & (theirs >= 0))


SPEC = Spec(
    "companions",
    "Goes with your choice",
    "What others took along with your newest likes, but of another category, comes up.",
    Companions,
    (
        Knob("strength", "Strength", "0 keeps the order; more lets companions count for more.", 0.2, 0.0, 1.0),
        Knob("newest", "Newest likes", "So many of your newest likes count.", 3, 1, 10, whole=True),
    ),
    needs=(str(Items.CATEGORY),),
)
