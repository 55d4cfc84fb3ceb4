"""Clusters of points: K-means and DBSCAN, each with its one setting chosen by the data, and how good they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

KS = range(2, 13)
"""Numbers of groups that are tried."""
MIN_GROUP = 5
"""Fewer people are no group."""
N_NEAR = 12
"""People within reach, oneself included, from which a place is dense (DBSCAN's ``min_samples``)."""
REACHED = np.linspace(0.4, 0.95, 12)
"""Shares of the people who have ``N_NEAR`` within reach, for each reach that is tried."""
N_STARTS, N_DRAWN = 4, 4
"""Starts for each number of groups, and points drawn for each of their centres, of which the best is taken."""
MAX_MOVES = 100
"""K-means ends when no centre moves any more, or after so many moves."""
N_AGAIN, AGAIN_SHARE = 20, 0.8
SEED = 0


@dataclass(frozen=True, eq=False)
class Tried:
    """What a search tried, and the clusters it settled on."""

    options: tuple[float, ...]
    """Numbers of groups, or distances up to which two people are near, ascending."""
    values: tuple[float, ...]
    """Mean silhouette of each, NaN where there would be fewer than two groups or one too small."""
    best: float
    """The option settled on, NaN for none."""
    labels: Labels
    """(n,) cluster of each point, -1 for none."""
    value: float
    """Mean silhouette with 0 for points of no cluster; 0 for fewer than two clusters."""

    @classmethod
    def nothing(cls, n: int = 0) -> Tried:
        """What is left where nothing can be tried with ``n`` points."""
        return cls((), (), float("nan"), np.full(n, -1), 0.0)

    @property
    def n_groups(self) -> int:
        return int(self.labels.max(initial=-1)) + 1


def by_centres(points: Floats) -> Tried:
    """K-means (Lloyd 1982) with the number of groups of the highest mean silhouette.

    ``points`` (n, d). Of ``N_STARTS`` starts the one with the least squared distances to the centres counts. Numbers
    that leave a group with fewer than ``MIN_GROUP`` are not settled on; ties go to fewer.
    """
    ks = [k for k in KS if k * MIN_GROUP <= len(points)]
    between = distances(points)
    if not ks:
        return _best(between, {})
    rng = np.random.default_rng(SEED)
    starts = [_spread(between**2, max(ks), rng) for _ in range(N_STARTS)]
    labels, spreads = k_means(points, [points[start[:k]] for k in ks for start in starts])
    best = spreads.reshape(len(ks), N_STARTS).argmin(axis=1)
    return _best(between, {float(k): labels[at * N_STARTS + best[at]] for at, k in enumerate(ks)})


def _spread(squared: Floats, k: int, rng: np.random.Generator) -> list[int]:
    """``k`` points far apart, the first so many of them too: k-means++ (Arthur and Vassilvitskii 2007).

    Each is the best of a few draws in proportion to the ``squared`` (n, n) distance from those before.
    """
    chosen = [int(rng.integers(len(squared)))]
    near = squared[chosen[0]]
    for _ in range(k - 1):
        up_to = np.cumsum(near)
        drawn = np.minimum(np.searchsorted(up_to, rng.random(N_DRAWN) * up_to[-1]), len(near) - 1)
        nearer = np.minimum(near, squared[drawn])
        at = int(nearer.sum(axis=1).argmin())
        chosen.append(int(drawn[at]))
        near = nearer[at]
    return chosen


def k_means(points: Floats, starts: Sequence[Floats]) -> tuple[Labels, Floats]:
    """(n_starts, n) cluster of each of ``points`` (n, d) and (n_starts,) sum of squared distances to the centres.

    Each of ``starts`` (k, d) is where k centres begin; one nobody is nearest to stays where it is. All move at once,
    in one product of matrices: a library's threads, hundreds of times for milliseconds, stood in each other's way.
    """
    far = 1 + 1e3 * np.abs(points).max(initial=0.0)  # nobody is near a centre that is not there
    centres = np.full((len(starts), max(map(len, starts)), points.shape[1]), far)
    for at, start in enumerate(starts):
        centres[at, : len(start)] = start
    moving = np.arange(len(starts))
    for _ in range(MAX_MOVES):
        if not len(moving):
            break
        before, nearness = centres[moving], _nearness(points, centres[moving])
        member = (nearness == nearness.max(axis=1, keepdims=True)).astype(np.float64)
        people = member.sum(axis=2)[:, :, None]
        centres[moving] = np.where(people > 0, member @ points / np.maximum(people, 1), before)
        moving = moving[(centres[moving] != before).any(axis=(1, 2))]
    nearness = _nearness(points, centres)
    return nearness.argmax(axis=1), (points**2).sum() - 2 * nearness.max(axis=1).sum(axis=1)


def _nearness(points: Floats, centres: Floats) -> Floats:
    """(n_starts, k, n) half of how much smaller the squared distance of each point to each centre is than to 0."""
    flat = centres.reshape(-1, centres.shape[-1])
    return np.asarray((flat @ points.T - (flat**2).sum(axis=1, keepdims=True) / 2).reshape(*centres.shape[:2], -1))


def by_density(points: Floats) -> Tried:
    """DBSCAN (Ester et al. 1996) with the reach of the highest mean silhouette, in which points of no cluster count 0.

    Tried are the distances within which 40% to 95% of the ``points`` (n, d) have their ``N_NEAR``-th nearest one. The
    knee of the curve of these distances, the usual choice, often reached across the gaps between planted groups.
    Reaches that leave a cluster with fewer than ``MIN_GROUP`` are not settled on; ties go to the shorter one.
    """
    if len(points) <= N_NEAR:
        return Tried.nothing(len(points))
    between = distances(points)
    reaches = np.unique(np.quantile(_reach_of_near(between), REACHED))
    reaches = reaches[reaches > 0]
    return _best(between, dict(zip(reaches.tolist(), dense(between, reaches), strict=True)))


def dense(between: Floats, reaches: Floats) -> list[Labels]:
    """(n,) dense cluster of each point for each of ``reaches``, -1 for none, from the distances ``between`` (n, n).

    Points with ``N_NEAR`` within reach are of one cluster where steps up to the reach join them: for every reach at
    once that is single linkage of the larger of their distance and what either needs for ``N_NEAR`` (Campello et al.
    2013). Clusters count from 0 by their first such point, and others within reach of some go to the first of these.
    """
    needs = _reach_of_near(between)
    steps = np.maximum(between, np.maximum(needs[:, None], needs[None, :]))
    tree = linkage(steps[np.triu_indices(len(steps), 1)], "single")
    return [
        _dense(between, fcluster(tree, reach, "distance"), np.flatnonzero(needs <= reach), reach) for reach in reaches
    ]


def _dense(between: Floats, joined: NDArray[np.integer], core: Labels, reach: float) -> Labels:
    """(n,) labels of one reach: those of the ``core`` points as ``joined`` says, and of who is near them."""
    labels = np.full(len(between), -1)
    if len(core):
        _, first, name = np.unique(joined[core], return_index=True, return_inverse=True)
        own = first.argsort().argsort()[name]
        reached = np.where(between[:, core] <= reach, own, len(core)).min(axis=1)
        labels[reached < len(core)] = reached[reached < len(core)]
        labels[core] = own
    return labels


def _reach_of_near(between: Floats) -> Floats:
    """(n,) distance within which each point has ``N_NEAR``, itself included."""
    return np.asarray(np.partition(between, N_NEAR - 1, axis=1)[:, N_NEAR - 1])


def _best(between: Floats, found: dict[float, Labels]) -> Tried:
    """The option of ``found`` with the best silhouette of two clusters or more, all of them large enough."""
    values = [
        float(silhouettes(between, labels).mean())
        if labels.max(initial=-1) > 0 and np.bincount(labels[labels >= 0]).min() >= MIN_GROUP
        else float("nan")
        for labels in found.values()
    ]
    if np.isnan(values).all():
        return Tried(tuple(found), tuple(values), float("nan"), np.full(len(between), -1), 0.0)
    at = int(np.nanargmax(values))
    best = list(found)[at]
    return Tried(tuple(found), tuple(values), best, found[best], values[at])


def distances(points: Floats) -> Floats:
    """(n, n) Euclidean distance of every pair."""
    return np.asarray(cdist(points, points))


def silhouettes(between: Floats, labels: Labels) -> Floats:
    """(n,) silhouette of each point, -1..1, from the distances ``between`` (n, n); 0 alone, in no cluster, or with one.

        s = (b - a) / max(a, b)

    a is the mean distance to the others of the own cluster, b to those of the nearest other one (Rousseeuw 1987).
    """
    names, own = np.unique(labels, return_inverse=True)
    inside = labels >= 0
    if len(names[names >= 0]) < 2:
        return np.zeros(len(labels))
    member = (labels[:, None] == names[names >= 0]).astype(np.float64)
    own = own - int((names < 0).sum())
    sizes, sums = member.sum(axis=0), between @ member
    here = np.arange(len(labels))
    alone = sizes[own] < 2
    near = sums[here, own] / np.maximum(sizes[own] - 1, 1)
    other = sums / sizes
    other[here, own] = np.inf
    far = other.min(axis=1)
    widest = np.maximum(np.maximum(near, far), 1e-12)
    return np.where(inside & ~alone, (far - near) / widest, 0.0)


def apart(tried: Tried) -> tuple[float, float] | None:
    """The next best option and by how much it is worse; None where there is none."""
    others = [
        (value, -option)
        for option, value in zip(tried.options, tried.values, strict=True)
        if option != tried.best and value == value
    ]
    if not others:
        return None
    value, option = max(others)
    return -option, tried.value - value


def stability(
    points: Floats, labels: Labels, search: Callable[[Floats], Tried], seed: int
) -> tuple[float, float, float]:
    """Mean, lowest and highest agreement with ``labels`` of ``N_AGAIN`` searches in 4/5 of the points.

    Points are drawn without replacement, as a point twice in one place would be dense by itself; the number of groups
    is chosen anew.
    """
    rng = np.random.default_rng(seed)
    agreed = []
    for _ in range(N_AGAIN):
        drawn = np.sort(rng.choice(len(points), int(AGAIN_SHARE * len(points)), replace=False))
        agreed.append(agreement(labels[drawn], search(points[drawn]).labels))
    return float(np.mean(agreed)), min(agreed), max(agreed)


def agreement(one: Labels, other: Labels) -> float:
    """Adjusted Rand index of two ways to divide the same points (Hubert and Arabie 1985): 1 is the same, 0 is chance.

    Of the pairs of points together in one, those also together in the other, beyond what chance would bring. 1 for
    fewer than two points, and where both divide nobody, or everybody, from everybody.
    """
    rows, columns = (np.unique(labels, return_inverse=True)[1] for labels in (one, other))
    shared = np.zeros((rows.max(initial=0) + 1, columns.max(initial=0) + 1))
    np.add.at(shared, (rows, columns), 1)
    both, ours, theirs, pairs = (
        float((sizes * (sizes - 1) / 2).sum())
        for sizes in (shared, shared.sum(axis=1), shared.sum(axis=0), shared.sum(keepdims=True))
    )
    most, chance = (ours + theirs) / 2, ours * theirs / max(pairs, 1)
    return (both - chance) / (most - chance) if most > chance else 1.0
