"""Two steps from several lists to one: one scale, then a sum of scores or of places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.models.fuse import (
    AVERAGE,
    Scale,
    Scaled,
    merged,
    reciprocal_ranks,
    shared_ranks,
    union,
    weighted_sum,
    whole,
    z_scored,
)
from recsys.types import Contributions, Part

NAN = float("nan")
SCORES = arrays(np.float32, st.integers(0, 30), elements=st.sampled_from([NAN, -3.0, 0.0, 0.5, 1.0, 2.0, 1e6]))


def vector(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def event(key: str) -> Part:
    return Part(key, "like", f"title {key}", 1.0)


def test_z_scores_of_three():
    # mean 4, deviations -2, -2, +4, variance (4 + 4 + 16) / 3 = 8
    np.testing.assert_allclose(z_scored(vector(2, 2, 8)), np.array([-2, -2, 4]) / np.sqrt(8), rtol=1e-6)


def test_z_scores_leave_out_what_is_unknown():
    np.testing.assert_array_equal(z_scored(vector(1, NAN, 3)), vector(-1, NAN, 1))


@pytest.mark.parametrize("scores", [vector(5, 5, 5), vector(7), vector(0.1, 0.1 + 1e-8)])
def test_a_list_that_says_nothing_becomes_zeros(scores):
    np.testing.assert_array_equal(z_scored(scores), np.zeros(len(scores)))


@given(scores=SCORES)
def test_z_scores_have_mean_0_and_spread_1_or_are_zeros(scores):
    z = z_scored(scores)
    assert z.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(z), np.isnan(scores))
    told = z[~np.isnan(z)]
    if told.any():
        assert told.mean() == pytest.approx(0, abs=1e-3)
        assert told.std() == pytest.approx(1, abs=1e-3)


def test_an_unknown_item_counts_as_average_not_as_worst():
    lists = {"a": vector(1, -1, NAN), "b": vector(0, 0, 0.5)}
    np.testing.assert_array_equal(weighted_sum(lists, {"a": 1.0, "b": 1.0}), vector(1, -1, 0.5))


def test_an_item_nobody_knows_stays_unknown():
    lists = {"a": vector(1, NAN, NAN), "b": vector(NAN, 2, NAN)}
    np.testing.assert_array_equal(weighted_sum(lists, {"a": 2.0, "b": 0.5}), vector(2, 1, NAN))


def test_a_list_of_weight_0_makes_nothing_known():
    assert np.isnan(weighted_sum({"a": vector(1, 2), "b": vector(NAN, NAN)}, {"a": 0.0, "b": 1.0})).all()


def test_equal_items_share_the_better_rank():
    np.testing.assert_array_equal(shared_ranks(vector(0.5, 0.9, 0.5, NAN, 0.1)), vector(2, 1, 2, NAN, 4))


def test_reciprocal_ranks_are_fractions_of_the_place():
    np.testing.assert_allclose(reciprocal_ranks(vector(3, 9, NAN, 1)), vector(1 / 62, 1 / 61, NAN, 1 / 63))
    np.testing.assert_allclose(reciprocal_ranks(vector(3, 9), 1.0), vector(1 / 3, 1 / 2))


def test_places_of_a_list_of_equals_mean_nothing():
    assert np.isnan(reciprocal_ranks(vector(2, 2, 2))).all()
    assert np.isnan(reciprocal_ranks(vector(NAN, NAN))).all()
    assert len(reciprocal_ranks(vector())) == 0


@given(scores=SCORES, seed=st.integers(0, 9))
def test_shuffling_the_items_shuffles_their_places(scores, seed):
    order = np.random.default_rng(seed).permutation(len(scores))
    np.testing.assert_array_equal(shared_ranks(scores[order]), shared_ranks(scores)[order])


def test_parts_of_one_event_are_added_up_and_the_means_are_one_part():
    raw = {"a": vector(4, 0, 2), "b": vector(1, 3, 2)}
    scales = {name: Scale.of(scores) for name, scores in raw.items()}
    reasons = {
        "a": Contributions((event("e1"), event("e2")), np.array([[3, 1], [0, 0], [1, 1]], dtype=np.float32)),
        "b": Contributions((event("e1"),), raw["b"][:, None]),
    }
    weights = {"a": 1.0, "b": 0.5}
    total = weighted_sum({name: scales[name].z(raw[name]) for name in raw}, weights)
    got = merged([Scaled(weights[n], scales[n], raw[n], reasons[n]) for n in raw], total)
    assert got.parts == (event("e1"), event("e2"), AVERAGE)
    np.testing.assert_allclose(got.values.sum(axis=1), total, atol=1e-6)
    np.testing.assert_allclose(got.values[0, 0], 3 / scales["a"].spread + 0.5 * 1 / scales["b"].spread, rtol=1e-6)
    means = -sum(weights[name] * scales[name].mean / scales[name].spread for name in raw)
    np.testing.assert_allclose(got.values[:, -1], means, rtol=1e-5)


def test_a_component_that_does_not_know_an_item_adds_nothing_to_its_reasons():
    raw = {"a": vector(1, 3, NAN), "b": vector(1, 2, 3)}
    scales = {name: Scale.of(scores) for name, scores in raw.items()}
    total = weighted_sum({name: scales[name].z(raw[name]) for name in raw}, {"a": 1.0, "b": 1.0})
    parts = [Scaled(1.0, scales[n], raw[n], whole(n, n, 1.0, raw[n])) for n in raw]
    got = merged(parts, total)
    assert got.values[2, 0] == 0
    np.testing.assert_allclose(got.values.sum(axis=1), total, atol=1e-6)


def test_a_union_keeps_each_row_once_in_order():
    assert union([np.array([3, 1]), np.array([1, 2]), np.zeros(0, dtype=np.int64)]).tolist() == [3, 1, 2]
    assert len(union([])) == 0
