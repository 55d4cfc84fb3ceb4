"""What there is to take in the scenarios of the town and of the network, in numbers, and the pairs planted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from town import GROUPS
from world import DAY_SECONDS, DAYS, DECIMALS, Array, Dice, Habits, Item

END = datetime(2026, 6, 30, tzinfo=UTC)
"""No event is at or after this moment."""
START = END - timedelta(days=DAYS)
LEVELS = ("beginner", "intermediate", "advanced")
N_PAIRS = 8
PAIR_FAME = (2.2, 0.2)
"""Fame of the two items of a planted pair, next to the average item."""
PAIR_HOURS = 36
"""The second of two articles comes out at most this long before the first: a visit to one may lead to the other."""
PAIR_TEMPO = 25.0
"""The second of two tracks is at most this many beats per minute away."""


@dataclass(frozen=True)
class Offer(Item):
    """An article, a track, a course or a post."""

    language: str
    published: int
    """Seconds since the first day; 0 when it was there from the start."""
    breaking: bool
    slant: int
    """-1, 0 or 1: the side an article takes."""
    artist: str
    """Whom people become fans of; "" where nobody does."""
    tempo: float
    energy: float
    level: int
    """0 beginner, 1 intermediate, 2 advanced; 0 where there are no levels."""

    @classmethod
    def of(cls, entry: Mapping[str, Any], reviews: Sequence[tuple[str, int, str]]) -> Offer:
        """Read a line of a catalogue; what it does not say takes the value that means nothing special."""
        out_at = entry.get("published_at") or entry.get("posted_at")
        published = 0 if out_at is None else int((datetime.fromisoformat(out_at) - START).total_seconds())
        return cls(
            item_id=entry["item_id"],
            category=entry["category"],
            tags=tuple(entry["tags"]),
            traits=(),
            reviews=tuple(reviews),
            language=entry.get("language", ""),
            published=max(published, 0),
            breaking=bool(entry.get("breaking", False)),
            slant=int(entry.get("slant", 0)),
            artist=entry.get("artist", ""),
            tempo=float(entry.get("tempo", 0)),
            energy=float(entry.get("energy", 0)),
            level=LEVELS.index(entry.get("level", LEVELS[0])),
        )


@dataclass(frozen=True)
class Shelf:
    """All offers of one scenario; row i is offer i."""

    offers: tuple[Offer, ...]
    fame: Array
    """(n,) mean 1."""
    quality: Array
    """(n,) stars above or below the average item."""
    hidden: Array
    """(n, 4) qualities no text mentions."""
    pairs: Mapping[int, int]
    """Row of the first of a planted pair -> row of the second."""

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """(n,) seconds since the first day."""
        return np.array([offer.published for offer in self.offers], dtype=np.int64)

    @cached_property
    def tempo(self) -> Array:
        """(n,) beats per minute."""
        return np.array([offer.tempo for offer in self.offers])

    @cached_property
    def energy(self) -> Array:
        """(n,) 0..1."""
        return np.array([offer.energy for offer in self.offers])

    @cached_property
    def level(self) -> NDArray[np.int64]:
        """(n,) 0..2."""
        return np.array([offer.level for offer in self.offers], dtype=np.int64)

    @cached_property
    def breaking(self) -> NDArray[np.bool_]:
        """(n,) whether an article is breaking news."""
        return np.array([offer.breaking for offer in self.offers])

    def share_of(self, tags: Sequence[str]) -> Array:
        """(n,) how many of ``tags`` each offer has, 2 at most."""
        wanted = set(tags)
        return np.array([min(len(wanted & set(offer.tags)), 2) for offer in self.offers], dtype=np.float64)


def build_shelf(offers: Sequence[Offer], habits: Habits, scenario: str, dice: Dice) -> Shelf:
    """Draw fame and hidden qualities, and plant the pairs (none where the town does not go)."""
    n = len(offers)
    rank = np.empty(n)
    rank[dice.order(n)] = np.arange(n)
    fame = (rank + 3.0) ** -habits.zipf
    fame = np.round(fame / fame.mean(), DECIMALS)
    means = [np.mean([stars for _, stars, _ in offer.reviews]) if offer.reviews else np.nan for offer in offers]
    rated = [mean for mean in means if not np.isnan(mean)]
    stars = np.array([np.mean(rated) if np.isnan(mean) else mean for mean in means]) if rated else np.zeros(n)
    pairs = plant(offers, scenario, dice) if scenario in GROUPS[0].tastes else {}
    for first, second in pairs.items():
        fame[[first, second]] = PAIR_FAME
    return Shelf(tuple(offers), fame, np.round(stars - stars.mean(), DECIMALS), dice.normal(n, 4), pairs)


def plant(offers: Sequence[Offer], scenario: str, dice: Dice) -> dict[int, int]:
    """First -> second of ``N_PAIRS`` pairs: two categories, one common tag, the second not to the group's taste."""
    pairs: dict[int, int] = {}
    for number in range(N_PAIRS):
        taste = GROUPS[number % len(GROUPS)].tastes[scenario].categories
        used = {*pairs, *pairs.values()}
        candidates = [
            (int(first), int(second))
            for first in dice.order(len(offers))
            for second in dice.order(len(offers))
            if offers[first].category in taste and offers[second].category not in taste
            if not {int(first), int(second)} & used and fit(offers[first], offers[second])
        ]
        pairs.update([candidates[0]])
    return pairs


def fit(first: Offer, second: Offer) -> bool:
    """Whether the second may follow the first in one visit."""
    early = DAY_SECONDS * (DAYS - 4)
    return (
        bool(set(first.tags) & set(second.tags))
        and 0 <= first.published - second.published <= PAIR_HOURS * 3600
        and first.published < early
        and abs(first.tempo - second.tempo) <= PAIR_TEMPO
        and first.level == second.level == 0
    )
