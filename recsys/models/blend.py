"""What all hybrids share: the scorers they are made of, fitted once per dataset, and a weighted sum of their lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.bm25 import Bm25
from recsys.models.ease_text import EaseText
from recsys.models.fuse import Scale, Scaled, merged, weighted_sum, whole
from recsys.models.ials_text import IalsText
from recsys.models.next_likes import NextLikes
from recsys.models.popularity import Popularity
from recsys.models.shared import shared
from recsys.models.text_profile import TextProfile
from recsys.models.windowed_popularity import WindowedPopularity
from recsys.types import Contributions, Event, Explains, Kind, Knob, Query, ReadsText, Rows, Scorer, Vector


@dataclass(frozen=True, slots=True)
class Source:
    """One component of the hybrids."""

    name: str
    label: str
    """What its list stands for, for a visitor."""
    build: Callable[[float], Scorer]
    """From the half-life of behaviour in items to the scorer, not fitted yet."""
    from_texts: bool = False
    """It learns from the catalogue alone, not from what people did."""


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("behaviour", "what people with your taste liked", lambda memory: EaseText(half_life=memory)),
        Source("tastes", "what suits hidden tastes like yours", lambda memory: IalsText(half_life=memory)),
        Source("text", "what reads alike", lambda _: TextProfile(prior=0.0), from_texts=True),
        Source("keywords", "what uses the same words", lambda _: Bm25(), from_texts=True),
        Source("popularity", "what many people liked", lambda _: Popularity()),
        Source("lately", "what many people liked lately", lambda _: WindowedPopularity()),
        Source("next", "what people went on to like", lambda _: NextLikes()),
    )
}
"""By name, in the order of their weights. Popularity is a source of its own, so the others come without theirs."""


@dataclass(frozen=True)
class Lists:
    """What every source says of one query, and how each list is spread."""

    raw: Mapping[str, Vector]
    """(n_items,) per source, NaN where it cannot tell."""
    scales: Mapping[str, Scale]

    @property
    def present(self) -> tuple[str, ...]:
        """Sources that tell any two items apart for this query."""
        return tuple(name for name, scale in self.scales.items() if scale.spread)

    def z(self, names: Iterable[str]) -> dict[str, Vector]:
        """Z-scored lists of ``names``."""
        return {name: self.scales[name].z(self.raw[name]) for name in names}


MEMORY = Knob("memory", "Memory", "After this many newer items a click counts half.", 50.0, 1.0, 1000.0, log=True)
"""Knob of every hybrid: the half-life of its sources of behaviour."""

SESSION_MEMORY = replace(MEMORY, default=10.0)
"""The same knob of the blends that follow a session, in which what was liked last says most."""


def fitted_sources(data: Dataset, names: Iterable[str], memory: float = 50.0) -> dict[str, Scorer]:
    """The sources ``names`` fitted on ``data``, shared with every other hybrid."""
    return {name: shared(SOURCES[name].build(memory), data) for name in names}


def lists_of(sources: Mapping[str, Scorer], query: Query) -> Lists:
    """Ask every source about ``query``."""
    raw = {name: source.score(query) for name, source in sources.items()}
    return Lists(raw, {name: Scale.of(scores) for name, scores in raw.items()})


def opinions(events: Iterable[Event], data: Dataset) -> int:
    """How many items of ``data`` somebody said something about; mere looking, and what is to count 0, does not."""
    said = (event for event in events if event.kind is not Kind.VIEW and event.strength)
    return len({event.item_id for event in said if event.item_id in data.row_of})


@dataclass
class Hybrid:
    """Sources fitted together; a subclass makes one score of their lists."""

    uses: ClassVar[tuple[str, ...]] = ("behaviour", "tastes", "text", "keywords", "popularity")
    """Names of its sources, in order."""

    memory: float = 50.0
    data_: Dataset | None = field(default=None, init=False, repr=False)
    sources_: dict[str, Scorer] = field(default_factory=dict, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.sources_ = fitted_sources(data, self.uses, self.memory)
        self.data_ = data
        self.learn(data)
        return self

    def learn(self, data: Dataset) -> None:
        """What a subclass learns beyond its sources, which are fitted already."""

    @property
    def encoder_names(self) -> tuple[str, ...]:
        names = [name for s in self.sources_.values() if isinstance(s, ReadsText) for name in s.encoder_names]
        return tuple(dict.fromkeys(names))

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for source in self.sources_.values():
            if isinstance(source, ReadsText):
                for name, texts in source.texts(query).items():
                    out[name] = tuple(dict.fromkeys((*out.get(name, ()), *texts)))
        return out

    def lists(self, query: Query) -> Lists:
        """The lists of all sources; NotFittedError before ``fit``."""
        self.fitted_on()
        return lists_of(self.sources_, query)

    def fitted_on(self) -> Dataset:
        """The dataset this model has learned from; NotFittedError before ``fit``."""
        if self.data_ is None:
            raise NotFittedError(self)
        return self.data_


@dataclass
class Blend(Hybrid, ABC):
    """score_i = sum_l w_l(query) z_l(i) over sources l; a subclass chooses the weights.

    A source that tells no two items apart (nothing liked yet, nothing typed) is absent: it adds nothing and takes
    nothing away. Items no weighted source can score are NaN, and all are if no weighted source is present.
    """

    @abstractmethod
    def shares(self, query: Query) -> Mapping[str, float]:
        """Weight of each source for ``query``, by name."""

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 in standard deviations of the weighted lists, higher is better."""
        lists, shares = self._asked(query)
        return self.blended(lists, shares)

    def _asked(self, query: Query) -> tuple[Lists, Mapping[str, float]]:
        """The weights for ``query``, and the lists of the sources that have one."""
        self.fitted_on()
        shares = self.shares(query)
        return lists_of({name: s for name, s in self.sources_.items() if shares.get(name)}, query), shares

    def blended(self, lists: Lists, shares: Mapping[str, float]) -> Vector:
        """(n_items,) float32 sum of ``lists`` in ``shares``."""
        used = _used(lists, shares)
        if not used:
            return np.full(self.fitted_on().n_items, np.nan, dtype=np.float32)
        return weighted_sum(lists.z(used), shares)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """The events, words and priors of the sources, each in its share; the last part is the average item."""
        lists, shares = self._asked(query)
        components = []
        for name in _used(lists, shares):
            source, scores = self.sources_[name], lists.raw[name][rows]
            if isinstance(source, Explains):
                reasons = source.contributions(query, rows)
            else:
                reasons = whole(name, SOURCES[name].label, shares[name], scores)
            components.append(Scaled(shares[name], lists.scales[name], scores, reasons))
        return merged(components, self.blended(lists, shares)[rows])


def _used(lists: Lists, shares: Mapping[str, float]) -> list[str]:
    """Sources that are present and weighted; those that give every item one score only if there is no other.

    With nothing but equal scores every item is as good as any other, which is a list of zeros and not of NaN.
    """
    weighted = [name for name in lists.raw if shares.get(name)]
    present = [name for name in weighted if lists.scales[name].spread]
    return present or [name for name in weighted if not np.isnan(lists.raw[name]).all()]
