"""LIME beside the exact answer: a straight line fitted to what the model says without some of the events and words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from recsys.explain.additive import Reason, by_key, exact_values, read_ahead, words_of
from recsys.explain.ledger import Measure
from recsys.explain.situation import TYPED, Situation
from recsys.explain.tokens import can_be_reason, split
from recsys.types import Query

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

MAX_FEATURES = 12
"""Events and words that may be left out; older events stay in every sample."""

CHUNK = 16
"""Samples whose texts are read together."""

KERNEL_WIDTH = 0.25
"""Distance at which a sample counts 1/e, where 0 is nothing left out and 1 everything."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that can be there or not: an event, a typed word, or the typed text as a whole."""

    key: str
    """Event id, ``typed``, or ``word:<n>``."""
    label: str


@dataclass(frozen=True, eq=False)
class Lime:
    """The fitted line, and how far it can be trusted."""

    item_id: str
    features: tuple[Feature, ...]
    """Oldest event first, words last."""
    coefficients: Floats
    """(n_features,) what the line says each adds to the score."""
    intercept: float
    r2: float
    """Weighted share of the variance of the samples that the line explains, at most 1; NaN without samples."""
    exact: Floats
    """(n_features,) what the model itself says each adds, as ``measure`` says."""
    measure: Measure
    rank_correlation: float
    """Spearman's, of coefficients and exact values, in [-1, 1]; NaN with fewer than two features or all equal."""
    max_difference: float
    """Largest distance of a coefficient from the exact value; 0 without features."""
    n_samples: int
    """Samples that got a score and were fitted."""
    ms: float


def lime(
    situation: Situation,
    item_id: str,
    n_samples: int = 100,
    seed: int = 0,
    *,
    with_words: bool = True,
    kernel_width: float = KERNEL_WIDTH,
    ridge: float = 1e-9,
    budget_ms: float = 200.0,
) -> Lime:
    """Explain the score of ``item_id`` by a weighted linear fit on z in {0, 1}^n (Ribeiro, Singh and Guestrin 2016).

    z says which features are there. Where ``n_samples`` reach for every z, all are taken; else everything present,
    then random ones: how many are left out is uniform, which ones too. A sample weighs exp(-(d / kernel_width)^2)
    with d = 1 - sqrt(share present), the cosine distance to everything present. The intercept is free, ``ridge``
    only keeps the fit solvable, so that a truly additive score is found again to the last digit. One pass over the
    catalogue a sample, and no new ones after ``budget_ms``, so that a slow model gets fewer samples and not a slow
    page; samples without a score are left out. Raises UnknownIdError for an unknown item.
    """
    start = time.perf_counter()
    if n_samples < 1 or kernel_width <= 0 or ridge < 0:
        raise ValueError(
            "n_samples should be at least 1, kernel_width above 0 and ridge at least 0, "
            f"are now {n_samples}, {kernel_width} and {ridge}"
        )
    row = situation.data.row(item_id)
    features = features_of(situation, with_words)
    exact, measure = _exact(situation, row, features)
    masks = drawn(len(features), n_samples, seed)
    scores = _asked(situation, row, features, masks, start + budget_ms / 1e3)
    told = np.isfinite(scores)
    masks, scores = masks[: len(scores)][told], scores[told]
    intercept, coefficients, r2 = fitted(masks, scores, kernel(masks, kernel_width), ridge)
    return Lime(
        item_id=item_id,
        features=features,
        coefficients=coefficients,
        intercept=intercept,
        r2=r2,
        exact=exact,
        measure=measure,
        rank_correlation=spearman(coefficients, exact),
        max_difference=float(np.abs(coefficients - exact).max(initial=0.0)),
        n_samples=len(scores),
        ms=(time.perf_counter() - start) * 1e3,
    )


def features_of(situation: Situation, with_words: bool = True) -> tuple[Feature, ...]:
    """The newest twelve things to leave out: events of the session, or of the history where there is none; words."""
    events = [key for key in situation.session_keys or situation.keys if key != TYPED]
    words: list[Feature] = []
    if situation.now.query.typed:
        pieces = [piece for piece in split(situation.now.query.typed) if can_be_reason(piece)]
        if with_words and 1 < len(pieces) <= MAX_FEATURES // 2:
            words = [Feature(f"word:{place}", piece) for place, piece in enumerate(pieces)]
        else:
            words = [Feature(TYPED, situation.now.query.typed)]
    kept = events[-(MAX_FEATURES - len(words)) :]
    return (*(Feature(key, situation.label(key)) for key in kept), *words)


def drawn(n_features: int, n_samples: int, seed: int) -> Masks:
    """(n, n_features) bool, the first row all true: every z there is, or ``n_samples`` random ones."""
    if 2**n_features <= n_samples:
        return np.array(list(product((True, False), repeat=n_features)), dtype=bool).reshape(2**n_features, n_features)
    rng = np.random.default_rng(seed)
    masks = np.ones((n_samples, n_features), dtype=bool)
    for mask in masks[1:]:
        mask[rng.permutation(n_features)[: rng.integers(1, n_features + 1)]] = False
    return masks


