"""Ranking equals a plain stable sort, whatever the scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.models import ranks, top_k

SCORES = arrays(
    np.float32,
    st.integers(0, 40),
    elements=st.one_of(
        st.sampled_from([0.0, -0.0, 1.0, float("inf"), float("-inf"), float("nan")]), st.floats(width=32)
    ),
)


def reference(scores, k, exclude=()):
    """Sort everything; Python's sort is stable."""
    rows = [row for row in range(len(scores)) if not np.isnan(scores[row]) and row not in set(exclude)]
    return sorted(rows, key=lambda row: -float(scores[row]))[:k]


@example(scores=np.array([np.nan, -np.inf, -np.inf], dtype=np.float32), k=1, seed=0)
@given(scores=SCORES, k=st.integers(1, 60), seed=st.integers(0, 3))
def test_top_k_equals_a_stable_sort(scores, k, seed):
    exclude = np.flatnonzero(np.random.default_rng(seed).random(len(scores)) < 0.2 * seed)
    before = scores.copy()
    rows = top_k(scores, k, exclude)
    assert rows.dtype == np.int64
    assert rows.tolist() == reference(scores, k, exclude.tolist())
    np.testing.assert_array_equal(scores, before)


@given(scores=SCORES, seed=st.integers(0, 3))
def test_ranks_are_the_places_in_the_full_list(scores, seed):
    exclude = np.flatnonzero(np.random.default_rng(seed).random(len(scores)) < 0.2 * seed)
    found = ranks(scores, exclude)
    order = reference(scores, len(scores), exclude.tolist())
    assert found.shape == scores.shape
    assert [found[row] for row in order] == list(range(1, len(order) + 1))
    assert not found[[row for row in range(len(scores)) if row not in order]].any()


def test_ties_go_to_the_lower_row():
    assert top_k(np.ones(5, dtype=np.float32), 3).tolist() == [0, 1, 2]


def test_nan_is_never_ranked():
    assert top_k(np.full(4, np.nan, dtype=np.float32), 4).tolist() == []


def test_more_than_there_are_gives_all():
    assert top_k(np.array([1, 2], dtype=np.float32), 10).tolist() == [1, 0]


@pytest.mark.parametrize("k", [0, -3])
def test_an_empty_list_cannot_be_asked_for(k):
    with pytest.raises(ValueError, match=f"k should be at least 1, is now {k}"):
        top_k(np.zeros(3, dtype=np.float32), k)


def test_no_exclusions_may_be_none_or_empty():
    scores = np.array([3, 1, 2], dtype=np.float32)
    assert top_k(scores, 3).tolist() == top_k(scores, 3, np.array([], dtype=np.int64)).tolist() == [0, 2, 1]


def test_whole_numbers_are_ranked_as_numbers():
    assert top_k(np.array([3, 1, 2]), 2).tolist() == [0, 2]
    assert top_k(np.array([3, 1, 2]), 3, np.array([0])).tolist() == [2, 1]
