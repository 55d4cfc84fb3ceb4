"""Agreement of two lists: worked values, the ends of the scale, and the formula read literally."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import only_in, overlap, rbo

rankings = st.lists(st.integers(0, 9), unique=True, max_size=8)
knobs = st.floats(0.05, 0.95)


def test_overlap_of_two_lists_of_five_that_share_two():
    assert overlap([1, 2, 3, 4, 5], [5, 9, 8, 7, 1]) == float(Fraction(2, 5))


def test_a_short_list_cannot_fill_the_places_of_a_long_one():
    assert overlap([1], [1, 2, 3, 4]) == float(Fraction(1, 4))


def test_rbo_worked_by_hand():
    # agreements 0, 1, 1 at depths 1, 2, 3 and p = 1/2: (1-p)/p = 1, sum = 1/4 + 1/8, the end adds 1/8
    assert rbo(["b", "a", "c"], ["a", "b", "c"], p=0.5) == float(Fraction(1, 4) + Fraction(1, 8) + Fraction(1, 8))


def test_rbo_of_unequal_lengths_worked_by_hand():
    # shared 1 of 1, then rate 1 of the short list: depth 2 has (1 + 1) / 2, and the end carries 1
    assert rbo(["a"], ["a", "b"], p=0.5) == 1.0
    # shared 0 at depth 1 and 1 at depth 2; the short list's rate is 0: 1/2 * 1/4 at depth 2, the end 1/2 * 1/4
    assert rbo(["b"], ["a", "b"], p=0.5) == float(Fraction(1, 8) + Fraction(1, 8))


def literal_rbo(a, b, p):
    """Equation 32 of the paper, term by term."""
    short, long = sorted((a, b), key=len)
    s, n = len(short), len(long)
    shared = [0] + [len(set(short[:d]) & set(long[:d])) for d in range(1, n + 1)]
    first = sum(shared[d] / d * p**d for d in range(1, n + 1))
    second = sum(shared[s] * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    return (1 - p) / p * (first + second) + ((shared[n] - shared[s]) / n + shared[s] / s) * p**n


@given(a=rankings.filter(len), b=rankings.filter(len), p=knobs)
def test_rbo_equals_the_published_formula(a, b, p):
    assert rbo(a, b, p) == pytest.approx(literal_rbo(a, b, p), abs=1e-12)


@given(a=rankings, b=rankings, p=knobs)
def test_agreement_is_symmetric_and_a_share(a, b, p):
    for measure in (overlap, lambda x, y: rbo(x, y, p)):
        if not a and not b:
            assert math.isnan(measure(a, b))
        else:
            assert measure(a, b) == pytest.approx(measure(b, a), abs=1e-12)
            assert 0 <= measure(a, b) <= 1


@given(a=rankings.filter(len), p=knobs)
def test_a_list_agrees_with_itself_completely_and_with_strangers_not_at_all(a, p):
    strangers = [f"x{item}" for item in a]
    assert overlap(a, a) == 1
    assert rbo(a, a, p) == pytest.approx(1, abs=1e-12)
    assert overlap(a, strangers) == rbo(a, strangers, p) == 0


def test_the_order_matters_to_rbo_and_not_to_overlap():
    same, late, early = list("abcd"), list("abdc"), list("bacd")
    assert overlap(same, late) == overlap(same, early) == 1
    assert rbo(same, early) < rbo(same, late) < 1


def test_nothing_against_something_is_no_agreement():
    assert overlap([], [1]) == rbo([], [1]) == rbo([1], []) == 0


def test_only_in_keeps_the_order_and_drops_what_anybody_else_has():
    assert only_in([3, 1, 2, 4], [[1], [4, 9]]) == [3, 2]
    assert only_in([3, 1], []) == [3, 1]
    assert only_in([], [[1]]) == []


@pytest.mark.parametrize("p", [0.0, 1.0, -0.2, 1.5])
def test_an_impossible_patience_is_refused(p):
    with pytest.raises(ValueError, match="p should be between 0 and 1"):
        rbo([1], [1], p)


def test_a_repeated_item_is_refused():
    with pytest.raises(ValueError, match="1 repeats"):
        rbo([1, 1], [1, 2])
