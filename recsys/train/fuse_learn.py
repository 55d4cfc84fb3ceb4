"""What is learned to fuse encoders: how much each one's lists count, and how much of their vectors is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import Split
from recsys.errors import NotFittedError
from recsys.evaluate.lists import Asked, Floats, metric_values
from recsys.models import shared, top_k
from recsys.models.blend import Lists
from recsys.models.fuse import union, weighted_sum
from recsys.models.learned_weights import climb
from recsys.models.lessons import Lesson
from recsys.models.pieces import Readers
from recsys.models.popularity import shares
from recsys.models.ranking_features import Places
from recsys.models.text_profile import TextProfile
from recsys.text import TextSpace, reader
from recsys.text.fused import Fused, Fusion
from recsys.types import Query, Rows, Scorer, Vector

METRIC, K = "ndcg", 10
N_EACH = 40
"""Candidates taken from each encoder's list; beyond them no weighting brings a hit among the first ten."""
DIMS = (32, 64, 128, 256, 512)
"""Numbers of axes that are tried, and all there are."""
ALL = 1_000_000
PRIOR = TextProfile().prior

Weights = dict[str, float]


@dataclass
class AddedUp:
    """score_i = sum_m w_m z_m(i), where z_m are the z-scored scores of the text profile as encoder m reads the texts.

    Encoders of weight 0 are not asked.
    """

    weights: Weights
    profiles_: dict[str, TextProfile] = field(default_factory=dict, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.profiles_ = {name: read_by(data, name) for name, weight in self.weights.items() if weight}
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 in standard deviations."""
        if not self.profiles_:
            raise NotFittedError(self)
        lists = Lists.of({name: profile.score(query) for name, profile in self.profiles_.items()})
        return weighted_sum(lists.z(lists.raw), self.weights)


@dataclass(frozen=True, eq=False)
class Exam:
    """One cut, and who is asked about it."""

    cut: Split
    people: Sequence[Asked]

    def values(self, scorer: Scorer) -> Floats:
        """(n_people,) NDCG@10 of each one's list, in [0, 1]."""
        return metric_values(scorer, self.people, self.cut, (METRIC,), K)[:, 0]


def read_by(train: Dataset, name: str, prior: float = PRIOR) -> TextProfile:
    """The text profile of ``train`` as the encoder ``name`` reads it."""
    return shared(TextProfile(prior=prior), reread(train, name))


def reread(train: Dataset, name: str) -> Dataset:
    """``train`` read by the encoder ``name``, one and the same each time: what is known of it is not counted again."""
    return train.once((reread, name), lambda: train.read_by(name))


def read_as(train: Dataset, fusion: Fusion) -> TextProfile:
    """The text profile of ``train`` as a fused encoder reads it that is on no shelf yet."""
    readers = Readers.of(reread(train, fusion.lead))
    others = {name: space for name, space in readers.spaces.items() if name != fusion.lead}
    profile = TextProfile()
    profile.readers_ = Readers(readers.data, {fusion.name: space_of(train, fusion), **others})
    profile.popularity_ = shares(train)
    return profile


def space_of(data: Dataset, fusion: Fusion) -> TextSpace:
    """The catalogue of ``data`` as ``fusion`` reads it."""
    return _space(fusion.reading({name: reader().space(data, name) for name in fusion.members}))


def mean_of(exams: Sequence[Exam], scorer_of: Callable[[Dataset], Scorer]) -> float:
    """Mean NDCG@10 in [0, 1] of everybody who is asked in any of ``exams``, by what is fitted on each one's data."""
    return float(np.concatenate([exam.values(scorer_of(exam.cut.train)) for exam in exams]).mean())


def weights_of_scores(exams: Sequence[Exam], encoders: Sequence[str], start: Weights) -> Weights:
    """Weights in [0, 1] with which added z-scores rank best, climbed to from ``start``."""

    def places(lists: Lists, _query: Query, rows: Rows) -> Places:
        return Places.of(lists, encoders, rows)

    return _climbed(exams, encoders, start, places)


def weights_of_vectors(exams: Sequence[Exam], encoders: Sequence[str], start: Weights) -> Weights:
    """Weights in [0, 1] with which vectors side by side rank best before any axis is left out, climbed to alike.

    Their similarity is then the weighted sum of the encoders' similarities, each in its own units, so that no vector
    has to be made to try a weight.
    """

    def places(lists: Lists, _query: Query, rows: Rows) -> Places:
        alike = np.column_stack([lists.raw[name][rows] for name in encoders]).astype(np.float32)
        return Places(alike, np.zeros_like(alike))

    return _climbed(exams, encoders, start, places, prior=0.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """One way of putting vectors side by side, and how it did."""

    weights: Weights
    dim: int
    """Axes kept."""
    value: float
    """Mean NDCG@10 of everybody who is asked in validation, in [0, 1]."""


def tried(
    exams: Sequence[Exam], weightings: Sequence[Weights], progress: Callable[[float, Trial], object]
) -> tuple[Trial, ...]:
    """Every weighting of two encoders or more with every number of axes, as real lists of the validation parts."""
    found: list[Trial] = []
    able = [weights for weights in weightings if sum(weight > 0 for weight in weights.values()) > 1]
    for turn, weights in enumerate(able):
        most = fused(exams[0].cut.train, weights, ALL).dim
        dims = (*(dim for dim in DIMS if dim < most), most)
        for step, dim in enumerate(dims):
            fusion = fused(exams[0].cut.train, weights, dim)
            value = mean_of(exams, partial(read_as, fusion=fusion))
            found.append(Trial(weights, fusion.dim, value))
            progress((turn + (step + 1) / len(dims)) / len(able), found[-1])
    return tuple(found)


def fused(data: Dataset, weights: Mapping[str, float], dim: int, name: str = "fused") -> Fusion:
    """The encoders with a weight joined on the catalogue of ``data``."""
    spaces = {member: reader().space(data, member) for member, weight in weights.items() if weight}
    return Fusion.fit(spaces, weights, dim, name)


def _climbed(
    exams: Sequence[Exam],
    encoders: Sequence[str],
    start: Weights,
    places: Callable[[Lists, Query, Rows], Places],
    prior: float = PRIOR,
) -> Weights:
    asked = [lesson for exam in exams for lesson in _lessons(exam, encoders, places, prior)]
    given = np.array([start[name] for name in encoders])
    found = climb(asked, given) if asked else given
    return {name: round(float(weight), 3) for name, weight in zip(encoders, found, strict=True)}


def _lessons(
    exam: Exam, encoders: Sequence[str], places: Callable[[Lists, Query, Rows], Places], prior: float
) -> Iterator[Lesson]:
    """One per person with a hit among the candidates: how the encoders rank what any of them would show."""
    profiles = {name: read_by(exam.cut.train, name, prior) for name in encoders}
    for person in exam.people:
        lists = Lists.of({name: profile.score(person.query) for name, profile in profiles.items()})
        rows = union([_first(scores, exam.cut, person) for scores in lists.raw.values()])
        hits = np.isin(rows, person.relevant)
        if hits.any():
            yield Lesson("", person.query, rows, hits, len(person.relevant), places(lists, person.query, rows))


def _first(scores: Vector, cut: Split, person: Asked) -> Rows:
    """The rows that a list by ``scores`` begins with, among those that may be listed."""
    if cut.candidates is None:
        return top_k(scores, N_EACH, person.known)
    pool = np.setdiff1d(cut.candidates, person.known)
    return pool[top_k(scores[pool], N_EACH)]


def _space(encoder: Fused) -> TextSpace:
    return TextSpace.build(encoder, encoder.items(), encoder.encode)
