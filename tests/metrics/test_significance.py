"""The bootstrap keeps its promise: 95% intervals contain the truth about 95 times in 100."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import Estimates, Interval, difference_in_words, holm, mean_interval, paired_difference
from recsys.metrics.significance import FEW_USERS, percentile_interval, resample_weights, resampled_means

N_WORLDS, N_PEOPLE = 1000, 200


def share_of_worlds_hit(values: np.ndarray, truth: float) -> float:
    """Share of the columns of ``values`` (n_people, n_worlds) whose interval contains ``truth``."""
    means = resampled_means(values, resample_weights(len(values), seed=11))
    found = [
        percentile_interval(world.mean(), draws, len(world)) for world, draws in zip(values.T, means.T, strict=True)
    ]
    return float(np.mean([interval.low <= truth <= interval.high for interval in found]))


def test_intervals_of_a_mean_contain_the_truth():
    values = np.random.default_rng(0).beta(1, 4, size=(N_PEOPLE, N_WORLDS))  # skewed like NDCG per user
    assert 0.93 <= share_of_worlds_hit(values, 1 / 5) <= 0.97


def test_intervals_of_a_paired_difference_contain_the_truth():
    rng = np.random.default_rng(1)
    person = rng.beta(1, 4, size=(N_PEOPLE, N_WORLDS))
    ours = person + 0.03 + rng.normal(0, 0.05, size=person.shape)
    theirs = person + rng.normal(0, 0.05, size=person.shape)
    assert 0.93 <= share_of_worlds_hit(ours - theirs, 0.03) <= 0.97


def test_pairing_narrows_the_interval_of_a_difference():
    rng = np.random.default_rng(2)
    person = rng.beta(1, 4, size=300)
    ours, theirs = person + 0.02, person + rng.normal(0, 0.01, size=300)
    paired = paired_difference(ours, theirs)
    unpaired = paired_difference(ours, rng.permutation(theirs))
    assert paired.found
    assert (paired.high - paired.low) < (unpaired.high - unpaired.low) / 3


def test_equal_models_differ_by_exactly_nothing():
    values = np.random.default_rng(3).random(50)
    same = paired_difference(values, values)
    assert (same.value, same.low, same.high, same.found) == (0.0, 0.0, 0.0, False)


def test_the_sign_of_a_difference_follows_the_first_model():
    low, high = np.full(20, 0.1), np.full(20, 0.3)
    assert paired_difference(high, low).value == pytest.approx(1 / 5)
    assert paired_difference(low, high).value == pytest.approx(-1 / 5)


def test_an_interval_ends_where_the_middle_of_the_resamples_ends():
    draws = np.arange(1001.0)
    interval = percentile_interval(500.0, draws, 50)
    assert (interval.value, interval.low, interval.high) == pytest.approx((500.0, 25.0, 975.0))


def test_resamples_draw_as_many_users_as_there_are():
    weights = resample_weights(7, 50, seed=1)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights == resample_weights(7, 50, seed=1)).all()
    assert (weights != resample_weights(7, 50, seed=2)).any()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_resampled_mean_is_the_mean_of_the_drawn_users(values):
    numbers = np.array(values)[:, None]
    weights = resample_weights(len(values), 20, seed=0)
    by_hand = [np.repeat(numbers[:, 0], weight.astype(int)).mean() for weight in weights]
    assert resampled_means(numbers, weights)[:, 0] == pytest.approx(by_hand, abs=1e-9)


def test_users_without_a_number_do_not_count():
    known = np.random.default_rng(4).random(40)
    interval = mean_interval(np.concatenate([known, [np.nan] * 5]))
    assert interval.n == 40
    assert interval == mean_interval(known)
    half = np.array([[1.0], [np.nan]])
    assert resampled_means(half, np.array([[1.0, 1.0], [0.0, 2.0]])).tolist()[0] == [1.0]
    assert math.isnan(resampled_means(half, np.array([[0.0, 2.0]]))[0, 0])


def test_nobody_gives_an_interval_of_nothing():
    empty = mean_interval(np.array([]))
    assert empty.n == 0
    assert math.isnan(empty.value)
    assert not empty.found
    assert percentile_interval(1.0, np.array([np.nan]), 3).n == 0


def test_words_claim_a_difference_only_when_the_interval_leaves_zero_out():
    assert "no difference found" not in difference_in_words("A", "B", Interval(0.03, 0.01, 0.05, 99))
    assert "no difference found" not in difference_in_words("A", "B", Interval(-0.03, -0.05, -0.01, 99))
    assert "no difference found" in difference_in_words("A", "B", Interval(0.03, -0.01, 0.05, 99))
    assert "no difference found" in difference_in_words("A", "B", Interval(0.0, 0.0, 0.0, 99))
    assert "nothing to compare" in difference_in_words("A", "B", Interval(math.nan, math.nan, math.nan, 0))


def test_a_handful_of_people_never_shows_a_difference():
    few = paired_difference(np.ones(FEW_USERS - 1), np.zeros(FEW_USERS - 1))
    assert not few.found
    assert "with only 9 people" in difference_in_words("A", "B", few)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="n_boot should be at least 1"):
        resample_weights(3, 0)
    with pytest.raises(ValueError, match="same users"):
        paired_difference(np.ones(2), np.ones(3))


def test_a_p_value_counts_the_resamples_as_far_from_the_estimate_as_zero_is():
    # estimate 2, resamples 0 to 4: those at 0 and 4 lie at least 2 away
    estimates = Estimates(np.array([2.0]), np.array([[0.0], [1.0], [2.0], [3.0], [4.0]]), np.array([50]))
    assert estimates.p_values().tolist() == [(1 + 2) / (1 + 5)]


def p_value(differences: np.ndarray) -> float:
    """That of the mean of one difference per person."""
    return float(Estimates.of(differences[:, None], resample_weights(len(differences))).p_values()[0])


def test_p_values_of_equal_models_reach_one_and_of_clear_winners_the_floor():
    values = np.random.default_rng(5).random(60)
    assert p_value(values - values) == 1.0
    assert p_value(1 - np.random.default_rng(6).random(60) / 9) == 1 / 1001


def test_a_p_value_does_not_care_who_comes_first():
    ours, theirs = np.random.default_rng(7).random((2, 80))
    assert p_value(ours - theirs) == p_value(theirs - ours)


def test_too_few_people_have_no_p_value():
    assert math.isnan(p_value(np.ones(FEW_USERS - 1)))
    assert math.isnan(p_value(np.array([])))
    assert p_value(np.ones(FEW_USERS)) == 1 / 1001


def test_without_a_difference_five_in_a_hundred_p_values_are_below_five_percent():
    rng = np.random.default_rng(8)
    person = rng.beta(1, 4, size=(N_PEOPLE, N_WORLDS))
    ours, theirs = (person + rng.normal(0, 0.05, size=person.shape) for _ in range(2))
    p = Estimates.of(ours - theirs, resample_weights(N_PEOPLE, seed=12)).p_values()
    assert 0.03 <= (p < 0.05).mean() <= 0.07
    assert 0.45 <= (p < 0.5).mean() <= 0.55


def test_p_values_and_intervals_nearly_always_agree():
    rng = np.random.default_rng(9)
    differences = rng.beta(1, 4, size=(N_PEOPLE, N_WORLDS)) - 1 / 5 + 0.03 * rng.standard_normal(N_WORLDS)
    estimates = Estimates.of(differences, resample_weights(N_PEOPLE))
    found = np.array([interval.found for interval in estimates.intervals()])
    assert 0.2 < found.mean() < 0.8
    assert (found == (estimates.p_values() < 0.05)).mean() > 0.95


def test_estimates_of_many_columns_are_those_of_each():
    values = np.random.default_rng(10).random((30, 4))
    values[:5, 1] = np.nan
    values[:, 3] = np.nan
    estimates = Estimates.of(values, resample_weights(30))
    one, alone = estimates.intervals()[0], mean_interval(values[:, 0])
    assert (one.value, one.low, one.high, one.n) == pytest.approx((alone.value, alone.low, alone.high, 30), abs=1e-12)
    assert estimates.n_users.tolist() == [30, 25, 30, 0]
    assert estimates.intervals()[3].n == 0
    assert np.isnan(estimates.p_values()).tolist() == [False, False, False, True]


def test_twenty_models_and_twenty_metrics_take_less_than_a_second():
    values = np.random.default_rng(11).random((1000, 400))
    weights = resample_weights(1000)
    start = time.perf_counter()
    estimates = Estimates.of(values, weights)
    estimates.intervals()
    holm(estimates.p_values())
    assert time.perf_counter() - start < 1.0


def textbook_holm(p_values):
    """Holm's own words: go up from the smallest, each against the number of those not yet rejected."""
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted, largest = [math.nan] * len(p_values), 0.0
    for step, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - step) * p))
        adjusted[place] = largest
    return adjusted


