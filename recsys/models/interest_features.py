"""What the chance of liking is read from: each thing somebody tried, described by what was known before it.

A list of every source would have to be made anew for every moment of a session. Lists of behaviour and of texts are
sums over items, so their values at one item, and their mean and spread over the catalogue, are had for all moments of
a session by one product of matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.blend import SOURCES, Lists
from recsys.models.ease_text import EaseText
from recsys.models.fuse import z_scored
from recsys.models.logistic import Answers, Floats
from recsys.models.shared import frozen
from recsys.models.text_profile import TextProfile
from recsys.models.tried import Tried, like_odds, tried
from recsys.text.space import MIN_LENGTH, unit_rows
from recsys.types import Event, Part, Query, Rows, Scorer

USES = ("behaviour", "text", "popularity")
"""Sources whose z-scores are features."""
N_DIRECTIONS = 8
"""Principal directions of the texts that a person's weights can turn to."""
N_TEXT = 48
"""Principal directions in which texts are compared."""

_LABELS = {
    "constant": "how often you like what you try",
    "share": "how many of those who tried it liked it",
    "liked": "how near it is to what you liked",
    "disliked": "how near it is to what you did not like",
    "near_liked": "the thing you liked that is most like it",
    "near_disliked": "the thing you did not like that is most like it",
    "directions": "what it is about",
}
_COLUMNS = ("constant", *USES, "share", "liked", "disliked", "near_liked", "near_disliked")
_AT = {name: column for column, name in enumerate(_COLUMNS)}
N_FEATURES = len(_COLUMNS) + N_DIRECTIONS

GROUPS: tuple[tuple[str, slice], ...] = (
    *((name, slice(n, n + 1)) for n, name in enumerate(_COLUMNS)),
    ("directions", slice(len(_COLUMNS), N_FEATURES)),
)
"""Columns of the features that are one reason together."""


def reason(name: str, weight: float) -> Part:
    """A group of features as a reason."""
    label = SOURCES[name].label if name in SOURCES else _LABELS[name]
    return Part("prior" if name == "constant" else f"feature:{name}", _kind(name), label, weight)


def _kind(name: str) -> str:
    return "prior" if name == "constant" else "feature"


@dataclass(frozen=True, eq=False, slots=True)
class ItemSide:
    """What is known of the items whoever asks, and what turns sums over items into z-scores."""

    share: Floats
    """(n_items,) log odds of being liked by who tries it, above those of the average item: ``tried.damped_odds``."""
    popularity: Floats
    """(n_items,) z-score of the source ``popularity``."""
    texts: Floats
    """(n_items, at most N_TEXT) unit rows in principal directions; zero rows for items without text."""
    unit: float
    """Root mean square cosine of two of them: the unit of nearness."""
    directions: Floats
    """(n_items, N_DIRECTIONS) the first principal directions, the first with spread 1."""
    linked: NDArray[np.bool_]
    """(n_items,) items that behaviour can score."""
    telling: NDArray[np.bool_]
    """(n_items,) items that say something about others."""
    link_means: Floats
    """(n_items,) mean over linked items of the links from each."""
    text_mean: Floats
    """(dim,) mean item vector."""
    text_spread: Floats
    """(dim, dim) covariance of the item vectors."""

    @classmethod
    def of(cls, data: Dataset, sources: Mapping[str, Scorer]) -> ItemSide:
        """Read it off ``data`` and its fitted sources."""
        behaviour, text = behaviour_of(sources), text_of(sources)
        links, vectors = links_of(behaviour), main_vectors(text)
        linked = np.asarray(behaviour.linked_)
        wide = vectors.astype(np.float64)
        mean = wide.mean(axis=0)
        covariance = (wide - mean).T @ (wide - mean) / len(wide)
        axes = np.linalg.eigh(covariance)[1][:, ::-1][:, :N_TEXT]
        texts = unit_rows(wide @ axes)
        side = cls(
            like_odds(data),
            z_scored(sources["popularity"].score(Query())).astype(np.float64),
            texts,
            float(np.sqrt(np.square(texts.T @ texts).sum()) / len(texts)) or 1.0,
            _directions((wide - mean) @ axes[:, :N_DIRECTIONS]),
            linked,
            np.asarray(behaviour.telling_),
            links.sum(axis=1, dtype=np.float64) / max(int(linked.sum()), 1),
            mean,
            covariance,
        )
        frozen(*(value for field in fields(side) if isinstance(value := getattr(side, field.name), np.ndarray)))
        return side


def past_features(found: Tried, side: ItemSide, sources: Mapping[str, Scorer]) -> Floats:
    """(n, N_FEATURES) of everything tried, each from what was tried before it and never from itself."""
    behaviour, text = behaviour_of(sources), text_of(sources)
    out = np.zeros((len(found), N_FEATURES))
    if not len(found):
        return out
    before = np.tri(len(found), k=-1)
    out[:, _AT["constant"]] = 1.0
    out[:, _AT["behaviour"]] = _behaviour_before(found, side, links_of(behaviour), behaviour.half_life)
    out[:, _AT["text"]] = _text_before(found, side, main_vectors(text))
    out[:, _AT["popularity"]] = side.popularity[found.rows]
    out[:, _AT["share"]] = side.share[found.rows]
    own = side.texts[found.rows]
    cosines = own @ own.T / side.unit
    for name, chosen in _sides(found):
        centres = unit_rows(before @ (own * chosen[:, None]))
        out[:, _AT[name]] = np.einsum("nd,nd->n", own, centres) / side.unit
        out[:, _AT[f"near_{name}"]] = _nearest(np.where(before * chosen > 0, cosines, -np.inf))
    out[:, len(_COLUMNS) :] = side.directions[found.rows]
    return out


