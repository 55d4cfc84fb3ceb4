"""Calibration: the divergence by hand, the greedy search by brute force, both ends of the knob."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.calibrated import ALPHA, Calibrated, calibrated, miscalibration
from tests.rerank.counters import counter, shelf
from tests.rerank.pools import greedy, pool, pools, unit


def divergence(shares: np.ndarray, taste: np.ndarray) -> float:
    """The formula, category by category; ``shares`` are the rows of the chosen."""
    total = shares.sum(axis=0)
    q = total / total.sum() if total.sum() else total
    return sum(p * log(p / ((1 - ALPHA) * q[g] + ALPHA * p)) for g, p in enumerate(taste) if p)


@given(world=pools)
def test_the_divergence_is_the_formula_and_never_below_0(world):
    _, _, mix, taste = pool(*world)
    found = float(miscalibration(mix.sum(axis=0), taste))
    assert found == pytest.approx(max(0.0, divergence(mix, taste)), abs=1e-12)
    assert 0 <= found <= log(1 / ALPHA) + 1e-12


def test_the_same_mix_is_0_and_a_strange_one_the_most_there_is():
    taste = np.array([0.5, 0.5, 0.0])
    assert miscalibration(np.array([2.0, 2.0, 0.0]), taste) == pytest.approx(0, abs=1e-15)
    assert miscalibration(np.array([0.0, 0.0, 3.0]), taste) == pytest.approx(log(100))
    # q~ = .99 * 3/4 + .005 and .99 * 1/4 + .005
    expected = 0.5 * log(0.5 / 0.7475) + 0.5 * log(0.5 / 0.2525)
    assert miscalibration(np.array([3.0, 1.0, 0.0]), taste) == pytest.approx(expected)


@given(world=pools, k=st.integers(1, 6), strength=st.sampled_from([0.05, 0.3, 0.7, 1.0]))
def test_it_chooses_what_brute_force_chooses_and_shows_it_by_score(world, k, strength):
    scores, _, mix, taste = pool(*world)
    order = top_k(scores, len(scores))
    r, shares, size = unit(scores)[order], mix[order], min(k, len(scores))

    def value(chosen):
        return (1 - strength) * r[chosen].sum() / size - strength * divergence(shares[chosen], taste)

    slow = sorted(greedy(value, len(scores), k))  # positions by score, so sorted is best first
    assert calibrated(scores, mix, taste, k, strength).tolist() == order[slow].tolist()


@given(world=pools, k=st.integers(1, 20))
def test_at_0_and_without_a_taste_it_is_the_plain_list(world, k):
    scores, _, mix, taste = pool(*world)
    assert calibrated(scores, mix, taste, k, 0.0).tolist() == top_k(scores, k).tolist()
    assert calibrated(scores, mix, np.zeros_like(taste), k, 0.7).tolist() == top_k(scores, k).tolist()


def test_at_1_the_scores_decide_only_between_equal_mixes():
    mix = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]], dtype=float)
    scores = np.array([9, 8, 7, 2, 1], dtype=np.float32)
    assert calibrated(scores, mix, np.array([0.5, 0.5]), 4, 1.0).tolist() == [0, 1, 3, 4]
    assert calibrated(scores, mix, np.array([0.0, 1.0]), 2, 1.0).tolist() == [3, 4]


def test_more_strength_is_nearer_the_mix_and_less_score_on_average():
    knob = [0.0, 0.05, 0.1, 0.3, 1.0]
    apart, gain = np.zeros(len(knob)), np.zeros(len(knob))
    for seed in range(30):
        scores, _, mix, taste = pool(seed, 60, 6)
        for place, strength in enumerate(knob):
            rows = calibrated(scores, mix, taste, 10, strength)
            apart[place] += divergence(mix[rows], taste)
            gain[place] += unit(scores)[rows].mean()
    assert (np.diff(apart) < 0).all()
    assert (np.diff(gain) < 0).all()


def test_a_strength_does_the_same_to_a_short_and_to_a_long_list():
    """Everything four times over: a list four times as long keeps the same mix."""
    scores, _, mix, taste = pool(3, 14, 4)
    fourfold = np.repeat(scores, 4), np.repeat(mix, 4, axis=0)
    short = mix[calibrated(scores, mix, taste, 5, 0.2)].mean(axis=0)
    long = fourfold[1][calibrated(*fourfold, taste, 20, 0.2)].mean(axis=0)
    np.testing.assert_allclose(short, long, atol=0.15)
    summed = 5 * 0.8 / (5 * 0.8 + 0.2)  # what adding scores up, as in the paper, would make of .2 for lists of 5
    assert calibrated(scores, mix, taste, 5, 0.2).tolist() != calibrated(scores, mix, taste, 5, 1 - summed).tolist()


def test_a_swimmer_gets_water_and_somebody_unknown_the_plain_list():
    data = shelf(8)  # Water, Baking by turns
    scores = [1, 9, 2, 8, 3, 7, 4, 6]
    swimmer = counter(data, scores, ("like", "i0"), ("like", "i2"))
    assert Calibrated(0.9)(swimmer, 4) == [6, 4, 2, 0]
    assert Calibrated(0.9).note(swimmer) == ""
    stranger = counter(data, scores)
    assert Calibrated(0.9)(stranger, 4) == [1, 3, 5, 7]
    assert "no mix to keep" in Calibrated(0.9).note(stranger)
    bare = Candidates(stranger.rows, stranger.scores, stranger.vectors)
    assert Calibrated(0.9)(bare, 4) == [1, 3, 5, 7]
    assert "no mix to keep" in Calibrated().note(bare)
    assert RERANKERS["calibrated"].build() == Calibrated()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(strength):
    with pytest.raises(ValueError, match=f"strength should be from 0 to 1, is now {strength}"):
        Calibrated(strength)
    with pytest.raises(ValueError, match="strength should be from 0 to 1"):
        calibrated(np.ones(1, dtype=np.float32), np.ones((1, 1)), np.ones(1), 1, strength)
