"""Clusters of points: K-means and DBSCAN, each with its one setting chosen by the data, and how good they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
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
N_STARTS = 2
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
    """K-means (Lloyd 1982; started by k-means++) with the number of groups of the highest mean silhouette.

    ``points`` (n, d). Numbers that leave a group with fewer than ``MIN_GROUP`` are not settled on; ties go to fewer.
    """
    from sklearn.cluster import KMeans  # here: the app starts without scikit-learn

    found: dict[float, Labels] = {}
    for k in KS:
        if k * MIN_GROUP <= len(points):
            labels = KMeans(k, n_init=N_STARTS, random_state=SEED).fit_predict(points).astype(np.int64)
            found[float(k)] = labels
    return _best(distances(points), found)


def by_density(points: Floats) -> Tried:
    """DBSCAN (Ester et al. 1996) with the reach of the highest mean silhouette, in which points of no cluster count 0.

    Tried are the distances within which 40% to 95% of the ``points`` (n, d) have their ``N_NEAR``-th nearest one. The
    knee of the curve of these distances, the usual choice, often reached across the gaps between planted groups.
    Reaches that leave a cluster with fewer than ``MIN_GROUP`` are not settled on; ties go to the shorter one.
    """
    from sklearn.cluster import DBSCAN

    if len(points) <= N_NEAR:
        return Tried.nothing(len(points))
    between = distances(points)
    reaches = np.quantile(np.partition(between, N_NEAR - 1, axis=1)[:, N_NEAR - 1], REACHED)
    return _best(
        between,
        {
            float(reach): DBSCAN(eps=reach, min_samples=N_NEAR, metric="precomputed")
            .fit_predict(between)
            .astype(np.int64)
            for reach in np.unique(reaches)
            if reach > 0
        },
    )


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
    is chosen anew. Agreement is the adjusted Rand index (Hubert and Arabie 1985): 1 is the same, 0 is chance.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(seed)
    agreed = []
    for _ in range(N_AGAIN):
        drawn = np.sort(rng.choice(len(points), int(AGAIN_SHARE * len(points)), replace=False))
        agreed.append(float(adjusted_rand_score(labels[drawn], search(points[drawn]).labels)))
    return float(np.mean(agreed)), min(agreed), max(agreed)
