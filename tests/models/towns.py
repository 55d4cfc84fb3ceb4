"""Strategies: who follows whom, likes and posts in small towns, sensible or not."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

from recsys.columns import Events, Facts, Follows, Items, Table
from recsys.data import Dataset

PEOPLE = tuple("abcdefgh")
POSTS = tuple(f"post{n}" for n in range(10))


def town(
    follows: list[tuple[str, str]],
    likes: list[tuple[str, str]],
    authors: list[str] | None = None,
    at: float = 0.0,
) -> Dataset:
    """Ten posts; ``authors`` (10,) wrote them, nobody is named where it is None."""
    items = pd.DataFrame(
        {
            Items.ID: list(POSTS),
            Items.TITLE: [f"Post {n}" for n in range(len(POSTS))],
            Items.DESCRIPTION: [
                "All about bread at night." if n % 2 else "The tide is out." for n in range(len(POSTS))
            ],
        }
    )
    if authors is not None:
        items[Facts.AUTHOR] = authors
    events = pd.DataFrame(likes, columns=[str(Events.USER), str(Events.ITEM)], dtype="str")
    events = events.assign(kind="like", at=at + pd.Series(range(len(events)), dtype=float), stars=float("nan"), text="")
    pairs = pd.DataFrame(follows, columns=[str(Follows.USER), str(Follows.FOLLOWED)], dtype="str")
    return Dataset.from_tables("town", items, events, tables={Table.FOLLOWS: pairs})


SOMEBODY = st.sampled_from(PEOPLE)
GRAPHS = st.lists(st.tuples(SOMEBODY, SOMEBODY), max_size=30)
LIKES = st.lists(st.tuples(SOMEBODY, st.sampled_from(POSTS)), max_size=30, unique=True)
AUTHORS = st.lists(st.sampled_from([*PEOPLE, "", "stranger"]), min_size=len(POSTS), max_size=len(POSTS))
FOLLOWED = st.lists(st.sampled_from([*PEOPLE, "stranger"]), max_size=5, unique=True).map(tuple)


@st.composite
def towns(draw) -> Dataset:
    """Any of them, with authors or without."""
    authors = draw(st.one_of(st.none(), AUTHORS))
    return town(draw(GRAPHS), draw(LIKES), authors)
