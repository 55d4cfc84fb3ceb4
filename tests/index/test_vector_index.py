"""Indexes of vectors: one contract for all, the exact answer where it is promised, and near it where it is not."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.index import Binary, Exact, Reduced, Reduction, Whole
from recsys.index.binary import in_planes, rotated
from recsys.index.whole import SWEEP
from recsys.ranking import top_k
from recsys.text.space import unit_rows

BUILDS = {
    "exact": Exact.of,
    "whole": Whole.of,
    "binary": lambda rows: Binary.of(rows, Exact.of(rows)),
    "binary over whole": lambda rows: Binary.of(rows, Whole.of(rows), candidates=20),
    "reduced": lambda rows: Reduced.of(rows, 3, Exact.of),
    "reduced whole": lambda rows: Reduced.of(rows, 3, Whole.of),
}


@pytest.fixture(params=BUILDS.values(), ids=list(BUILDS))
def build(request):
    return request.param


def drawn(n, dim=5, seed=0):
    return unit_rows(np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32))


def clustered(n=1500, dim=64, seed=3):
    """Unit rows around thirty directions, as texts of a catalogue lie."""
    rng = np.random.default_rng(seed)
    return unit_rows(
        (drawn(30, dim, seed)[rng.integers(30, size=n)] + 0.6 * drawn(n, dim, seed + 1)).astype(np.float32)
    )


matrices = st.tuples(st.integers(0, 30), st.integers(0, 2**16)).map(
    # Few different numbers, so that there are ties, and zero rows.
    lambda drawn: np.random.default_rng(drawn[1]).integers(-2, 3, size=(drawn[0], 5)).astype(np.float32)
)


@given(matrices, st.integers(0, 40), st.integers(0, 9))
def test_exact_is_brute_force_with_ties_to_the_lower_row(rows, k, seed):
    asked = np.random.default_rng(seed).integers(-2, 3, size=(3, 5)).astype(np.float32)
    found, scores = Exact.of(rows).search(asked, k)
    for place, vector in enumerate(asked):
        order = sorted(range(len(rows)), key=lambda row: (-float(rows[row] @ vector), row))[:k]
        assert found[place].tolist() == order
        assert scores[place].tolist() == [float(rows[row] @ vector) for row in order]


@given(matrices, st.integers(0, 12), st.integers(0, 9))
def test_whole_is_exact_over_the_rows_it_remembers(rows, k, seed):
    index, asked = Whole.of(rows), drawn(2, seed=seed)
    found, scores = index.search(asked, k)
    remembered = index.vectors(np.arange(len(rows)))
    assert np.abs(remembered - rows).max(initial=0) <= index.units.max() / 2 + 1e-6
    n = min(k, len(rows))
    best = -np.sort(-(asked @ remembered.T), axis=1)[:, :n]
    np.testing.assert_allclose(scores, best, atol=1e-5)
    np.testing.assert_allclose(scores, np.take_along_axis(asked @ remembered.T, found, axis=1), atol=1e-5)


@given(matrices, st.integers(1, 8), st.integers(0, 9))
def test_binary_is_exact_where_every_row_is_a_candidate(rows, planes, seed):
    index, asked = Binary.of(rows, Exact.of(rows), candidates=30, planes=planes), drawn(2, seed=seed)
    for ours, full in zip(index.search(asked, 7), Exact.of(rows).search(asked, 7), strict=True):
        np.testing.assert_array_equal(ours, full)


def test_every_index_ranks_only_the_rows_it_is_told_to(build):
    rows, among = drawn(40), np.array([1, 4, 5, 17, 33])
    found, _ = build(rows).search(rows[:3], 10, among)
    assert [sorted(one) for one in found.tolist()] == [among.tolist()] * 3


def test_scores_never_rise_along_a_list_and_belong_to_their_rows(build):
    rows = drawn(60)
    index = build(rows)
    found, scores = index.search(rows[:4], 20)
    assert (np.diff(scores, axis=1) <= 0).all()
    assert all(len(set(one)) == 20 for one in found.tolist())
    again, same = index.search(rows[2:3], 20)
    np.testing.assert_array_equal(again[0], found[2])
    np.testing.assert_allclose(same[0], scores[2], atol=1e-6)


def test_equal_rows_fall_to_the_lower_one(build):
    rows = np.repeat(drawn(4, seed=2), 3, axis=0)
    found, _ = build(rows).search(rows[6:7], 3)
    assert found[0].tolist() == [6, 7, 8]


@pytest.mark.parametrize(("n", "k"), [(0, 5), (6, 0), (6, 9), (1, 1)])
def test_empty_indexes_and_lists_and_more_than_there_is(build, n, k):
    index = build(drawn(max(n, 1))[:n])
    found, scores = index.search(drawn(2, seed=8), k)
    assert found.shape == scores.shape == (2, min(n, k))
    assert index.search(drawn(0), k)[0].shape == (0, min(n, k))
    assert index.search(drawn(2), k, np.zeros(0, dtype=np.int64))[0].shape == (2, 0)


def test_what_cannot_be_searched_for_is_said_in_a_sentence(build):
    index = build(drawn(8))
    with pytest.raises(ValueError, match="k should be at least 0, is now -1"):
        index.search(drawn(1), -1)
    with pytest.raises(ValueError, match="5 numbers each"):
        index.search(drawn(1, dim=4), 1)
    with pytest.raises(ValueError, match="finite"):
        index.search(np.full((1, 5), np.nan, dtype=np.float32), 1)
    with pytest.raises(ValueError, match="finite"):
        build(np.full((4, 5), np.inf, dtype=np.float32))


def test_a_copy_in_another_process_gives_the_same_answers(build):
    index = build(drawn(30))
    copy = pickle.loads(pickle.dumps(index))
    for one, other in zip(index.search(drawn(2), 5), copy.search(drawn(2), 5), strict=True):
        np.testing.assert_array_equal(one, other)


def test_eight_bits_are_a_quarter_and_one_bit_a_thirty_second_of_the_bytes():
    rows = clustered()
    exact, whole = Exact.of(rows), Whole.of(rows)
    assert whole.bytes == exact.bytes // 4 + whole.units.nbytes
    binary = Binary.of(rows, whole)
    assert binary.swept_bytes == exact.bytes // 32 + binary.rotation.nbytes
    assert binary.bytes == binary.swept_bytes + whole.bytes


def test_rows_beyond_one_sweep_are_scored_like_the_others():
    rows = drawn(SWEEP + 7, dim=8)
    index = Whole.of(rows)
    _, scores = index.search(rows[-1:], len(rows))
    np.testing.assert_allclose(np.sort(scores[0]), np.sort(index.vectors(np.arange(len(rows))) @ rows[-1]), atol=1e-5)


def test_compact_indexes_stay_near_the_exact_answer_on_texts_like_clusters():
    rows = clustered()
    asked = rows[::15]
    exact = Exact.of(rows).search(asked, 10)[0]

    def overlap(index):
        pairs = zip(exact.tolist(), index.search(asked, 10)[0].tolist(), strict=True)
        return np.mean([len(set(one) & set(other)) / 10 for one, other in pairs])

    assert overlap(Whole.of(rows)) >= 0.97
    assert overlap(Binary.of(rows, Exact.of(rows))) >= 0.97
    fine, coarse = (overlap(Binary.of(rows, Exact.of(rows), candidates=15, planes=planes)) for planes in (3, 1))
    assert coarse < fine < 1
    assert overlap(Reduced.of(rows, 16, Exact.of)) < overlap(Reduced.of(rows, 48, Exact.of)) < 1


@given(st.integers(0, 2**16), st.integers(1, 6), st.integers(1, 200))
def test_bits_counted_are_the_product_of_planes_and_signs(seed, planes, dim):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(9, dim)).astype(np.float32)
    index = Binary.of(rows, Exact.of(rows), planes=planes)
    vector = rng.normal(size=dim).astype(np.float32)
    signs = np.where((rows - rows.mean(axis=0)) @ index.rotation > 0, 1, -1)
    coarse = (np.where(in_planes(vector @ index.rotation, planes), 1, -1) * 2 ** np.arange(planes)[:, None]).sum(axis=0)
    total = dim * (2**planes - 1)
    np.testing.assert_array_equal(total - 2 * index._distances(index.codes, vector).astype(int), signs @ coarse)


def test_the_rotation_turns_and_brings_values_nearer_to_their_signs():
    rows = clustered(dim=32)
    apart = rows - rows.mean(axis=0)
    rotation = rotated(apart)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(32), atol=1e-4)
    assert np.abs(apart @ rotation).sum() > np.abs(apart).sum()


def test_a_reduction_keeps_the_directions_of_the_largest_variance():
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=(500, 4)) * [5, 0.1, 3, 0.1] + [1, 2, 3, 4]).astype(np.float32)
    reduction = Reduction.of(rows, 2)
    assert np.abs(reduction.directions[[0, 2], [0, 1]]).min() > 0.99
    assert 0.99 < reduction.kept < 1
    assert not reduction(np.zeros((1, 4), dtype=np.float32)).any()
    np.testing.assert_allclose(np.linalg.norm(reduction(rows), axis=1), 1, atol=1e-5)
    assert Reduction.of(rows, 4).kept == pytest.approx(1)
    with pytest.raises(ValueError, match="from 1 to 4, is now 5"):
        Reduction.of(rows, 5)


def test_all_dimensions_kept_rank_as_the_centred_cosine_does():
    rows = drawn(50)
    mean = rows.mean(axis=0)
    found, _ = Reduced.of(rows, 5, Exact.of).search(rows[:5], 6)
    centred = unit_rows(rows - mean)
    assert found.tolist() == [top_k(centred @ one, 6).tolist() for one in centred[:5]]


def test_a_second_index_of_other_rows_and_odd_knobs_are_refused():
    rows = drawn(8)
    with pytest.raises(ValueError, match="second index"):
        Binary.of(rows, Exact.of(rows[:7]))
    with pytest.raises(ValueError, match="planes 1 to 8"):
        Binary.of(rows, Exact.of(rows), planes=0)
