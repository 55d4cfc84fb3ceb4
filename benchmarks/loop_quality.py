"""What the live profile is worth: people no model has seen reveal their likes one by one, and lists follow.

A fifth of the people is drawn (``holdout.new_users``); all their events are out of training. Their likes, each item
once, are revealed in time order. After n = 1, 2, 3, 5, 8, 10, 15, 20, 30 and 40 likes the whole catalogue without the
revealed items is ranked, and NDCG@10 is measured on the ten likes that follow (``NDCG@10``) and on all that follow
(``all_later/NDCG@10``). A figure is the mean over the numbers of likes of the mean over the people who have another
like after so many; intervals are bootstrapped over people, differences paired. Knobs of EASE and item-KNN are chosen
in the same way on another fifth, inside the training part; all other models keep their defaults.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset, catalogue, holdout
from recsys.data.loaders import movielens
from recsys.metrics.significance import N_BOOT, percentile_interval, resample_weights, resampled_means
from recsys.models import build, shared, top_k
from recsys.models.shared import session_knobs, turned
from recsys.settings import settings
from recsys.types import Event, Query, Rows, Scorer, Vector

K = 10
N_LIKES = (1, 2, 3, 5, 8, 10, 15, 20, 30, 40)
N_FOLLOWING = 10
"""Likes that count as hits: those that follow at once."""
N_FROZEN = 3
"""Likes after which the frozen profile stays as it is."""

ROSTER = (
    "text_mean",
    "popularity",
    "item_knn",
    "ease",
    "weighted",
    "switching",
    "interest",
    "learned_weights",
    "ltr",
)
PAIRS = (("ltr", "ease"), ("ltr", "item_knn"), ("ltr", "learned_weights"), ("learned_weights", "ease"))
FROZEN = ("ease", "ltr")
TUNED: Mapping[str, Mapping[str, Sequence[float]]] = {
    "ease": {
        "l2": (200.0, 800.0, 3200.0),
        "dropout": (0.0, 0.3, 0.6, 0.8, 0.9),
        "half_life": (1.0, 2.0, 3.0, 5.0, 10.0, 20.0),
        "prior": (0.0, 0.03, 0.1, 0.3),
    },
    "item_knn": {
        "shrink": (20.0, 80.0, 320.0),
        "half_life": (1.0, 2.0, 3.0, 5.0, 10.0, 20.0),
        "prior": (0.0, 0.1, 0.3, 1.0),
    },
}
"""Values tried, all combinations of them; knobs that need a new fit come first."""

ABOVE_ZERO = 1e-4
"""The smallest figure that is written as more than zero."""
AT_LEAST = {
    "live/ml-100k/ltr/NDCG@10": 0.19,
    "live/ml-100k/ltr-ease/NDCG@10/low": ABOVE_ZERO,
    "live/ml-100k/ltr/live-frozen/NDCG@10/low": ABOVE_ZERO,
    "live/ml-100k/ltr/live-frozen/like_rate/low": ABOVE_ZERO,
}

Floats = NDArray[np.float64]
NEVER = np.iinfo(np.int64).max
DISCOUNTS = 1 / np.log2(np.arange(K) + 2)


@dataclass(frozen=True, eq=False)
class Walk:
    """What one stranger likes, in time order, each item once."""

    events: tuple[Event, ...]
    rows: Rows


@dataclass(frozen=True, eq=False)
class Lists:
    """What one model listed for every stranger at every stop, (n_people, n_stops); NaN where a walk is over."""

    following: Floats
    """NDCG@10 on the likes that follow at once."""
    all_later: Floats
    """NDCG@10 on all likes that follow."""
    like_rate: Floats
    """Share of the ten items that the person goes on to like, at any time."""


def measure() -> dict[str, float | int | str]:
    """Every figure; empty, and said so, where RECSYS_DATASETS does not lead to the data."""
    root = settings().datasets_dir
    if root is None:
        print("RECSYS_DATASETS is not set: the live lists were NOT measured", file=sys.stderr)
        return {}
    texts = root / "movie-text" / "ml_100k_text.csv"
    found = _on(movielens.load(root / "ml-100k", text_table=texts if texts.is_file() else None, name="ml-100k"))
    return found | _on(catalogue.load("movielens-latest-small"), "ml-latest-small")


def _on(data: Dataset, name: str = "ml-100k", seed: int = 0) -> dict[str, float | int | str]:
    """The figures of one dataset, as ``live/<name>/...``."""
    train, walks = strangers(data, seed)
    chosen = {model: tuned(model, grid, train, seed + 1) for model, grid in TUNED.items()}
    scorers = {model: shared(build(model, **chosen.get(model, {})), train) for model in ROSTER}
    lists = {model: listed(scorer, walks) for model, scorer in scorers.items()}
    figures: dict[str, float | int | str] = {f"live/{name}/n_people": len(walks)}
    figures |= {f"live/{name}/{model}/setting": str(knobs) for model, knobs in chosen.items()}
    for model, one in lists.items():
        figures |= _named(f"live/{name}/{model}/NDCG@{K}", one.following)
        figures |= _named(f"live/{name}/{model}/all_later/NDCG@{K}", one.all_later)
        figures |= _by_length(f"live/{name}/{model}/NDCG@{K}", one.following)
        print(f"{name} {model}: {figures[f'live/{name}/{model}/NDCG@{K}']}", file=sys.stderr)
    for ours, theirs in PAIRS:
        apart = lists[ours].following - lists[theirs].following
        figures |= _named(f"live/{name}/{ours}-{theirs}/NDCG@{K}", apart)
        apart = lists[ours].all_later - lists[theirs].all_later
        figures |= _named(f"live/{name}/{ours}-{theirs}/all_later/NDCG@{K}", apart)
    for model in FROZEN:
        figures |= against_frozen(f"live/{name}/{model}", lists[model], listed(scorers[model], walks, N_FROZEN))
    return figures


def strangers(data: Dataset, seed: int) -> tuple[Dataset, list[Walk]]:
    """The training part without a fifth of the people, and the walks of those of them with two likes or more."""
    [held] = holdout.new_users(data, seed)
    people = sorted(set(data.events[Events.USER][~held.learn]))
    walks = [_walk(data, user_id) for user_id in people]
    return data.with_events(held.learn), [walk for walk in walks if len(walk.rows) > 1]


def _walk(data: Dataset, user_id: str) -> Walk:
    first: dict[str, Event] = {}
    for event in data.history(user_id):
        if event.item_id is not None and event.stars is not None and event.stars >= data.liked_stars:
            first.setdefault(event.item_id, event)
    return Walk(tuple(first.values()), np.array([data.row_of[item] for item in first], dtype=np.int64))


def listed(scorer: Scorer, walks: Sequence[Walk], n_frozen: int | None = None) -> Lists:
    """Lists at every stop; after ``n_frozen`` likes the profile stays as it is, while known items still leave."""
    shape = (len(walks), len(N_LIKES))
    out = Lists(np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan))
    for person, walk in enumerate(walks):
        for stop, n in enumerate(N_LIKES):
            if n < len(walk.rows):
                shown = n if n_frozen is None else min(n, n_frozen)
                hits = _hits(scorer.score(Query(walk.events[:shown])), walk, n)
                out.following[person, stop] = _ndcg(hits < n + N_FOLLOWING, min(N_FOLLOWING, len(walk.rows) - n))
                out.all_later[person, stop] = _ndcg(hits < NEVER, len(walk.rows) - n)
                out.like_rate[person, stop] = (hits < NEVER).mean()
    return out


def _hits(scores: Vector, walk: Walk, n: int) -> Rows:
    """(K,) when the person likes each item of the list, as a place in the walk; NEVER also for an empty place."""
    place = np.full(len(scores), NEVER, dtype=np.int64)
    place[walk.rows] = np.arange(len(walk.rows))
    found = place[top_k(scores, K, walk.rows[:n])]
    return np.concatenate([found, np.full(K - len(found), NEVER, dtype=np.int64)])


def _ndcg(hit: NDArray[np.bool_], n_relevant: int) -> float:
    return float(DISCOUNTS[hit].sum() / DISCOUNTS[: min(K, n_relevant)].sum())


def tuned(model: str, grid: Mapping[str, Sequence[float]], train: Dataset, seed: int) -> dict[str, Any]:
    """The knobs of ``grid`` that rank the likes that follow best for a fifth of the people of ``train``."""
    smaller, walks = strangers(train, seed)
    best, value = {}, -np.inf
    for scorer, knobs in _fits(model, grid, smaller):
        reached = float(_of_stops(listed(scorer, walks).following))
        if reached > value:
            best, value = knobs, reached
    print(f"{model}: {best} reaches {value:.4f} on the people it was tuned on", file=sys.stderr)
    return best


def _fits(model: str, grid: Mapping[str, Sequence[float]], data: Dataset) -> Iterator[tuple[Scorer, dict[str, Any]]]:
    """Every combination, fitted; knobs of the query are turned on what is learned already."""
    at_query = session_knobs(build(model))
    learned = [name for name in grid if name not in at_query]
    of_query = [name for name in grid if name in at_query]
    for values in product(*(grid[name] for name in learned)):
        fixed = dict(zip(learned, values, strict=True))
        fitted = build(model, **fixed).fit(data)
        for more in product(*(grid[name] for name in of_query)):
            knobs = fixed | dict(zip(of_query, more, strict=True))
            yield turned(fitted, build(model, **knobs)), knobs


def against_frozen(name: str, live: Lists, frozen: Lists) -> dict[str, float]:
    """The live profile minus the frozen one, at the stops where they differ."""
    later = [stop for stop, n in enumerate(N_LIKES) if n > N_FROZEN]
    figures: dict[str, float] = {}
    parts: Mapping[str, Callable[[Lists], Floats]] = {
        f"NDCG@{K}": lambda lists: lists.following[:, later],
        "like_rate": lambda lists: lists.like_rate[:, later],
    }
    for metric, of in parts.items():
        figures |= _named(f"{name}/live/{metric}", of(live)) | _named(f"{name}/frozen/{metric}", of(frozen))
        figures |= _named(f"{name}/live-frozen/{metric}", of(live) - of(frozen))
    return figures


def _of_stops(values: Floats) -> float:
    """Mean over the stops of the mean over the people who reach each."""
    return float(np.nanmean(np.nanmean(values[:, ~np.isnan(values).all(axis=0)], axis=0)))


def _named(name: str, values: Floats) -> dict[str, float]:
    """The figure ``name`` with its 95% interval; people are drawn with all their stops."""
    known = ~np.isnan(values)
    values = values[np.ix_(known.any(axis=1), known.any(axis=0))]
    means = resampled_means(values, resample_weights(len(values), N_BOOT, 0)).mean(axis=1)
    interval = percentile_interval(_of_stops(values), means, len(values))
    return {
        name: round(interval.value, 4),
        f"{name}/low": round(interval.low, 4),
        f"{name}/high": round(interval.high, 4),
    }


def _by_length(name: str, values: Floats) -> dict[str, float]:
    return {f"{name}/after_{n}": round(float(np.nanmean(values[:, stop])), 4) for stop, n in enumerate(N_LIKES)}
