"""Chance of a like: both ends of the knob, more of it as the knob rises, nothing without a chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.interest import Interest
from recsys.rerank.strength import leaned


def bare(seed: int, n: int = 40, gaps: bool = False) -> Candidates:
    rng = np.random.default_rng(seed)
    scores, chance = rng.normal(size=(2, n)).astype(np.float32)
    chance = (1 / (1 + np.exp(-chance))).astype(np.float32)
    if gaps:
        scores[rng.random(n) < 0.2] = np.nan
        chance[rng.random(n) < 0.2] = np.nan
    return Candidates(np.arange(n), scores, np.zeros((n, 2), dtype=np.float32), chance=chance)


@given(seed=st.integers(0, 100), k=st.integers(1, 40))
def test_0_keeps_the_order_and_1_orders_by_the_chance_alone(seed, k):
    candidates = bare(seed)
    assert Interest(0.0)(candidates, k) == top_k(candidates.scores, k).tolist()
    assert Interest(1.0)(candidates, k) == top_k(candidates.chance, k).tolist()


@given(seed=st.integers(0, 100), one=st.floats(0, 1), other=st.floats(0, 1))
def test_more_strength_never_lowers_the_chance_of_the_list(seed, one, other):
    candidates = bare(seed)
    low, high = (candidates.chance[Interest(s)(candidates, 10)].sum() for s in sorted((one, other)))
    assert high >= low - 1e-3


@given(seed=st.integers(0, 50), strength=st.floats(0, 1))
def test_what_has_no_score_stays_out_and_what_has_no_chance_keeps_its_relevance(seed, strength):
    candidates = bare(seed, gaps=True)
    adjusted = Interest(strength).adjusted(candidates)
    np.testing.assert_array_equal(np.isnan(adjusted), np.isnan(candidates.scores))
    blind = np.isnan(candidates.chance) & ~np.isnan(candidates.scores)
    np.testing.assert_allclose(adjusted[blind], candidates.relevance[blind], rtol=1e-6)


def test_without_a_chance_nothing_changes_and_the_note_says_so():
    candidates = bare(1)
    plain = Candidates(candidates.rows, candidates.scores, candidates.vectors)
    assert Interest(1.0)(plain, 10) == top_k(plain.scores, 10).tolist()
    assert "changes nothing" in Interest().note(plain)
    assert Interest().note(candidates) == ""
    candidates.chance[3] = np.nan
    assert Interest().note(candidates).startswith("1 of 40 items")


def test_equal_scores_leave_the_word_to_the_opinion():
    assert leaned(np.zeros(3), np.array([1.0, 3.0, 2.0]), 0.5).argmax() == 1


@given(seed=st.integers(0, 50), strength=st.floats(0, 1))
def test_items_that_were_judged_change_places_among_themselves_only(seed, strength):
    rng = np.random.default_rng(seed)
    relevance = np.sort(rng.random(12))[::-1].copy()
    opinion = np.full(12, np.nan)
    opinion[:5] = rng.normal(size=5)
    after = leaned(relevance, opinion, strength)
    assert after[:5].min() >= np.float32(relevance[4]) - 1e-6
    np.testing.assert_allclose(after[5:], relevance[5:], rtol=1e-6)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_knob_out_of_range_is_named(strength):
    with pytest.raises(ValueError, match="strength should be from 0 to 1"):
        Interest(strength)


def test_it_is_in_the_registry_with_its_defaults():
    assert RERANKERS["interest"].build() == Interest()
