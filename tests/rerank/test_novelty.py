"""Discovery: bits by hand and by the metric, and both ends of the knob."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from recsys.metrics import Catalogue, TopLists
from recsys.metrics.novelty import novelty
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.novelty import Novelty, surprise
from tests.rerank.counters import counter, shelf

LIKES = [("a", "i0", "like", 1), ("b", "i0", "like", 2), ("c", "i0", "like", 3), ("a", "i1", "like", 4)]
"""Three people: everybody likes i0, one likes i1, nobody i2 and i3."""


@pytest.fixture
def data():
    return shelf(4, events=LIKES)


def test_bits_are_those_of_the_metric(data):
    candidates = counter(data, [4, 3, 2, 1])
    assert surprise(candidates).tolist() == pytest.approx([-log2(4 / 4), -log2(2 / 4), -log2(1 / 4), -log2(1 / 4)])
    vectors = np.zeros((4, 0), dtype=np.float32)
    catalogue = Catalogue(4, 3, data.like_counts, vectors, np.full(4, -1))
    metric = novelty(TopLists.of([candidates.rows], [[]], 4), catalogue)
    assert metric[0] == pytest.approx(surprise(candidates).mean())


def test_at_0_nothing_moves_and_at_1_the_least_known_come_first_in_their_old_order(data):
    candidates = counter(data, [4, 3, 2, 1])
    assert Novelty(0.0)(candidates, 4) == [0, 1, 2, 3]
    assert Novelty(0.0).adjusted(candidates).tolist() == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert Novelty(1.0)(candidates, 4) == [2, 3, 1, 0]


def test_between_it_is_the_blend_of_both(data):
    candidates = counter(data, [4, 3, 2, 1])
    # relevance 1, 2/3, 1/3, 0 and bits 0, 1, 2, 2 moved to 0, 1/2, 1, 1
    expected = [3 / 4, 3 / 4 * 2 / 3 + 1 / 8, 3 / 4 * 1 / 3 + 1 / 4, 1 / 4]
    assert Novelty(0.25).adjusted(candidates).tolist() == pytest.approx(expected)


def test_more_strength_is_more_bits_at_the_top(shop):
    scores = np.random.default_rng(0).random(shop.n_items)
    candidates = counter(shop, scores)
    bits = dict(zip(candidates.rows.tolist(), surprise(candidates), strict=True))
    means = [np.mean([bits[row] for row in Novelty(s)(candidates, 20)]) for s in (0.0, 0.2, 0.5, 1.0)]
    assert (np.diff(means) > 0).all()


def test_without_likes_or_without_data_nothing_changes_and_it_says_so():
    candidates = counter(shelf(3), [3, 2, 1])
    bare = Candidates(candidates.rows, candidates.scores, candidates.vectors)
    for one in (candidates, bare):
        assert Novelty(1.0)(one, 3) == [0, 1, 2]
        assert "known alike" in Novelty().note(one)
    assert surprise(bare).tolist() == [0, 0, 0]
    assert RERANKERS["novelty"].build() == Novelty()


def test_what_has_no_score_gets_none(data):
    candidates = counter(data, [4, 3, 2, 1])
    holed = Candidates(candidates.rows, candidates.scores.copy(), candidates.vectors, data=data)
    holed.scores[2] = np.nan
    assert Novelty(1.0)(holed, 4) == [3, 1, 0]
    assert Novelty().note(holed) == ""


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(strength):
    with pytest.raises(ValueError, match=f"strength should be from 0 to 1, is now {strength}"):
        Novelty(strength)
