"""How good chances are: against scikit-learn and SciPy, and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as their_log_loss

from recsys.metrics.probability import brier, ece, log_loss, reliability, reliability_bins, wilson

STATEMENTS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=50)


def both(statements) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in statements]), np.array([y for _, y in statements])


@limits(max_examples=60)
@given(statements=STATEMENTS)
def test_brier_and_log_loss_are_scikit_learns(statements):
    chances, outcomes = both(statements)
    assert brier(chances, outcomes) == pytest.approx(brier_score_loss(outcomes, chances, pos_label=1))
    theirs = their_log_loss(outcomes, np.clip(chances, 1e-15, 1 - 1e-15), labels=[0, 1])
    assert log_loss(chances, outcomes) == pytest.approx(theirs, rel=1e-3, abs=1e-9)


@limits(max_examples=60)
@given(statements=STATEMENTS)
def test_bins_are_those_of_scikit_learns_calibration_curve(statements):
    chances, outcomes = both(statements)
    chances = (chances * 1000 // 1 + 0.37) / 1001  # off the edges, which scikit-learn counts to the bin below
    bins = reliability_bins(chances, outcomes, 10)
    shares, means = calibration_curve(outcomes, chances, n_bins=10)
    assert [one.observed for one in bins] == pytest.approx(shares.tolist())
    assert [one.predicted for one in bins] == pytest.approx(means.tolist())
    assert sum(one.n for one in bins) == len(chances)
    assert all(one.low <= one.predicted <= one.high for one in bins)
    assert all(0 <= one.observed_low <= one.observed <= one.observed_high <= 1 for one in bins)


@limits(max_examples=60)
@given(n=st.integers(1, 300), share=st.floats(0, 1))
def test_intervals_are_wilsons(n, share):
    n_true = round(share * n)
    theirs = binomtest(n_true, n).proportion_ci(method="wilson")
    assert wilson(n_true, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_calibration_error_is_the_mean_distance_of_the_bins():
    # two of three at 0.9: |0.9 - 2/3|; one of one at 0.1: |0.1 - 1|
    assert ece([0.9, 0.9, 0.9, 0.1], [1, 1, 0, 1]) == pytest.approx((3 * (9 / 10 - 2 / 3) + 9 / 10) / 4)


def test_the_ends_of_the_scale_are_in_the_outer_bins():
    first, last = reliability_bins([0.0, 1.0], [0, 1], 10)
    assert (first.low, last.high) == (0.0, 1.0)
    assert (first.n, last.n) == (1, 1)


def test_always_saying_the_average_is_calibrated_and_has_no_skill():
    outcomes = np.array([1, 1, 0, 1])
    average = reliability(np.full(4, 3 / 4), outcomes)
    assert average.ece == pytest.approx(0)
    assert average.brier == pytest.approx(3 / 16)
    assert average.skill(average) == 0
    assert reliability(outcomes.astype(float), outcomes).skill(average) == 1
    assert reliability(1.0 - outcomes, outcomes).skill(average) < 0


def test_nothing_said_is_nothing_known():
    nothing = reliability([], [])
    assert nothing.n == 0
    assert nothing.bins == ()
    assert all(math.isnan(number) for number in (nothing.brier, nothing.ece, nothing.log_loss))
    assert wilson(0, 0) == (0, 1)


def test_statements_that_were_not_made_do_not_count():
    assert brier([0.5, np.nan], [1, 0]) == 1 / 4
    assert reliability([np.nan], [1]).n == 0


@pytest.mark.parametrize(
    ("chances", "outcomes", "said"),
    [([1.5], [1], "from 0 to 1"), ([0.5], [2], "0 or 1"), ([0.5, 0.5], [1], "one outcome a chance")],
)
def test_impossible_statements_are_refused(chances, outcomes, said):
    with pytest.raises(ValueError, match=said):
        brier(chances, outcomes)


def test_there_is_at_least_one_bin_and_no_more_true_than_there_are():
    with pytest.raises(ValueError, match="n_bins should be at least 1, is now 0"):
        ece([0.5], [1], 0)
    with pytest.raises(ValueError, match="from 0 to 3"):
        wilson(4, 3)
