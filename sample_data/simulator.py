"""The made-up people of the sample data: who they are, what they meet, and what they do about it.

README.md beside this file says the same in formulas; the dials are the fields of ``Recipe``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from world import DAY_SECONDS, DAYS, DECIMALS, Array, Dice, Habits, Item, Recipe, World, build_world, standard, unit


@dataclass(frozen=True)
class Somebody:
    """What users.csv says of a user."""

    user_id: str
    language: str
    joined: int
    """Day of the first visit, 0..179."""
    utc_offset: int


@dataclass(frozen=True)
class Person(Somebody):
    """One user: what they like at the start and at the end, and how busy they are."""

    start: Array
    """(n,) affinity to every item on day 0, mean 0 and standard deviation 1."""
    end: Array
    """(n,) the same on day 179."""
    fame_weight: float
    """1 follows the crowd, 0 ignores it."""
    sessions: int

    def affinity(self, day: int) -> Array:
        """(n,) affinity on ``day``: a straight line from start to end."""
        share = day / (DAYS - 1)
        return np.round((1 - share) * self.start + share * self.end, DECIMALS)


@dataclass
class Pick:
    """An item a person met: looked at, perhaps clicked, perhaps rated or reviewed."""

    person: Somebody
    row: int
    at: int
    clicked: bool
    opinion: float
    """Stars they would give, before rounding."""
    review: str = ""
    stars: int = 0
    """1..5 once settled."""


def build_people(world: World, recipe: Recipe, dice: Dice) -> list[Person]:
    """All users, in the order of their ids."""
    return [_person(f"u{number + 1:03d}", world, recipe, dice) for number in range(recipe.users)]


def _person(user_id: str, world: World, recipe: Recipe, dice: Dice) -> Person:
    language = "zh" if dice.chance(recipe.chinese) else "en"
    n_tastes = 1 + dice.pick([0.3, 0.45, 0.25])
    likings = np.stack([_taste(world, language, dice) for _ in range(n_tastes)])
    start, end = (np.array([0.2 + dice.uniform() for _ in range(n_tastes)]) for _ in range(2))
    if n_tastes > 1 and dice.chance(recipe.new_taste):
        start[-1], end[-1] = 0.0, 1.2
    ideal = np.array([dice.uniform() for _ in range(world.traits.shape[1])])
    closeness = standard(-((world.traits - ideal) ** 2).sum(axis=1))
    private = standard((world.hidden * dice.normal(world.hidden.shape[1])).sum(axis=1))
    extra = recipe.hidden * private + recipe.trait * closeness
    mixed = [standard((likings * (w / w.sum())[:, None]).sum(axis=0)) for w in (start, end)]
    joined = 0 if dice.chance(0.55) else int(dice.uniform() * 165)
    sessions = 1 + int(1.95 * dice.pareto(recipe.activity_tail) * (DAYS - joined) / DAYS)
    return Person(
        user_id=user_id,
        language=language,
        joined=joined,
        utc_offset=8 if language == "zh" else (-8, -5, 0, 1)[dice.pick([0.2, 0.3, 0.35, 0.15])],
        start=standard(mixed[0] + extra),
        end=standard(mixed[1] + extra),
        fame_weight=round(0.6 + 0.7 * dice.uniform(), DECIMALS),
        sessions=min(sessions, recipe.most_sessions),
    )


def _taste(world: World, language: str, dice: Dice) -> Array:
    """(n,) cosine of every item to a point halfway between a fairly famous item and one of its eight neighbours."""
    anchor = dice.pick(world.fame[language] ** 0.5)
    near = np.round((world.vectors * world.vectors[anchor]).sum(axis=1), DECIMALS)
    neighbour = np.argsort(-near, kind="stable")[1 + int(dice.uniform() * 8)]
    taste = unit(world.vectors[anchor] + world.vectors[neighbour])
    likeness: Array = np.round((world.vectors * taste).sum(axis=1), DECIMALS)
    return likeness


HOURS = (2, 1, 0.5, 0.4, 0.4, 0.6, 1, 2, 3, 3.5, 4, 4, 5, 4.5, 4, 4, 4, 4.5, 5.5, 7, 9, 10, 8, 5)
"""How busy each hour of a person's own day is, relative to the others."""


def walk(person: Person, world: World, recipe: Recipe, first_weekday: int, dice: Dice) -> list[Pick]:
    """Everything ``person`` met in the 180 days, session by session, oldest first."""
    days = np.arange(person.joined, DAYS)
    busy = np.array([recipe.week[(first_weekday + day) % 7] for day in days])
    when = sorted([person.joined] + [int(days[dice.pick(busy)]) for _ in range(person.sessions - 1)])
    touched = np.ones(len(world.quality))
    picks: list[Pick] = []
    for day in when:
        clock = dice.pick(HOURS) * 3600 + int(dice.uniform() * 3600) - person.utc_offset * 3600
        at = max(0, min(day * DAY_SECONDS + clock, DAYS * DAY_SECONDS - 14_400))
        for _ in range(1 + dice.pick([1, 2, 3, 3, 3, 2, 1])):
            pick = _meet(person, world, recipe, touched, day, at, dice)
            touched[pick.row] = 0.0
            picks.append(pick)
            at += 40 + int(dice.uniform() * 400)
    return picks