chances = st.floats(0, 1) | st.just(math.nan)


@given(st.lists(chances, max_size=12))
def test_holm_equals_the_textbook(p_values):
    assert holm(np.array(p_values)) == pytest.approx(textbook_holm(p_values), abs=1e-12, nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.integers(0, 11))
def test_holm_keeps_the_order_and_only_raises(p_values, more):
    raw = np.array(p_values)
    adjusted = holm(raw)
    assert (adjusted >= raw - 1e-15).all()
    assert (adjusted <= np.minimum(1, raw * len(raw)) + 1e-15).all()  # never stricter than Bonferroni
    assert (np.diff(adjusted[np.argsort(raw, kind="stable")]) >= 0).all()
    with_unknown = holm(np.concatenate([raw, np.full(more, np.nan)]))
    assert with_unknown[: len(raw)].tolist() == adjusted.tolist()


def test_holm_of_a_published_example():
    # Holm's procedure on .01, .04, .03, .005 gives .03, .06, .06, .02
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([3 / 100, 6 / 100, 6 / 100, 2 / 100])


def test_holm_makes_at_most_five_false_finds_in_a_hundred_families():
    rng = np.random.default_rng(13)
    differences = rng.normal(size=(100, 8 * 400))
    p = Estimates.of(differences, resample_weights(100, seed=14)).p_values().reshape(400, 8)
    alone = (p < 0.05).any(axis=1).mean()
    together = np.mean([(holm(family) < 0.05).any() for family in p])
    assert together <= 0.07 < 0.2 < alone


def test_words_claim_nothing_that_does_not_survive_the_correction():
    clear = Interval(0.03, 0.01, 0.05, 99)
    assert difference_in_words("A", "B", clear, p_adjusted=0.049) == difference_in_words("A", "B", clear)
    for p in (0.05, 0.4, math.nan):
        assert "no difference found, allowing for the number" in difference_in_words("A", "B", clear, p_adjusted=p)
    unclear = Interval(0.03, -0.01, 0.05, 99)
    assert "no difference found (" in difference_in_words("A", "B", unclear, p_adjusted=0.001)
