"""What comes next: links from what somebody liked last to what such people went on to like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.ease import likes_among, spread
from recsys.models.item_item import SESSION_KNOBS, ItemItem
from recsys.types import Knob, Matrix, Rows, Spec

NEGLIGIBLE = 0.02
"""Likes so far away that they weigh less than this are left out."""


@dataclass
class NextLikes(ItemItem):
    """Links that best tell the likes after each moment from the likes before it, held small by ``l2``.

        minimise |Y - X B|^2 + l2 |B|^2:   B = (X'X + l2 I)^-1 X'Y, then B_jj = 0

    There is one row for every like of everybody but their first. X holds what the person had liked before it, the
    newest with weight 1 and each older one with 0.5 ** (1 / past) of the next; Y holds that like and those after it,
    fading with ``ahead`` in the same way. The linear transitions of SLIT (Choi et al. 2021), with two departures: all
    of a person's likes are one session, and the ridge penalty takes the place of their weights by date. Unlike EASE
    the links have a direction: a film leads to its sequel. Items nobody liked have no links.
    """

    half_life: float = 2.0
    l2: float = 1000.0
    past: float = 2.0
    ahead: float = 5.0

    def learn(self, data: Dataset) -> tuple[Matrix, NDArray[np.bool_]]:
        warm = data.like_counts > 0
        likes_among(data, warm)  # refuses more items than fit into memory
        before, after = moments(likes_in_order(data), data.n_items, self.past, self.ahead)
        links = transition_links(before[:, warm], after[:, warm], self.l2)
        return spread(links, warm), warm


def likes_in_order(data: Dataset) -> list[Rows]:
    """Per person with any, the rows of the items they liked, each once, the one they liked first first."""
    likes = data.events.loc[data.is_like, [Events.USER, Events.ITEM]].drop_duplicates()
    rows = np.asarray(likes[Events.ITEM].map(data.row_of), dtype=np.int64)
    return [np.asarray(rows[places]) for places in likes.groupby(Events.USER, sort=True).indices.values()]


def moments(sessions: list[Rows], n_items: int, past: float, ahead: float) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """X and Y of the formula, (n_moments, n_items) float32: one row for every like but the first of each session."""
    if past <= 0 or ahead <= 0:
        raise ValueError(f"past and ahead should be above 0 likes, are now {past} and {ahead}")
    lengths = np.array([max(len(session) - 1, 0) for session in sessions], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shape = (int(first[-1]), n_items)
    parts = [(start, session) for start, session in zip(first[:-1], sessions, strict=True) if len(session) > 1]
    before = [_faded(start, session, past, -1) for start, session in parts]
    after = [_faded(start, session, ahead, 1) for start, session in parts]
    return _matrix(before, shape), _matrix(after, shape)


Cells = tuple[Rows, Rows, NDArray[np.float32]]
"""Rows, columns and values of a sparse matrix."""


def _faded(start: int, session: Rows, half_life: float, direction: int) -> Cells:
    """What lies before (-1) or from (1) each like of ``session`` but the first, fading with the distance."""
    reach = max(1, int(np.ceil(half_life * np.log2(1 / NEGLIGIBLE)))) if np.isfinite(half_life) else len(session)
    distance = np.arange(min(reach, len(session)))
    moment = np.arange(1, len(session))
    place = moment[:, None] + (distance if direction > 0 else -1 - distance)
    inside = (place >= 0) & (place < len(session))
    rows = np.broadcast_to((start + moment - 1)[:, None], place.shape)
    weights = np.broadcast_to(0.5 ** (distance / half_life), place.shape)
    return rows[inside], session[place[inside]], weights[inside].astype(np.float32)


def _matrix(cells: list[Cells], shape: tuple[int, int]) -> sp.csr_matrix:
    nothing = np.zeros(0, dtype=np.int64)
    cells = [(nothing, nothing, nothing.astype(np.float32)), *cells]
    rows, columns, values = (np.concatenate(column) for column in zip(*cells, strict=True))
    return sp.csr_matrix((values, (rows, columns)), shape=shape)


def transition_links(before: sp.csr_matrix, after: sp.csr_matrix, l2: float) -> NDArray[np.floating]:
    """B of the formula, (n_items, n_items) in the precision of ``before``.

    float32 is enough: the penalty keeps the matrix that is inverted far from singular, and takes half the time.
    """
    if l2 <= 0:
        raise ValueError(f"l2 should be above 0, is now {l2}")
    if not before.shape[1]:
        return np.zeros((0, 0), dtype=before.dtype)
    gram = np.asarray((before.T @ before).toarray())
    gram[np.diag_indices_from(gram)] += before.dtype.type(l2)
    shared = np.asarray((before.T @ after).toarray())
    factor = scipy.linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    links: NDArray[np.floating] = scipy.linalg.cho_solve(factor, shared, overwrite_b=True, check_finite=False)
    np.fill_diagonal(links, 0.0)
    return links


SPEC = Spec(
    "next_likes",
    "What comes next",
    "What people went on to like after the things you liked last.",
    NextLikes,
    (
        Knob("l2", "Caution", "Higher trusts only steps that many people took.", 1000.0, 10.0, 100_000.0, log=True),
        Knob("past", "Looking back", "After so many likes an older one teaches half.", 2.0, 0.5, 50.0, log=True),
        Knob("ahead", "Looking ahead", "After so many likes a later one teaches half.", 5.0, 0.5, 50.0, log=True),
        Knob("half_life", "Memory", "After this many newer items an item counts half.", 2.0, 1.0, 1000.0, log=True),
        *SESSION_KNOBS[1:],
    ),
)
