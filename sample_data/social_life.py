"""The network: who follows whom, and what people do with the posts they come across.

README.md beside this file says the same in formulas; the dials are the fields of ``NetworkRecipe``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from offers import Offer, Shelf, build_shelf
from simulator import Row, Somebody
from town_life import TownRecipe, Trail, in_order, meet, visits
from world import DAY_SECONDS, DECIMALS, Array, Dice, standard


@dataclass(frozen=True, kw_only=True)
class NetworkRecipe(TownRecipe):
    """The dials of the network; ``category`` pulls to the posts of the person's own community."""

    second: float = 1.2
    """Pull of posts from the second community."""
    friend: float = 3.6
    """A post by somebody one follows is e ** 3.6 times as likely to be met."""
    liked: float = 0.5
    """The same for each person followed who likes it, three at most."""
    like: tuple[float, ...] = (0.0, 0.0, 0.15, 0.55, 0.8)
    """Chance of a like after 1..5 stars nobody writes down."""
    fewest: int = 8
    """The fewest and the most whom a person sets out to follow."""
    most: int = 16
    limit: int = 25
    """Nobody who follows so many follows anybody back."""
    back: float = 0.4
    """Chance of being followed back; a fifth of that by the well-known."""
    same: float = 18.0
    """How likely one follows somebody of the own community, next to a stranger."""
    shared: float = 5.0
    """The same where a second community is common."""
    known: float = 30.0
    """The same for the well-known of whom the source says that the community follows them."""


@dataclass(frozen=True)
class Member:
    """One person of the network."""

    user_id: str
    language: str
    community: str
    second: str
    """"" for none."""
    hub: bool
    followers: frozenset[str]
    """Communities that follow this person, for hubs."""


@dataclass(frozen=True)
class Post:
    """One post, who wrote it, and what it answers."""

    offer: Offer
    author: str
    answers: int | None
    """Row of another post."""
    text: str
    """In the language of the author."""


def members(people: Sequence[Mapping[str, Any]], seed: Mapping[str, Any]) -> list[Member]:
    """Read the two sources; the order of people.jsonl is kept."""
    followed = {hub["person_id"]: frozenset(hub["followed_by"]) for hub in seed["hubs"]}
    return [
        Member(
            user_id=one["person_id"],
            language=one["language"],
            community=one["community"],
            second=one["second_community"] or "",
            hub=one["hub"],
            followers=followed.get(one["person_id"], frozenset()),
        )
        for one in people
    ]


def follow(
    people: Sequence[Member], seed: Mapping[str, Any], recipe: NetworkRecipe, dice: Dice
) -> list[tuple[int, int]]:
    """Pairs (who, whom) of positions in ``people``, sorted: the written ones, those drawn, those who follow back."""
    place = {one.user_id: number for number, one in enumerate(people)}
    edges = {(place[pair["who"]], place[pair["whom"]]) for pair in seed["pairs"]}
    charm = np.array([min(dice.pareto(2.0), 4.0) for _ in people])
    for number, one in enumerate(people):
        weights = np.array([_closeness(one, other, recipe) for other in people]) * charm
        weights[number] = 0.0
        for _ in range(recipe.fewest + int(dice.uniform() * (recipe.most - recipe.fewest + 1))):
            other = dice.pick(np.round(weights, DECIMALS))
            weights[other] = 0.0
            edges.add((number, other))
    n_followed = Counter(who for who, _ in edges)
    for who, whom in sorted(edges):
        if dice.chance(recipe.back * (0.2 if people[whom].hub else 1.0)) and n_followed[whom] < recipe.limit:
            n_followed[whom] += (whom, who) not in edges
            edges.add((whom, who))
    return sorted(edges)


def _closeness(one: Member, other: Member, recipe: NetworkRecipe) -> float:
    if one.community in other.followers or one.second in other.followers:
        return recipe.known
    if one.community == other.community:
        return recipe.same
    return recipe.shared if {one.community, one.second} & {other.community, other.second} - {""} else 1.0


@dataclass
class Feed:
    """One person of the network while the days pass."""

    member: Member
    liking: Array
    """(n,) how much this person goes for each post, before friends."""
    feeling: Array
    """(n,) the same with mean 0 and standard deviation 1."""
    friends: Array
    """(people,) 1 for those this person follows."""
    trail: Trail


