"""EASE with somebody's own likes added to the model, or taken out of it, exactly and without solving again.

With A = X'X + l2 I + q diag(X'X), q = p / (1 - p) for the share p of likes that training drops, and P = A^-1, a person
who likes the items t (m of them) adds C = 1 1' + q I to A among these items and nothing elsewhere. By Woodbury

    P' = P - P[:, t] S P[t, :],   S = C (I + P[t, t] C)^-1

which for q = 0 is the rank-1 update P - P x x'P / (1 + x'P x); taking the person out again is the same with -C. So
dropout changes nothing about exactness: it adds to the diagonal, of the liked items only. P need not be kept: the
links say it again, P_ij = -B_ij P_jj. O(m^2 n) for the links of m items to all n.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.types import Matrix, Rows

Floats = NDArray[np.float64]


def inverse_rows(links: Matrix | Floats, diagonal: Floats, rows: Rows) -> Floats:
    """Rows of P, (n_rows, n_items), from the links B (n_items, n_items) and the diagonal of P (n_items,)."""
    found = -links[rows].astype(np.float64) * diagonal
    found[np.arange(len(rows)), rows] = diagonal[rows]
    return np.asarray(found)


def added_likes(likes: NDArray[np.generic], dropout: float) -> Floats:
    """C, (m, m): what people with ``likes`` (n_people, m) of 0 and 1 add to A among these m items."""
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout should be in [0, 1), is now {dropout}")
    counted = likes.astype(np.float64)
    shared = counted.T @ counted
    shared[np.diag_indices_from(shared)] *= 1 + dropout / (1 - dropout)
    return np.asarray(shared)


def updated(inverse: Floats, diagonal: Floats, items: Rows, change: Floats) -> tuple[Floats, Floats]:
    """Rows of P' for ``items``, (m, n_items), and its diagonal, (n_items,), after A grew by ``change`` among them.

    ``inverse`` are the rows of P for ``items`` (m, n_items), none twice; ``change`` (m, m) is symmetric: C to add
    people, -C to take them out. ValueError when what is taken out was never in: A' would have no inverse.
    """
    among = inverse[:, items]
    # I + P[t, t] C has the determinant of A' over that of A.
    grown = np.eye(len(items)) + among @ change
    sign, _ = np.linalg.slogdet(grown)
    if sign <= 0:
        raise ValueError("the likes to take out should be among those the model has learned from")
    taken = change @ np.linalg.solve(grown, inverse)
    return inverse - among @ taken, diagonal - np.einsum("mj,mj->j", inverse, taken)


def own_links(links: Matrix | Floats, diagonal: Floats, rows: Rows, liked: NDArray[np.bool_], dropout: float) -> Floats:
    """Links from ``rows`` to all items, (n_rows, n_items), of the model that also learned from this person.

    ``liked`` (n_rows,) says which of ``rows`` the person likes; the others only have their links looked up.
    """
    change = np.zeros((len(rows), len(rows)))
    change[np.ix_(liked, liked)] = added_likes(np.ones((1, int(liked.sum()))), dropout)
    inverse, new_diagonal = updated(inverse_rows(links, diagonal, rows), diagonal, rows, change)
    return links_from(inverse, new_diagonal, rows)


def links_from(inverse: Floats, diagonal: Floats, rows: Rows) -> Floats:
    """B of ``rows``, (n_rows, n_items), from these rows of P and its diagonal: -P_ij / P_jj, nothing to itself."""
    found = -inverse / diagonal
    found[np.arange(len(rows)), rows] = 0.0
    return np.asarray(found)
