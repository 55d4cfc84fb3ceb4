"""Coverage, novelty and diversity: fractions, ranges, brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import METRICS, NO_ITEM, Catalogue, TopLists
from recsys.metrics.category_diversity import category_diversity
from recsys.metrics.coverage import coverage, coverage_credits
from recsys.metrics.diversity import diversity
from recsys.metrics.novelty import novelty
from recsys.metrics.significance import resample_weights, resampled_means

N_ITEMS = 8


def shelf(n_people=7, likes=None, vectors=None, categories=None) -> Catalogue:
    rng = np.random.default_rng(0)
    made = rng.normal(size=(N_ITEMS, 5)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return Catalogue(
        N_ITEMS,
        n_people,
        np.arange(N_ITEMS, dtype=float) if likes is None else np.asarray(likes, dtype=float),
        made if vectors is None else np.asarray(vectors, dtype=np.float32),
        np.arange(N_ITEMS) % 3 if categories is None else np.asarray(categories),
    )


def lists(*ranked, k=4) -> TopLists:
    return TopLists.of(ranked, [[0]] * len(ranked), k)


some_lists = st.lists(st.lists(st.integers(0, N_ITEMS - 1), unique=True, max_size=4), min_size=1, max_size=6)


def test_coverage_counts_an_item_once():
    assert coverage(lists([0, 1], [1, 2], []), shelf()) == 3 / 8


def test_coverage_without_any_list_is_zero():
    assert coverage(lists([], []), shelf()) == 0.0
    assert coverage(TopLists.of([], [], 3), shelf()) == 0.0


@given(some_lists)
def test_coverage_never_falls_when_a_person_joins(ranked):
    shares = [coverage(lists(*ranked[: n + 1]), shelf()) for n in range(len(ranked))]
    assert shares == sorted(shares)
    assert 0 <= shares[-1] <= 1


@given(some_lists)
def test_the_mean_of_the_credits_is_the_coverage(ranked):
    made = lists(*ranked)
    assert coverage_credits(made, shelf()).mean() == pytest.approx(coverage(made, shelf()), abs=1e-12)


@given(some_lists)
def test_a_credit_is_what_coverage_loses_without_that_person(ranked):
    credits, n = coverage_credits(lists(*ranked), shelf()), len(ranked)
    without = [coverage(lists(*ranked[:u], *ranked[u + 1 :]), shelf()) for u in range(n)]
    # jackknife pseudo-values n C - (n - 1) C_without, moved so that their mean is C
    pseudo = n * coverage(lists(*ranked), shelf()) - (n - 1) * np.array(without)
    assert credits - credits.mean() == pytest.approx(pseudo - pseudo.mean(), abs=1e-9)


@pytest.mark.parametrize("skew", [0.5, 1.0, 2.0])
def test_the_interval_of_coverage_contains_the_expected_coverage(skew):
    """300 worlds of 150 people who get 5 of 400 items: at least 93% of the intervals hold the truth."""
    rng = np.random.default_rng(1)
    n_items, n_users, k = 400, 150, 5
    chance = 1 / np.arange(1, n_items + 1) ** skew
    things = Catalogue(n_items, 1, np.zeros(n_items), np.zeros((n_items, 0), np.float32), np.full(n_items, NO_ITEM))
    worlds = []
    for _ in range(300):
        keys = rng.gumbel(size=(n_users, n_items)) + np.log(chance)
        rows = np.argpartition(-keys, k, axis=1)[:, :k].astype(np.int64)
        worlds.append(TopLists(rows, np.zeros(rows.shape, dtype=bool), np.ones(n_users, dtype=np.int64)))
    truth = np.mean([coverage(world, things) for world in worlds])
    credits = np.column_stack([coverage_credits(world, things) for world in worlds])
    low, high = np.quantile(resampled_means(credits, resample_weights(n_users, 400, seed=5)), [0.025, 0.975], axis=0)
    assert ((low <= truth) & (truth <= high)).mean() >= 0.93


def test_novelty_is_one_bit_more_when_half_as_many_people_liked_it():
    four, two, one = (novelty(lists([row], k=1), shelf(likes=[3, 1, 0] + [0] * 5))[0] for row in (0, 1, 2))
    assert (four, two, one) == (math.log2(8 / 4), math.log2(8 / 2), math.log2(8 / 1))


def test_novelty_is_zero_when_everybody_liked_everything():
    assert novelty(lists([0, 1, 2]), shelf(likes=[7] * 8))[0] == 0.0


@given(some_lists)
def test_novelty_lies_between_zero_and_the_bits_of_the_crowd(ranked):
    values = novelty(lists(*ranked), shelf())
    known = values[~np.isnan(values)]
    assert ((known >= 0) & (known <= math.log2(8) + 1e-12)).all()
    assert np.isnan(values).tolist() == [not rows for rows in ranked]


@given(some_lists)
def test_diversity_equals_one_minus_the_mean_cosine_of_the_pairs(ranked):
    catalogue = shelf()
    for rows, value in zip(ranked, diversity(lists(*ranked), catalogue), strict=True):
        pairs = list(itertools.combinations(rows, 2))
        if not pairs:
            assert math.isnan(value)
            continue
        vectors = catalogue.vectors.astype(float)
        cosines = [vectors[a] @ vectors[b] for a, b in pairs]
        assert value == pytest.approx(1 - np.mean(cosines), abs=1e-5)
        assert -1e-5 <= value <= 2


def test_copies_have_no_diversity_and_opposites_have_two():
    vectors = np.zeros((N_ITEMS, 2))
    vectors[:3], vectors[3] = [1, 0], [-1, 0]
    copies, opposites = diversity(lists([0, 1, 2], [0, 3]), shelf(vectors=vectors))
    assert (copies, opposites) == (0.0, 2.0)


def test_items_without_text_say_nothing_about_diversity():
    vectors = np.zeros((N_ITEMS, 2))
    vectors[0], vectors[1] = [1, 0], [0, 1]
    with_blank, without, alone = diversity(lists([0, 5, 1], [0, 1], [0, 5]), shelf(vectors=vectors))
    assert with_blank == without == 1.0
    assert math.isnan(alone)


@given(some_lists)
def test_category_diversity_equals_the_share_of_pairs_that_differ(ranked):
    categories = np.array([0, 0, 1, 1, 2, NO_ITEM, 2, 0])
    for rows, value in zip(ranked, category_diversity(lists(*ranked), shelf(categories=categories)), strict=True):
        known = [categories[row] for row in rows if categories[row] != NO_ITEM]
        pairs = list(itertools.combinations(known, 2))
        if pairs:
            assert value == pytest.approx(np.mean([a != b for a, b in pairs]), abs=1e-12)
        else:
            assert math.isnan(value)


@pytest.mark.parametrize("name", list(METRICS))
def test_every_metric_says_what_it_is_and_gives_its_shape(name):
    spec = METRICS[name]
    assert spec.name == name
    assert spec.label
    assert spec.unit
    assert spec.line.endswith(".")
    assert spec.compute(lists([0, 1], [2]), shelf()).shape == (2,)
