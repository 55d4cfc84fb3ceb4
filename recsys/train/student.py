"""How far a text tells what people's likes would: links and lists of new items by text, beside those EASE learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import Split
from recsys.evaluate.lists import Asked, Floats, Replies, answers_of, catalogue_of
from recsys.metrics import METRICS
from recsys.metrics.agreement import overlap
from recsys.metrics.lists import NO_ITEM
from recsys.metrics.significance import mean_interval, paired_difference
from recsys.models import build, shared
from recsys.models.ease import Ease
from recsys.ranking import top_k
from recsys.train.worth import numbers
from recsys.types import Scorer, Vector

ENOUGH = 5
"""Likes from which on an item's own links are worth comparing with."""
NEAREST = 10

LinksOf = Callable[[int], Vector]
"""From a row to (n_items,) how strongly liking each item speaks for that one."""


def links_compared(data: Dataset, cut: Split, students: Mapping[str, LinksOf], seed: int) -> dict[str, Any]:
    """The ten items that speak most for each held-out item: by each of ``students``, and by EASE on all of ``data``.

    Only held-out items with ENOUGH likes count, and only links from items liked in the training part. Per student the
    mean share of the ten that are the same, in [0, 1], with its interval over the ``n`` items; ``chance`` is what
    drawing them gives. No student is told of where ``n`` is 0.
    """
    assert cut.candidates is not None
    teacher = shared(build("ease"), data)
    assert isinstance(teacher, Ease)
    links, known = np.asarray(teacher.links_), cut.train.like_counts > 0
    rows = [row for row in cut.candidates.tolist() if data.like_counts[row] >= ENOUGH]

    def strongest(column: Vector) -> list[int]:
        return list(map(int, top_k(np.where(known, column, np.float32(np.nan)), NEAREST)))

    own = [strongest(links[:, row]) for row in rows]
    found = {
        name: np.array([overlap(strongest(of(row)), best) for row, best in zip(rows, own, strict=True)])
        for name, of in students.items()
    }
    return {
        "n": len(rows),
        "chance": NEAREST / max(int(known.sum()), NEAREST),
        "students": {name: numbers(mean_interval(shares, seed=seed)) for name, shares in found.items() if rows},
    }


def lists_compared(
    data: Dataset, cut: Split, people: Sequence[Asked], students: Mapping[str, Scorer], k: int, seed: int
) -> dict[str, Any]:
    """Lists of ``k`` new items by each of ``students``, beside the list of a teacher that saw others' likes of them.

    ``cut`` is the split ``cold_items`` of ``data``. The teacher is EASE on the training part and the new items' events
    of half the people, asked about the other half, and the other way round: nobody's own likes of the new items are in
    what ranks for them. Per student: ``overlap`` of both lists in [0, 1], ``ndcg``, and ``loss``, its NDCG minus the
    teacher's, paired by person.
    """
    half = np.random.default_rng([seed, len(people)]).permutation(len(people)) % 2
    lists: dict[str, list[list[int]]] = {name: [[] for _ in people] for name in ("", *students)}
    ndcg: dict[str, Floats] = {name: np.full(len(people), np.nan) for name in lists}
    for number in (0, 1):
        places = np.flatnonzero(half == number)
        asked = [people[place] for place in places.tolist()]
        if not asked:
            continue
        teacher = build("ease").fit(data.with_events(_seen(data, cut, asked)))
        for name, scorer in (("", teacher), *students.items()):
            replies = _replies(scorer, asked, cut, k, seed)
            ndcg[name][places] = METRICS["ndcg"].compute(replies, catalogue_of(cut.train))
            for place, rows in zip(places.tolist(), replies.lists.rows.tolist(), strict=True):
                lists[name][place] = [row for row in rows if row != NO_ITEM]
    found: dict[str, Any] = {"teacher": numbers(mean_interval(ndcg[""], seed=seed)), "students": {}}
    for name in students:
        shared_places = np.array([overlap(*pair) for pair in zip(lists[name], lists[""], strict=True)])
        found["students"][name] = {
            "overlap": numbers(mean_interval(shared_places, seed=seed)),
            "ndcg": numbers(mean_interval(ndcg[name], seed=seed)),
            "loss": numbers(paired_difference(ndcg[name], ndcg[""], seed=seed)),
        }
    return found


def _seen(data: Dataset, cut: Split, asked: Sequence[Asked]) -> np.ndarray:
    """(n_events,) bool: everything but what the people ``asked`` did to new items."""
    assert cut.candidates is not None
    users = {person.query.user_id for person in asked}
    theirs = np.array([user in users for user in data.user_ids], dtype=bool)
    return np.asarray(~(np.isin(data.event_rows, cut.candidates) & theirs[data.event_users]))


def _replies(scorer: Scorer, people: Sequence[Asked], cut: Split, k: int, seed: int) -> Replies:
    return answers_of(
        scorer,
        people,
        k,
        lambda _share: None,
        when_silent=shared(build("popularity"), cut.train),
        candidates=cut.candidates,
        seed=seed,
        liked_stars=cut.train.liked_stars,
    )
