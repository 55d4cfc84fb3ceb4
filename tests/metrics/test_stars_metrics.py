"""RMSE, MAE and accuracy: fractions, scikit-learn, and credits whose mean is the metric."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import accuracy_score, mean_absolute_error, root_mean_squared_error

from recsys.metrics import METRICS
from recsys.metrics.accuracy import accuracy, accuracy_credits
from recsys.metrics.influence import ratio_credits
from recsys.metrics.mae import mae, mae_credits
from recsys.metrics.rmse import rmse, rmse_credits
from recsys.metrics.significance import resample_weights, resampled_means
from tests.metrics.worlds import answer, crowds, nobody, shelf, together

PAIRS = [(rmse, rmse_credits), (mae, mae_credits), (accuracy, accuracy_credits)]


def rater(actual, predicted):
    return answer([0], [1], 1, actual=actual, predicted=predicted)


TWO = together(rater([4, 2, 1], [5, 2, 1]), rater([3], [1]))  # errors 1, 0, 0 and -2


def test_errors_are_averaged_over_ratings_and_not_over_people():
    assert rmse(TWO) == pytest.approx(math.sqrt(Fraction(1 + 4, 4)), abs=1e-12)
    assert mae(TWO) == float(Fraction(3, 4))
    # a mean over people would be (1/3 + 2) / 2
    assert np.nanmean(mae_credits(TWO)) == pytest.approx(float(Fraction(3, 4)), abs=1e-12)


def test_accuracy_counts_ratings_on_the_right_side_of_a_like():
    sides = together(rater([4, 3.5, 5, 1], [4, 4, 3.9, 1]))
    assert accuracy(sides) == float(Fraction(2, 4))
    assert accuracy(dataclasses.replace(sides, liked_stars=3.5)) == float(Fraction(4, 4))


def test_a_credit_is_the_metric_plus_what_it_owes_to_that_person():
    # squares: M = 5/4, mean count 2; credits of M are 5/4 + (1 - 15/4)/2 and 5/4 + (4 - 5/4)/2; slope 1 / (2 root M)
    root = math.sqrt(5 / 4)
    expected = [root + (1 - 15 / 4) / 2 / (2 * root), root + (4 - 5 / 4) / 2 / (2 * root)]
    assert rmse_credits(TWO) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("metric", "credits"), PAIRS)
@given(crowd=crowds())
def test_the_mean_of_the_credits_is_the_metric(metric, credits, crowd):
    values = credits(crowd)
    assert values.shape == (crowd.lists.n_users,)
    known = values[~np.isnan(values)]
    if math.isnan(metric(crowd)):
        assert not len(known)
    else:
        assert known.mean() == pytest.approx(metric(crowd), abs=1e-9)


@pytest.mark.parametrize(
    ("metric", "theirs"),
    [
        (rmse, root_mean_squared_error),
        (mae, mean_absolute_error),
        (accuracy, lambda actual, predicted: accuracy_score(actual >= 4, predicted >= 4)),
    ],
)
@given(crowd=crowds())
def test_stars_equal_scikit_learn_on_the_predicted_ratings(metric, theirs, crowd):
    actual, predicted = np.concatenate(crowd.actual), np.concatenate(crowd.predicted)
    known = ~np.isnan(predicted)
    if known.any():
        assert metric(crowd) == pytest.approx(theirs(actual[known], predicted[known]), abs=1e-6)


@given(crowds())
def test_mae_is_never_above_rmse(crowd):
    if not math.isnan(rmse(crowd)):
        assert mae(crowd) <= rmse(crowd) + 1e-12


def test_exact_predictions_have_no_error_and_no_doubt():
    exact = together(rater([4, 2], [4, 2]), rater([1], [1]))
    assert rmse_credits(exact).tolist() == mae_credits(exact).tolist() == [0, 0]
    assert accuracy_credits(exact).tolist() == [1, 1]


@pytest.mark.parametrize("name", ["rmse", "mae", "accuracy"])
def test_a_model_without_stars_says_nothing(name):
    silent = together(answer([0], [1], 1, actual=[4]), answer([0], [1], 1))
    for crowd in (silent, together(rater([4], [np.nan]), rater([], [])), together(rater([], []), rater([], []))):
        assert np.isnan(METRICS[name].compute(crowd, shelf())).tolist() == [True, True]
    assert METRICS[name].compute(nobody(), shelf()).shape == (0,)


def test_people_without_ratings_do_not_dilute_the_credits():
    with_silent = together(rater([4], [3]), rater([], []), rater([2, 2], [2, 3]))
    assert (
        mae_credits(with_silent)[[0, 2]].tolist()
        == mae_credits(together(rater([4], [3]), rater([2, 2], [2, 3]))).tolist()
    )


@pytest.mark.parametrize("rooted", [False, True])
def test_the_interval_of_a_ratio_of_sums_contains_the_truth(rooted):
    """2000 worlds of 150 people with errors of their own, who rate 1 to 30 things: 93 to 97% hold the truth."""
    rng = np.random.default_rng(3)
    n_worlds, n_people = 2000, 150
    counts = rng.integers(1, 31, size=(n_worlds, n_people))
    own = rng.gamma(2.0, 0.5, size=(n_worlds, n_people))  # how badly a person is predicted: mean 1
    sums = own * rng.gamma(counts)  # sum of `count` squared errors around their own level
    credits = np.column_stack([ratio_credits(s, c) for s, c in zip(sums, counts, strict=True)])
    if rooted:
        root = np.sqrt(np.nanmean(credits, axis=0))
        credits = root + (credits - root**2) / (2 * root)
    draws = resampled_means(credits, resample_weights(n_people, seed=9))
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    assert 0.93 <= ((low <= 1) & (high >= 1)).mean() <= 0.97
