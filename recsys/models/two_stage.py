"""The pipeline: several scorers propose, one ranker orders, the last stage spreads; every stage can be looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.errors import NotFittedError
from recsys.models.blend import MEMORY, fitted_sources
from recsys.models.fuse import union, whole
from recsys.models.learned_weights import LearnedWeights
from recsys.models.ltr import Ltr
from recsys.models.rrf import Rrf
from recsys.models.shared import shared
from recsys.models.spread import dealt, spread_top_k
from recsys.models.weighted import Weighted
from recsys.ranking import top_k
from recsys.text import reader
from recsys.types import Contributions, Explains, Knob, Matrix, Part, Query, ReadsText, Rows, Scorer, Spec, Vector

RANKERS: Mapping[str, Callable[[float], Scorer]] = MappingProxyType(
    {
        "learned_weights": lambda memory: LearnedWeights(memory=memory),
        "ltr": lambda memory: Ltr(memory=memory),
        "weighted": lambda memory: Weighted(memory=memory),
        "rrf": lambda memory: Rrf(memory=memory),
    }
)
"""What may order the candidates, from the half-life of behaviour."""

SPREAD = 100
"""Places of the list that the last stage fills anew; the places below keep the ranker's order."""

VARIETY = Part("model:mmr", "model", "moved for variety", 0.0)
_PROPOSERS = ("behaviour", "text", "popularity")


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """One step of the pipeline for one query."""

    name: str
    label: str
    rows_in: Rows
    rows_out: Rows
    """Best first, where the stage orders."""
    sources: tuple[str, ...]
    """Per row of ``rows_out``: the scorers that proposed it, by name, joined by `` + ``."""
    ms: float


@dataclass
class TwoStage:
    """Three scorers propose candidates, a ranker scores them, and the last stage spreads the list.

    Candidates are the best ``n_behaviour``, ``n_text`` and ``n_popular`` of their scorers. Scores are those of the
    ranker, NaN for items nobody proposed. With ``diversity`` above 0 the first hundred places that are open to
    recommendation are filled anew (``recsys.models.spread``): the ranker's scores of those places are dealt out in the
    new order, so that ranking by score gives the spread list.
    """

    n_behaviour: int = 200
    n_text: int = 100
    n_popular: int = 100
    ranker: str = "learned_weights"
    diversity: float = 0.0
    memory: float = 50.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    proposers_: dict[str, Scorer] = field(default_factory=dict, init=False, repr=False)
    ranker_: Scorer | None = field(default=None, init=False, repr=False)
    vectors_: Matrix | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if self.ranker not in RANKERS:
            raise ValueError(f"ranker should be one of {', '.join(RANKERS)}, is {self.ranker!r}")
        self.proposers_ = fitted_sources(data, _PROPOSERS, self.memory)
        self.ranker_ = shared(RANKERS[self.ranker](self.memory), data)
        self.vectors_ = reader().space(data, reader().main(data)).items
        self.data_ = data
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return self.ranker_.encoder_names if isinstance(self.ranker_, ReadsText) else ()

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return self.ranker_.texts(query) if isinstance(self.ranker_, ReadsText) else {}

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 on the scale of the ranker; NaN for items that are no candidates."""
        return self._run(query)[2]

    def stages(self, query: Query) -> tuple[Stage, ...]:
        """What each stage was given, what it passed on, and how long it took."""
        return self._run(query)[0]

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """The ranker's parts, and what the last stage added or took, where it ran."""
        _, ranked, final = self._run(query)
        _, ranker, _ = self._learned
        if isinstance(ranker, Explains):
            reasons = ranker.contributions(query, rows)
        else:
            reasons = whole(self.ranker, "what the ranker says", 1.0, ranked[rows])
        if not self.diversity:
            return reasons
        moved = np.nan_to_num(final[rows] - ranked[rows], nan=0.0)[:, None]
        return Contributions((*reasons.parts, VARIETY), np.hstack([reasons.values, moved]))

    def _run(self, query: Query) -> tuple[tuple[Stage, ...], Vector, Vector]:
        """The stages, the ranker's scores and the final ones; both NaN outside the candidates."""
        data, ranker, vectors = self._learned
        everything = np.arange(data.n_items, dtype=np.int64)
        start = time.perf_counter()
        proposed = self._proposed(query)
        candidates = union(list(proposed.values()))
        came_from = _origins(proposed)
        first = _stage("candidates", "Candidates", everything, candidates, came_from, start)
        start = time.perf_counter()
        ranked = np.full(data.n_items, np.nan, dtype=np.float32)
        ranked[candidates] = ranker.score(query)[candidates]
        order = top_k(ranked, data.n_items)
        second = _stage("ranker", "Ranker", candidates, order, came_from, start)
        start = time.perf_counter()
        final = ranked
        if self.diversity and len(order) > 1:
            head = order[:SPREAD]
            head = head[spread_top_k(ranked[head], vectors[head], len(head), self.diversity)]
            final = dealt(ranked, head)
            order = np.concatenate([head, order[SPREAD:]])
        third = _stage("variety", "Variety", second.rows_out, order, came_from, start)
        return (first, second, third), ranked, final

    def _proposed(self, query: Query) -> dict[str, Rows]:
        """Rows each scorer proposes; one that has nothing to go on proposes nothing."""
        decided = decided_rows(query.events, self._learned[0])
        sizes = dict(zip(_PROPOSERS, (self.n_behaviour, self.n_text, self.n_popular), strict=True))
        out = {}
        for name, size in sizes.items():
            scores = self.proposers_[name].score(query)
            told = scores[~np.isnan(scores)]
            silent = not size or not len(told) or (name == "text" and not told.any())
            out[name] = np.zeros(0, dtype=np.int64) if silent else top_k(scores, size, decided)
        return out

    @property
    def _learned(self) -> tuple[Dataset, Scorer, Matrix]:
        if self.data_ is None or self.ranker_ is None or self.vectors_ is None:
            raise NotFittedError(self)
        return self.data_, self.ranker_, self.vectors_


def _origins(proposed: Mapping[str, Rows]) -> dict[int, str]:
    """Per candidate the scorers that proposed it."""
    names: dict[int, list[str]] = {}
    for name, rows in proposed.items():
        for row in rows:
            names.setdefault(int(row), []).append(name)
    return {row: " + ".join(found) for row, found in names.items()}


def _stage(name: str, label: str, rows_in: Rows, rows_out: Rows, came_from: Mapping[int, str], start: float) -> Stage:
    ms = (time.perf_counter() - start) * 1e3
    return Stage(name, label, rows_in, rows_out, tuple(came_from[int(row)] for row in rows_out), ms)


SPEC = Spec(
    "two_stage",
    "Two stages",
    "Several lists propose, one ranker orders, and the last step mixes for variety.",
    TwoStage,
    (
        Knob("n_behaviour", "From behaviour", "Candidates people with your taste liked.", 200, 0, 1000, whole=True),
        Knob("n_text", "From text", "Candidates that read like what you liked or typed.", 100, 0, 1000, whole=True),
        Knob("n_popular", "From the popular", "Candidates that many people liked.", 100, 0, 1000, whole=True),
        Knob("ranker", "Ranker", "What puts the candidates in order.", "learned_weights", choices=tuple(RANKERS)),
        Knob("diversity", "Variety", "How much the list avoids items alike; 0 is off.", 0.0, 0.0, 1.0),
        MEMORY,
    ),
)
