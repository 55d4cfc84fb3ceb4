"""Exploring: the belief is the ridge solution, chance is repeatable, and logged propensities tell the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.linucb import LinUcb
from recsys.rerank.posterior import MAX_DIRECTIONS, Directions, Posterior, taste_of
from recsys.rerank.thompson import Thompson
from tests.rerank.counters import counter

EVENTS = (("like", "s001"), ("dislike", "s050"), ("like", "s100"))


def some(shop, *events, seed=0, n=40) -> Candidates:
    scores = np.random.default_rng(seed).random(shop.n_items).astype(np.float32)
    full = counter(shop, scores, *events)
    return Candidates(full.rows[:n], full.scores[:n], full.vectors[:n], full.query, shop)


@given(seed=st.integers(0, 50), n=st.integers(1, 40), reg=st.floats(0.1, 10))
def test_the_belief_is_the_ridge_solution(seed, n, reg):
    rng = np.random.default_rng(seed)
    features, rewards = rng.normal(size=(n, 5)), rng.normal(size=n)
    posterior = Posterior.of(features, rewards, reg)
    ridge = Ridge(alpha=reg, fit_intercept=False).fit(features, rewards)
    np.testing.assert_allclose(posterior.mean, ridge.coef_, atol=1e-8)
    np.testing.assert_allclose(posterior.covariance @ (reg * np.eye(5) + features.T @ features), np.eye(5), atol=1e-8)


def test_draws_have_the_mean_and_covariance_they_should():
    rng = np.random.default_rng(0)
    posterior = Posterior.of(rng.normal(size=(6, 3)), rng.normal(size=6))
    draws = posterior.draws(60_000, 2.0, rng)
    np.testing.assert_allclose(draws.mean(axis=0), posterior.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(draws.T), 4 * posterior.covariance, atol=0.06)


def test_widths_shrink_where_something_was_said_and_never_grow():
    rng = np.random.default_rng(1)
    seen, others = rng.normal(size=(4, 6)), rng.normal(size=(50, 6))
    before = Posterior.of(seen[:3], np.ones(3)).widths(np.vstack([seen, others]))
    after = Posterior.of(seen, np.ones(4)).widths(np.vstack([seen, others]))
    assert after[3] < before[3]
    assert (after <= before + 1e-12).all()


def test_directions_keep_most_of_what_the_texts_say(shop):
    items = Directions.of(shop).items
    assert items.shape == (shop.n_items, MAX_DIRECTIONS)
    assert (items**2).sum(axis=1).mean() == pytest.approx(1.0)
    spread = (items**2).sum(axis=0)
    assert (np.diff(spread) <= 1e-9).all()
    posterior, features = taste_of(some(shop, *EVENTS))
    liked = items[shop.row("s001")]
    assert posterior.mean @ liked > 0 > posterior.mean @ items[shop.row("s050")]
    assert features.shape == (40, MAX_DIRECTIONS)


@pytest.mark.parametrize("strategy", [Thompson(1.0, 1.0), LinUcb(1.0, 1.0), LinUcb(1.0, 1.0, 0.5)])
def test_the_same_events_and_seed_give_the_same_list(shop, strategy):
    one, again, other = (some(shop, *events) for events in (EVENTS, EVENTS, EVENTS[:2]))
    assert strategy(one, 10) == strategy(again, 10)
    assert strategy(one, 10) != strategy(other, 10)
    assert Thompson(1.0, 1.0, seed=1)(one, 10) != Thompson(1.0, 1.0, seed=2)(one, 10)


@pytest.mark.parametrize("build", [Thompson, LinUcb])
def test_0_keeps_the_order(shop, build):
    candidates = some(shop, *EVENTS)
    assert build(0.0)(candidates, 10) == candidates.rows[:10].tolist()
    np.testing.assert_allclose(build(0.0).propensities(candidates, 10), [1.0] * 10 + [0.0] * 30)


def test_without_curiosity_both_follow_the_likeliest_taste(shop):
    candidates = some(shop, *EVENTS)
    posterior, features = taste_of(candidates)
    best = candidates.rows[top_k(posterior.means(features).astype(np.float32), 10)].tolist()
    assert Thompson(1.0, 0.0)(candidates, 10) == best
    assert LinUcb(1.0, 0.0)(candidates, 10) == best


def test_more_curiosity_is_more_uncertainty_in_the_list(shop):
    candidates = some(shop, *EVENTS)
    posterior, features = taste_of(candidates)
    widths = dict(zip(candidates.rows.tolist(), posterior.widths(features), strict=True))
    lists = [LinUcb(1.0, curiosity)(candidates, 10) for curiosity in (0.0, 0.5, 2.0, 50.0)]
    told = [sum(widths[row] for row in rows) for rows in lists]
    assert (np.diff(told) >= 0).all()
    assert told[-1] > told[0]
    spread = [(Thompson(1.0, curiosity).propensities(candidates, 10) > 0).sum() for curiosity in (0.0, 0.3, 2.0)]
    assert spread[0] == 10 < spread[1] <= spread[2]


@given(
    k=st.integers(1, 12), strength=st.floats(0, 1), epsilon=st.sampled_from([0.0, 0.3, 1.0]), n_nan=st.integers(0, 8)
)
def test_propensities_sum_to_the_length_of_the_list(shop, k, strength, epsilon, n_nan):
    whole = some(shop, *EVENTS, n=8)
    scores = whole.scores.copy()
    scores[:n_nan] = np.nan
    candidates = Candidates(whole.rows, scores, whole.vectors, whole.query, shop)
    for strategy in (Thompson(strength), LinUcb(strength, epsilon=epsilon)):
        chances = strategy.propensities(candidates, k, draws=30)
        assert chances.sum() == pytest.approx(min(k, 8 - n_nan), abs=1e-5)
        assert ((chances >= 0) & (chances <= 1 + 1e-6)).all()
        assert not chances[:n_nan].any()
        shown = np.isin(candidates.rows, strategy(candidates, k))
        assert (chances[shown] > 0).all()


@pytest.mark.parametrize("build", [lambda seed: Thompson(0.7, 0.7, seed), lambda seed: LinUcb(0.7, 0.7, 0.4, seed)])
def test_propensities_are_how_often_other_seeds_show_each_item(shop, build):
    candidates = some(shop, *EVENTS, n=12)
    shown = np.mean([np.isin(candidates.rows, build(seed)(candidates, 4)) for seed in range(1500)], axis=0)
    np.testing.assert_allclose(build(0).propensities(candidates, 4, draws=1500), shown, atol=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("build", [lambda seed: Thompson(1.0, 1.5, seed), lambda seed: LinUcb(1.0, 0.5, 0.5, seed)])
def test_a_log_with_propensities_tells_what_another_policy_would_have_earned(shop, build):
    """Inverse propensity scoring: one item shown per visit, another policy's mean reward estimated from the log."""
    candidates = some(shop, *EVENTS, n=6)
    rng = np.random.default_rng(0)
    worth = np.array([0.1, 0.8, 0.3, 0.6, 0.2, 0.5])
    other = np.array([0.05, 0.5, 0.05, 0.3, 0.05, 0.05])  # what the other policy shows, and how often
    truth, estimates, naive = worth @ other, [], []
    for visit in range(1500):
        strategy = build(visit)
        [row] = strategy(candidates, 1)
        shown = candidates.rows.tolist().index(row)
        reward = float(rng.random() < worth[shown])
        chance = strategy.propensities(candidates, 1, draws=100)[shown]
        estimates.append(reward * other[shown] / chance)
        naive.append(reward)
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert np.mean(estimates) == pytest.approx(truth, abs=3 * error)
    assert error < 0.06
    assert abs(np.mean(naive) - truth) > 3 * error


@pytest.mark.parametrize("strategy", [Thompson(1.0), LinUcb(1.0)])
def test_strangers_bare_arrays_and_nothing_at_all_are_fine(shop, strategy):
    stranger = some(shop)
    assert len(strategy(stranger, 10)) == 10
    bare = Candidates(np.arange(3), np.array([1, 3, 2], dtype=np.float32), np.eye(3, dtype=np.float32))
    assert strategy(bare, 2) == [1, 2]
    assert strategy.propensities(bare, 2).tolist() == [0, 1, 1]
    assert "catalogue" in strategy.note(bare)
    empty = Candidates(bare.rows[:0], bare.scores[:0], bare.vectors[:0], data=shop)
    assert strategy(empty, 3) == []
    assert len(strategy.propensities(empty, 3)) == 0


def test_knobs_out_of_range_are_named():
    for build in (Thompson, LinUcb):
        with pytest.raises(ValueError, match="curiosity"):
            build(curiosity=-1)
        with pytest.raises(ValueError, match="strength"):
            build(2.0)
    with pytest.raises(ValueError, match="epsilon"):
        LinUcb(epsilon=2)
    assert RERANKERS["thompson"].build() == Thompson()
    assert RERANKERS["linucb"].build() == LinUcb()
