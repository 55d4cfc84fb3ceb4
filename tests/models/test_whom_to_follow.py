"""People to follow: friends of friends as networkx counts them, taste, and the reasons given."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from towns import FOLLOWED, GRAPHS, LIKES, PEOPLE, town

from recsys.columns import People, Table
from recsys.data import Dataset
from recsys.models.follow_graph import FollowGraph
from recsys.models.whom_to_follow import adamic_adar, whom_to_follow
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")


@limits(max_examples=30)
@given(pairs=GRAPHS, followed=FOLLOWED)
def test_among_friends_it_is_the_index_of_networkx(pairs, followed):
    friends = [*pairs, *((b, a) for a, b in pairs)]
    graph = FollowGraph.of(town(friends, []))
    oracle = nx.Graph((a, b) for a, b in friends if a != b)
    oracle.add_nodes_from(graph.people)
    oracle.add_edges_from(("you", person) for person in followed if person in graph.place_of)
    oracle.add_node("you")
    found = nx.adamic_adar_index(oracle, [("you", person) for person in graph.people])
    np.testing.assert_allclose(adamic_adar(graph, followed), [value for _, _, value in found], atol=1e-12)


@limits(max_examples=20)
@given(pairs=GRAPHS, likes=LIKES, followed=FOLLOWED)
def test_nobody_followed_or_hidden_is_suggested_and_reasons_sum_to_an_order(pairs, likes, followed):
    data = town(pairs, likes)
    found = whom_to_follow(data, Query((Event("1", Kind.LIKE, 1.0, "post1"),), follows=followed), 4, hidden=("a",))
    assert not {*found.people} & {*followed, "a"}
    assert len(found.people) == len(found.through) == len(found.reasons.values) <= 4
    scores = found.reasons.values.sum(axis=1)
    assert (np.diff(scores) <= 1e-5).all()
    for person, through in zip(found.people, found.through, strict=True):
        assert {*through} == {one for one in followed if (one, person) in pairs}


def test_somebody_whom_two_follow_comes_before_somebody_whom_one_follows():
    data = town([("a", "c"), ("b", "c"), ("b", "d")], [])
    found = whom_to_follow(data, Query(follows=("a", "b")))
    assert found.people[:2] == ("c", "d")
    assert found.through[:2] == (("a", "b"), ("b",))


def test_who_follows_everybody_says_little_by_following_one_more():
    few, many = [("a", "x")], [("b", person) for person in ("y", "c", "d", "e", "f")]
    assert whom_to_follow(town([*few, *many], []), Query(follows=("a", "b"))).people[0] == "x"


def test_who_liked_what_you_like_comes_first_where_nobody_is_followed():
    data = town([("h", person) for person in PEOPLE[:3]], [("a", "post0"), ("b", "post1"), ("c", "post2")])
    found = whom_to_follow(data, Query((Event("1", Kind.LIKE, 1.0, "post1"),)), 1)
    assert found.people == ("b",)
    assert "feature:likes" in {part.key for part in found.reasons.parts}
    assert "feature:circle" not in {part.key for part in found.reasons.parts}, "it tells no two people apart"


def test_who_writes_about_what_you_like_comes_first_and_nobody_without_bios():
    bare = town([("a", "b"), ("b", "a")], [])
    bios = pd.DataFrame(
        {People.ID: ["x", "y", "z"], People.BIO: ["The tide and the shore.", "I bake bread at night.", None]}
    )
    data = Dataset.from_tables("t", bare.items, bare.events, tables={**bare.tables, Table.PEOPLE: bios})
    query = Query((Event("1", Kind.LIKE, 1.0, "post1"),))
    assert whom_to_follow(data, query, hidden=("a", "b")).people[0] == "y"
    assert "feature:bio" not in {part.key for part in whom_to_follow(bare, query).reasons.parts}


def test_somebody_new_gets_whom_most_follow_and_data_without_people_nobody(toy):
    data = town([("a", "h"), ("b", "h"), ("h", "a")], [])
    assert whom_to_follow(data, Query(), 2).people == ("h", "a")
    empty = whom_to_follow(toy, Query())
    assert (empty.people, empty.through, empty.reasons.values.shape) == ((), (), (0, 0))
