"""The persons a visitor can be are described by what they did, and by nothing they did not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from recsys.columns import Events
from recsys.data import Dataset, Persona
from recsys.data.people import HISTORY, MIN_EVENTS, N_USERS, NEW_HERE, people

CATEGORIES = {"tea": "Drinks", "mug": "Kitchen", "pan": "Kitchen", "tent": "Camping"}


def dataset(log: Sequence[tuple[str, str, str, float | None]], liked_stars: float = 4.0) -> Dataset:
    """Four items and (user, item, kind, stars) events, oldest first."""
    names = list(CATEGORIES)
    items = pd.DataFrame({"item_id": names, "title": names, "category": list(CATEGORIES.values())})
    rows = [(user, item, kind, float(at), stars, "") for at, (user, item, kind, stars) in enumerate(log)]
    return Dataset.from_tables("toy", items, pd.DataFrame(rows, columns=list(Events))).liked_from(liked_stars)


def line(log: Sequence[tuple[str, str, str, float | None]], liked_stars: float = 4.0) -> str:
    """What the only user is said to be."""
    user, newcomer = people(dataset(log, liked_stars))
    assert newcomer.name == NEW_HERE
    return user.line


def test_dislikes_views_and_wishes_are_no_likes():
    log = [("u", item, kind, None) for item in CATEGORIES for kind in ("dislike", "view", "wish")]
    assert "likes" not in line(log)


def test_the_categories_most_liked_come_first():
    log = [("u", "tent", "dislike", None)] * 6 + [("u", "tea", "like", None)]
    log += [("u", item, "favourite", None) for item in ("mug", "pan", "mug")]
    assert line(log).endswith("; likes Kitchen and Drinks.")


@pytest.mark.parametrize(("liked_stars", "ending"), [(3.0, "likes Camping."), (4.0, "shown.")])
def test_stars_count_from_where_the_dataset_says(liked_stars, ending):
    assert line([("u", "tent", "rating", 3.0 + at / 100) for at in range(MIN_EVENTS)], liked_stars).endswith(ending)


def test_without_events_everybody_is_new():
    assert [person.name for person in people(dataset([]))] == [NEW_HERE]


def test_one_event_too_few_makes_nobody():
    assert len(people(dataset([("u", "tea", "view", None)] * (MIN_EVENTS - 1)))) == 1


def test_a_long_history_is_shown_from_its_newest_end_and_a_crowd_by_a_few():
    log = [(f"u{user:02}", "tea", "rating", 1.0 + at / 100) for at in range(HISTORY + 5) for user in range(20)]
    found = people(dataset(log))
    assert len(found) == N_USERS + 1
    assert all(len(person.events) == HISTORY for person in found[:-1])
    assert f"{HISTORY + 5} events, the newest {HISTORY} shown" in found[0].line


def test_the_personas_of_a_dataset_go_first():
    ann = Persona("Ann", "Drinks tea.")
    assert people(dataset([]).with_personas([ann])) == (ann,)
