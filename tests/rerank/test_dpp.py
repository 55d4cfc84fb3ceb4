"""A determinantal point process: the fast greedy search is the slow one by determinants, and both ends of the knob."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.dpp import BOTH, CATEGORIES, COPY, TEXTS, Dpp, dpp, features, widest
from tests.rerank.counters import counter, shelf
from tests.rerank.pools import greedy, pool, pools, unit


def kernel(scores: np.ndarray, vectors: np.ndarray, diversity: float) -> np.ndarray:
    """L as in the paper, whose theta is 1 - diversity."""
    theta = 1 - diversity
    quality = np.exp(theta / (2 * (1 - theta)) * unit(scores))
    alike = (1 + vectors.astype(np.float64) @ vectors.T.astype(np.float64)) / 2
    np.fill_diagonal(alike, 1)  # rows of unit length up to the rounding of float32
    return quality[:, None] * alike * quality[None]


@given(world=pools, k=st.integers(1, 5), diversity=st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_it_is_the_greedy_search_by_determinants_of_the_papers_kernel(world, k, diversity):
    seed, n, dim = world
    scores, vectors, _, _ = pool(seed, n, dim + 6)  # more dimensions than items chosen: no list is singular
    order = top_k(scores, n)  # ties at diversity 1, where all begin alike, go to the best
    large = kernel(scores, vectors, diversity)[np.ix_(order, order)]
    slow = greedy(lambda chosen: np.linalg.slogdet(large[np.ix_(chosen, chosen)])[1], n, k)
    assert dpp(scores, vectors, k, diversity).tolist() == order[slow].tolist()


@given(world=pools, k=st.integers(1, 8))
def test_the_rooms_multiply_to_the_determinant_of_those_chosen(world, k):
    seed, n, dim = world
    _, vectors, _, _ = pool(seed, n, dim + 6)
    order, rooms = widest(np.zeros(n), vectors, k, 1.0)
    chosen = vectors[order].astype(np.float64)
    sign, log_volume = np.linalg.slogdet((1 + chosen @ chosen.T) / 2)
    assume(sign > 0 and (rooms > COPY).all())
    assert np.log(rooms).sum() == pytest.approx(log_volume, abs=1e-3)
    assert rooms[0] == 1


@given(world=pools, k=st.integers(1, 20))
def test_at_0_it_is_the_plain_list(world, k):
    scores, vectors, _, _ = pool(*world)
    assert dpp(scores, vectors, k, 0.0).tolist() == top_k(scores, k).tolist()


@given(world=pools, k=st.integers(1, 6), scale=st.floats(0.01, 1000))
def test_at_1_only_the_best_of_the_scores_counts(world, k, scale):
    seed, n, dim = world
    scores, vectors, _, _ = pool(seed, n, dim + 6)
    other = np.random.default_rng(seed).normal(size=n).astype(np.float32) * np.float32(scale)
    other[scores.argmax()] = other.max() + 1
    assert dpp(scores, vectors, k, 1.0)[0] == scores.argmax()
    assert dpp(scores, vectors, k, 1.0).tolist() == dpp(other, vectors, k, 1.0).tolist()


def test_more_diversity_is_more_room_and_less_score_on_average():
    knob = [0.0, 0.2, 0.4, 0.6, 0.8]  # beyond, a greedy search finds no more room: it begins with the best by score
    room, gain = np.zeros(len(knob)), np.zeros(len(knob))
    for seed in range(30):
        scores, vectors, _, _ = pool(seed, 60, 14)
        for place, diversity in enumerate(knob):
            rows = dpp(scores, vectors, 8, diversity)
            room[place] += np.linalg.slogdet(kernel(np.ones(60), vectors, 1.0)[np.ix_(rows, rows)])[1]
            gain[place] += unit(scores)[rows].mean()
    assert (np.diff(room) > 0).all()
    assert (np.diff(gain) < 0).all()


def test_copies_come_last_by_score_and_the_list_is_still_filled():
    scores = np.array([0.9, 0.8, 0.7, 0.1, np.nan], dtype=np.float32)
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
    assert dpp(scores, vectors, 5, 0.5).tolist() == [0, 3, 1, 2]
    assert len(dpp(scores[:0], vectors[:0], 3, 0.5)) == 0


def test_items_without_a_text_are_told_apart_from_each_other():
    scores = np.array([0.9, 0.8, 0.7], dtype=np.float32)
    vectors = np.array([[1, 0], [1, 0], [0, 0]], dtype=np.float32)
    assert dpp(scores, vectors, 3, 1.0).tolist() == [0, 2, 1]
    assert dpp(scores, np.zeros((3, 2), dtype=np.float32), 3, 1.0).tolist() == [0, 1, 2]


@pytest.mark.parametrize("diversity", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(diversity):
    with pytest.raises(ValueError, match=f"diversity should be from 0 to 1, is now {diversity}"):
        dpp(np.ones(2, dtype=np.float32), np.ones((2, 1), dtype=np.float32), 1, diversity)
    with pytest.raises(ValueError, match="diversity should be from 0 to 1"):
        Dpp(diversity)
    with pytest.raises(ValueError, match="by should be one of texts, categories, both, is now colours"):
        Dpp(0.5, "colours")
    with pytest.raises(ValueError, match="one vector per score, are 1 for 2"):
        dpp(np.ones(2, dtype=np.float32), np.ones((1, 1), dtype=np.float32), 1, 0.5)


def test_by_categories_the_list_alternates_between_them():
    data = shelf(6)  # Water, Baking by turns
    candidates = counter(data, [6, 1, 5, 2, 4, 3])
    assert Dpp(0.9, CATEGORIES)(candidates, 2) == [0, 5]
    assert RERANKERS["dpp"].build() == Dpp()
    assert Dpp().by == TEXTS


def test_directions_have_length_1_and_both_is_the_mean_of_the_cosines():
    candidates = counter(shelf(6), [6, 1, 5, 2, 4, 3])
    cosines = {by: features(candidates, by) @ features(candidates, by).T for by in (TEXTS, CATEGORIES, BOTH)}
    np.testing.assert_allclose(cosines[BOTH], (cosines[TEXTS] + cosines[CATEGORIES]) / 2, atol=1e-6)
    np.testing.assert_allclose(np.diag(cosines[BOTH]), 1, atol=1e-6)


def test_it_says_when_there_is_nothing_to_differ_in():
    candidates = counter(shelf(3), [3, 2, 1])
    assert Dpp(0.5, BOTH).note(candidates) == ""
    bare = Candidates(candidates.rows, candidates.scores, np.zeros((3, 2), dtype=np.float32))
    assert Dpp(0.5).note(bare) == "These items have no texts to tell them apart."
    assert Dpp(0.5, CATEGORIES).note(bare) == "These items have no categories to tell them apart."
    assert Dpp(0.9, CATEGORIES)(bare, 3) == candidates.rows.tolist()
