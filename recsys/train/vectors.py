"""Compact vectors: what a catalogue's vectors lose in 8 bits, in single bits and in fewer dimensions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from recsys.data import Dataset, touched_rows
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import Floats, answers_of, catalogue_of
from recsys.evaluate.protocol import Protocol
from recsys.index import Binary, Exact, Reduced, VectorIndex, Whole
from recsys.metrics import METRICS
from recsys.metrics.significance import mean_interval, paired_difference
from recsys.models import build, shared
from recsys.models.pieces import item_pieces
from recsys.models.popularity import shares
from recsys.models.text_profile import TextProfile
from recsys.text import reader
from recsys.text.space import TextSpace
from recsys.train.distil import flat
from recsys.train.engine_reading import Task, agreement
from recsys.train.job import Desk
from recsys.train.worth import numbers
from recsys.types import Matrix, Query, Rows, Vector

SPLITS = ("global_time", "cold_items")
FULL = "float32"
DIMENSIONS = (256, 128, 64)
N_TIMED, WARM_UP = 200, 5

Made = dict[str, Any]


@dataclass(frozen=True)
class Representation:
    """One way to hold the vectors of a catalogue."""

    name: str
    label: str
    line: str
    """What it is, in one plain sentence."""
    build: Callable[[Matrix], VectorIndex] = field(compare=False)
    """From unit rows (n, dim), or reduced ones, to an index."""
    dim: int | None = None
    """Dimensions the rows are reduced to first; None for all."""

    def index(self, rows: Matrix) -> VectorIndex:
        """The index of ``rows`` (n, dim), searched with full vectors."""
        return self.build(rows) if self.dim is None else Reduced.of(rows, self.dim, self.build)


def representations(dim: int) -> tuple[Representation, ...]:
    """Every way to hold vectors of ``dim`` numbers, the exact one first."""
    reduced = [
        Representation(
            f"pca{n}",
            f"{n} dimensions",
            f"The {n} directions in which the items differ most, of {dim}.",
            Exact.of,
            n,
        )
        for n in DIMENSIONS
        if n < dim
    ]
    small = [
        Representation(
            f"pca{n}-int8", f"{n} dimensions, 8 bits", f"The same {n} directions in numbers of 8 bits.", Whole.of, n
        )
        for n in DIMENSIONS[:1]
        if n < dim
    ]
    return (
        Representation(FULL, "Exact, 32 bits", "Every number as the engine gave it.", Exact.of),
        Representation("int8", "8 bits", "Whole numbers of 8 bits, one unit per dimension.", Whole.of),
        Representation(
            "binary",
            "1 bit, rescored",
            "One bit per dimension finds 100 items, which are then scored with the exact vectors.",
            lambda rows: Binary.of(rows, Exact.of(rows)),
        ),
        Representation(
            "binary-int8",
            "1 bit, rescored in 8",
            "One bit per dimension finds 100 items, which are then scored in 8 bits.",
            lambda rows: Binary.of(rows, Whole.of(rows)),
        ),
        *reduced,
        *small,
    )


@dataclass(frozen=True)
class Vectors:
    """Measure every representation of the vectors that the encoder of the data gives, beside the exact one."""

    kind: ClassVar[str] = "vectors"

    k: int = 10
    max_users: int = 600
    """At most so many people are asked in each split, drawn by the seed."""
    seed: int = 0
    n_items: int = 1000
    """Items whose neighbours are compared, evenly spread over the catalogue."""

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return "Compare compact vectors"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Index, search and ask; ``representations`` has one mapping each, the exact one first.

        In it: name, label, line, ``bytes``, ``swept_bytes`` (those that every search reads), ``overlap_items`` and
        ``overlap_people`` (share of the ten nearest items and of people's lists that stay), ``hits`` (``ndcg`` and its
        paired ``loss`` by split), those of new items once more side by side, ``p50_ms`` and ``p95_ms`` of one search.
        DataError where there is nothing to search for.
        """
        rules = Protocol(k=self.k, seed=self.seed, max_users=self.max_users)
        task = Task.of(data, SPLITS, rules, self.n_items, self.n_items)
        name = reader().main(data)
        space = reader().space(data, name, lambda share: desk.say(0.3 * share, "Reading the catalogue"))
        if data.n_items <= self.k:
            raise DataError(
                f"{data.label} has {data.n_items} items: with more than {self.k} there is something to lose"
            )
        every = representations(space.items.shape[1])
        indexes, asked = {}, {}
        for place, one in enumerate(every):
            desk.say(0.3 + 0.65 * place / len(every), f"{one.label}: indexing, searching, making lists")
            indexes[one.name] = one.index(space.items)
            asked[one.name] = _asked(task, space, indexes[one.name])
        desk.say(0.95, "Taking the time of all in turn")
        timed = _timed(indexes, space.items)
        return {
            "data": data.label,
            "encoder": name,
            "n_items": data.n_items,
            "dim": space.items.shape[1],
            "k": self.k,
            "n_people": {cut: len(people) for cut, (_, people) in task.cuts.items()},
            "without": dict(task.without),
            "representations": [
                {"name": one.name, "label": one.label, "line": one.line, **_sizes(indexes[one.name])}
                | timed[one.name]
                | self._against(asked[one.name], asked[FULL])
                for one in every
            ],
        }

    def _against(self, ours: _Answers, full: _Answers) -> Made:
        hits = {
            cut: {
                "ndcg": numbers(mean_interval(values, seed=self.seed)),
                "loss": numbers(paired_difference(values, full.hits[cut], seed=self.seed)),
            }
            for cut, values in ours.hits.items()
        }
        return {
            "overlap_items": float(agreement(ours.neighbours, full.neighbours).mean()),
            "overlap_people": float(agreement(ours.lists, full.lists).mean()) if len(full.lists) else None,
            "hits": hits,
            **flat(hits.get("cold_items")),
        }


