"""The catalogue as the simulator sees it: vectors, fame, quality and arrival days, and the dice all chance comes from.

Every random number comes from one ``numpy`` PCG64 stream per scenario through :class:`Dice`, which only ever asks
for uniform doubles, and every computed weight is rounded before it is compared or summed up. Two machines therefore
write the same files. README.md beside this file says the same in formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DAYS = 180
DAY_SECONDS = 86_400
DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Habits:
    """The dials every scenario has: how people answer what they meet."""

    seed: int
    week: tuple[float, ...]
    """How busy Monday to Sunday are, relative to each other."""
    chinese: float = 0.43
    """Share of users who write Chinese."""
    zipf: float = 0.75
    """Popularity of the item at rank r is (r + 3) ** -zipf; higher is more skewed."""
    noise: float = 0.10
    """Share of picks made blindly: gifts, slips, boredom."""
    click_bias: float = 0.35
    rating: float = 0.14
    """Share of unreviewed clicks that get stars."""
    favourite: tuple[float, ...] = (0.0, 0.0, 0.02, 0.13, 0.32)
    """Chance of a favourite after 1..5 stars."""
    dislike: tuple[float, ...] = (0.65, 0.35, 0.05, 0.0, 0.0)
    """Chance of a dislike after 1..5 stars."""


@dataclass(frozen=True, kw_only=True)
class Recipe(Habits):
    """The dials of the shop and of the video library."""

    users: int
    trait_fields: tuple[str, ...]
    """Columns besides category and tags in which people have a preference."""
    local_fame: float = 0.35
    """How much an item's fame differs between the two languages (standard deviation of its logarithm)."""
    activity_tail: float = 1.35
    """Pareto exponent of the sessions per user; lower is heavier-tailed."""
    most_sessions: int = 28
    pull: float = 1.1
    """How strongly affinity steers what a person meets."""
    hidden: float = 0.35
    """Weight of preferences that no text mentions."""
    trait: float = 0.3
    """Weight of the price, era or length preference."""
    new_taste: float = 0.35
    """Share of users whose last taste is absent at the start and grows."""
    late_items: float = 0.10
    """Share of the catalogue that arrives after the first month."""


@dataclass(frozen=True)
class Item:
    """What the simulator knows of an item."""

    item_id: str
    category: str
    tags: tuple[str, ...]
    traits: tuple[float, ...]
    reviews: tuple[tuple[str, int, str], ...]
    """(language, stars, text) as written in the source."""


@dataclass(frozen=True)
class World:
    """The catalogue in numbers; row i is item i."""

    vectors: Array
    """(n, d) unit rows from category, tags and a little noise."""
    hidden: Array
    """(n, 6) qualities no text mentions."""
    traits: Array
    """(n, t) in [0, 1]: rank of price, or of year and length."""
    fame: dict[str, Array]
    """Per language (n,), sums to n."""
    quality: Array
    """(n,) stars above or below the average item."""
    arrival: NDArray[np.int64]
    """(n,) day the item enters the catalogue."""


class Dice:
    """Random choices made of uniform doubles only, so that no library version changes them."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(seed))

    def chance(self, p: float) -> bool:
        return self.uniform() < p

    def uniform(self) -> float:
        return float(self._rng.random())

    def normal(self, *shape: int) -> Array:
        """Irwin-Hall: twelve uniforms minus six, mean 0, variance 1."""
        out: Array = np.round(self._rng.random((*shape, 12)).sum(axis=-1) - 6.0, DECIMALS)
        return out

    def pick(self, weights: Array | Sequence[float]) -> int:
        """A position, drawn in proportion to ``weights`` >= 0."""
        steps = np.cumsum(np.round(np.asarray(weights, dtype=np.float64) * 10**DECIMALS).astype(np.int64))
        return int(np.searchsorted(steps, int(self.uniform() * int(steps[-1])), side="right"))

    def order(self, n: int) -> NDArray[np.int64]:
        return np.argsort(self._rng.random(n), kind="stable")

    def pareto(self, exponent: float) -> float:
        return float(round((1.0 - self.uniform()) ** (-1.0 / exponent), DECIMALS))


def build_world(items: Sequence[Item], recipe: Recipe, dice: Dice) -> World:
    """Turn the catalogue into vectors, fame, quality and arrival days."""
    n = len(items)
    rank = np.empty(n)
    rank[dice.order(n)] = np.arange(n)
    shared = (rank + 3.0) ** -recipe.zipf
    fame = {}
    for language in ("en", "zh"):
        local = np.round(shared * np.exp(recipe.local_fame * dice.normal(n)), DECIMALS)
        fame[language] = np.round(local * n / local.sum(), DECIMALS)
    stars = np.array([np.mean([stars for _, stars, _ in item.reviews]) for item in items])
    late = dice.order(n)[: round(recipe.late_items * n)]
    arrival = np.zeros(n, dtype=np.int64)
    arrival[late] = [30 + int(dice.uniform() * 130) for _ in late]
    traits = np.array([item.traits for item in items])
    ranked = np.argsort(np.argsort(traits, axis=0, kind="stable"), axis=0, kind="stable") / (n - 1)
    quality = np.round(stars - stars.mean(), DECIMALS)
    return World(_vectors(items, dice), dice.normal(n, 6), ranked, fame, quality, arrival)


def _vectors(items: Sequence[Item], dice: Dice) -> Array:
    """(n, d) unit rows: the category, every tag that two items share (rarer tags weigh more), and noise."""
    counts: dict[str, int] = {}
    for item in items:
        for tag in item.tags:
            counts[tag] = counts.get(tag, 0) + 1
    tags = sorted(tag for tag, count in counts.items() if count > 1)
    categories = sorted({item.category for item in items})
    out = np.zeros((len(items), len(categories) + len(tags)))
    for row, item in enumerate(items):
        out[row, categories.index(item.category)] = 0.8
        for tag in item.tags:
            if counts[tag] > 1:
                out[row, len(categories) + tags.index(tag)] = 0.4 + 0.4 / counts[tag] ** 0.5
    return unit(out + 0.03 * dice.normal(*out.shape))


def unit(rows: Array) -> Array:
    """Rows of length 1."""
    out: Array = np.round(rows / np.sqrt((rows**2).sum(axis=-1, keepdims=True)), DECIMALS)
    return out


def standard(values: Array) -> Array:
    """Mean 0, standard deviation 1."""
    out: Array = np.round((values - values.mean()) / values.std(), DECIMALS)
    return out
