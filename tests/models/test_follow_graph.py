"""Who follows whom: PageRank as networkx computes it, and what following somebody can and cannot do."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from towns import FOLLOWED, GRAPHS, PEOPLE, SOMEBODY, town

from recsys.columns import Follows, People, Table
from recsys.data import Dataset
from recsys.models.follow_graph import FollowGraph, posts_of


def graph_of(follows: list[tuple[str, str]]) -> FollowGraph:
    return FollowGraph.of(town(follows, []))


def by_networkx(graph: FollowGraph, followed: tuple[str, ...], damping: float) -> list[float]:
    oracle = nx.DiGraph()
    oracle.add_nodes_from(graph.people)
    oracle.add_edges_from((graph.people[a], graph.people[b]) for a, b in zip(*graph.follows.nonzero(), strict=True))
    known = {person: 1.0 for person in followed if person in oracle}
    found = nx.pagerank(oracle, alpha=damping, personalization=known or None, tol=1e-12, max_iter=1000)
    return [found[person] for person in graph.people]


@limits(max_examples=40)
@given(follows=GRAPHS, followed=FOLLOWED, damping=st.sampled_from([0.0, 0.5, 0.85]))
def test_influence_is_the_pagerank_of_networkx(follows, followed, damping):
    graph = graph_of(follows)
    found = graph.influence(followed, damping)
    assert found.shape == (graph.n_people,)
    np.testing.assert_allclose(found, by_networkx(graph, followed, damping), atol=1e-6)


def test_influence_agrees_on_a_large_graph_with_hubs():
    rng = np.random.default_rng(0)
    pairs = [(f"u{a}", f"u{int(b)}") for a in range(400) for b in (rng.random(8) ** 3 * 400)]
    graph = graph_of(pairs)
    np.testing.assert_allclose(graph.influence(["u7", "u9"]), by_networkx(graph, ("u7", "u9"), 0.85), atol=1e-6)


@limits(max_examples=100)
@given(follows=GRAPHS.filter(bool), followed=FOLLOWED, person=SOMEBODY)
def test_following_somebody_never_lowers_their_influence(follows, followed, person):
    graph = graph_of(follows)
    if person in graph.place_of:
        place = graph.place_of[person]
        before, after = graph.influence(followed)[place], graph.influence((*followed, person))[place]
        assert after >= before - 1e-6


@limits(max_examples=25)
@given(follows=GRAPHS)
def test_the_order_and_the_repeats_of_the_table_change_nothing(follows):
    graph, other = graph_of(follows), graph_of([*reversed(follows), *follows])
    assert graph.people == other.people
    np.testing.assert_allclose(graph.influence(), other.influence(), atol=1e-12)
    np.testing.assert_array_equal(graph.follows.toarray(), other.follows.toarray())


def test_nobody_follows_themselves_and_people_without_ties_are_people():
    follows = pd.DataFrame({Follows.USER: ["a", "a", ""], Follows.FOLLOWED: ["a", "b", "b"]})
    people = pd.DataFrame({People.ID: ["z"]})
    bare = town([], [])
    data = Dataset.from_tables("t", bare.items, bare.events, tables={Table.FOLLOWS: follows, Table.PEOPLE: people})
    graph = FollowGraph.of(data)
    assert graph.people == ("a", "b", "z")
    assert graph.follows.toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert (graph.n_followed.tolist(), graph.n_followers.tolist()) == ([1, 0, 0], [0, 1, 0])
    assert graph.influence(["z"]).tolist() == [0, 0, 1]


def test_a_walk_of_one_step_by_hand():
    """a follows b and c: from a it starts over, or is at b or c with .85 / 2 each; b and c follow nobody."""
    found = graph_of([("a", "b"), ("a", "c")]).influence(["a"])
    np.testing.assert_allclose(found, [1 / 1.85, 0.425 / 1.85, 0.425 / 1.85], atol=1e-9)


def test_data_in_which_nobody_follows_anybody_have_an_empty_graph(toy):
    graph = FollowGraph.of(toy)
    assert (graph.people, graph.influence(["ann"]).shape) == ((), (0,))
    assert FollowGraph.of(toy) is graph, "made once for a dataset"


def test_a_wrong_damping_is_named():
    with pytest.raises(ValueError, match=r"damping should be in \[0, 1\), is now 1"):
        graph_of([("a", "b")]).influence(damping=1)


def test_friends_of_friends_are_the_rows_of_those_followed():
    places, ties = graph_of([("a", "b"), ("b", "c"), ("c", "a")]).followed_through(["c", "a", "stranger"])
    assert places.tolist() == [0, 2]
    assert ties.toarray().tolist() == [[0, 1, 0], [1, 0, 0]]


def test_posts_are_found_by_their_author():
    data = town([], [], [*PEOPLE, "a", ""])
    assert posts_of(data, "a").tolist() == [0, 8]
    assert posts_of(town([], []), "a").tolist() == []
