"""What an experiment measures: every model's lists for every evaluated user, out of the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset, touched_rows
from recsys.data.dataset import LIKED_STARS, counts_as_like
from recsys.data.splits import Rated, Split
from recsys.errors import UnknownIdError
from recsys.evaluate.config import YARDSTICK
from recsys.metrics import ACCURACY, METRICS, NO_ITEM, Answers, Catalogue, TopLists
from recsys.models import build, shared, top_k
from recsys.models.scored import scored
from recsys.text import TextSpace
from recsys.types import PredictsStars, Query, Rows, Scorer, Vector

TICK_USERS = 20
"""Users between two reports of progress."""

Floats = NDArray[np.float64]

NOT_RATED: Rated = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """One evaluated user: what a model is shown, what it may not recommend, what would be a hit."""

    query: Query
    known: Rows
    """Touched in any way before: never recommended."""
    liked: Rows
    """Liked before."""
    relevant: Rows
    """Held-out likes, ascending."""
    rated: Rated = NOT_RATED
    """Held-out ratings of new items: rows and stars."""


@dataclass(frozen=True, eq=False)
class Replies(Answers):
    """Answers, and how many of them are not the model's own."""

    n_silent: int = 0
    """People for whom the model had nothing to go on, so that another ranked instead."""


@dataclass(frozen=True, eq=False, slots=True)
class _Ranking:
    """Every candidate of one user, best first."""

    rows: Rows
    ranks: Rows
    n_candidates: int


def asked(cut: Split) -> list[Asked]:
    """One per evaluated user of ``cut``, in its order."""
    out = []
    for user_id, relevant in cut.test.items():
        given = cut.given[user_id]
        liked = [event for event in given if counts_as_like(event, cut.train.liked_stars)]
        out.append(
            Asked(
                Query(events=given, user_id=user_id, follows=cut.train.follows_of(user_id)),
                touched_rows(given, cut.train),
                touched_rows(liked, cut.train),
                relevant,
                cut.rated.get(user_id, NOT_RATED),
            )
        )
    return out


def answers_of(
    scorer: Scorer,
    people: Sequence[Asked],
    k: int,
    progress: Callable[[float], object],
    *,
    when_silent: Scorer | None = None,
    candidates: Rows | None = None,
    sampled: int | None = None,
    seed: int = 0,
    liked_stars: float = LIKED_STARS,
) -> Replies:
    """Ask ``scorer`` once per person: a list of ``k``, the rank of every hit, and predicted stars where it has them.

    All items are ranked that a person does not know, or only ``candidates``, or only the hits beside ``sampled``
    others drawn by ``seed``. Among a part of the catalogue ties fall at random, as the order of the catalogue may
    tell its age; among all they go to the lower row, as on the Live page. Items without a score (NaN) are not
    ranked: empty places of a list count as misses. Where there is no score at all, ``when_silent`` ranks, as on the
    Live page. ``progress`` gets the share done, in [0, 1].
    """
    rankings, n_silent = [], 0
    for position, person in enumerate(people):
        if position % TICK_USERS == 0:
            progress(position / len(people))
        said = scored(scorer, person.query, when_silent)
        n_silent += said.stood_in
        rng = np.random.default_rng([seed, position])
        pool = _pool(person, len(said.scores), candidates, sampled, rng)
        rankings.append(_ranked(said.scores, person, pool))
    relevant = tuple(person.relevant for person in people)
    return Replies(
        lists=TopLists.of([ranking.rows[:k] for ranking in rankings], relevant, k),
        relevant=relevant,
        ranks=tuple(ranking.ranks for ranking in rankings),
        n_candidates=np.array([ranking.n_candidates for ranking in rankings], dtype=np.int64),
        n_ranked=np.array([len(ranking.rows) for ranking in rankings], dtype=np.int64),
        known=tuple(person.known for person in people),
        liked=tuple(person.liked for person in people),
        actual=tuple(person.rated[1] for person in people),
        predicted=_predicted(scorer, people),
        liked_stars=liked_stars,
        n_silent=n_silent,
    )


