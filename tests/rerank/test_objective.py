"""Objectives: the corners are what they are called, the table says what lists are, nothing efficient is beaten."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.dpp import Dpp, dpp
from recsys.rerank.effects import qualities
from recsys.rerank.novelty import Novelty, surprise
from recsys.rerank.objective import Objective, Point, efficient, frontier, points
from recsys.rerank.setting import ChainSetting
from tests.rerank.counters import counter, shelf

weights = st.floats(0, 100, allow_subnormal=False)


@pytest.fixture(scope="module")
def candidates(shop):
    scores = np.random.default_rng(1).gamma(1.0, size=shop.n_items)
    full = counter(shop, scores, ("like", "s001"), ("like", "s100"))
    return Candidates(full.rows[:100], full.scores[:100], full.vectors[:100], full.query, shop)


@given(weights, weights, weights, st.floats(0.1, 10))
def test_only_the_proportions_count(accuracy, diversity, novelty, factor):
    if accuracy + diversity + novelty < 1e-6:
        return
    one = Objective(accuracy, diversity, novelty)
    assert sum(one.weights) == pytest.approx(1)
    again = Objective(accuracy * factor, diversity * factor, novelty * factor)
    assert again.weights == pytest.approx(one.weights)


@pytest.mark.parametrize("bad", [(-1, 1, 1), (1, float("nan"), 0), (1, 0, float("inf"))])
def test_weights_are_numbers_from_0_on_and_not_all_0(bad):
    with pytest.raises(ValueError, match="weights should be from 0 on, are"):
        Objective(*bad)
    with pytest.raises(ValueError, match="give at least one of accuracy, diversity and novelty a weight above 0"):
        Objective(0, 0, 0)


def test_all_accuracy_is_the_rankers_order(candidates):
    assert Objective(3, 0, 0).strategies() == {}
    assert Objective().order(candidates, 10).tolist() == candidates.rows[:10].tolist()


def test_all_diversity_is_variety_alone(candidates):
    assert Objective(0, 2, 0).strategies() == {"dpp": Dpp(1.0)}
    expected = candidates.rows[dpp(candidates.scores, candidates.vectors, 10, 1.0)]
    assert Objective(0, 2, 0).order(candidates, 10).tolist() == expected.tolist()


def test_all_novelty_is_the_least_known_first(candidates):
    assert Objective(0, 0, 5).strategies() == {"novelty": Novelty(1.0)}
    expected = candidates.rows[top_k(surprise(candidates).astype(np.float32), 10)]
    assert Objective(0, 0, 5).order(candidates, 10).tolist() == expected.tolist()


@given(weights, weights, weights)
def test_the_strategies_are_in_the_order_of_the_chain_and_fit_in_a_link(accuracy, diversity, novelty):
    if accuracy + diversity + novelty < 1e-6:
        return
    strategies = Objective(accuracy, diversity, novelty).strategies()
    assert list(strategies) == [name for name in RERANKERS if name in strategies]
    setting = ChainSetting.holding(strategies)
    assert ChainSetting.parse(setting.word).build() == strategies


def test_between_the_corners_strengths_follow_the_proportions():
    assert Objective(2, 1, 1).strategies() == {"novelty": Novelty(0.3333), "dpp": Dpp(0.25)}


def test_the_triangle_has_every_point_once():
    found = [one.weights for one in points(4)]
    assert len(found) == len({tuple(np.round(w, 6)) for w in found}) == 15
    assert found[0] == (1, 0, 0)
    assert {(0, 1, 0), (0, 0, 1)} <= set(found)
    assert len(list(points())) == 66
    with pytest.raises(ValueError, match="steps should be at least 1, is now 0"):
        next(points(0))


def test_a_frontier_says_what_each_list_is(candidates):
    table = frontier(candidates, steps=3)
    assert list(table.columns) == [str(column) for column in Point]
    place = {int(row): position for position, row in enumerate(candidates.rows)}
    for point, objective in zip(table.to_dict("records"), points(3), strict=True):
        assert (point["accuracy"], point["diversity"], point["novelty"]) == pytest.approx(objective.weights)
        at = np.array([place[row] for row in objective.order(candidates, 10).tolist()])
        assert point["hits"] == pytest.approx(candidates.relevance[at].mean())
        told = qualities([at], candidates)
        assert point["ild"] == pytest.approx(told["diversity"][0])
        assert point["bits"] == pytest.approx(told["novelty"][0])
    assert table["hits"].idxmax() == 0
    assert table["bits"].max() == pytest.approx(table["bits"].iloc[-1])


def test_where_there_are_chances_accuracy_is_the_mean_chance(candidates):
    chance = np.linspace(0.9, 0.1, 100).astype(np.float32)
    sure = Candidates(candidates.rows, candidates.scores, candidates.vectors, candidates.query, candidates.data, chance)
    assert frontier(sure, steps=1)["hits"].iloc[0] == pytest.approx(chance[:10].mean(), abs=1e-6)


def test_66_points_of_100_candidates_cost_less_than_300_ms(candidates):
    frontier(candidates, steps=1)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert len(frontier(candidates)) == 66
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3


@given(arrays(np.float64, st.tuples(st.integers(1, 12), st.just(3)), elements=st.sampled_from([0, 0.5, 1, np.nan])))
def test_efficient_is_nobody_as_good_in_all_and_better_in_one(measured):
    def beats(one, other):
        known = [(-np.inf if a != a else a, -np.inf if b != b else b) for a, b in zip(one, other, strict=True)]
        return all(a >= b for a, b in known) and any(a > b for a, b in known)

    expected = [not any(beats(one, row) for one in measured) and not np.isnan(row).all() for row in measured]
    assert efficient(measured).tolist() == expected


def test_odd_candidates_give_a_table_with_what_can_be_told():
    data = shelf(3)
    empty = counter(data, [np.nan] * 3)
    assert len(empty) == 0
    assert frontier(empty, steps=2)[["hits", "ild", "bits"]].isna().all(axis=None)
    assert not frontier(empty, steps=2)["efficient"].any()
    one = counter(data, [1, np.nan, np.nan])
    assert frontier(one, steps=2)["hits"].tolist() == [0.0] * 6
    bare = Candidates(np.arange(3), np.ones(3, dtype=np.float32), np.zeros((3, 2), dtype=np.float32))
    table = frontier(bare, steps=2)
    assert table["ild"].isna().all()
    assert table["bits"].isna().all()
    assert table["efficient"].all()
