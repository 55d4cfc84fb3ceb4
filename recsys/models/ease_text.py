"""EASE that starts from the texts: links the likes say little about stay near what the texts suggest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.ease import CAUTION, DROPOUT, Floats, inverse_gram, likes_among, spread
from recsys.models.item_item import SESSION_KNOBS, ItemItem
from recsys.text import reader
from recsys.types import Knob, Matrix, Spec

FEW_LIKES = 5.0
"""With so many likes an item the texts pull half as strongly as with very many."""


@dataclass
class EaseText(ItemItem):
    """Links that rebuild everybody's likes from their other likes, drawn by ``l2`` towards links read from the texts.

        minimise |X - X B|^2 + l2 |B - s C|^2 with B_jj = 0:   B = l2 s P C - P diag((1 + l2 s (P C)_jj) / P_jj)

    off the diagonal, with P as in ``ease`` and C the EASE links of the centred text vectors E, taken from E E' with
    ``l2_text`` (L3AE, 2025). s is ``strength`` times n / (n + FEW_LIKES), n being the mean number of likes of a liked
    item: links from few likes are small, and a full pull would drown them. 0 is ``ease``.

    Nobody's likes tell the links of an item without any, so its text does, as far as it does for the others: with
    Z = [E, 1] and K = (Z'Z + rho I)^-1 Z' over the liked items, the links into a new item z are (z'K B')', the links
    from it z'K B, and those between two new items z'K B K'z2 (either regression after the other). So a new item
    is recommended, and a click on it moves the list as clicks on items described like it do. An item without text
    stays with its likes; without both it has no links.
    """

    l2: float = 200.0
    strength: float = 1.5
    l2_text: float = 20.0
    dropout: float = 0.3
    rho: float = 3.0

    def learn(self, data: Dataset) -> tuple[Matrix, NDArray[np.bool_]]:
        space = reader().space(data, reader().main(data))
        warm, readable = data.like_counts > 0, space.has_text
        vectors = space.items.astype(np.float64)
        inverse = inverse_gram(likes_among(data, warm), self.l2, self.dropout)
        mean = float(data.like_counts[warm].mean()) if warm.any() else 0.0
        pull = self.l2 * self.strength * mean / (mean + FEW_LIKES)
        known = prior_links(inverse, vectors[warm], pull, self.l2_text)
        links = spread(known, warm)
        new = ~warm & readable
        if new.any():
            mapped = text_map(vectors, warm & readable, new, self.rho)[:, warm]
            outgoing = mapped @ known
            links[np.ix_(new, warm)] = outgoing
            links[np.ix_(warm, new)] = known @ mapped.T
            links[np.ix_(new, new)] = outgoing @ mapped.T
            np.fill_diagonal(links, 0.0)
        return links, warm | new


def prior_links(inverse: Floats, vectors: Floats, pull: float, l2_text: float) -> Floats:
    """B of the formula above for ``pull`` = l2 s, made in the place of P = ``inverse``.

    C has low rank but for its diagonal: with H = E (E'E + l2_text I)^-1 E', which is I - l2_text (E E' + l2_text I)^-1,
    C_ij = H_ij / (1 - H_jj). So all of B but -P times a diagonal is a product of two thin matrices.
    """
    if pull < 0:
        raise ValueError(f"strength should be at least 0, l2 * strength is now {pull}")
    if l2_text <= 0:
        raise ValueError(f"l2_text should be above 0, is now {l2_text}")
    gram = vectors.T @ vectors
    gram[np.diag_indices_from(gram)] += l2_text
    hat = np.linalg.solve(gram, vectors.T)
    own = np.einsum("jd,dj->j", vectors, hat)
    walked = inverse @ vectors
    diagonal = np.diag(inverse).copy()
    # (P C)_jj = sum over i other than j of P_ji H_ij / (1 - H_jj)
    returning = (np.einsum("jd,dj->j", walked, hat) - diagonal * own) / (1 - own)
    inverse *= -(pull * own / (1 - own) + (1 + pull * returning) / diagonal)
    inverse += walked @ (hat * (pull / (1 - own)))
    np.fill_diagonal(inverse, 0.0)
    return inverse


def text_map(vectors: Floats, known: NDArray[np.bool_], new: NDArray[np.bool_], rho: float) -> Floats:
    """(n_new, n_items) weights z'K that make a new item's links a sum of links of ``known`` items, 0 elsewhere."""
    if rho <= 0:
        raise ValueError(f"rho should be above 0, is now {rho}")
    design = np.column_stack([vectors, np.ones(len(vectors))])
    gram = design[known].T @ design[known]
    gram[np.diag_indices_from(gram)] += rho
    weights = np.zeros((int(new.sum()), len(vectors)))
    weights[:, known] = np.linalg.solve(gram, design[new].T).T @ design[known].T
    return weights


SPEC = Spec(
    "ease_text",
    "EASE + text",
    "Exact links between things liked together, started from what their texts say.",
    EaseText,
    (
        CAUTION,
        Knob(
            "strength",
            "Weight of text",
            "How much of a link the texts suggest; 0 leaves all known items to the likes.",
            1.5,
            0.0,
            10.0,
        ),
        Knob("l2_text", "Text caution", "Higher blurs small differences between texts.", 20.0, 0.1, 1000.0, log=True),
        DROPOUT,
        Knob("rho", "New item caution", "Higher ranks new items more alike.", 3.0, 0.1, 1000.0, log=True),
        *SESSION_KNOBS,
    ),
)
