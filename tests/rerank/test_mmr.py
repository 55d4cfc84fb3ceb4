"""Variety: both ends of the knob, and more of it as the knob rises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.mmr import Mmr, mmr


def world(seed: int, n: int = 60, dim: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Scores and unit vectors; items of one direction score alike, so that variety has a price."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = (vectors @ vectors[0] + rng.normal(0, 0.2, n)).astype(np.float32)
    return scores, vectors


def spread(rows: np.ndarray, vectors: np.ndarray) -> float:
    """Mean of 1 - cosine over the pairs of a list."""
    cosines = vectors[rows] @ vectors[rows].T
    return float(1 - cosines[~np.eye(len(rows), dtype=bool)].mean())


def brute_force(scores: np.ndarray, vectors: np.ndarray, k: int, diversity: float) -> list[int]:
    relevance = (scores - scores.min()) / np.ptp(scores)
    chosen = [int(scores.argmax())]
    while len(chosen) < k:
        rest = [row for row in range(len(scores)) if row not in chosen]
        gain = {
            row: (1 - diversity) * relevance[row] - diversity * max(vectors[row] @ vectors[j] for j in chosen)
            for row in rest
        }
        chosen.append(max(gain, key=gain.get))
    return chosen


@given(seed=st.integers(0, 30), k=st.integers(1, 70))
def test_without_diversity_it_is_the_plain_list(seed, k):
    scores, vectors = world(seed)
    np.testing.assert_array_equal(mmr(scores, vectors, k, 0.0), top_k(scores, k))


@given(seed=st.integers(0, 15), diversity=st.sampled_from([0.1, 0.5, 0.9]))
def test_it_is_the_formula(seed, diversity):
    scores, vectors = world(seed, n=20)
    assert mmr(scores, vectors, 8, diversity).tolist() == brute_force(scores, vectors, 8, diversity)


@pytest.mark.parametrize("seed", range(5))
def test_at_1_each_next_item_is_the_one_least_like_those_chosen(seed):
    scores, vectors = world(seed)
    rows = mmr(scores, vectors, 12, 1.0)
    assert rows[0] == scores.argmax()
    for place in range(1, 12):
        closest = (vectors @ vectors[rows[:place]].T).max(axis=1)
        closest[rows[:place]] = np.inf
        assert closest[rows[place]] == pytest.approx(closest.min(), abs=2e-6)


def test_more_diversity_is_more_spread_and_less_score_on_average():
    knob = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    spreads, gains = np.zeros(len(knob)), np.zeros(len(knob))
    for seed in range(30):
        scores, vectors = world(seed)
        for position, diversity in enumerate(knob):
            rows = mmr(scores, vectors, 10, diversity)
            spreads[position] += spread(rows, vectors)
            gains[position] += scores[rows].mean()
    assert (np.diff(spreads) > 0).all()
    assert (np.diff(gains) < 0).all()


def test_what_has_no_score_is_never_chosen_and_what_has_no_text_is_like_nothing():
    scores = np.array([np.nan, 0.9, 0.8, 0.1], dtype=np.float32)
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 0]], dtype=np.float32)
    assert mmr(scores, vectors, 4, 0.9).tolist() == [1, 3, 2]
    assert len(mmr(scores[:0], vectors[:0], 3, 0.5)) == 0


def test_equal_scores_and_equal_items_keep_the_order_of_the_rows():
    assert mmr(np.ones(4, dtype=np.float32), np.ones((4, 1), dtype=np.float32), 4, 0.5).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("diversity", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(diversity):
    with pytest.raises(ValueError, match=f"diversity should be from 0 to 1, is now {diversity}"):
        mmr(np.ones(2, dtype=np.float32), np.ones((2, 1), dtype=np.float32), 1, diversity)


def test_as_a_strategy_it_answers_with_rows_of_the_catalogue():
    scores, vectors = world(1, n=10)
    rows = np.arange(100, 110)
    candidates = Candidates(rows, scores, vectors)
    assert Mmr(0.5)(candidates, 3) == rows[mmr(scores, vectors, 3, 0.5)].tolist()
    assert RERANKERS["mmr"].build() == Mmr()


def test_candidates_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="are 2, 3 and 3"):
        Candidates(np.arange(2), np.ones(3, dtype=np.float32), np.ones((3, 1), dtype=np.float32))
