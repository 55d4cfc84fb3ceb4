"""A list that trades score for variety: besides ``top_k`` the only way in which a list gets its order."""

from __future__ import annotations

import numpy as np

from recsys.ranking import top_k
from recsys.types import Matrix, Rows, Vector


def spread_top_k(scores: Vector, vectors: Matrix, k: int, diversity: float) -> Rows:
    """At most ``k`` rows, best first, by maximal marginal relevance (Carbonell and Goldstein 1998), greedily.

        next = argmax over the rest of  (1 - diversity) r_i - diversity max over the chosen of cos(i, j)

    ``scores`` (n,) of any scale, NaN is never chosen; r is the score moved to [0, 1]. ``vectors`` (n, dim) are unit
    rows; a zero row is like nothing. The first is always the best by score. ``diversity`` 0 gives ``top_k``; 1 puts
    next what is least like anything chosen, whatever its score. Ties go to the higher score, then to the lower row.
    O(k n dim).

    >>> unit = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> spread_top_k(np.array([.9, .8, .1], dtype=np.float32), unit, 2, 0.5).tolist()
    [0, 2]
    """
    if not 0 <= diversity <= 1:
        raise ValueError(f"diversity should be from 0 to 1, is now {diversity}")
    if len(vectors) != len(scores):
        raise ValueError(f"there should be one vector per score, are {len(vectors)} for {len(scores)}")
    rows = top_k(scores, max(len(scores), k))
    if diversity == 0 or len(rows) < 2:
        return rows[:k]
    near = vectors[rows]
    relevance = (1 - diversity) * unit_range(scores[rows])
    chosen = [0]
    closest = np.full(len(rows), -np.inf)
    left = np.ones(len(rows), dtype=bool)
    left[0] = False
    while len(chosen) < min(k, len(rows)):
        closest = np.maximum(closest, near @ near[chosen[-1]])
        gain = np.where(left, relevance - diversity * np.round(closest, 6), -np.inf)
        chosen.append(int(gain.argmax()))
        left[chosen[-1]] = False
    return rows[chosen]


def unit_range(scores: Vector) -> np.ndarray:
    """(n,) float64 in [0, 1], the lowest at 0; zeros where all are equal. ``scores`` hold no NaN and are not empty."""
    exact = scores.astype(np.float64)
    width = np.ptp(exact)
    return np.asarray((exact - exact.min()) / width if width else np.zeros(len(exact)))


def dealt(scores: Vector, order: Rows) -> Vector:
    """``scores`` with those of the rows in ``order`` dealt out anew, so that ranking by score gives ``order`` back.

    The first row gets the highest of these scores, and so on; where two are equal, or so close that float32 cannot
    tell, the later one is lowered by one step. Scores of other rows do not change.
    """
    out = scores.copy()
    dealing = scores[order][top_k(scores[order], max(len(order), 1))]
    for place in range(1, len(dealing)):
        dealing[place] = min(dealing[place], np.nextafter(dealing[place - 1], np.float32(-np.inf)))
    out[order] = dealing
    return out
