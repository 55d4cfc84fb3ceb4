"""Dropout the slow way: EASE on copies of the likes with some dropped, and how near that comes to the closed form."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import scipy.sparse as sp

from recsys.data import Dataset
from recsys.data.quality import recounted
from recsys.evaluate.lists import metric_values
from recsys.evaluate.tune import validation
from recsys.models.ease import Ease, Floats, ease_links, inverse_gram, likes_among, spread
from recsys.models.setting import Setting
from recsys.ranking import top_k

MOST_ITEMS = 1_500
"""The most liked items that take part: a copy of more takes too long to solve for."""
COPIES = (1, 2, 5, 10, 20, 50, 100)
"""After so many copies the two are compared."""
MOST_ALONE = 50
"""So many copies are also solved for one by one."""


@dataclass(frozen=True, eq=False, slots=True)
class Twin:
    """EASE learned from the first ``n`` copies."""

    n: int
    together: Floats
    """(n_items, n_items) links of one model for all copies: its limit is the closed form."""
    alone: Floats | None
    """(n_items, n_items) mean of the links of a model for each copy; None after MOST_ALONE."""
    seconds: float
    """Of the processor, for ``together``."""


def twins(likes: sp.csr_matrix, l2: float, dropout: float, copies: tuple[int, ...], seed: int = 0) -> Iterator[Twin]:
    """The model after each of the ascending numbers of ``copies`` of ``likes`` (n_people, n_items).

        min over B, B_jj = 0, of mean over c of |X - X_c B|^2 + l2 |B|^2

    X_c is X with every like dropped with probability ``dropout`` and the others divided by 1 - ``dropout``. The mean
    of X_c'X_c tends to X'X + dropout / (1 - dropout) diag(X'X) and that of X_c'X to X'X, and with them B to the closed
    form (Steck 2020). The mean of a B per copy tends elsewhere, as the inverse of a mean is not the mean of inverses.
    """
    rng, n_items = np.random.default_rng(seed), likes.shape[1]
    inputs, targets, alone = np.zeros((n_items, n_items)), np.zeros((n_items, n_items)), np.zeros((n_items, n_items))
    spent = 0.0
    for n in range(1, max(copies) + 1):
        start = time.process_time()
        left = likes.copy()
        left.data = left.data * (rng.random(left.nnz) >= dropout) / (1 - dropout)
        own_inputs, own_targets = (left.T @ left).toarray(), (left.T @ likes).toarray()
        inputs += own_inputs
        targets += own_targets
        spent += time.process_time() - start
        if n <= MOST_ALONE:
            alone += solved(own_inputs, own_targets, l2)
        if n in copies:
            start = time.process_time()
            together = solved(inputs / n, targets / n, l2)
            yield Twin(n, together, alone / n if n <= MOST_ALONE else None, spent + time.process_time() - start)


def solved(inputs: Floats, targets: Floats, l2: float) -> Floats:
    """B that minimises tr B'(inputs + l2 I)B - 2 tr B'targets with B_jj = 0, by one multiplier per column."""
    inverse = np.linalg.inv(inputs + l2 * np.eye(len(inputs)))
    links = inverse @ targets
    links -= inverse * (np.diag(links) / np.diag(inverse))
    np.fill_diagonal(links, 0.0)
    return np.asarray(links)


def distance(links: Floats, exact: Floats) -> float:
    """Size of the difference as a share of the size of ``exact`` (Frobenius norms), at least 0; 0 for no links."""
    size = float(np.linalg.norm(exact))
    return float(np.linalg.norm(links - exact)) / size if size else 0.0


def convergence(
    train: Dataset,
    setting: Setting,
    split: str,
    *,
    copies: tuple[int, ...] = COPIES,
    most_items: int = MOST_ITEMS,
    seed: int = 0,
    max_users: int | None = None,
) -> dict[str, Any]:
    """How near EASE on dropped-out copies comes to the closed form, on the ``most_items`` most liked of ``train``.

    ``setting`` is one of EASE. Returned are the numbers of both as JSON: per number of copies the distances of the
    links, NDCG@10 for the people of a validation part of ``train``, and seconds of the processor; and the same of the
    closed form. DataError when ``train`` is too small to be cut.
    """
    cut, people = validation(most_liked(train, most_items), split, seed, max_users)
    exact_model = cast(Ease, setting.build().fit(cut.train))
    l2, dropout, warm = exact_model.l2, exact_model.dropout, cut.train.like_counts > 0
    likes = likes_among(cut.train, warm)
    start = time.process_time()
    exact = ease_links(inverse_gram(likes, l2, dropout))
    seconds = time.process_time() - start

    def quality(links: Floats) -> float:
        model = copy.copy(exact_model)
        model.links_ = spread(links, warm)
        return float(np.nanmean(metric_values(model, people, cut, ("ndcg",), 10, seed=seed)))

    points = []
    for twin in twins(likes, l2, dropout, copies, seed):
        alone = None if twin.alone is None else distance(twin.alone, exact)
        points.append(
            {
                "n": twin.n,
                "distance": distance(twin.together, exact),
                "alone": alone,
                "ndcg": quality(twin.together),
                "seconds": twin.seconds,
            }
        )
    return {
        "n_items": int(warm.sum()),
        "n_liked": int((train.like_counts > 0).sum()),
        "n_people": len(people),
        "dropout": dropout,
        "l2": l2,
        "ndcg": quality(exact),
        "seconds": seconds,
        "points": points,
    }


def most_liked(data: Dataset, n: int) -> Dataset:
    """``data`` with only the ``n`` items that most people liked, in the order of the catalogue, and their events."""
    rows = np.sort(top_k(data.like_counts, n))
    items = data.items.iloc[rows].reset_index(drop=True)
    events = data.events[np.isin(data.event_rows, rows)].reset_index(drop=True)
    return replace(data, items=items, events=events, quality=recounted(data.quality, events))
