"""EASE: an item-to-item model in closed form, with the dropout of a denoising autoencoder as a knob."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.models.item_item import SESSION_KNOBS, ItemItem
from recsys.types import Knob, Matrix, Spec

MAX_ITEMS = 20_000
"""The links of so many items take 1.6 GB; more are refused."""

Floats = NDArray[np.float64]


@dataclass
class Ease(ItemItem):
    """Links that best rebuild everybody's likes from their other likes, held small by ``l2``.

        P = (X'X + l2 I + p / (1 - p) diag(X'X))^-1,   B_ij = -P_ij / P_jj,   B_jj = 0

    X is the 0/1 matrix of likes, users by items (Steck 2019). ``dropout`` p is the share of likes that training
    drops at random; the closed form is the limit of infinitely many such copies (EDLAE, Steck 2020). Items nobody
    liked have no links.
    """

    l2: float = 200.0
    dropout: float = 0.0

    def learn(self, data: Dataset) -> tuple[Matrix, NDArray[np.bool_]]:
        warm = data.like_counts > 0
        links = np.zeros((data.n_items, data.n_items), dtype=np.float32)
        links[np.ix_(warm, warm)] = ease_links(inverse_gram(gram(data, warm), self.l2, self.dropout))
        return links, warm


def gram(data: Dataset, among: NDArray[np.bool_]) -> Floats:
    """X'X of the items ``among``: how many people liked both; the diagonal is how many liked each."""
    if among.sum() > MAX_ITEMS:
        raise DataError(f"this model handles at most {MAX_ITEMS:,} liked items, {data.label} has {among.sum():,}")
    likes = data.likes[:, among].astype(np.float64)
    return np.asarray((likes.T @ likes).toarray())


def inverse_gram(counts: Floats, l2: float, dropout: float = 0.0) -> Floats:
    """P of the formula above; ``l2`` above 0, ``dropout`` in [0, 1)."""
    if l2 <= 0 or not 0 <= dropout < 1:
        raise ValueError(f"l2 should be above 0 and dropout in [0, 1), are now {l2} and {dropout}")
    diagonal = np.diag_indices_from(counts)
    penalised = counts.copy()
    penalised[diagonal] += l2 + dropout / (1 - dropout) * counts[diagonal]
    return np.asarray(np.linalg.inv(penalised))


def ease_links(inverse: Floats) -> Floats:
    """B of the formula above from P."""
    links = inverse / -np.diag(inverse)
    np.fill_diagonal(links, 0.0)
    return links


SPEC = Spec(
    "ease",
    "EASE",
    "What people who liked the same things liked too, solved exactly.",
    Ease,
    (
        Knob("l2", "Caution", "Higher trusts only links that many people share.", 200.0, 1.0, 10_000.0, log=True),
        Knob(
            "dropout",
            "Dropout",
            "Share of likes dropped in training, so that no link is taken for granted.",
            0.0,
            0.0,
            0.9,
        ),
        *SESSION_KNOBS,
    ),
)
