"""MAP, MRR and AUC: fractions worked by hand, brute force, and the items nobody could rank."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given

from recsys.metrics import TopLists
from recsys.metrics.auc import auc
from recsys.metrics.average_precision import average_precision
from recsys.metrics.mrr import mrr
from tests.metrics.worlds import answer, crowds, people


def one(metric, ranked, relevant, k) -> float:
    return float(metric(TopLists.of([ranked], [relevant], k))[0])


def test_a_list_that_names_an_item_twice_is_refused_with_whose_it_is():
    with pytest.raises(ValueError, match="name each item once, that of user 1 has 2 repeats"):
        TopLists.of([[1, 2, 3], [1, 1, 1]], [[1], [1]], k=3)
    assert TopLists.of([[1, 2, 1]], [[1]], k=2).n_users == 1  # what is cut off does no harm


def test_average_precision_of_hits_at_ranks_one_and_three_of_three_relevant():
    expected = (Fraction(1, 1) + Fraction(2, 3)) / 3
    assert one(average_precision, [7, 1, 8, 2, 3], [7, 8, 9], 5) == pytest.approx(float(expected), abs=1e-15)


def test_average_precision_divides_by_k_when_more_than_k_are_relevant():
    assert one(average_precision, [0, 1], range(10), 2) == 1
    assert one(average_precision, [0, 99], range(10), 2) == float(Fraction(1, 2))


@pytest.mark.parametrize(
    ("ranked", "expected"), [([7, 1], 1), ([1, 7], Fraction(1, 2)), ([1, 2, 7, 8], Fraction(1, 3))]
)
def test_reciprocal_rank_is_that_of_the_first_hit(ranked, expected):
    assert one(mrr, ranked, [7, 8], 4) == float(expected)


def test_a_hit_below_the_end_of_the_list_does_not_count():
    assert one(mrr, [1, 2, 7], [7], 2) == one(average_precision, [1, 2, 7], [7], 2) == 0


def test_auc_is_the_share_of_pairs_in_the_right_order():
    # relevant at ranks 1 and 4 of 5: 3 of 3 others below the first, 1 of 3 below the second
    assert auc(answer([0, 1, 2, 3, 4], [0, 3], 2, n_items=5))[0] == float(Fraction(3 + 1, 6))


def test_items_that_could_not_be_ranked_tie_at_the_bottom():
    # items 0 and 1 are ranked, 2..5 are not; 2 is relevant: behind both, level with 3, 4 and 5
    assert auc(answer([0, 1], [2], 2, n_items=6))[0] == float(Fraction(3, 2) / 5)
    assert auc(answer([], [2, 3], 2, n_items=6))[0] == float(Fraction(1, 2))


def test_auc_does_not_depend_on_the_length_of_the_list():
    whole = answer([4, 0, 3, 1, 2], [0, 1], 5, n_items=5)
    assert auc(whole).tolist() == auc(whole.at(1)).tolist()


def test_auc_needs_something_to_beat():
    assert math.isnan(auc(answer([0, 1], [0, 1], 2, n_items=2))[0])
    assert math.isnan(auc(answer([0, 1], [], 2, n_items=2))[0])


@given(people())
def test_auc_equals_a_count_of_all_pairs(somebody):
    relevant, known = set(somebody.relevant[0].tolist()), set(somebody.known[0].tolist())
    others = [row for row in range(12) if row not in relevant | known]
    place = dict(zip(somebody.relevant[0].tolist(), somebody.ranks[0].tolist(), strict=True))
    ranked = set(range(1, int(somebody.n_ranked[0]) + 1))
    # which other stands where does not matter: the ranks that no relevant item has are theirs
    other_ranks = sorted(ranked - set(place.values())) + [0] * (len(others) - len(ranked - set(place.values())))
    pairs = list(itertools.product([rank or math.inf for rank in place.values()], [r or math.inf for r in other_ranks]))
    won = [1.0 if mine < theirs else 0.5 if mine == theirs else 0.0 for mine, theirs in pairs]
    value = auc(somebody)[0]
    assert math.isnan(value) if not pairs else value == pytest.approx(sum(won) / len(won), abs=1e-12)


@given(crowds())
def test_the_first_hit_bounds_the_precision_of_all_hits(crowd):
    first, mean = mrr(crowd.lists), average_precision(crowd.lists)
    known = crowd.lists.n_relevant > 0
    assert ((first > 0) == (mean > 0))[known].all()
    assert (first[known] >= mean[known] / max(crowd.lists.k, 1)).all()
