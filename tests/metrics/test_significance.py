"""The bootstrap keeps its promise: 95% intervals contain the truth about 95 times in 100."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import Interval, difference_in_words, mean_interval, paired_difference
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
