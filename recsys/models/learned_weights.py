"""A blend that learns its weights: lists are weighed so that hidden likes come out on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.blend import SESSION_MEMORY, Ask, Blend
from recsys.models.lessons import ASKED, GROUPS, MIN_LESSONS, NEXT, Lesson, group_of, lessons
from recsys.types import Knob, Query, Spec, Vector

ASKED_KNOB = Knob(
    "asked", "Learn to find", "Likes that come next in a session, or other likes from any time.", NEXT, choices=ASKED
)
"""Knob of the models that learn from lessons."""

DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "few": {"behaviour": 1.0, "tastes": 0.5, "text": 0.15, "popularity": 0.2, "next": 0.5},
    "some": {"behaviour": 1.0, "tastes": 1.0, "text": 0.1, "popularity": 0.2, "next": 0.5},
    "many": {"behaviour": 1.0, "tastes": 1.0, "text": 0.05, "popularity": 0.1, "next": 0.2},
    "typed": {"behaviour": 0.1, "tastes": 0.1, "text": 1.0, "keywords": 0.3, "popularity": 0.1},
}
"""Weights where there are too few lessons to learn from, and where the search starts."""

GRID = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.0)
"""Weights tried for one list while the others stay."""

MAX_ROUNDS = 5
MIN_GAIN = 1e-3
"""A weight moves only for so much more NDCG@10: smaller gains are luck of the lessons."""

K = 10


@dataclass
class LearnedWeights(Blend):
    """score_i = sum_l R_l z_l(i) with R found by coordinate ascent on NDCG@10; one R per kind of person.

    One set is for up to three opinions and two are for beyond, up to fifteen and more, because what behaviour is worth
    still grows there; one is for typed words (``recsys.models.lessons``). The largest weight of a set is scaled to 1.
    Learned from ``max_people`` people at most, who are asked what they liked next, or what else, as ``asked`` says.
    """

    memory: float = SESSION_MEMORY.default
    asked: str = NEXT
    max_people: int = 400
    seed: int = 0
    weights_: Vector | None = field(default=None, init=False, repr=False)
    """(n_groups, n_lists) float32, rows as ``GROUPS``, columns as ``uses``."""
    n_lessons_: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    uses: ClassVar[tuple[str, ...]] = ("behaviour", "tastes", "text", "keywords", "popularity", "lately", "next")

    def learn(self, data: Dataset) -> None:
        made = lessons(data, self.uses, int(self.max_people), int(self.seed), self.memory, self.asked)
        rows = []
        for group in GROUPS:
            start = np.array([DEFAULTS[group].get(name, 0.0) for name in self.uses])
            of_group = made.of(group)
            rows.append(climb(of_group, start) if len(of_group) >= MIN_LESSONS else start)
        self.weights_ = np.array(rows, dtype=np.float32)
        self.weights_.setflags(write=False)
        self.n_lessons_ = {group: len(made.of(group)) for group in GROUPS}

    @property
    def note(self) -> str:
        """One sentence on what could not be learned, "" when all was."""
        short = [GROUPS[group] for group, n_lessons in self.n_lessons_.items() if n_lessons < MIN_LESSONS]
        return f"too little to learn from, so weights set by hand are used for: {', '.join(short)}" if short else ""

    def group(self, query: Query) -> str:
        """Which set of weights ``query`` gets: a name of ``GROUPS``."""
        return group_of(query, self.fitted_on())

    def weights_of(self, group: str) -> Vector:
        """(n_lists,) weights of one group, in the order of ``uses``."""
        if self.weights_ is None:
            raise NotFittedError(self)
        return np.asarray(self.weights_[list(GROUPS).index(group)])

    def shares(self, query: Query, ask: Ask) -> Mapping[str, float]:
        return dict(zip(self.uses, self.weights_of(self.group(query)).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Lessons as padded arrays: the form in which thousands of weightings can be tried."""

    z: NDArray[np.float32]
    """(n_lessons, n_candidates, n_lists), 0 where a list says nothing."""
    present: NDArray[np.bool_]
    """(n_lessons, n_candidates) there is a candidate here."""
    hits: NDArray[np.int64]
    """(n_lessons, n_hits) places of the hits, -1 for none."""
    ideal: NDArray[np.float64]
    """(n_lessons,) DCG@10 of a perfect list."""

    @classmethod
    def of(cls, of_group: Sequence[Lesson]) -> _Sheet:
        width, n_hits = max(len(lesson.rows) for lesson in of_group), max(int(o.hits.sum()) for o in of_group)
        z = np.zeros((len(of_group), width, of_group[0].places.z.shape[1]), dtype=np.float32)
        present = np.zeros((len(of_group), width), dtype=bool)
        hits = np.full((len(of_group), n_hits), -1, dtype=np.int64)
        discounts = 1 / np.log2(np.arange(K) + 2)
        for n, lesson in enumerate(of_group):
            z[n, : len(lesson.rows)] = np.nan_to_num(lesson.places.z, nan=0.0)
            present[n, : len(lesson.rows)] = True
            hits[n, : lesson.hits.sum()] = np.flatnonzero(lesson.hits)
        ideal = np.array([discounts[: min(K, lesson.n_relevant)].sum() for lesson in of_group])
        return cls(z, present, hits, ideal)

    def ndcg(self, weights: NDArray[np.float64]) -> float:
        """Mean NDCG@10 of the order that ``weights`` give; a hit that ties counts behind the others."""
        scores = self.z @ weights.astype(np.float32)
        scores[~self.present] = -np.inf
        of_hits = np.take_along_axis(scores, np.maximum(self.hits, 0), axis=1)
        ahead = np.stack([(scores >= of_hits[:, [n]]).sum(axis=1) for n in range(self.hits.shape[1])], axis=1)
        counted = (self.hits >= 0) & (ahead <= K)
        gains = np.where(counted, 1 / np.log2(ahead + 1.0), 0.0).sum(axis=1)
        return float((gains / self.ideal).mean())


def climb(of_group: Sequence[Lesson], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n_lists,) weights in [0, 1] that rank the lessons best, one list moved at a time from ``start``.

    Deterministic: lists in their order, the smallest weight first where several are equally good.
    """
    sheet = _Sheet.of(of_group)
    best = start.astype(np.float64)
    reached = sheet.ndcg(best)
    for _ in range(MAX_ROUNDS):
        before = reached
        for position in range(len(start)):
            for weight in GRID:
                tried = best.copy()
                tried[position] = weight
                if not tried.any():
                    continue
                found = sheet.ndcg(tried)
                if found > reached + MIN_GAIN:
                    best, reached = tried, found
        if reached <= before:
            break
    scaled: NDArray[np.float64] = best / best.max()
    return scaled


SPEC = Spec(
    "learned_weights",
    "Learned blend",
    "A blend whose weights are learned from likes hidden during training.",
    LearnedWeights,
    (
        ASKED_KNOB,
        Knob("max_people", "People to learn from", "Likes of so many people are hidden.", 400, 20, 2000, whole=True),
        Knob("seed", "Seed", "Draws whose likes are hidden.", 0, 0, 1000, whole=True),
        SESSION_MEMORY,
    ),
)
