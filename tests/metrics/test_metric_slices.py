"""Slices: who and what is in which, that they add up, and that people outside do not count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.metrics import METRICS, Interval, only_relevant, slices
from recsys.metrics.recall import recall
from recsys.metrics.significance import Estimates, resample_weights
from recsys.metrics.slices import FAME, HISTORY, KINDS, WARMTH, by_fame, by_history, by_warmth, head_rows
from tests.metrics.worlds import N_ITEMS, answer, crowds, nobody, shelf, some_likes, together

THREE = together(
    answer([0, 1, 2, 3], [0, 3], 2),
    answer([5, 6, 0], [0, 6, 9], 2),
    answer([7], [8], 2),
)


@pytest.mark.parametrize(
    ("n_events", "label"),
    [
        (1, "1-3 events"),
        (3, "1-3 events"),
        (4, "4-10 events"),
        (10, "4-10 events"),
        (11, "11-40 events"),
        (40, "11-40 events"),
        (41, "41+ events"),
        (9999, "41+ events"),
        (0, None),
    ],
)
def test_people_fall_into_bins_by_their_events(n_events, label):
    held = [part.label for part in by_history(answer([0], [0], 1), np.array([n_events])) if part.users.any()]
    assert held == ([label] if label else [])


def test_items_are_cold_scarce_or_warm_by_their_training_likes():
    likes = np.array([0, 1, 4, 5, 900, 0, 0, 0, 0, 0, 0, 0], dtype=float)
    somebody = answer([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], 5)
    found = {part.label: part.answers.relevant[0].tolist() for part in by_warmth(somebody, likes)}
    assert found == {"never liked": [0], "1-4 likes": [1, 2], "5+ likes": [3, 4]}


def test_the_head_are_the_fewest_items_with_half_of_all_likes():
    assert head_rows(np.array([1.0, 5, 3, 1, 0])).tolist() == [False, True, False, False, False]
    assert head_rows(np.array([1.0, 4, 3, 2, 0])).tolist() == [False, True, True, False, False]
    assert head_rows(np.zeros(3)).tolist() == [False] * 3
    assert head_rows(np.zeros(0)).tolist() == []


@given(some_likes)
def test_the_head_holds_half_and_would_not_without_its_least_liked(likes):
    counts = np.array(likes, dtype=float)
    head = head_rows(counts)
    if counts.sum():
        assert counts[head].sum() >= counts.sum() / 2
        assert counts[head & (counts > counts[head].min())].sum() < counts.sum() / 2
        assert counts[head].min() > counts[~head].max(initial=-1)


def test_only_relevant_rows_of_the_mask_count_and_lists_and_ranks_stay():
    mask = np.zeros(N_ITEMS, dtype=bool)
    mask[[0, 9]] = True
    part = only_relevant(THREE, mask)
    assert (part.lists.rows == THREE.lists.rows).all()
    assert part.lists.hits.tolist() == [[True, False], [False, False], [False, False]]
    assert part.lists.n_relevant.tolist() == [1, 2, 0]
    assert [rows.tolist() for rows in part.relevant] == [[0], [0, 9], []]
    assert [ranks.tolist() for ranks in part.ranks] == [[1], [3, 0], []]


@given(crowd=crowds(), masked=st.lists(st.booleans(), min_size=N_ITEMS, max_size=N_ITEMS))
def test_hits_of_a_mask_and_of_the_rest_are_all_hits(crowd, masked):
    mask = np.array(masked)
    inside, outside = only_relevant(crowd, mask), only_relevant(crowd, ~mask)
    assert ((inside.lists.hits ^ outside.lists.hits) == crowd.lists.hits).all()
    assert (inside.lists.n_relevant + outside.lists.n_relevant == crowd.lists.n_relevant).all()
    # recall of the whole is the mean of both, weighted by what each has to find
    parts = [np.nan_to_num(recall(part.lists)) * part.lists.n_relevant for part in (inside, outside)]
    whole = np.nan_to_num(recall(crowd.lists)) * crowd.lists.n_relevant
    assert sum(parts) == pytest.approx(whole, abs=1e-9)


def test_a_slice_gives_numbers_to_its_people_only():
    part = next(part for part in by_history(THREE, np.array([2, 50, 3])) if part.label == "1-3 events")
    found = part.per_user(METRICS["recall"], shelf())
    assert found == pytest.approx([1 / 2, np.nan, 0], nan_ok=True)
    assert part.n_users == 2


def test_people_without_a_relevant_item_in_the_slice_do_not_count_even_for_precision():
    likes = np.zeros(N_ITEMS)
    likes[[0, 6]] = 9
    cold = next(part for part in by_warmth(THREE, likes) if part.label == "never liked")
    assert METRICS["precision"].compute(cold.answers, shelf()).tolist() == [0, 0, 0]  # 3, 9 and 8: none listed
    warm = next(part for part in by_warmth(THREE, likes) if part.label == "5+ likes")
    assert warm.users.tolist() == [True, True, False]
    assert warm.per_user(METRICS["precision"], shelf()) == pytest.approx([1 / 2, 1 / 2, np.nan], nan_ok=True)


def test_metrics_of_everybody_are_taken_within_the_slice():
    part = next(part for part in by_history(THREE, np.array([2, 50, 50])) if part.label == "41+ events")
    assert np.nanmean(part.per_user(METRICS["coverage"], shelf())) == pytest.approx(3 / N_ITEMS)


def test_every_slice_has_a_known_kind_and_a_label_of_its_own():
    made = list(slices(THREE, np.array([2, 50, 7]), np.arange(N_ITEMS, dtype=float)))
    assert [kind for kind in dict.fromkeys(part.kind for part in made)] == list(KINDS) == [HISTORY, WARMTH, FAME]
    assert len({(part.kind, part.label) for part in made}) == len(made) == 9


@pytest.mark.parametrize("name", list(METRICS))
def test_a_slice_of_nobody_is_an_interval_of_nothing(name):
    part = next(iter(by_history(THREE, np.array([5, 5, 5]))))
    column = part.per_user(METRICS[name], shelf())
    assert np.isnan(column).tolist() == [True] * 3
    interval = Estimates.of(column[:, None], resample_weights(3, 50)).intervals()[0]
    assert isinstance(interval, Interval)
    assert interval.n == 0


def test_an_experiment_of_nobody_has_empty_slices():
    made = list(slices(nobody(), np.zeros(0, dtype=np.int64), np.zeros(N_ITEMS)))
    assert [part.n_users for part in made] == [0] * 9
    assert list(by_fame(nobody(), np.zeros(N_ITEMS)))[0].per_user(METRICS["ndcg"], shelf()).shape == (0,)
