"""Coverage, novelty and diversity: fractions, ranges, brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import NO_ITEM, Catalogue, TopLists
from recsys.metrics.calibration import ALPHA, calibration
from recsys.metrics.category_diversity import category_diversity
from recsys.metrics.coverage import coverage, coverage_credits
from recsys.metrics.diversity import diversity
from recsys.metrics.gini import gini, gini_credits
from recsys.metrics.novelty import novelty
from recsys.metrics.popularity_lift import popularity_lift
from recsys.metrics.precision import precision
from recsys.metrics.serendipity import serendipity
from recsys.metrics.significance import resample_weights, resampled_means
from recsys.models import top_k
from tests.metrics import worlds

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


CREDITS = {"coverage": (coverage, coverage_credits), "gini": (gini, gini_credits)}
"""Metrics of all lists together, and the share each person has in them."""


@pytest.mark.parametrize("name", CREDITS)
@given(ranked=some_lists)
def test_a_credit_is_what_the_metric_loses_without_that_person(name, ranked):
    metric, credits_of = CREDITS[name]
    credits, whole, n = credits_of(lists(*ranked), shelf()), metric(lists(*ranked), shelf()), len(ranked)
    assert credits.mean() == pytest.approx(whole, abs=1e-9, nan_ok=True)
    without = np.array([metric(lists(*ranked[:u], *ranked[u + 1 :]), shelf()) for u in range(n)])
    if not np.isnan(without).any():
        # jackknife pseudo-values n M - (n - 1) M_without, moved so that their mean is M
        pseudo = n * whole - (n - 1) * without
        assert credits - credits.mean() == pytest.approx(pseudo - pseudo.mean(), abs=1e-9)


@pytest.mark.parametrize("skew", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(("name", "n_items", "seed"), [("coverage", 400, 1), ("gini", 200, 2)])
def test_the_interval_contains_the_expected_value(name, n_items, seed, skew):
    """300 worlds of 150 people who get 5 items: at least 93% of the intervals hold the truth."""
    metric, credits_of = CREDITS[name]
    rng = np.random.default_rng(seed)
    n_users, k = 150, 5
    chance = 1 / np.arange(1, n_items + 1) ** skew
    things = Catalogue(n_items, 1, np.zeros(n_items), np.zeros((n_items, 0), np.float32), np.full(n_items, NO_ITEM))
    worlds = []
    for _ in range(300):
        keys = rng.gumbel(size=(n_users, n_items)) + np.log(chance)
        rows = np.argpartition(-keys, k, axis=1)[:, :k].astype(np.int64)
        worlds.append(TopLists(rows, np.zeros(rows.shape, dtype=bool), np.ones(n_users, dtype=np.int64)))
    truth = np.mean([metric(world, things) for world in worlds])
    credits = np.column_stack([credits_of(world, things) for world in worlds])
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


def test_gini_of_one_item_listed_three_times_and_one_once():
    # counts 3 1 0 0: the pairs differ by 2, 3, 3, 1, 1, 0 = 10 in all, of at most (4 - 1) * 4
    four = Catalogue(4, 1, np.zeros(4), np.zeros((4, 0), np.float32), np.full(4, NO_ITEM))
    assert gini(lists([0], [0, 1], [0]), four) == pytest.approx(10 / 12, abs=1e-15)


@pytest.mark.parametrize(("ranked", "expected"), [([[0], [0]], 1.0), ([[n] for n in range(N_ITEMS)], 0.0)])
def test_gini_goes_from_equal_to_all_on_one(ranked, expected):
    assert gini(lists(*ranked), shelf()) == expected


def test_gini_of_the_same_list_for_everybody_is_the_most_unequal_there_can_be():
    assert gini(lists([0, 1, 2], [0, 1, 2]), shelf()) == pytest.approx((N_ITEMS - 3) / (N_ITEMS - 1))


@given(some_lists)
def test_gini_equals_the_sum_over_all_pairs(ranked):
    counts = np.bincount([row for rows in ranked for row in rows], minlength=N_ITEMS)
    value = gini(lists(*ranked), shelf())
    if counts.sum():
        apart = np.abs(counts[:, None] - counts).sum() / 2
        assert value == pytest.approx(apart / ((N_ITEMS - 1) * counts.sum()), abs=1e-12)
        assert 0 <= value <= 1
    else:
        assert math.isnan(value)


def test_serendipity_counts_hits_that_popularity_would_have_missed():
    # 12 items by likes 0, 1, 2, ...; item 1 is known, so popularity lists 0, 2, 3, 4: of the hits only 5 is not there
    somebody = worlds.answer([0, 5, 7, 3], [0, 3, 5], 4, known=[1])
    assert serendipity(somebody, worlds.shelf()).tolist() == [1 / 4]
    nobody_known = worlds.answer([0, 4, 7, 3], [0, 3, 4], 4)
    assert serendipity(nobody_known, worlds.shelf()).tolist() == [1 / 4]


@given(somebody=worlds.people(), likes=worlds.some_likes)
def test_serendipity_equals_the_list_minus_what_popularity_lists(somebody, likes):
    popular = top_k(np.array(likes, dtype=np.float32), somebody.lists.k, somebody.known[0])
    surprising = set(somebody.lists.rows[0][somebody.lists.hits[0]]) - set(popular)
    value = serendipity(somebody, worlds.shelf(likes))[0]
    if len(somebody.relevant[0]):
        assert value == len(surprising) / somebody.lists.k
        assert value <= precision(somebody.lists)[0]
    else:
        assert math.isnan(value)


@given(somebody=worlds.people(), likes=worlds.some_likes)
def test_popularity_itself_has_no_serendipity(somebody, likes):
    ranked = top_k(np.array(likes, dtype=np.float32), 12, somebody.known[0])
    if len(somebody.relevant[0]):
        itself = worlds.answer(ranked.tolist(), somebody.relevant[0].tolist(), 4, known=somebody.known[0].tolist())
        assert serendipity(itself, worlds.shelf(likes)).tolist() == [0.0]


def mixed(liked, ranked):
    """Divergence for categories 0 1 2 0 1 2 ... of the rows."""
    return float(calibration(worlds.answer(ranked, [], 6, liked=liked), worlds.shelf())[0])


def test_calibration_worked_by_hand():
    # liked half 0, half 1; listed 3/4 of 0 and 1/4 of 1
    q = (0.99 * 3 / 4 + 0.01 / 2, 0.99 / 4 + 0.01 / 2)
    expected = 0.5 * math.log2(0.5 / q[0]) + 0.5 * math.log2(0.5 / q[1])
    assert mixed([0, 1], [3, 6, 9, 4]) == pytest.approx(expected, abs=1e-12)


def test_a_list_without_any_of_the_interests_diverges_by_the_whole_scale():
    assert mixed([0, 3], [1, 2, 4]) == pytest.approx(math.log2(1 / ALPHA), abs=1e-12)


def test_the_same_mix_in_any_number_diverges_by_nothing():
    assert mixed([0, 1, 2], [3, 6, 4, 7, 5, 8]) == pytest.approx(0, abs=1e-12)


def test_calibration_gets_worse_the_further_the_mix_drifts():
    drift = [mixed([0, 1], ranked) for ranked in ([3, 4], [3, 6, 4], [3, 6, 9, 4], [3, 6, 9])]
    assert drift == sorted(drift)
    assert len(set(drift)) == len(drift)


@given(somebody=worlds.people(), categories=worlds.some_categories)
def test_calibration_equals_the_formula_summed_over_categories(somebody, categories):
    liked = [categories[row] for row in somebody.liked[0] if categories[row] != NO_ITEM]
    listed = [categories[row] for row in somebody.lists.rows[0] if row != NO_ITEM and categories[row] != NO_ITEM]
    value = calibration(somebody, worlds.shelf(categories=categories))[0]
    if not liked or not listed:
        assert math.isnan(value)
        return
    total = 0.0
    for category in set(liked):
        p, q = liked.count(category) / len(liked), listed.count(category) / len(listed)
        total += p * math.log2(p / (0.99 * q + 0.01 * p))
    assert value == pytest.approx(total, abs=1e-9)
    assert 0 <= value <= math.log2(1 / ALPHA) + 1e-12


def lift(liked, ranked, likes):
    return float(popularity_lift(worlds.answer(ranked, [], 4, liked=liked), worlds.shelf(likes))[0])


def test_popularity_lift_compares_the_list_with_the_taste():
    likes = [9, 6, 3, 1, 2, 0, *[0] * 6]
    assert lift([2, 3], [0, 1, 2], likes) == 6 / 2 - 1
    assert lift([1], [2], likes) == 3 / 6 - 1
    assert lift([0], [5], likes) == -1
    assert lift([1, 2], [1, 2], likes) == 0


def test_popularity_lift_needs_a_list_and_a_taste_somebody_shares():
    assert math.isnan(lift([], [1], None))
    assert math.isnan(lift([1], [], None))
    assert math.isnan(lift([0], [1], [0] * 12))
