"""RP3beta: a random walk from the liked items over people to other items, with popular ones held back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.item_item import SESSION_KNOBS, ItemItem, strongest
from recsys.types import Knob, Spec


@dataclass
class RP3Beta(ItemItem):
    """B[a, i] = sum_u (P(a to u) P(u to i)) ** alpha / |i| ** beta for the ``neighbours`` strongest into each item.

    P(a to u) = 1 / |a| for everybody ``u`` who liked ``a``, P(u to i) = 1 / |u| for everything they liked: the
    walk's first step, from the person asking to what they like, is the weight of their events (Cooper et al. 2014;
    the penalty of popular items is by Paudel et al. 2017). The strongest link is 1. Items nobody liked have no links.
    """

    alpha: float = 0.5
    beta: float = 0.4
    neighbours: int = 100

    def learn(self, data: Dataset) -> tuple[sp.csr_matrix, NDArray[np.bool_]]:
        links = strongest(data.n_items, self.neighbours, walks(data, self.alpha, self.beta))
        links.data /= links.data.max(initial=0.0) or 1.0
        return links, data.like_counts > 0


def walks(data: Dataset, alpha: float, beta: float) -> Callable[[slice], NDArray[np.float64]]:
    """Function from a run of items to the (n_run, n_items) walks that end there, one column per start."""
    likes = data.likes.astype(np.float64)
    by_person = np.asarray(likes.sum(axis=1), dtype=np.float64).ravel()
    start, end = _power(data.like_counts, -alpha), _power(data.like_counts, -beta)
    from_person = sp.csr_matrix(likes.T.multiply(_power(by_person, -alpha)[None]))

    def ending(targets: slice) -> NDArray[np.float64]:
        walked = np.asarray((from_person[targets] @ likes).toarray())
        return walked * start * end[targets, None]

    return ending


def _power(counts: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """``counts`` ** ``exponent``, and 0 where nobody or nothing was counted."""
    return np.power(counts, exponent, out=np.zeros_like(counts), where=counts > 0)


SPEC = Spec(
    "rp3beta",
    "Random walk",
    "Where you end up going from what you like, over people who like it, to what else they like.",
    RP3Beta,
    (
        Knob("alpha", "Directness", "Higher prefers paths over people and items with few likes.", 0.5, 0.1, 2.0),
        Knob("beta", "Rarity", "Higher holds popular items back.", 0.4, 0.0, 1.5),
        Knob(
            "neighbours",
            "Neighbours",
            "How many of the closest items may speak for an item.",
            100,
            1,
            1000,
            log=True,
            whole=True,
        ),
        *SESSION_KNOBS,
    ),
)