def kernel(masks: Masks, width: float = KERNEL_WIDTH) -> Floats:
    """(n,) weights in (0, 1] of samples, 1 for the one with everything present."""
    present = masks.mean(axis=1) if masks.shape[1] else np.ones(len(masks))
    return np.asarray(np.exp(-(((1 - np.sqrt(present)) / width) ** 2)))


def _asked(situation: Situation, row: int, features: Sequence[Feature], masks: Masks, until: float) -> Floats:
    """(n,) float64 the score of ``row`` in each sample, in order, as far as the time reaches; at least one chunk."""
    scores: list[float] = []
    for start in range(0, len(masks), CHUNK):
        if start and time.perf_counter() > until:
            break
        queries = [_query(situation, features, mask) for mask in masks[start : start + CHUNK]]
        read_ahead(situation.scorer, queries)
        scores += [float(situation.answer(query).scores[row]) for query in queries]
    return np.array(scores, dtype=np.float64)


def fitted(masks: Masks, scores: Floats, weights: Floats, ridge: float) -> tuple[float, Floats, float]:
    """Intercept, coefficients and weighted R2 of the ridge regression of ``scores`` on ``masks``.

    ``ridge`` is in units of the mean weighted variance of a feature, which the kernel makes tiny where few are left.

    Scores that do not vary are explained wholly by the intercept: R2 is 1. Fewer samples than unknowns fit anything:
    R2 is NaN. Without samples the intercept is NaN too, and the coefficients are 0.
    """
    n_features = masks.shape[1]
    total = float(weights.sum())
    if not len(scores) or not total:
        return float("nan"), np.zeros(n_features), float("nan")
    z = masks.astype(np.float64)
    middle, level = weights @ z / total, float(weights @ scores / total)
    centred, rest = z - middle, scores - level
    inner = (centred.T * weights) @ centred
    usual = float(np.diag(inner).mean()) if n_features else 0.0
    inner += ridge * usual * np.eye(n_features)
    coefficients = np.linalg.lstsq(inner, (centred.T * weights) @ rest, rcond=None)[0]
    missed = float(weights @ (rest - centred @ coefficients) ** 2)
    spread = float(weights @ rest**2)
    if len(scores) <= n_features:
        r2 = float("nan")
    else:
        r2 = 1.0 - missed / spread if spread > 1e-12 * total * max(1.0, level**2) else 1.0
    return float(level - middle @ coefficients), np.asarray(coefficients, dtype=np.float64), r2


def spearman(one: Floats, other: Floats) -> float:
    """Correlation of the ranks of two vectors, in [-1, 1]; ties share their mean rank, NaN if nothing is to order."""
    if len(one) < 2 or not np.ptp(one) or not np.ptp(other):
        return float("nan")
    places = [
        (values[:, None] > values).sum(axis=1) + (values[:, None] == values).sum(axis=1) / 2 for values in (one, other)
    ]
    return float(np.corrcoef(places[0], places[1])[0, 1])


def _query(situation: Situation, features: Sequence[Feature], mask: NDArray[np.bool_]) -> Query:
    """What would be known with only the features of ``mask``."""
    gone = {feature.key for feature, there in zip(features, mask, strict=True) if not there}
    query = situation.without(gone)
    if not any(key.startswith("word:") for key in gone):
        return query
    kept, place = [], -1
    for piece in split(situation.now.query.typed):
        place += can_be_reason(piece)
        if not can_be_reason(piece) or f"word:{place}" not in gone:
            kept.append(piece)
    return replace(query, typed="".join(kept).strip())


def _exact(situation: Situation, row: int, features: Sequence[Feature]) -> tuple[Floats, Measure]:
    """What the model says of each feature, or, where its parts are no events, what is lost without it."""
    now, rows = situation.now, np.array([row], dtype=np.int64)
    reasons = now.contributions(rows)
    values, _, _ = exact_values(reasons, now.scores[rows])
    amounts = {key: float(found[0]) for key, found in by_key(reasons.parts, values).items()}
    if any(key in amounts for key in situation.keys):
        amounts |= _of_words(situation, row, amounts.get(TYPED, 0.0))
        return np.array([amounts.get(feature.key, 0.0) for feature in features]), Measure.CONTRIBUTIONS
    masks = ~np.eye(len(features), dtype=bool)
    without = [situation.answer(_query(situation, features, mask)).scores[row] for mask in masks]
    lost = float(now.scores[row]) - np.array(without, dtype=np.float64)
    return np.nan_to_num(lost, nan=0.0), Measure.DIFFERENCES


def _of_words(situation: Situation, row: int, value: float) -> dict[str, float]:
    parts = [part for part in situation.now.contributions(np.array([row])).parts if part.key == TYPED]
    if not parts:
        return {}
    words = words_of(situation.now.scorer, situation.now.query, row, Reason(parts[0], value))
    return {f"word:{place}": word.value for place, word in enumerate(words) if not word.rest}
