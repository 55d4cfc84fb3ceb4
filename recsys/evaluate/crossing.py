"""Is a taste from elsewhere worth anything? People known in two catalogues, each ranked abroad from home alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.errors import DataError
from recsys.live import Edits, Known, Ranking, Steer, Steering
from recsys.metrics import TopLists
from recsys.metrics.ndcg import ndcg
from recsys.metrics.significance import Interval, mean_interval
from recsys.models import build
from recsys.models.fuse import z_scored
from recsys.models.pieces import Readers
from recsys.models.popularity import shares
from recsys.ranking import top_k
from recsys.scenarios.crossing import LEAST_KNOWN, N_CARRIED, Bridge, reached
from recsys.types import Query, Rows, Vector

POPULAR, PLAIN, LEARNED, ADDED = "popular", "plain", "learned", "learned and popular"
PLAIN_ON_LIVE, ON_LIVE = "plain on Live", "learned on Live"
WAYS = {
    POPULAR: "What is popular there",
    PLAIN: "The taste as it is",
    LEARNED: "The taste by the learned map",
    ADDED: "The learned map and what is popular, equally",
    PLAIN_ON_LIVE: "Ten items by the taste as it is, as wishes on Live",
    ON_LIVE: "Ten items by the learned map, as wishes on Live",
}
"""What is compared, in plain words; all of them rank people of whom nothing is known there."""
FOLDS = 5
MIN_LIKES = 3
"""Fewer likes abroad are no list to find again."""
USUAL = "switching"
"""The recommender of the Live page."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """How well one way ranks the catalogue abroad for people whose taste was learned at home only."""

    way: str
    """A name of ``WAYS``."""
    ndcg: Interval
    """NDCG@k over people, all their likes abroad being hits."""
    gain: Interval
    """The same less that of what is popular, paired by person."""


def crossings(home: Dataset, abroad: Dataset, k: int = 10, seed: int = 0) -> tuple[Crossing, ...]:
    """One :class:`Crossing` for each of ``WAYS``, over the people of both with at least ``MIN_LIKES`` likes abroad.

    In ``FOLDS`` parts: popularity, the map and the models are learned from the other people's events abroad, so that
    nothing a person did there is known when they are ranked. Likes of everybody count at home.

    Raises DataError without a shared encoder or with fewer than ``LEAST_KNOWN`` such people.
    """
    bridge = Bridge.between(home, abroad)
    liked = {user: abroad.likes[place].indices.astype(np.int64) for place, user in enumerate(abroad.user_ids)}
    people = [user for user in bridge.both() if len(liked[user]) >= MIN_LIKES]
    if not bridge.encoder:
        raise DataError(f"{home.label} and {abroad.label} have no encoder in common that reads both")
    if len(people) < LEAST_KNOWN:
        raise DataError(f"{home.label} and {abroad.label} share {len(people)} people: {LEAST_KNOWN} are needed")
    fold = np.random.default_rng(seed).permutation(len(people)) % FOLDS
    lists: dict[str, dict[str, Rows]] = {way: {} for way in WAYS}
    for part in range(FOLDS):
        asked = [user for user, its in zip(people, fold, strict=True) if its == part]
        for user, way, rows in _ranked(bridge, asked, k):
            lists[way][user] = rows
    return _table({way: _ndcg(found, liked, people, k) for way, found in lists.items()})


def _ranked(bridge: Bridge, asked: list[str], k: int) -> Iterator[tuple[str, str, Rows]]:
    """(user, way, rows) for everybody of one part, with all that is learned from the others."""
    abroad = bridge.abroad
    known = abroad.with_events(~abroad.events[Events.USER].isin(asked).to_numpy())
    others = replace(bridge, abroad=known)
    popular, way = shares(known), others.map_by(others.both())
    items = Readers.of(known).spaces[bridge.encoder].items
    by = Ranking(known, build(USUAL).fit(known), k)
    for user in asked:
        direction = bridge.taste(Query(bridge.home.history(user)))
        plain, learned = (_told(reached(items, direction, one), popular) for one in (None, way))
        yield user, POPULAR, top_k(popular, k)
        yield user, PLAIN, top_k(plain, k)
        yield user, LEARNED, top_k(learned, k)
        yield user, ADDED, top_k((z_scored(learned) + z_scored(popular)).astype(np.float32), k)
        yield user, PLAIN_ON_LIVE, _on_live(by, top_k(plain, N_CARRIED))
        yield user, ON_LIVE, _on_live(by, top_k(learned, N_CARRIED))


def _told(scores: Vector, popular: Vector) -> Vector:
    """What is popular, for somebody whose taste cannot be read."""
    return popular if np.isnan(scores).all() else scores


def _on_live(by: Ranking, rows: Rows) -> Rows:
    """The list of somebody new who brought ``rows`` along."""
    edit = Steer.carried("home", [by.data.item_ids[row] for row in rows])
    return by.answer(Known(steering=Steering(by.data, Edits((edit,)))).query).rows


def _ndcg(found: dict[str, Rows], liked: dict[str, Rows], people: list[str], k: int) -> Floats:
    return ndcg(TopLists.of([found[user] for user in people], [liked[user] for user in people], k))


def _table(values: dict[str, Floats]) -> tuple[Crossing, ...]:
    base = values[POPULAR]
    return tuple(Crossing(way, mean_interval(its), mean_interval(its - base)) for way, its in values.items())