def simulate(
    posts: Sequence[Post], people: Sequence[Member], seed: Mapping[str, Any], recipe: NetworkRecipe
) -> tuple[list[Somebody], list[Row], list[tuple[int, int]]]:
    """Users, events oldest first, and who follows whom (positions in ``people``)."""
    dice = Dice(recipe.seed)
    shelf = build_shelf([post.offer for post in posts], recipe, "social", dice)
    edges = follow(people, seed, recipe, dice)
    place = {one.user_id: number for number, one in enumerate(people)}
    by = np.array([place[post.author] for post in posts])
    feeds = [_feed(number, people, shelf, by, edges, recipe, dice) for number in range(len(people))]
    rows = [event for number, post in zip(by, posts, strict=True) for event in _answer(feeds[number], shelf, post)]
    likes = np.zeros((len(people), len(posts)))
    calendar = sorted((at, number) for number in range(len(people)) for at in visits(None, recipe, dice))
    for at, number in calendar:
        rows += _visit(feeds[number], number, shelf, by, likes, at, recipe, dice)
    rows = in_order(rows)
    first = {event.user_id: event.at // DAY_SECONDS for event in reversed(rows)}
    users = [Somebody(one.user_id, one.language, first[one.user_id], 0) for one in people if one.user_id in first]
    return users, rows, edges


def _feed(
    number: int,
    people: Sequence[Member],
    shelf: Shelf,
    by: Array,
    edges: Sequence[tuple[int, int]],
    recipe: NetworkRecipe,
    dice: Dice,
) -> Feed:
    one = people[number]
    home = np.array([people[author].community for author in by])
    liking = recipe.category * (home == one.community) + recipe.second * (home == one.second)
    liking = liking + recipe.private * (shelf.hidden * dice.normal(shelf.hidden.shape[1])).sum(axis=1) / 2
    friends = np.zeros(len(people))
    friends[[whom for who, whom in edges if who == number]] = 1.0
    return Feed(one, liking, standard(liking), friends, Trail((by != number).astype(np.float64), {}))


def _answer(feed: Feed, shelf: Shelf, post: Post) -> list[Row]:
    """Whoever answers a post has read it before; the answer is what they say about it, without stars."""
    if post.answers is None:
        return []
    at, item_id, who = post.offer.published, shelf.offers[post.answers].item_id, feed.member.user_id
    read = max(int(shelf.published[post.answers]), at - 900)
    feed.trail.untouched[post.answers] = 0.0
    return [
        Row(read, who, item_id, "view"),
        Row(read + 5, who, item_id, "click"),
        Row(at, who, item_id, "review", "", post.text),
    ]


def _visit(
    feed: Feed, number: int, shelf: Shelf, by: Array, likes: Array, at: int, recipe: NetworkRecipe, dice: Dice
) -> list[Row]:
    rows: list[Row] = []
    for _ in range(1 + dice.pick(recipe.lengths)):
        heard = np.minimum((likes * feed.friends[:, None]).sum(axis=0), 3.0)
        pull = feed.liking + recipe.friend * feed.friends[by] + recipe.liked * heard
        row = meet(np.exp(pull - pull.max()) * shelf.fame, shelf, feed.trail, at, recipe, dice)
        if row is None:
            break
        feed.trail.untouched[row] = 0.0
        told = _react(feed, shelf, row, at, float(feed.friends[by[row]]), recipe, dice)
        likes[number, row] = any(event.kind in ("like", "favourite") for event in told)
        rows += told
        at += 30 + int(dice.uniform() * 240)
    return rows


def _react(feed: Feed, shelf: Shelf, row: int, at: int, friend: float, recipe: NetworkRecipe, dice: Dice) -> list[Row]:
    """View, click, then like, favourite or dislike by an opinion nobody writes down."""
    who, item_id = feed.member.user_id, shelf.offers[row].item_id
    feeling = float(feed.feeling[row]) + 0.5 * friend + 0.8 * float(dice.normal())
    rows = [Row(at, who, item_id, "view")]
    if not dice.chance(round(1.0 / (1.0 + float(np.exp(-recipe.click_bias - 0.7 * feeling))), DECIMALS)):
        return rows
    at += 5 + int(dice.uniform() * 20)
    rows.append(Row(at, who, item_id, "click"))
    stars = int(min(max(round(3.6 + 0.45 * feeling + 0.75 * float(dice.normal())), 1), 5))
    for kind, chances in (("like", recipe.like), ("favourite", recipe.favourite), ("dislike", recipe.dislike)):
        if dice.chance(chances[stars - 1]):
            rows.append(Row(at + 5 + int(dice.uniform() * 40), who, item_id, kind))
    return rows
