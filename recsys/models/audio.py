"""What a track sounds like: tempo, energy and the like on one scale, and a signed, ageing taste among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Audio
from recsys.data import Dataset
from recsys.models.pieces import Piece, item_pieces
from recsys.models.shared import fitted, frozen
from recsys.types import Contributions, Knob, Matrix, Query, Rows, Spec, Vector

LOGARITHMIC = (Audio.TEMPO, Audio.DURATION)
"""Heard in ratios: from 60 to 120 beats is as far as from 90 to 180."""
CLIP = 3.0
"""Standard deviations: a ten-minute drone is very long, and no more than that."""
NORMAL_QUARTILES = 1.349
"""Between the quartiles of a normal distribution, in its standard deviations."""
REACH = 0.3
"""Share of the median squared distance of two items over which likeness falls to 1/e."""
SAMPLE = 500
MIN_SPREAD = 1e-6
"""Below it all items sound equally alike: rounding is no unit, 1 is."""


def standardised(items: pd.DataFrame) -> tuple[Matrix, NDArray[np.bool_]]:
    """How every item sounds, and whether anything is known of it.

        z = (x - median) / (interquartile range / 1.349), clipped to -3..3

    of the logarithm for tempo and duration. Returns (n_items, 7) float32 in the order of ``Audio``, 0 where a value
    is missing, is no number, or does not vary; and (n_items,) bool. An outlier moves neither the centre nor the unit,
    and the unit of a column does not matter.
    """
    table = np.column_stack([_standardised(items, column) for column in Audio])
    known = np.asarray(~np.isnan(table).all(axis=1))
    return np.nan_to_num(table, nan=0.0).astype(np.float32), known


def _standardised(items: pd.DataFrame, column: Audio) -> NDArray[np.float64]:
    """(n_items,) one column, NaN where nothing is known."""
    if column not in items.columns:
        return np.full(len(items), np.nan)
    values = np.array(pd.to_numeric(items[column], errors="coerce"), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    if column in LOGARITHMIC:
        values = np.log(np.where(values > 0, values, np.nan))
    known = values[~np.isnan(values)]
    if not len(known):
        return values
    low, middle, high = np.percentile(known, [25, 50, 75])
    # Where more than half of the tracks are equal, as in how instrumental songs are, quartiles see no difference.
    unit = (high - low) / NORMAL_QUARTILES or float(known.std())
    away = values - middle
    return np.asarray(np.clip(away / unit, -CLIP, CLIP) if unit else away * 0)


@dataclass(frozen=True, eq=False)
class Sounds:
    """How the items of one catalogue sound, and the unit in which their likeness is counted; immutable."""

    vectors: Matrix
    """(n_items, 7) float32 as :func:`standardised` gives them."""
    known: NDArray[np.bool_]
    """(n_items,) the items of which anything is known."""
    reach: float
    """Squared distance over which likeness falls to 1/e."""
    usual: float
    """Mean likeness of two different items."""
    spread: float
    """Standard deviation of the same: the unit of :meth:`alike`."""

    @classmethod
    def of(cls, data: Dataset) -> Self:
        """Measure the unit on at most 500 evenly spaced items of known sound."""
        vectors, known = standardised(data.items)
        frozen(vectors, known)
        sample = vectors[known][:: -(-int(known.sum()) // SAMPLE) or 1]
        apart = _squared_distances(sample, sample)[~np.eye(len(sample), dtype=bool)]
        reach = REACH * float(np.median(apart)) if len(apart) else 0.0
        if reach < MIN_SPREAD:
            return cls(vectors, known, 1.0, 0.0, 1.0)
        likeness = np.exp(-apart / reach)
        spread = float(likeness.std())
        return cls(vectors, known, reach, float(likeness.mean()), spread if spread > MIN_SPREAD else 1.0)

    def alike(self, rows: Rows) -> Matrix:
        """(n, n_items) float32 likeness of the items ``rows`` to every item: exp(-squared distance / reach).

        In standard deviations from the likeness of two random items: 0 for them, far above for a near one, barely
        below for a far one.
        """
        apart = _squared_distances(self.vectors[rows], self.vectors)
        return ((np.exp(-apart / self.reach) - self.usual) / self.spread).astype(np.float32)


def _squared_distances(some: Matrix, others: Matrix) -> NDArray[np.float64]:
    """(n, m) squared distance of each of ``some`` (n, d) to each of ``others`` (m, d), never below 0."""
    a, b = some.astype(np.float64), others.astype(np.float64)
    return np.asarray(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T, 0.0))


@dataclass
class AudioProfile:
    """score_i = sum_a w_a alike(a, i) / sum_a |w_a| over the items ``a`` touched whose sound is known.

    ``w_a`` is signed by like and dislike and halves every ``half_life`` events (``recsys.models.evidence``);
    ``alike`` is a Gaussian kernel between standardised sounds, in standard deviations of two random items. NaN for
    items of unknown sound, and for all of them where no touched item has a known one: words say nothing here.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength"})

    half_life: float = 10.0
    dislike_strength: float = 0.7
    data_: Dataset | None = field(default=None, init=False, repr=False)
    sounds_: Sounds | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.data_, self.sounds_ = data, Sounds.of(data)
        return self

    @property
    def sounds(self) -> Sounds:
        """How the items of the fitted data sound."""
        return fitted(self, self.sounds_)

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded; about 0 for an item unrelated to the taste."""
        pieces, weights = self._evidence(query)
        if not pieces:
            return np.full(len(self.sounds.known), np.nan, dtype=np.float32)
        scores = weights @ self.sounds.alike(_rows(pieces))
        return np.where(self.sounds.known, scores, np.float32(np.nan)).astype(np.float32)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per item touched; NaN for rows of unknown sound."""
        pieces, weights = self._evidence(query)
        values = self.sounds.alike(_rows(pieces))[:, rows].T * weights
        values[~self.sounds.known[rows]] = np.nan
        return Contributions(tuple(piece.part for piece in pieces), values)

    def _evidence(self, query: Query) -> tuple[list[Piece], Vector]:
        """The items touched whose sound is known, and their weights: (n,) float32 signed, sizes summing to 1."""
        found = item_pieces(query, fitted(self, self.data_), self.half_life, self.dislike_strength)
        pieces = [piece for piece in found if self.sounds.known[piece.row]]
        weights = np.array([piece.part.weight for piece in pieces], dtype=np.float64)
        return pieces, (weights / (np.abs(weights).sum() or 1.0)).astype(np.float32)


def _rows(pieces: list[Piece]) -> Rows:
    return np.array([piece.row for piece in pieces], dtype=np.int64)


SPEC = Spec(
    "audio",
    "Sound only",
    "What sounds like the tracks you liked: tempo, energy, mood and length, no words.",
    AudioProfile,
    (
        Knob("half_life", "Memory", "After this many newer events an event counts half.", 10.0, 1.0, 1000.0, log=True),
        Knob("dislike_strength", "Dislike strength", "How strongly a dislike pushes away.", 0.7, 0.0, 2.0),
    ),
    needs=(Audio.TEMPO, Audio.ENERGY),
)
