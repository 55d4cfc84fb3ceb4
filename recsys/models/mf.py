"""Matrix factorisation of ratings: how many stars somebody would give, from biases and hidden tastes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.factors import Ridges, one_thread
from recsys.models.shared import fitted, frozen
from recsys.models.stars import Opinions, opinions, rated
from recsys.types import STARS, Contributions, Knob, Part, Query, Rows, Spec, Vector

Floats = NDArray[np.float64]


@dataclass
class MatrixFactorisation:
    """score_i = m + b_i + b_u + p_u . q_i, fitted to stars by alternating ridge regressions (Koren et al. 2009).

    Minimises sum (r - score)^2 + l2 sum_u n_u (b_u^2 + |p_u|^2) + l2 sum_i n_i (b_i^2 + |q_i|^2), n being the number
    of ratings (the weighting of Zhou et al. 2008), over the newest rating of each person and item. Events without
    stars mean some: a favourite 5, a like 4.5, a click 4, a dislike 1.5; views and wishes mean none. A person is
    placed anew for every query by the same regression over the session, whatever its age; one without opinions gets
    m + b_i. Items without ratings are NaN.
    """

    factors: int = 32
    l2: float = 0.14
    epochs: int = 15
    seed: int = 0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    mean_: float = field(default=0.0, init=False, repr=False)
    biases_: Floats | None = field(default=None, init=False, repr=False)
    items_: Floats | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if self.factors < 0 or self.epochs < 1 or self.l2 <= 0:
            raise ValueError(
                "factors should be at least 0, epochs at least 1 and l2 above 0, "
                f"are now {self.factors}, {self.epochs} and {self.l2}"
            )
        stars = rated(data)
        known = np.diff(stars.tocsc().indptr) > 0
        self.mean_ = float(stars.data.mean()) if stars.nnz else 0.0
        self.biases_ = np.full(data.n_items, np.nan)
        self.items_ = np.zeros((data.n_items, self.factors))
        if stars.nnz:
            self.biases_[known], self.items_[known] = self._alternate(stars[:, known])
        self.data_ = data
        frozen(self.biases_, self.items_)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 predicted stars, not yet cut to the scale; NaN for items without ratings."""
        biases, items = self._learned
        person = self._shares(self._opinions(query)).sum(axis=1)
        return np.asarray(self.mean_ + biases + person[0] + items @ person[1:], dtype=np.float32)

    def stars(self, query: Query, rows: Rows) -> Vector:
        """(n_rows,) float32 the same, cut to the scale of ``STARS``."""
        return np.clip(self.score(query)[rows], *STARS)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """What this item and this person usually get and give last; before it one column per opinion."""
        biases, items = self._learned
        found = self._opinions(query)
        shares = self._shares(found)
        usual = self.mean_ + biases[rows] + shares[0].sum()
        prior = Part("prior", "prior", "what it usually gets and you usually give", 0.0)
        values = np.column_stack([items[rows] @ shares[1:], usual])
        return Contributions((*found.parts, prior), values.astype(np.float32))

    def _alternate(self, stars: sp.csr_matrix) -> tuple[Floats, Floats]:
        """Biases and factors of the items of ``stars``; only people start at random, items are solved first."""
        n_users, width = stars.shape[0], 1 + self.factors
        people = np.random.default_rng(self.seed).standard_normal((n_users, width)) * 0.1
        people[:, 0] = 0.0
        by_item = stars.T.tocsr()
        of_items, of_people = Ridges(by_item, people), Ridges(stars, np.zeros((stars.shape[1], width)))
        with one_thread():
            for _ in range(self.epochs):
                items = self._half_step(of_items, people)
                people = self._half_step(of_people, items)
        return items[:, 0], items[:, 1:]

    def _half_step(self, ridges: Ridges, others: Floats) -> Floats:
        """(n_rows, 1 + factors) bias and factors of every row of stars while those of its columns stand still."""
        stars = ridges.likes
        rest = stars.data - self.mean_ - others[stars.indices, 0]
        design = np.column_stack([np.ones(len(others)), others[:, 1:]])
        n_rows, width = stars.shape[0], design.shape[1]
        penalties = self.l2 * np.maximum(np.diff(stars.indptr), 1)
        nothing = np.zeros((n_rows, width))
        return ridges.solved(design, np.zeros((width, width)), penalties, nothing, targets=rest)

    def _shares(self, found: Opinions) -> Floats:
        """(1 + factors, n_opinions) what each opinion adds to b_u and p_u: the regression is linear in the stars."""
        biases, items = self._learned
        known = ~np.isnan(biases[found.rows])
        design = np.column_stack([np.ones(len(found)), items[found.rows]]) * known[:, None]
        rest = np.where(known, found.stars - self.mean_ - biases[found.rows], 0.0)
        penalty = self.l2 * max(int(known.sum()), 1)
        inner = design.T @ design + penalty * np.eye(1 + self.factors)
        return np.asarray(np.linalg.solve(inner, design.T * rest))

    def _opinions(self, query: Query) -> Opinions:
        return opinions(query.events, fitted(self, self.data_))

    @property
    def _learned(self) -> tuple[Floats, Floats]:
        return fitted(self, self.biases_), fitted(self, self.items_)


SPEC = Spec(
    "mf",
    "Predicted stars",
    "Guesses how many stars somebody would give, from habits and hidden tastes.",
    MatrixFactorisation,
    (
        Knob("factors", "Factors", "How many numbers describe a taste; 0 keeps to habits.", 32, 0, 200, whole=True),
        Knob("l2", "Caution", "Higher keeps guesses nearer to the average.", 0.14, 0.001, 1.0, log=True),
        Knob("epochs", "Rounds", "How often people and items are fitted to each other.", 15, 1, 50, whole=True),
        Knob("seed", "Seed", "Where chance starts; the same seed gives the same scores.", 0, 0, 1000, whole=True),
    ),
)
