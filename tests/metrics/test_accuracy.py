"""Accuracy metrics: fractions worked by hand, properties, and equality with scikit-learn."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, ndcg_score, precision_score, recall_score

from recsys.metrics import TopLists
from recsys.metrics.f1 import f1
from recsys.metrics.hit_rate import hit_rate
from recsys.metrics.ndcg import ndcg
from recsys.metrics.precision import precision
from recsys.metrics.recall import recall

ALL = [precision, recall, f1, hit_rate, ndcg]


@st.composite
def cases(draw, n_items=12):
    """(list, relevant rows, k) over a catalogue of ``n_items``; the list may be shorter than k or empty."""
    k = draw(st.integers(1, n_items))
    ranked = draw(st.permutations(range(n_items)))[: draw(st.integers(0, k))]
    relevant = draw(st.sets(st.integers(0, n_items - 1), min_size=1))
    return list(ranked), sorted(relevant), k


def one(metric, ranked, relevant, k) -> float:
    return float(metric(TopLists.of([ranked], [relevant], k))[0])


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (precision, Fraction(2, 5)),
        (recall, Fraction(2, 3)),
        (f1, Fraction(4, 8)),
        (hit_rate, Fraction(1)),
    ],
)
def test_a_list_of_five_with_hits_at_ranks_one_and_three(metric, expected):
    assert one(metric, [7, 1, 8, 2, 3], [7, 8, 9], 5) == pytest.approx(float(expected), abs=1e-15)


def test_ndcg_of_hits_at_ranks_one_and_three_of_three_relevant():
    # gains 1, 1/log2(3), 1/2: found the first and the third, the ideal has all three
    expected = (1 + 1 / 2) / (1 + 1 / math.log2(3) + 1 / 2)
    assert one(ndcg, [7, 1, 8, 2, 3], [7, 8, 9], 5) == pytest.approx(expected, abs=1e-15)


def test_the_ideal_of_ndcg_is_cut_at_k():
    assert one(ndcg, [0, 1], list(range(10)), 2) == pytest.approx(1.0, abs=1e-15)


def test_a_hit_further_down_is_worth_less_only_to_ndcg():
    early, late = ([5, 0, 1, 2], [0, 1, 2, 5])
    assert one(ndcg, early, [5], 4) > one(ndcg, late, [5], 4)
    for metric in (precision, recall, f1, hit_rate):
        assert one(metric, early, [5], 4) == one(metric, late, [5], 4)


def test_empty_places_count_as_misses():
    assert one(precision, [3], [3], 4) == float(Fraction(1, 4))
    assert one(ndcg, [3], [3], 4) == 1.0


@pytest.mark.parametrize("metric", ALL)
def test_an_empty_list_scores_zero(metric):
    assert one(metric, [], [3], 4) == 0.0


@pytest.mark.parametrize("metric", [recall, f1, hit_rate, ndcg])
def test_nothing_relevant_is_unknown_not_zero(metric):
    assert math.isnan(one(metric, [1, 2], [], 2))


@pytest.mark.parametrize("metric", ALL)
def test_no_users_give_no_numbers(metric):
    assert metric(TopLists.of([], [], 3)).shape == (0,)


@pytest.mark.parametrize("metric", ALL)
@given(case=cases())
def test_every_value_is_between_zero_and_one(metric, case):
    assert 0.0 <= one(metric, *case) <= 1.0 + 1e-12


@pytest.mark.parametrize("metric", ALL)
@given(relevant=st.sets(st.integers(0, 30), min_size=1, max_size=10))
def test_the_perfect_list_scores_one(metric, relevant):
    rows = sorted(relevant)
    assert one(metric, rows, rows, len(rows)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("metric", ALL)
@given(case=cases(), names=st.permutations(range(12)))
def test_renaming_the_items_changes_nothing(metric, case, names):
    ranked, relevant, k = case
    renamed = one(metric, [names[row] for row in ranked], [names[row] for row in relevant], k)
    assert renamed == pytest.approx(one(metric, ranked, relevant, k), abs=1e-12)


@pytest.mark.parametrize("metric", ALL)
@given(case=cases())
def test_turning_a_miss_into_a_hit_never_hurts(metric, case):
    ranked, relevant, k = case
    misses = [place for place, row in enumerate(ranked) if row not in relevant]
    unfound = [row for row in relevant if row not in ranked]
    if misses and unfound:
        better = list(ranked)
        better[misses[0]] = unfound[0]
        assert one(metric, better, relevant, k) >= one(metric, ranked, relevant, k)


@given(case=cases())
def test_ndcg_equals_scikit_learn(case):
    ranked, relevant, k = case
    truth = np.zeros((1, 12))
    truth[0, relevant] = 1
    # scikit-learn ranks the whole catalogue: give unranked items scores below and let none of them be in reach
    scores = np.full((1, 12), -1.0)
    scores[0, ranked] = np.arange(len(ranked), 0, -1)
    if len(ranked) < k:
        return
    assert one(ndcg, ranked, relevant, k) == pytest.approx(ndcg_score(truth, scores, k=k), abs=1e-12)


@given(case=cases())
def test_precision_recall_and_f1_equal_scikit_learn_for_full_lists(case):
    ranked, relevant, k = case
    if len(ranked) < k:
        return
    truth, shown = np.zeros(12, dtype=int), np.zeros(12, dtype=int)
    truth[relevant], shown[ranked] = 1, 1
    for metric, theirs in ((precision, precision_score), (recall, recall_score), (f1, f1_score)):
        assert one(metric, ranked, relevant, k) == pytest.approx(theirs(truth, shown, zero_division=0), abs=1e-12)


def test_lists_are_cut_at_k_and_bad_input_is_refused():
    lists = TopLists.of([[1, 2, 3]], [[3]], k=2)
    assert lists.rows.tolist() == [[1, 2]]
    assert not lists.hits.any()
    with pytest.raises(ValueError, match="k should be at least 1"):
        TopLists.of([[1]], [[1]], k=0)
    with pytest.raises(ValueError, match="one set of relevant rows per list"):
        TopLists.of([[1]], [], k=1)