def _meet(person: Person, world: World, recipe: Recipe, touched: Array, day: int, at: int, dice: Dice) -> Pick:
    """One exposure, drawn in proportion to fame ** weight x exp(pull x affinity), or blindly; then the click."""
    affinity = person.affinity(day)
    here = touched * (world.arrival <= day)
    blind = dice.chance(recipe.noise)
    weights = np.exp(recipe.pull * np.minimum(affinity, 4.0)) * world.fame[person.language] ** person.fame_weight
    row = dice.pick(np.round(here if blind else here * weights, DECIMALS))
    feeling = float(affinity[row]) + 0.8 * float(dice.normal())
    clicked = dice.chance(round(1.0 / (1.0 + float(np.exp(-recipe.click_bias - 0.7 * feeling))), DECIMALS))
    opinion = 3.6 + 0.45 * float(affinity[row]) + float(world.quality[row]) + 0.75 * float(dice.normal())
    return Pick(person, row, at, clicked, round(opinion, DECIMALS))


def hand_out_reviews(picks: Sequence[Pick], items: Sequence[Item]) -> None:
    """Give each authored text to the clicker of its language whose opinion is nearest, at most one per person.

    Pairs are settled closest first (ties: earlier text, earlier pick); texts without a clicker stay unused.
    """
    clicks: dict[tuple[int, str], list[Pick]] = {}
    for pick in picks:
        if pick.clicked:
            clicks.setdefault((pick.row, pick.person.language), []).append(pick)
    for row, item in enumerate(items):
        for language in ("en", "zh"):
            texts = [(stars, text) for lang, stars, text in item.reviews if lang == language]
            _match(texts, clicks.get((row, language), []))


def _match(texts: Sequence[tuple[int, str]], candidates: Sequence[Pick]) -> None:
    pairs = sorted(
        (round(abs(stars - min(max(pick.opinion, 1.0), 5.0)), DECIMALS), t, c)
        for t, (stars, _) in enumerate(texts)
        for c, pick in enumerate(candidates)
    )
    used: set[int] = set()
    for _, t, c in pairs:
        if t not in used and not candidates[c].review:
            candidates[c].stars, candidates[c].review = texts[t]
            used.add(t)


@dataclass(frozen=True)
class Row:
    """A line of events.csv; ``at`` in seconds since the first day."""

    at: int
    user_id: str
    item_id: str
    kind: str
    stars: str = ""
    text: str = ""


def tell(pick: Pick, item_id: str, habits: Habits, dice: Dice) -> list[Row]:
    """The events of one pick: view, click, then what the stars make likely."""
    who = pick.person.user_id
    rows = [Row(pick.at, who, item_id, "view")]
    if not pick.clicked:
        return rows
    at = pick.at + 5 + int(dice.uniform() * 30)
    rows.append(Row(at, who, item_id, "click"))
    if not pick.review:
        pick.stars = int(min(max(round(pick.opinion), 1), 5))
    if dice.chance(habits.favourite[pick.stars - 1]):
        rows.append(Row(at + 10 + int(dice.uniform() * 60), who, item_id, "favourite"))
    if dice.chance(habits.dislike[pick.stars - 1]):
        rows.append(Row(at + 10 + int(dice.uniform() * 60), who, item_id, "dislike"))
    later = at + 90 + int(dice.pareto(0.9) * 7200)
    if pick.review and later >= DAYS * DAY_SECONDS:
        later = DAYS * DAY_SECONDS - 1 - int(dice.uniform() * 3600)
    if pick.review:
        rows.append(Row(later, who, item_id, "review", str(pick.stars), pick.review))
    elif dice.chance(habits.rating) and later < DAYS * DAY_SECONDS:
        rows.append(Row(later, who, item_id, "rating", str(pick.stars)))
    return rows


def simulate(items: Sequence[Item], recipe: Recipe, first_weekday: int) -> tuple[list[Person], list[Row]]:
    """All users and all events (oldest first) of one scenario."""
    dice = Dice(recipe.seed)
    world = build_world(items, recipe, dice)
    people = build_people(world, recipe, dice)
    picks = [pick for person in people for pick in walk(person, world, recipe, first_weekday, dice)]
    hand_out_reviews(picks, items)
    rows = [row for pick in picks for row in tell(pick, items[pick.row].item_id, recipe, dice)]
    kinds = ("view", "click", "favourite", "dislike", "rating", "review")
    return people, sorted(rows, key=lambda row: (row.at, row.user_id, row.item_id, kinds.index(row.kind)))
