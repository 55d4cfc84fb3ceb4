"""The catalogue as a flat map, the person's place and way on it, and how far the drawing can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.explain.similarity import Piece, pieces
from recsys.models.text_profile import TextProfile
from recsys.ranking import top_k
from recsys.text import TextSpace
from recsys.types import Matrix, Query, Rows, Vector

PCA, TSNE_METHOD = "pca", "tsne"
SEED = 0
NEAREST = 5
"""Items whose places decide where something lies that the drawing cannot place itself."""

TSNE_ITEMS = (10, 5_000)
"""Fewest and most items that t-SNE draws: below it has no neighbourhoods, above it takes minutes."""

SHARE_SAMPLE = 500
N_CATEGORIES = 9
OTHER = "other"


@dataclass(frozen=True, eq=False)
class CatalogueMap:
    """Places of the items that have a text; immutable, shared by sessions."""

    method: str
    rows: Rows
    """(n,) rows of ``Dataset.items`` that are drawn."""
    xy: Matrix
    """(n, 2) float32, no unit: only nearness means something."""
    vectors: Matrix
    """(n, dim) float32 unit rows that were drawn."""
    mean: Vector
    axes: Matrix | None
    """(2, dim) for PCA, None for t-SNE."""
    share: float
    """:func:`neighbour_share` of the drawing."""
    chance: float
    """What that share would be for dots thrown at random."""
    n_without_text: int

    def places(self, vectors: Matrix) -> Matrix:
        """(m, 2) float32: where unit ``vectors`` (m, dim) lie on the map.

        PCA projects them exactly as it projected the items. t-SNE has no formula for newcomers: they lie at the
        mean place of their 5 nearest items, weighted by the cosine.
        """
        if self.axes is not None:
            return np.asarray((vectors - self.mean) @ self.axes.T, dtype=np.float32)
        out = np.zeros((len(vectors), 2), dtype=np.float32)
        for position, vector in enumerate(vectors):
            rows, weights = _nearest(self.vectors, vector)
            out[position] = weights @ self.xy[rows]
        return out


@dataclass(frozen=True, eq=False)
class Way:
    """Where a person is and how they came there."""

    trail: Matrix
    """(n_steps, 2) float32: the place after each event, oldest first, the last one is now."""
    labels: tuple[str, ...]
    """What moved the person to each place."""
    similarity: Vector
    """(n_items,) float32: cosine of every item of the catalogue with the taste as it is now, NaN without text."""


@dataclass(frozen=True, eq=False)
class Dots:
    """What a map needs to be drawn, one entry per item that has a text."""

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    categories: tuple[str, ...]
    """The nine largest categories by name, all others as ``other``."""
    xy: Matrix


def draw(space: TextSpace, method: str = PCA, seed: int = SEED) -> CatalogueMap:
    """Lay the items of ``space`` out on a plane; the same space, method and seed give the same map.

    Raises ValueError for an unknown method, or for t-SNE outside 10 to 5,000 items.
    """
    rows = np.flatnonzero(space.has_text).astype(np.int64)
    vectors = space.items[rows]
    mean = vectors.mean(axis=0) if len(rows) else np.zeros(space.items.shape[1], dtype=np.float32)
    axes: Matrix | None = None
    if method == PCA:
        axes = principal_axes(vectors - mean)
        xy = (vectors - mean) @ axes.T
    elif method == TSNE_METHOD:
        xy = _tsne(vectors, seed)
    else:
        raise ValueError(f"method should be {PCA} or {TSNE_METHOD}, is {method!r}")
    xy = np.ascontiguousarray(xy, dtype=np.float32)
    for array in (rows, xy, vectors, mean, axes):
        if array is not None:
            array.setflags(write=False)
    share = neighbour_share(vectors, xy)
    chance = min(1.0, 10 / max(1, len(rows) - 1))
    return CatalogueMap(method, rows, xy, vectors, mean, axes, share, chance, len(space.items) - len(rows))


def principal_axes(shifted: Matrix) -> Matrix:
    """(2, dim) float32 unit directions of most variance of ``shifted`` (n, dim), whose columns have mean 0.

    The largest entry of each is positive, which makes the map the same on every machine; a direction that does not
    exist (fewer than three items) is zero.
    """
    axes = np.zeros((2, shifted.shape[1]), dtype=np.float32)
    if len(shifted):
        _, lengths, found = np.linalg.svd(shifted.astype(np.float64), full_matrices=False)
        found = found[:2][lengths[:2] > 1e-6]
        signs = np.sign(found[np.arange(len(found)), np.abs(found).argmax(axis=1)])
        axes[: len(found)] = found * signs[:, None]
    return axes


def neighbour_share(vectors: Matrix, xy: Matrix, n: int = 10) -> float:
    """Share of an item's ``n`` true nearest neighbours that are also among the ``n`` nearest dots, in [0, 1].

    Mean over at most 500 evenly spaced items, by Euclidean distance on both sides (for unit vectors the order of
    the cosine). 1 = the drawing keeps every neighbourhood; n / (items - 1) is chance; 1.0 when there is one item or
    none.
    """
    n_items = len(vectors)
    n = min(n, n_items - 1)
    if n < 1:
        return 1.0
    sample = np.unique(np.linspace(0, n_items - 1, min(SHARE_SAMPLE, n_items)).astype(np.int64))
    true, drawn = _nearness(vectors, sample), _nearness(xy, sample)
    kept = 0
    for position, row in enumerate(sample):
        own = np.array([row])
        kept += len(np.intersect1d(top_k(true[position], n, own), top_k(drawn[position], n, own)))
    return kept / (n * len(sample))


def my_way(profile: TextProfile, query: Query, drawing: CatalogueMap) -> Way | None:
    """The person's places on ``drawing``; None for a stranger.

    A place is that of the signed, aged sum of everything up to then, at unit length like every item. (Ageing is
    the same factor for all that lies before, so that it does not turn the older places.) Words that another encoder
    reads count as the mean of the 5 items nearest to them there.
    """
    found = pieces(profile, query)
    space = profile.readers.spaces[profile.encoder_names[0]]
    steps: list[Vector] = []
    labels: list[str] = []
    total = np.zeros(space.items.shape[1], dtype=np.float32)
    for position, piece in enumerate(found):
        total = total + np.float32(piece.weight) * _in_main_space(profile, piece)
        length = float(np.linalg.norm(total))
        more_of_this_event = position + 1 < len(found) and found[position + 1].key == piece.key
        if length > 1e-9 and not more_of_this_event:
            steps.append(total / np.float32(length))
            labels.append(f"{piece.kind}: {piece.label}")
    if not steps:
        return None
    similarity = np.clip(space.items @ steps[-1], -1, 1).astype(np.float32)
    similarity[~space.has_text] = np.nan
    return Way(drawing.places(np.stack(steps)), tuple(labels), similarity)


def dots(data: Dataset, drawing: CatalogueMap) -> Dots:
    """Name, category and place of every item that is drawn."""
    names = [data.field(int(row), Items.CATEGORY) or OTHER for row in drawing.rows]
    large = {name for name, _ in Counter(names).most_common(N_CATEGORIES)}
    return Dots(
        tuple(data.item_ids[row] for row in drawing.rows),
        tuple(data.field(int(row), Items.TITLE) for row in drawing.rows),
        tuple(name if name in large else OTHER for name in names),
        drawing.xy,
    )


def chosen(shown: Dots, drawing: CatalogueMap, way: Way | None, ids: Collection[str] = (), category: str = "") -> Rows:
    """Entries of ``shown`` among ``ids`` and in ``category``, most alike to the person first.

    No ids or no category means no such limit; neither gives nothing, because everything is no choice. Without a
    person the order is the catalogue's.
    """
    keep = [
        n
        for n, (item_id, name) in enumerate(zip(shown.item_ids, shown.categories, strict=True))
        if (ids or category) and (not ids or item_id in ids) and (not category or name == category)
    ]
    if way is None or not keep:
        return np.array(keep, dtype=np.int64)
    scores = np.full(len(shown.item_ids), np.nan, dtype=np.float32)
    scores[keep] = way.similarity[drawing.rows[keep]]
    return top_k(scores, len(keep))


def _tsne(vectors: Matrix, seed: int) -> Matrix:
    """t-SNE (van der Maaten and Hinton 2008) started from PCA, perplexity 30 or a third of a small catalogue.

    Half the usual steps and a coarser tree (angle 0.8): the same neighbour share, several times as fast.
    """
    from sklearn.manifold import TSNE  # here: the app has no other need of it, and it is slow to import

    low, high = TSNE_ITEMS
    if not low <= len(vectors) <= high:
        raise ValueError(f"t-SNE draws {low} to {high:,} items, there are {len(vectors):,}: use PCA")
    perplexity = min(30.0, (len(vectors) - 1) / 3)
    layout = TSNE(init="pca", random_state=seed, perplexity=perplexity, max_iter=500, angle=0.8).fit_transform(vectors)
    return np.asarray(layout, dtype=np.float32)


def _in_main_space(profile: TextProfile, piece: Piece) -> Vector:
    """(dim,) unit vector of ``piece`` in the space the items are drawn in."""
    main = profile.readers.spaces[profile.encoder_names[0]]
    if piece.row is not None:
        return np.asarray(main.items[piece.row], dtype=np.float32)
    space = profile.readers.spaces[piece.encoder]
    vector = np.asarray(space.vectors([piece.label])[0], dtype=np.float32)
    if space is main:
        return vector
    rows, weights = _nearest(space.items, vector)
    mean = weights @ main.items[rows]
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / np.float32(length) if length > 1e-9 else mean, dtype=np.float32)


def _nearest(items: Matrix, vector: Vector) -> tuple[Rows, Vector]:
    """The 5 items of highest cosine with ``vector`` and their shares, which sum to 1 (to 0 when none is alike)."""
    cosines = (items @ vector).astype(np.float32)
    rows = top_k(cosines, NEAREST)
    weights = np.maximum(cosines[rows], 0)
    total = float(weights.sum())
    return rows, (weights / (total or 1.0)).astype(np.float32)


def _nearness(points: Matrix, sample: Rows) -> Vector:
    """(n_sample, n) higher is nearer: minus the squared distance, without the summand all of a row share."""
    exact = points.astype(np.float64)
    return np.asarray(2 * exact[sample] @ exact.T - (exact**2).sum(axis=1))
