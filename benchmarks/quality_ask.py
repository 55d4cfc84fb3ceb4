"""Asking one fitted model about one part of a fixed cut: everybody's list, and one number per person and metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.splits import TEST, VALID, Prepared
from recsys.data import Dataset
from recsys.metrics.coverage import coverage_credits
from recsys.metrics.lists import NO_ITEM, Catalogue, TopLists
from recsys.metrics.ndcg import ndcg
from recsys.metrics.precision import precision
from recsys.metrics.recall import recall
from recsys.models import top_k
from recsys.types import Query, Rows, Scorer

K = 10
PerUser = Mapping[str, NDArray[np.float64]]
"""By metric: one number per asked person, in the order of the cut."""


@dataclass(frozen=True, eq=False)
class Exam:
    """One part of a cut as questions: what is fitted, who is asked, what they know, what would be a hit."""

    train: Dataset
    user_ids: tuple[str, ...]
    queries: tuple[Query, ...]
    barred: tuple[Rows, ...]
    """Per person, rows that are not ranked: their likes in what was fitted, and all that is no candidate."""
    relevant: tuple[Rows, ...]
    n_candidates: int


def exam(prepared: Prepared, part: int) -> Exam:
    """The questions of ``part``; the valid part asks only the people that settings are compared on."""
    split = prepared.split
    train = prepared.fitted_on(part)
    users = split.tune_users() if part == VALID else split.asked_users(TEST)
    candidate = split.candidates[part]
    no_candidates = np.flatnonzero(~candidate)
    wanted = (split.part == part) & candidate[split.item]
    known = split.part < part
    ids = tuple(split.users[user] for user in users)
    seen = _rows_of(split.user, split.item, known, users)
    return Exam(
        train,
        ids,
        tuple(Query(events=train.history(user_id), user_id=user_id) for user_id in ids),
        tuple(np.union1d(no_candidates, rows).astype(np.int64) for rows in seen),
        tuple(_rows_of(split.user, split.item, wanted, users)),
        int(candidate.sum()),
    )


def lists_of(scorer: Scorer, asked: Exam, k: int = K) -> TopLists:
    """Rank every candidate for every person; places a model cannot fill count as misses."""
    made = [top_k(scorer.score(query), k, barred) for query, barred in zip(asked.queries, asked.barred, strict=True)]
    return TopLists.of(made, asked.relevant, k)


def per_user(lists: TopLists, asked: Exam) -> PerUser:
    """NDCG (its ideal list cut at k too), precision, recall, and each person's share in the coverage."""
    nothing = np.zeros(asked.train.n_items)
    no_category = np.full(asked.train.n_items, NO_ITEM, dtype=np.int64)
    vectors = np.zeros((asked.train.n_items, 0), dtype=np.float32)
    items = Catalogue(asked.train.n_items, len(asked.user_ids), nothing, vectors, no_category)
    share = asked.train.n_items / asked.n_candidates
    return {
        f"NDCG@{lists.k}": ndcg(lists),
        f"P@{lists.k}": precision(lists),
        f"R@{lists.k}": recall(lists),
        f"coverage@{lists.k}": coverage_credits(lists, items) * share,
    }


def _rows_of(user: Rows, item: Rows, among: NDArray[np.bool_], users: Rows) -> list[Rows]:
    """For each of ``users``, their ``item`` rows where ``among`` is true, ascending."""
    order = np.lexsort((item[among], user[among]))
    by_user, rows = user[among][order], item[among][order]
    starts, ends = np.searchsorted(by_user, users, "left"), np.searchsorted(by_user, users, "right")
    return [np.unique(rows[start:end]) for start, end in zip(starts, ends, strict=True)]