@dataclass
class ByVectors:
    """``text_profile`` of the items touched, by the vectors that an index remembers; words are left out.

    score_i = sum_a w_a (x_a . x_i) / scale / sum_a |w_a| + prior * share of likes of i

    Rows that the index does not reach in one search among ``candidates`` without what the person knows are NaN.
    """

    index: VectorIndex
    space: TextSpace
    candidates: Rows | None = None
    """Ascending; None for the whole catalogue."""
    usual: TextProfile = field(default_factory=TextProfile)
    """Its knobs are those of the profile."""
    data_: Dataset | None = field(default=None, init=False, repr=False)
    popularity_: Vector | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        """Learn what is popular in ``data``."""
        self.data_, self.popularity_ = data, shares(data)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32; NaN everywhere for a query without any event that weighs."""
        assert self.data_ is not None
        assert self.popularity_ is not None
        out = np.full(self.data_.n_items, np.nan, dtype=np.float32)
        pieces = item_pieces(query, self.data_, self.usual.half_life, self.usual.dislike_strength)
        if not pieces:
            return out
        weights = np.array([piece.part.weight for piece in pieces], dtype=np.float64)
        touched = np.array([piece.row for piece in pieces], dtype=np.int64)
        # What was reduced is searched for where it was reduced to: a taste is a sum there, too.
        index = self.index.inner if isinstance(self.index, Reduced) else self.index
        taste = (weights / np.abs(weights).sum()) @ index.vectors(touched)
        rows, alike = index.search(taste[None], index.reach, self._open(query))
        out[rows[0]] = (
            alike[0] / np.float32(self.space.scale) + np.float32(self.usual.prior) * self.popularity_[rows[0]]
        )
        return out

    def _open(self, query: Query) -> Rows:
        assert self.data_ is not None
        may = np.zeros(self.data_.n_items, dtype=bool)
        may[slice(None) if self.candidates is None else self.candidates] = True
        may[touched_rows(query.events, self.data_)] = False
        return np.flatnonzero(may)


@dataclass(frozen=True, eq=False)
class _Answers:
    neighbours: Rows
    """(n, k) the items nearest to each item looked at."""
    lists: Rows
    """(n_people, k) lists in the first split that leaves somebody to ask."""
    hits: Mapping[str, Floats]
    """(n_people,) NDCG by split."""


def _asked(task: Task, space: TextSpace, index: VectorIndex) -> _Answers:
    lists, hits = [], {}
    for name in task.cuts:
        replies, hits[name] = _lists(task, name, space, index)
        lists.append(replies)
    found, _ = index.search(space.items[task.rows], task.protocol.k + 1)
    near = [rows[rows != row][: task.protocol.k] for rows, row in zip(found, task.rows, strict=True)]
    return _Answers(np.stack(near), lists[0] if lists else np.zeros((0, task.protocol.k), dtype=np.int64), hits)


def _lists(task: Task, name: str, space: TextSpace, index: VectorIndex) -> tuple[Rows, Floats]:
    """Everybody's list in one split, and how well each hits."""
    (cut, people), rules = task.cuts[name], task.protocol
    train = cut.train
    replies = answers_of(
        ByVectors(index, space, cut.candidates).fit(train),
        people,
        rules.k,
        lambda _share: None,
        when_silent=shared(build(YARDSTICK), train),
        candidates=cut.candidates,
        seed=rules.seed,
        liked_stars=train.liked_stars,
    )
    return replies.lists.rows, METRICS[rules.metric].compute(replies, catalogue_of(train))


def _sizes(index: VectorIndex) -> dict[str, int]:
    return {"bytes": index.bytes, "swept_bytes": index.swept_bytes if isinstance(index, Binary) else index.bytes}


def _timed(indexes: Mapping[str, VectorIndex], items: Matrix) -> dict[str, dict[str, float]]:
    """Milliseconds of one search for ten rows, the indexes taking turns from one vector to the next."""
    asked = items[np.linspace(0, len(items) - 1, N_TIMED + WARM_UP).astype(np.int64)]
    spent: dict[str, list[float]] = {name: [] for name in indexes}
    for turn, vector in enumerate(asked):
        for name, index in indexes.items():
            started = time.perf_counter()
            index.search(vector[None], 10)
            if turn >= WARM_UP:
                spent[name].append((time.perf_counter() - started) * 1e3)
    return {
        name: {"p50_ms": float(np.percentile(each, 50)), "p95_ms": float(np.percentile(each, 95))}
        for name, each in spent.items()
    }
