"""Intervals and corrections, against resampling and the plain formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.audience.strength import benjamini_hochberg, inequality, ratio, share


def plain_gini(counts: np.ndarray) -> float:
    """Mean difference of all pairs over twice the mean."""
    return float(np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()))


@given(st.lists(st.integers(0, 20), min_size=2, max_size=40).filter(any))
def test_the_gini_index_is_half_the_relative_mean_difference(counts):
    found = inequality(np.array(counts))
    assert found.value == pytest.approx(plain_gini(np.array(counts)))
    assert 0 <= found.low <= found.high <= 1


def test_the_gini_index_of_nothing_is_unknown():
    assert np.isnan(inequality(np.zeros(3)).value)
    assert np.isnan(inequality(np.zeros(0)).value)


def test_the_interval_of_a_ratio_is_that_of_resampled_people():
    rng = np.random.default_rng(0)
    whole = rng.poisson(9, 400) + 1
    part = rng.binomial(whole, 0.3)
    draws = rng.integers(0, 400, (4000, 400))
    low, high = np.quantile(part[draws].sum(axis=1) / whole[draws].sum(axis=1), [0.025, 0.975])
    found = ratio(part, whole)
    assert found.value == pytest.approx(part.sum() / whole.sum())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.003)


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_within_its_interval_and_that_within_0_and_1(pair):
    found = share(*pair)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_nothing_out_of_nothing_is_unknown():
    assert np.isnan(share(0, 0).value)
    assert np.isnan(ratio(np.zeros(2), np.zeros(2)).value)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_corrected_p_values_keep_their_order_and_are_no_smaller(p_values):
    p = np.array(p_values, dtype=np.float64)
    adjusted = benjamini_hochberg(p)
    assert (adjusted >= p * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
