"""Implicit ALS: tastes and items as points, fitted to who liked what, with strangers placed from their clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.evidence import Touched, touched
from recsys.models.factors import Ridges, one_thread
from recsys.models.item_item import SESSION_KNOBS
from recsys.models.shared import fitted, frozen
from recsys.types import Contributions, Knob, Matrix, Query, Rows, Spec, Vector

Floats = NDArray[np.float64]
Expect = Callable[[Matrix], Matrix]
"""From the factors of the items to where each item is expected before its likes speak; both (n_items, factors)."""

TOLERANCE = 1e-3
"""Each round is solved up to so much of its right side: more changes no list, as the next one moves all targets."""


@dataclass
class Ials:
    """Alternating ridge regressions (Rendle et al. 2021): score_i = w_u . h_i, the w and h minimising the sum below.

        sum_likes (1 - w_u . h_i)^2 + alpha0 sum_all (w_u . h_i)^2
            + l2 sum_u (n_u + alpha0 n_items)^nu |w_u|^2 + l2 sum_i (n_i + alpha0 n_users)^nu |h_i|^2

    with n the number of likes and the items those that somebody liked. A person is placed anew
    for every query by the same regression over the session: a like has target 1 and the size of its signed, aged
    weight as confidence, a dislike has target 0 and its size as confidence on top of ``alpha0``; n_u is the sum of
    all sizes. Items nobody liked are NaN, and all are for a session without any like.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength"})

    factors: int = 64
    alpha0: float = 0.1
    l2: float = 0.03
    nu: float = 1.0
    epochs: int = 16
    seed: int = 0
    half_life: float = 50.0
    dislike_strength: float = 0.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    items_: Matrix | None = field(default=None, init=False, repr=False)
    known_: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)
    unseen_: Floats | None = field(default=None, init=False, repr=False)
    n_warm_: int = field(default=0, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if min(self.alpha0, self.l2) <= 0 or min(self.factors, self.epochs) < 1:
            raise ValueError(
                "alpha0 and l2 should be above 0, factors and epochs at least 1, "
                f"are now {self.alpha0}, {self.l2}, {self.factors} and {self.epochs}"
            )
        warm = data.like_counts > 0
        self.items_, self.known_ = self.learn(data, warm)
        liked = self.items_[warm].astype(np.float64)
        self.unseen_ = self.alpha0 * liked.T @ liked
        self.data_, self.n_warm_ = data, int(warm.sum())
        frozen(self.items_, self.known_, self.unseen_)
        return self

    def learn(self, data: Dataset, warm: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.bool_]]:
        """(n_items, factors), and (n_items,) which items can be scored; ``warm`` are those somebody liked."""
        items = np.zeros((data.n_items, self.factors), dtype=np.float32)
        items[warm] = self.alternate(data.likes[:, warm], np.zeros_like)
        return items, warm

    def alternate(self, likes: sp.csr_matrix, expect: Expect) -> Matrix:
        """Item factors after ``epochs`` rounds over ``likes`` (users by warm items).

        Only people start at random, and items are solved first, so the order of the catalogue changes nothing.
        """
        (n_users, n_items), by_item = likes.shape, likes.T.tocsr()
        start = np.random.default_rng(self.seed).standard_normal((n_users, self.factors)) / self.factors
        people = start.astype(np.float32)
        items = np.zeros((n_items, self.factors), dtype=np.float32)
        if not n_items:
            return items
        expected, nothing = items, np.zeros_like(people)
        per_item, per_person = self._penalty(by_item, n_users), self._penalty(likes, n_items)
        of_items, of_people = Ridges(by_item, people), Ridges(likes, items)
        # Each round starts where the last one ended, so that little is left to solve, and not to the last digit.
        with one_thread():
            for _ in range(self.epochs):
                shared = self.alpha0 * people.T @ people
                items = of_items.solved(people, shared, per_item, expected, items, TOLERANCE)
                shared = self.alpha0 * items.T @ items
                people = of_people.solved(items, shared, per_person, nothing, people, TOLERANCE)
                expected = expect(items)
        return items

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, about 0 (unrelated) to 1 (as good as liked), higher is better."""
        items, known = self._learned
        person = self._shares(self._evidence(query)).sum(axis=1)
        if not person.any():
            return np.full(len(items), np.nan, dtype=np.float32)
        return np.where(known, items @ person.astype(np.float32), np.float32(np.nan))

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per item of the query; a dislike takes away as much as its item was expected to please."""
        items, _ = self._learned
        evidence = self._evidence(query)
        values = items[rows] @ self._shares(evidence).astype(np.float32)
        return Contributions(evidence.parts, np.asarray(values, dtype=np.float32))

    def _shares(self, evidence: Touched) -> Floats:
        """(factors, n_events) what each event adds to w_u.

        A w = sum_likes c_a h_a with A over likes and dislikes is the same as A_likes w = sum_likes c_a h_a -
        sum_dislikes c_a (h_a . w) h_a, which gives every event its own summand.
        """
        items, _ = self._learned
        likes = evidence.weights > 0
        sizes = np.abs(evidence.weights.astype(np.float64))
        found = items[evidence.rows].astype(np.float64)
        penalty = self.l2 * (sizes.sum() + self.alpha0 * self.n_warm_) ** self.nu
        unseen = fitted(self, self.unseen_)
        of_likes = unseen + penalty * np.eye(self.factors) + (found[likes].T * sizes[likes]) @ found[likes]
        of_all = of_likes + (found[~likes].T * sizes[~likes]) @ found[~likes]
        if not penalty:
            return np.zeros((self.factors, len(evidence)))
        person = np.linalg.solve(of_all, found[likes].T @ sizes[likes])
        amounts = np.where(likes, sizes, -sizes * (found @ person))
        return np.asarray(np.linalg.solve(of_likes, found.T * amounts))

    def _penalty(self, likes: sp.csr_matrix, n_others: int) -> Floats:
        counts = np.diff(likes.indptr).astype(np.float64)
        return np.asarray(self.l2 * (counts + self.alpha0 * n_others) ** self.nu)

    def _evidence(self, query: Query) -> Touched:
        return touched(query.events, fitted(self, self.data_), self.half_life, self.dislike_strength)

    @property
    def _learned(self) -> tuple[Matrix, NDArray[np.bool_]]:
        return fitted(self, self.items_), fitted(self, self.known_)


FACTOR_KNOBS = (
    Knob("factors", "Factors", "How many numbers describe a taste and an item.", 64, 1, 256, log=True, whole=True),
    Knob(
        "alpha0",
        "Weight of the unseen",
        "How strongly not having liked counts as not liking.",
        0.1,
        0.001,
        1.0,
        log=True,
    ),
    Knob("l2", "Caution", "Higher keeps tastes and items nearer to the middle.", 0.03, 0.0001, 1.0, log=True),
    Knob("nu", "Caution by activity", "Higher holds busy people and popular items back more.", 1.0, 0.0, 1.0),
    Knob("epochs", "Rounds", "How often people and items are fitted to each other.", 16, 1, 50, whole=True),
    Knob("seed", "Seed", "Where chance starts; the same seed gives the same scores.", 0, 0, 1000, whole=True),
    *(knob for knob in SESSION_KNOBS if knob.name != "prior"),
)

SPEC = Spec("ials", "Hidden tastes", "Places people and items so that what is liked lies close.", Ials, FACTOR_KNOBS)
