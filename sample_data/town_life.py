"""The people of the town at work: when they come, what they meet there, and what they do about it.

README.md beside this file says the same in formulas; the dials are the fields of ``TownRecipe``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from offers import START, Offer, Shelf, build_shelf
from simulator import Pick, Row, Somebody, hand_out_reviews, tell
from town import GROUPS, SEED, SIZE, THEMES, Group
from world import DAY_SECONDS, DAYS, DECIMALS, Array, Dice, Habits, standard

KINDS = ("view", "click", "like", "favourite", "dislike", "rating", "review")
"""Order of events of one person on one item within a second."""
LATEST = DAYS * DAY_SECONDS - 7_200
"""No visit begins after this second: the longest is over, and reviewed, before the data end."""


@dataclass(frozen=True, kw_only=True)
class TownRecipe(Habits):
    """The dials of a scenario the town takes part in."""

    first_day: int = 0
    """Day on which people begin to come."""
    visits: float
    """Visits of the least busy person; the others come Pareto(``visit_tail``) times as often."""
    visit_tail: float = 3.4
    most_visits: int = 14
    lengths: tuple[float, ...]
    """How often a visit is one, two, three ... items long."""
    category: float = 3.5
    """How strongly the categories of the group pull: a weight of 1 makes an item e ** 3.5 times as likely."""
    hit: float = 0.6
    """Weight that the first of a planted pair has for everybody, whatever its category."""
    tag: float = 0.35
    """The same for each tag of the group."""
    theme: float = 0.9
    """The same for each tag of the person's two themes."""
    private: float = 0.3
    """The same for what no text mentions."""
    fan: float = 0.0
    """The same for the person's three favourite artists."""
    lean: float = 0.0
    """The same for articles of the person's own side."""
    half_life: float | None = None
    """Days after which an item is half as interesting; None for never."""
    breaking: float = 1.0
    """How many times as likely breaking news is."""
    tempo_step: float | None = None
    """Beats per minute after which the next track is e times less likely; None where order does not matter."""
    energy_step: float = 0.25
    """The same in units of energy."""
    steps: tuple[float, float, float] | None = None
    """How likely a course is below, at and above the level the person has come to; None where there are no levels."""
    pair: float = 0.65
    """Chance that who takes the first of a planted pair takes the second in the same visit."""


@dataclass(frozen=True)
class Resident(Somebody):
    """One of the town, the same in every scenario; ``joined`` is told by the scenario."""

    group: Group
    themes: tuple[str, str]
    lean: int
    """-1, 0 or 1: the side of the news this person is on."""
    fame_weight: float
    """1 follows the crowd, 0 ignores it."""


def residents(chinese: float) -> list[Resident]:
    """The town in the order of the ids."""
    dice = Dice(SEED)
    return [_resident(f"u{number + 1:03d}", chinese, dice) for number in range(SIZE)]


def _resident(user_id: str, chinese: float, dice: Dice) -> Resident:
    group = GROUPS[dice.pick([group.share for group in GROUPS])]
    first, second = dice.order(len(THEMES))[:2]
    names = tuple(THEMES)
    return Resident(
        user_id=user_id,
        language="zh" if dice.chance(chinese) else "en",
        joined=0,
        utc_offset=0,
        group=group,
        themes=(names[first], names[second]),
        lean=dice.pick([0.3, 0.4, 0.3]) - 1,
        fame_weight=round(0.6 + 0.7 * dice.uniform(), DECIMALS),
    )


def appeal(who: Resident, shelf: Shelf, scenario: str, recipe: TownRecipe, dice: Dice) -> Array:
    """(n,) how much ``who`` goes for each item: a point more makes it e times as likely."""
    taste = who.group.tastes[scenario]
    own = {name: weight * (0.8 + 0.4 * dice.uniform()) for name, weight in taste.categories.items()}
    tags = [tag for theme in who.themes for tag in THEMES[theme][scenario]]
    weights = np.array([own.get(offer.category, 0.0) for offer in shelf.offers])
    weights[list(shelf.pairs)] = recipe.hit
    out = recipe.category * weights
    out += recipe.tag * shelf.share_of(taste.tags) + recipe.theme * shelf.share_of(tags)
    out += recipe.private * (shelf.hidden * dice.normal(shelf.hidden.shape[1])).sum(axis=1) / 2
    out += recipe.lean * who.lean * np.array([offer.slant for offer in shelf.offers])
    if recipe.fan:
        loved = {shelf.offers[dice.pick(np.exp(out) * shelf.fame)].artist for _ in range(3)}
        out += recipe.fan * np.array([offer.artist in loved for offer in shelf.offers])
    return np.round(out, DECIMALS)


def visits(group: Group | None, recipe: TownRecipe, dice: Dice) -> list[int]:
    """Seconds since the first day at which a person's visits begin, in order."""
    n = min(int(recipe.visits * dice.pareto(recipe.visit_tail)), recipe.most_visits)
    first = (
        recipe.first_day
        if dice.chance(0.7)
        else recipe.first_day + int(dice.uniform() * 0.5 * (DAYS - recipe.first_day))
    )
    days = np.arange(first, DAYS)
    weekdays = (START.weekday() + days) % 7
    busy = np.array(recipe.week)[weekdays]
    clock = np.array([0.3] * 6 + [1.0] * 17 + [0.5])
    if group is not None:
        busy = busy * np.where(np.isin(weekdays, group.days), 1.5, 1.0)
        clock[list(group.hours)] = 7.0
    begin = [
        int(days[dice.pick(busy)]) * DAY_SECONDS + dice.pick(clock) * 3600 + int(dice.uniform() * 3600)
        for _ in range(n)
    ]
    return sorted(min(at, LATEST) for at in begin)