def _pool(
    person: Asked, n_items: int, candidates: Rows | None, sampled: int | None, rng: np.random.Generator
) -> Rows | None:
    """The rows to rank for ``person``, in random order; None for all they do not know."""
    if candidates is None and sampled is None:
        return None
    pool = np.arange(n_items) if candidates is None else candidates
    others = rng.permutation(np.setdiff1d(pool, np.concatenate([person.known, person.relevant])))
    return np.asarray(rng.permutation(np.concatenate([others[:sampled], person.relevant])), dtype=np.int64)


def _ranked(scores: Vector, person: Asked, pool: Rows | None) -> _Ranking:
    if pool is None:
        rows, n_candidates = top_k(scores, len(scores), person.known), len(scores) - len(person.known)
    else:
        rows, n_candidates = pool[top_k(scores[pool], len(pool))], len(pool)
    ranks = np.zeros(len(scores), dtype=np.int64)
    ranks[rows] = np.arange(1, len(rows) + 1)
    return _Ranking(rows, ranks[person.relevant], n_candidates)


def _predicted(scorer: Scorer, people: Sequence[Asked]) -> tuple[Vector, ...] | None:
    if not isinstance(scorer, PredictsStars):
        return None
    nothing = NOT_RATED[1]
    return tuple(scorer.stars(p.query, p.rated[0]) if len(p.rated[0]) else nothing for p in people)


def metric_values(
    scorer: Scorer,
    people: Sequence[Asked],
    cut: Split,
    metrics: Sequence[str],
    k: int,
    *,
    candidates: Rows | None = None,
    sampled: int | None = None,
    seed: int = 0,
) -> Floats:
    """(n_users, n_metrics) how a model did for ``people``; where it knows nothing, what is popular is ranked."""
    train = cut.train
    answers = answers_of(
        scorer,
        people,
        k,
        lambda _share: None,
        when_silent=shared(build(YARDSTICK), train),
        candidates=cut.candidates if candidates is None else candidates,
        sampled=sampled,
        seed=seed,
        liked_stars=train.liked_stars,
    )
    about = catalogue_of(train)
    return np.column_stack([METRICS[metric].compute(answers, about) for metric in metrics])


def require_hit_metric(metric: str) -> None:
    """Raise unless ``metric`` says how well lists hit: these can be tuned for, and need no texts of the catalogue."""
    if metric not in METRICS:
        raise UnknownIdError(f"there is no metric {metric!r}; choose from {', '.join(METRICS)}")
    if metric not in hit_metrics():
        raise ValueError(f"{metric} does not say how well lists hit; choose from {', '.join(hit_metrics())}")


def hit_metrics() -> list[str]:
    """Names of the metrics that say how well lists hit, in the order in which they are shown."""
    return [spec.name for spec in METRICS.values() if spec.group == ACCURACY and spec.higher_is_better]


def catalogue_of(train: Dataset, space: TextSpace | None = None) -> Catalogue:
    """What novelty, coverage and diversity need of the catalogue; likes are those of the training part.

    Without a ``space`` neither texts nor categories: metrics of hits need none, and reading texts takes time.
    """
    return Catalogue(
        n_items=train.n_items,
        n_people=len(train.user_ids),
        like_counts=train.like_counts,
        vectors=np.zeros((train.n_items, 0), dtype=np.float32) if space is None else space.items,
        categories=np.full(train.n_items, NO_ITEM, dtype=np.int64) if space is None else _category_numbers(train),
    )


def _category_numbers(data: Dataset) -> Rows:
    if Items.CATEGORY not in data.items.columns:
        return np.full(data.n_items, NO_ITEM, dtype=np.int64)
    names = data.items[Items.CATEGORY].fillna("").astype(str)
    numbers = names.factorize()[0].astype(np.int64)
    return np.where((names == "").to_numpy(), NO_ITEM, numbers)