def features(rows: Rows, lists: Lists, found: Tried, side: ItemSide) -> Floats:
    """(n_rows, N_FEATURES) of ``rows`` from all that is known now; ``lists`` are those of USES.

    Meant for what is still to be tried: something tried already is near itself.
    """
    out = np.zeros((len(rows), N_FEATURES))
    out[:, _AT["constant"]] = 1.0
    for name in USES:
        if lists.scales[name].spread:
            out[:, _AT[name]] = np.nan_to_num(lists.scales[name].z(lists.raw[name][rows]), nan=0.0)
    out[:, _AT["share"]] = side.share[rows]
    own = side.texts[rows]
    for name, chosen in _sides(found):
        others = side.texts[found.rows[chosen]]
        if len(others):
            out[:, _AT[name]] = own @ unit_rows(others.sum(axis=0, keepdims=True))[0] / side.unit
            out[:, _AT[f"near_{name}"]] = (own @ others.T).max(axis=1) / side.unit
    out[:, len(_COLUMNS) :] = side.directions[rows]
    return out


def tried_by(events: Sequence[Event], data: Dataset, sources: Mapping[str, Scorer]) -> Tried:
    """What a session tried, as the sources weigh it."""
    text = text_of(sources)
    return tried(events, data, text.half_life, text.dislike_strength)


def answers(events: Sequence[Event], data: Dataset, side: ItemSide, sources: Mapping[str, Scorer]) -> Answers:
    """What a session said of each thing it tried, in the order in which it was said."""
    found = tried_by(events, data, sources)
    return Answers(past_features(found, side, sources), found.liked, found.weights)


def behaviour_of(sources: Mapping[str, Scorer]) -> EaseText:
    """The source whose links are read."""
    source = sources["behaviour"]
    assert isinstance(source, EaseText)
    return source


def text_of(sources: Mapping[str, Scorer]) -> TextProfile:
    """The source whose text vectors are read."""
    source = sources["text"]
    assert isinstance(source, TextProfile)
    return source


def links_of(behaviour: EaseText) -> NDArray[np.float32]:
    """(n_items, n_items) links, dense."""
    return np.asarray(behaviour.links_)


def main_vectors(text: TextProfile) -> NDArray[np.float32]:
    """(n_items, dim) vectors by which items are compared: those of the first reader."""
    return text.readers.main.items


def _behaviour_before(found: Tried, side: ItemSide, links: NDArray[np.float32], half_life: float) -> Floats:
    """(n,) z-score that behaviour gave each thing tried just before it was."""
    speaks = found.pull > 0
    # A factor common to all weights changes no z-score, so weights may age from the newest of all.
    aged = found.pull * 0.5 ** ((speaks.sum() - np.cumsum(speaks)) / half_life)
    weights = np.tri(len(found), k=-1) * np.where(side.telling[found.rows], aged, 0.0)
    said = links[found.rows].astype(np.float32)
    n_linked = max(int(side.linked.sum()), 1)
    own = (weights * said[:, found.rows].T).sum(axis=1)
    means = weights @ side.link_means[found.rows]
    squares = ((weights @ ((said @ said.T).astype(np.float64) / n_linked)) * weights).sum(axis=1)
    return np.where(side.linked[found.rows], _z(own, means, squares - means**2), 0.0)


def _text_before(found: Tried, side: ItemSide, vectors: NDArray[np.float32]) -> Floats:
    """(n,) z-score that the taste in texts gave each thing tried just before it was."""
    own = vectors[found.rows].astype(np.float64)
    weights = np.tri(len(found), k=-1) * found.text_pull * 0.5**found.ages
    tastes = weights @ own
    variances = np.einsum("nd,nd->n", tastes @ side.text_spread, tastes)
    return _z(np.einsum("nd,nd->n", own, tastes), tastes @ side.text_mean, variances)


def _z(values: Floats, means: Floats, variances: Floats) -> Floats:
    """(n,) standard deviations from the mean; 0 where a list says nothing."""
    spreads = np.sqrt(np.maximum(variances, 0.0))
    told = spreads > 1e-9
    return np.asarray(np.divide(values - means, spreads, out=np.zeros_like(values), where=told))


def _sides(found: Tried) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
    """Which of the things tried were liked, and which were not; mere looks are neither."""
    told = found.weights > 0
    return ("liked", told & (found.liked > 0)), ("disliked", told & (found.liked == 0))


def _nearest(cosines: Floats) -> Floats:
    """(n,) the largest of each row; 0 for a row of nothing."""
    largest = cosines.max(axis=1)
    return np.where(np.isfinite(largest), largest, 0.0)


def _directions(places: Floats) -> Floats:
    """(n_items, N_DIRECTIONS) ``places`` on the first axes, the first with spread 1, zeros for axes there are not."""
    spread = float(places[:, 0].std())
    scaled = places / spread if spread > MIN_LENGTH else np.zeros_like(places)
    return np.pad(scaled, ((0, 0), (0, N_DIRECTIONS - scaled.shape[1])))
