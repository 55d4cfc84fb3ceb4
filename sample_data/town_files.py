"""The files of the scenarios the town takes part in, of the network, and of what was planted in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import social_life
import town_life
from files import events_csv, lines, personas_json, table, truth_json, users_csv
from offers import Offer, Shelf
from town import GROUPS, THEMES, WEEKDAYS, Group, check_tables
from town_life import TownRecipe, residents

TEXTS = ("title", "title_zh", "description", "description_zh", "category", "category_zh", "tags", "tags_zh")
EXTRA = {
    "news": ("place", "place_zh", "published_at", "breaking", "story", "slant"),
    "music": (
        *("artist", "artist_zh", "year", "tempo", "energy", "valence", "acousticness", "danceability"),
        *("instrumentalness", "duration_s"),
    ),
    "courses": ("level", "minutes", "teacher", "teacher_zh", "published_at"),
    "social": ("author", "author_name", "author_name_zh", "published_at", "reply_to"),
}
REVIEWS = {"news": "comments.jsonl"}
"""File of the written reviews where it is not ``reviews.jsonl``."""
RECIPES = {
    "news": TownRecipe(
        seed=20260903,
        week=(1.1, 1.0, 1.0, 1.0, 1.0, 0.9, 1.1),
        first_day=166,
        visits=3.7,
        lengths=(1, 2, 3, 2, 1),
        lean=0.6,
        half_life=1.5,
        breaking=3.0,
    ),
    "music": TownRecipe(
        seed=20261504,
        week=(0.5, 0.5, 0.6, 0.8, 1.8, 2.2, 1.2),
        visits=2.6,
        lengths=(0, 1, 2, 3, 3, 2, 1),
        fan=0.8,
        tempo_step=18.0,
    ),
    "courses": TownRecipe(
        seed=20260705,
        week=(1.0, 0.6, 0.6, 0.6, 0.5, 1.8, 2.4),
        visits=4.6,
        category=4.4,
        hit=0.45,
        lengths=(2, 3, 2, 1),
        steps=(0.35, 1.5, 0.05),
    ),
}
NETWORK = social_life.NetworkRecipe(
    seed=20260706,
    week=(1.0, 1.0, 1.0, 1.0, 1.1, 1.2, 1.2),
    first_day=166,
    visits=4.4,
    lengths=(1, 2, 3, 2, 1, 1),
    category=2.3,
    half_life=1.5,
)
"""What the network adds to the town: see NetworkRecipe."""


def build_town(scenario: str, folder: Path) -> dict[str, str]:
    """The built files of news, music or courses by name, from their source folder."""
    catalogue = lines(folder / "catalogue.jsonl")
    recipe = RECIPES[scenario]
    check_tables(
        scenario, (entry["category"] for entry in catalogue), (t for entry in catalogue for t in entry["tags"])
    )
    reviews: dict[str, list[tuple[str, int, str]]] = {}
    for review in lines(folder / REVIEWS.get(scenario, "reviews.jsonl")):
        reviews.setdefault(review["item_id"], []).append((review["language"], review["stars"], review["text"]))
    offers = [Offer.of(entry, reviews.get(entry["item_id"], ())) for entry in catalogue]
    people, rows, shelf = town_life.simulate(offers, scenario, recipe)
    out = {
        "items.csv": _items_csv(catalogue, scenario),
        "users.csv": users_csv(people),
        "events.csv": events_csv(rows),
        "personas.json": personas_json(folder / "personas.json", catalogue, rows),
        "truth.json": truth_json(_truth(scenario, shelf, recipe)),
    }
    if (folder / "playlists.json").is_file():
        out["playlists.csv"] = _playlists_csv(json.loads((folder / "playlists.json").read_text("utf-8")), catalogue)
    return out


def build_network(folder: Path) -> dict[str, str]:
    """The built files of social by name, from its source folder."""
    people, posts = lines(folder / "people.jsonl"), lines(folder / "posts.jsonl")
    seed = json.loads((folder / "follows_seed.json").read_text("utf-8"))
    rows_of = {post["item_id"]: row for row, post in enumerate(posts)}
    members = social_life.members(people, seed)
    written = [
        social_life.Post(
            offer=Offer.of(post, ()),
            author=post["author"],
            answers=None if post["reply_to"] is None else rows_of[post["reply_to"]],
            text=post["description_zh" if post["language"] == "zh" else "description"],
        )
        for post in posts
    ]
    users, events, edges = social_life.simulate(written, members, seed, NETWORK)
    named = {one["person_id"]: one for one in people}
    catalogue = [
        post
        | {"author_name": named[post["author"]]["name"], "author_name_zh": named[post["author"]]["name_zh"]}
        | {"published_at": post["posted_at"]}
        for post in posts
    ]
    return {
        "items.csv": _items_csv(catalogue, "social"),
        "users.csv": users_csv(users),
        "events.csv": events_csv(events),
        "people.csv": _people_csv(people),
        "follows.csv": table(
            ("user_id", "followed_id"), ((members[who].user_id, members[whom].user_id) for who, whom in edges)
        ),
        "personas.json": personas_json(folder / "personas.json", catalogue, events, named),
        "truth.json": truth_json(_network_truth(members)),
    }


def _items_csv(catalogue: Sequence[Mapping[str, Any]], scenario: str) -> str:
    columns = ("item_id", *TEXTS, *EXTRA[scenario])
    return table(columns, ([_cell(entry[column]) for column in columns] for entry in catalogue))


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _playlists_csv(playlists: Sequence[Mapping[str, Any]], catalogue: Sequence[Mapping[str, Any]]) -> str:
    known = {entry["item_id"] for entry in catalogue}
    rows = [
        (one["name"], one["name_zh"], place, item_id)
        for one in playlists
        for place, item_id in enumerate(one["item_ids"], start=1)
    ]
    if missing := {row[3] for row in rows} - known:
        raise ValueError(f"playlists.json names tracks that are not there: {', '.join(sorted(missing))}")
    return table(("playlist", "playlist_zh", "place", "item_id"), rows)


def _people_csv(people: Sequence[Mapping[str, Any]]) -> str:
    columns = ("name", "name_zh", "bio", "bio_zh", "community", "community_zh", "second_community")
    columns = (*columns, "second_community_zh", "language", "hub")
    return table(("user_id", *columns), ([one["person_id"], *(_cell(one[name]) for name in columns)] for one in people))


NOTE = "Planted by the simulator; see sample_data/README.md. No model of the app reads this file."


def _truth(scenario: str, shelf: Shelf, recipe: TownRecipe) -> dict[str, Any]:
    """What the town's people have in common, and what a good analysis should find again."""
    town = residents(recipe.chinese)
    weekly = recipe.first_day == 0
    order = sorted(range(7), key=lambda day: -recipe.week[day])
    out: dict[str, Any] = {
        "note": NOTE,
        "groups": {group.name: _told(group, scenario) for group in GROUPS},
        "group_of": {who.user_id: who.group.name for who in town},
        "themes": {name: list(tags[scenario]) for name, tags in THEMES.items()},
        "themes_of": {who.user_id: list(who.themes) for who in town},
        "period_days": 7 if weekly else None,
        "busiest_days": [WEEKDAYS[day] for day in order[:2]] if weekly else [],
        "pairs": [
            {"first": shelf.offers[first].item_id, "then": shelf.offers[second].item_id, "chance": recipe.pair}
            for first, second in shelf.pairs.items()
        ],
    }
    if not weekly:
        out["why_no_period"] = "Fourteen days hold two weeks: a weekly rhythm cannot be told from chance."
    if recipe.half_life is not None:
        out |= {"half_life_days": recipe.half_life, "breaking_times": recipe.breaking}
        out["side_of"] = {who.user_id: who.lean for who in town}
    if recipe.tempo_step is not None:
        out |= {"tempo_step_bpm": recipe.tempo_step, "energy_step": recipe.energy_step}
    if recipe.steps is not None:
        out["sequence"] = ["beginner", "intermediate", "advanced"]
    return out


def _told(group: Group, scenario: str) -> dict[str, Any]:
    taste = group.tastes[scenario]
    return {
        "name_zh": group.name_zh,
        "categories": dict(taste.categories),
        "tags": list(taste.tags),
        "hours": list(group.hours),
        "days": [WEEKDAYS[day] for day in group.days],
    }


def _network_truth(members: Sequence[social_life.Member]) -> dict[str, Any]:
    return {
        "note": NOTE,
        "groups": {name: {} for name in sorted({one.community for one in members})},
        "group_of": {one.user_id: one.community for one in members},
        "hubs": [one.user_id for one in members if one.hub],
        "period_days": None,
        "busiest_days": [],
        "why_no_period": "Fourteen days hold two weeks: a weekly rhythm cannot be told from chance.",
        "half_life_days": NETWORK.half_life,
        "pull_of": {
            "own community": NETWORK.category,
            "second community": NETWORK.second,
            "by somebody followed": NETWORK.friend,
            "liked by somebody followed (each, three at most)": NETWORK.liked,
        },
        "pairs": [],
    }