@dataclass
class Trail:
    """Where a person stands while walking: what was met, and how far they came in each category."""

    untouched: Array
    reached: dict[str, int]
    last: int | None = None

    def met(self, pick: Pick, offer: Offer) -> None:
        """Remember an item."""
        self.untouched[pick.row] = 0.0
        if pick.clicked:
            self.last = pick.row
            self.reached[offer.category] = max(self.reached.get(offer.category, 0), offer.level + 1)


def walk(who: Resident, shelf: Shelf, scenario: str, recipe: TownRecipe, dice: Dice) -> list[Pick]:
    """Everything ``who`` met, visit by visit, oldest first."""
    liking = appeal(who, shelf, scenario, recipe, dice)
    feeling = standard(liking)
    wanted = np.exp(liking - liking.max()) * shelf.fame**who.fame_weight
    trail = Trail(np.ones(len(shelf.offers)), {})
    picks: list[Pick] = []
    for at in visits(who.group, recipe, dice):
        trail.last = None
        for _ in range(1 + dice.pick(recipe.lengths)):
            row = meet(wanted, shelf, trail, at, recipe, dice)
            if row is None:
                break
            for step, surely in ((row, False), (shelf.pairs.get(row), True)):
                if step is None or (surely and not _goes_on(picks[-1], step, trail, recipe, dice)):
                    continue
                picks.append(_pick(who, step, at, float(feeling[step]), shelf, recipe, dice, surely))
                trail.met(picks[-1], shelf.offers[step])
                at += 40 + int(dice.uniform() * 400)
    return picks


def _goes_on(first: Pick, second: int, trail: Trail, recipe: TownRecipe, dice: Dice) -> bool:
    """Whether the first of a planted pair leads to the second."""
    return first.clicked and bool(trail.untouched[second]) and dice.chance(recipe.pair)


def meet(wanted: Array, shelf: Shelf, trail: Trail, at: int, recipe: TownRecipe, dice: Dice) -> int | None:
    """Row of the next item, out of those published and not met before; None when there is none."""
    here = trail.untouched * (shelf.published <= at)
    if not here.any():
        return None
    weights = here if dice.chance(recipe.noise) else here * wanted * now(shelf, trail, at, recipe)
    top = weights.max()
    return dice.pick(np.round(weights / top, DECIMALS)) if top > 0 else None


def now(shelf: Shelf, trail: Trail, at: int, recipe: TownRecipe) -> Array:
    """(n,) factors of the moment: age, the track before, the level reached."""
    out = np.ones(len(shelf.offers))
    if recipe.half_life is not None:
        age = np.maximum(at - shelf.published, 0) / DAY_SECONDS
        out = 0.5 ** (age / recipe.half_life) * np.where(shelf.breaking, recipe.breaking, 1.0)
    if recipe.tempo_step is not None and trail.last is not None:
        out = out * np.exp(-np.abs(shelf.tempo - shelf.tempo[trail.last]) / recipe.tempo_step)
        out = out * np.exp(-np.abs(shelf.energy - shelf.energy[trail.last]) / recipe.energy_step)
    if recipe.steps is not None:
        reached = np.array([trail.reached.get(offer.category, 0) for offer in shelf.offers])
        out = out * np.array(recipe.steps)[np.sign(shelf.level - reached) + 1]
    return out


def _pick(
    who: Resident,
    row: int,
    at: int,
    affinity: float,
    shelf: Shelf,
    recipe: TownRecipe,
    dice: Dice,
    surely: bool = False,
) -> Pick:
    feeling = affinity + 0.8 * float(dice.normal())
    clicked = dice.chance(round(1.0 / (1.0 + float(np.exp(-recipe.click_bias - 0.7 * feeling))), DECIMALS))
    opinion = 3.6 + 0.45 * affinity + float(shelf.quality[row]) + 0.75 * float(dice.normal())
    return Pick(who, row, at, clicked or surely, round(opinion, DECIMALS))


def simulate(offers: Sequence[Offer], scenario: str, recipe: TownRecipe) -> tuple[list[Somebody], list[Row], Shelf]:
    """Who took part (users.csv), all events oldest first, and the shelf with the planted pairs."""
    dice = Dice(recipe.seed)
    shelf = build_shelf(offers, recipe, scenario, dice)
    people: list[Somebody] = []
    picks: list[Pick] = []
    for who in residents(recipe.chinese):
        met = walk(who, shelf, scenario, recipe, dice)
        if met:
            people.append(Somebody(who.user_id, who.language, met[0].at // DAY_SECONDS, who.utc_offset))
            picks += met
    hand_out_reviews(picks, offers)
    rows = [row for pick in picks for row in tell(pick, offers[pick.row].item_id, recipe, dice)]
    return people, in_order(rows), shelf


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Oldest first; ties by person, item and kind."""
    return sorted(rows, key=lambda row: (row.at, row.user_id, row.item_id, KINDS.index(row.kind)))
