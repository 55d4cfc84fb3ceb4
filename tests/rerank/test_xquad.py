"""Coverage of interests: the greedy search by brute force, and both ends of the knob."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.xquad import Xquad, interests, xquad
from tests.rerank.counters import counter, shelf
from tests.rerank.pools import greedy, pool, pools, unit


@given(world=pools, k=st.integers(1, 6), strength=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_it_chooses_what_brute_force_chooses(world, k, strength):
    scores, _, mix, taste = pool(*world)
    order = top_k(scores, len(scores))
    r, shares = unit(scores)[order], mix[order]

    def value(chosen):  # the sum over interests of the chance that at least one of the chosen meets it
        met = 1 - np.prod(1 - shares[chosen], axis=0)
        return (1 - strength) * r[chosen].sum() + strength * float(taste @ met)

    slow = greedy(value, len(scores), k)
    assert xquad(scores, mix, taste, k, strength).tolist() == order[slow].tolist()


@given(world=pools, k=st.integers(1, 20))
def test_at_0_it_is_the_plain_list(world, k):
    scores, _, mix, taste = pool(*world)
    assert xquad(scores, mix, taste, k, 0.0).tolist() == top_k(scores, k).tolist()


def test_at_1_the_largest_unmet_interest_comes_next_and_then_the_scores():
    mix = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    scores = np.array([9, 8, 2, 1], dtype=np.float32)
    assert xquad(scores, mix, np.array([0.2, 0.3, 0.5]), 4, 1.0).tolist() == [3, 2, 0, 1]


def test_more_strength_meets_more_of_the_interests_on_average():
    knob = [0.0, 0.3, 0.7, 1.0]
    met = np.zeros(len(knob))
    for seed in range(30):
        scores, _, mix, taste = pool(seed, 60, 8)
        for place, strength in enumerate(knob):
            met[place] += taste @ (1 - np.prod(1 - mix[xquad(scores, mix, taste, 3, strength)], axis=0))
    assert (np.diff(met) > 0).all()


def test_without_a_taste_every_category_counts_alike_and_it_says_so():
    data = shelf(6)  # Water, Baking by turns
    stranger = counter(data, [6, 1, 5, 2, 4, 3])
    assert interests(stranger).tolist() == [0.5, 0.5]
    assert Xquad(0.9)(stranger, 2) == [0, 5]
    assert "every category counts alike" in Xquad().note(stranger)
    baker = counter(data, [6, 1, 5, 2, 4, 3], ("like", "i1"))
    assert Xquad(0.9)(baker, 1) == [5]
    assert Xquad().note(baker) == ""
    bare = Candidates(stranger.rows, stranger.scores, stranger.vectors)
    assert Xquad(0.9)(bare, 3) == [0, 2, 4]
    assert "no categories" in Xquad().note(bare)
    assert RERANKERS["xquad"].build() == Xquad()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(strength):
    with pytest.raises(ValueError, match=f"strength should be from 0 to 1, is now {strength}"):
        Xquad(strength)
    with pytest.raises(ValueError, match="strength should be from 0 to 1"):
        xquad(np.ones(1, dtype=np.float32), np.ones((1, 1)), np.ones(1), 1, strength)
