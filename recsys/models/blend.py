"""What all hybrids share: the scorers they are made of, fitted once per dataset, and a weighted sum of their lists."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
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
from recsys.models.scored import TellsOnce, Told
from recsys.models.shared import shared
from recsys.models.text_profile import TextProfile
from recsys.models.windowed_popularity import WindowedPopularity
from recsys.types import Contributions, Event, Explains, Kind, Knob, Part, Query, ReadsText, Rows, Scorer, Vector


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


@dataclass(frozen=True, eq=False)
class Lists:
    """What every source says of one query, and how each list is spread."""

    raw: Mapping[str, Vector]
    """(n_items,) per source, NaN where it cannot tell."""
    scales: Mapping[str, Scale]

    @classmethod
    def of(cls, raw: Mapping[str, Vector]) -> Self:
        """The lists ``raw``, in their order."""
        return cls(raw, {name: Scale.of(scores) for name, scores in raw.items()})

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
    return Lists.of({name: source.score(query) for name, source in sources.items()})


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


Ask = Callable[[str], Vector]
"""The list of the source of that name for one query; each is made once, and only when it is asked for."""


@dataclass
class Blend(TellsOnce, Hybrid):
    """score_i = sum_l w_l(query) z_l(i) over sources l, in standard deviations; a subclass chooses the weights.

    A source that tells no two items apart (nothing liked yet, nothing typed) is absent: it adds nothing and takes
    nothing away. Items no weighted source can score are NaN, and all are if no weighted source is present. The reasons
    are the events, words and priors of the sources, each in its share, and what makes the average item of them.
    """

    @abstractmethod
    def shares(self, query: Query, ask: Ask) -> Mapping[str, float]:
        """Weight of each source for ``query``, by name; a source without weight need not be asked."""

    def rule(self, query: Query, ask: Ask) -> Part | None:
        """What chose the weights, as one more part of value 0; None where there is nothing to say."""
        return None

    def told(self, query: Query) -> Told:
        """Scores and reasons, from asking each source that has a weight once."""
        n_items, ask = self.fitted_on().n_items, self.asking(query)
        shares, rule = self.shares(query, ask), self.rule(query, ask)
        lists = Lists.of({name: ask(name) for name in self.sources_ if shares.get(name)})
        used = _used(lists, shares)
        scores = weighted_sum(lists.z(used), shares) if used else np.full(n_items, np.nan, dtype=np.float32)

        def reasons(rows: Rows) -> Contributions:
            found = merged([self._component(name, query, rows, lists, shares[name]) for name in used], scores[rows])
            return found if rule is None else _with(found, rule)

        return Told(scores, reasons)

    def asking(self, query: Query) -> Ask:
        """The sources, each ready to be asked about ``query`` and remembering what it said."""
        return cache(lambda name: self.sources_[name].score(query))

    def _component(self, name: str, query: Query, rows: Rows, lists: Lists, share: float) -> Scaled:
        """One source's own scores of ``rows``, and what they are made of."""
        source, scores = self.sources_[name], lists.raw[name][rows]
        if isinstance(source, Explains):
            reasons = source.contributions(query, rows)
        else:
            reasons = whole(name, SOURCES[name].label, share, scores)
        return Scaled(share, lists.scales[name], scores, reasons)


def _with(reasons: Contributions, part: Part) -> Contributions:
    """``reasons`` and one more part, which adds nothing."""
    nothing = np.zeros((len(reasons.values), 1), dtype=np.float32)
    return Contributions((*reasons.parts, part), np.hstack([reasons.values, nothing]))


def _used(lists: Lists, shares: Mapping[str, float]) -> list[str]:
    """Sources that are present and weighted; those that give every item one score only if there is no other.

    With nothing but equal scores every item is as good as any other, which is a list of zeros and not of NaN.
    """
    weighted = [name for name in lists.raw if shares.get(name)]
    present = [name for name in weighted if lists.scales[name].spread]
    return present or [name for name in weighted if not np.isnan(lists.raw[name]).all()]
