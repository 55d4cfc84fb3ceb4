"""Coverage: each interest of the person is met by something good early in the list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.models.spread import unit_range
from recsys.ranking import top_k
from recsys.rerank.candidates import Candidates
from recsys.rerank.strength import check_share
from recsys.types import Knob, Rows, Spec, Vector

Floats = NDArray[np.float64]


def xquad(scores: Vector, mix: Floats, taste: Floats, k: int, strength: float) -> Rows:
    """Rows of at most ``k`` items, best first, by explicit query aspect diversification (Santos et al. 2010).

        next = argmax over the rest of  (1 - strength) r_i + strength sum over g of p_g s_ig u_g
        u_g = product over the chosen j of (1 - s_jg), what of interest g is still unmet

    The aspects g are categories: p is the ``taste`` (n_labels,), s the ``mix`` (n, n_labels) of the items' shares,
    where Santos has probabilities of a search engine. ``scores`` (n,) of any scale, NaN is never chosen; r is the score
    moved to [0, 1]. 0 gives ``top_k``, 1 looks at unmet interests alone, and by score where none is left. Ties go to
    the higher score, then to the lower row. O(k n n_labels).

    >>> mix = np.array([[1, 0], [1, 0], [0, 1]])
    >>> xquad(np.array([.9, .8, .1], dtype=np.float32), mix, np.array([.5, .5]), 2, 0.9).tolist()
    [0, 2]
    """
    check_share("strength", strength)
    rows = top_k(scores, max(len(scores), k))
    if strength == 0 or len(rows) < 2:
        return rows[:k]
    worth, shares = (1 - strength) * unit_range(scores[rows]), mix[rows]
    chosen: list[int] = []
    unmet = taste.astype(np.float64)
    left = np.ones(len(rows), dtype=bool)
    while len(chosen) < min(k, len(rows)):
        gain = worth + strength * np.round(shares @ unmet, 9)
        best = int(np.where(left, gain, -np.inf).argmax())
        chosen.append(best)
        left[best] = False
        unmet = unmet * (1 - shares[best])
    return rows[chosen]


@dataclass(frozen=True, slots=True)
class Xquad:
    """The strategy as a re-ranker; ``strength`` 0 changes nothing, 1 looks at unmet interests alone."""

    strength: float = 0.3

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """Catalogue rows, best first."""
        order = xquad(candidates.scores, candidates.mix, interests(candidates), k, self.strength)
        return [int(row) for row in candidates.rows[order]]

    def note(self, candidates: Candidates) -> str:
        """Say what stands in for a taste that is not known."""
        if not candidates.mix.any():
            return "These items have no categories, so there are no interests to cover."
        return (
            "" if candidates.taste.any() else "Nothing liked yet that has a category, so every category counts alike."
        )


def interests(candidates: Candidates) -> Floats:
    """(n_labels,) the person's taste; without one, every category of the candidates alike; zeros without any."""
    if candidates.taste.any():
        return candidates.taste
    present = candidates.mix.any(axis=0)
    return np.asarray(present / max(present.sum(), 1))


SPEC = Spec(
    "xquad",
    "Every interest",
    "Each interest of yours is met early in the list.",
    Xquad,
    (Knob("strength", "Cover interests", "0 keeps the order, 1 looks at unmet interests alone.", 0.3, 0.0, 1.0),),
)
