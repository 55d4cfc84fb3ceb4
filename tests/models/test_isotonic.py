"""Calibration: the rising curve is scikit-learn's, the sigmoid the most likely one, and the better of them is taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from recsys.models.isotonic import ENOUGH, SURE, Rising, Sigmoid, calibrated, isotonic, platt
from recsys.models.logistic import chance


@limits(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(-6, 6), st.booleans()), min_size=1, max_size=60),
    asked=st.lists(st.floats(-9, 9), min_size=1, max_size=10),
)
def test_pooling_adjacent_violators_is_scikit_learns_isotonic_regression(pairs, asked):
    scores, liked = np.array([float(s) for s, _ in pairs]), np.array([float(y) for _, y in pairs])
    theirs = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(scores, liked).predict(asked)
    np.testing.assert_allclose(isotonic(scores, liked)(np.array(asked)), np.clip(theirs, SURE, 1 - SURE), atol=1e-9)


def test_pools_hold_the_mean_of_their_answers():
    curve = isotonic(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 0.0, 1.0]))
    np.testing.assert_allclose(curve(np.array([2.0, 2.5, 3.0])), 1 / 2)
    np.testing.assert_allclose(curve(np.array([0.0, 9.0])), [SURE, 1 - SURE])


def test_the_sigmoid_is_the_most_likely_one():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=400)
    liked = (rng.random(400) < chance(0.7 + 1.8 * scores)).astype(float)
    theirs = LogisticRegression(C=100.0, tol=1e-8).fit(scores[:, None], liked)
    ours = platt(scores, liked)
    assert (ours.shift, ours.slope) == pytest.approx((theirs.intercept_[0], theirs.coef_[0, 0]), abs=0.02)


def test_hardly_any_answers_leave_the_scores_as_they_are():
    curve = platt(np.zeros(0), np.zeros(0))
    assert (curve.shift, curve.slope) == (0, 1)


def test_the_sigmoid_never_falls():
    assert platt(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0, 0.0])).slope == 0


@pytest.mark.parametrize(
    "curve", [Sigmoid(0.2, 2.0), isotonic(np.arange(9.0), np.array([0, 0, 1, 0, 1, 0, 1, 1, 1.0]))]
)
def test_chances_rise_with_the_score_and_are_never_certain(curve):
    chances = curve(np.linspace(-50, 50, 201))
    assert (np.diff(chances) >= 0).all()
    assert chances.min() >= SURE
    assert chances.max() <= 1 - SURE


def test_a_curve_of_another_shape_is_drawn_where_answers_are_many_enough_to_show_it():
    rng = np.random.default_rng(0)
    scores = rng.uniform(-3, 3, size=4 * ENOUGH)
    steps = (rng.random(len(scores)) < np.where(scores < 2, 0.2, 0.9)).astype(float)
    smooth = (rng.random(len(scores)) < chance(scores)).astype(float)
    assert isinstance(calibrated(scores, steps), Rising)
    assert isinstance(calibrated(scores, smooth), Sigmoid)
    assert isinstance(calibrated(scores[: ENOUGH - 1], steps[: ENOUGH - 1]), Sigmoid)


def test_no_score_makes_no_curve():
    with pytest.raises(ValueError, match="at least 1 score"):
        isotonic(np.zeros(0), np.zeros(0))
