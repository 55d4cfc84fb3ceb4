"""The figures on the worth of the live profile, on walks short enough to count by hand."""

from __future__ import annotations

from math import log2
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import loop_quality
from benchmarks.loop_quality import N_LIKES, Lists, Walk, against_frozen, listed, strangers
from recsys.types import Event, Kind, Query

N_ITEMS = 40


def walk(n: int) -> Walk:
    """Somebody who likes the items 0, 1, ... in this order."""
    return Walk(tuple(Event(f"e{k}", Kind.LIKE, float(k), f"i{k}") for k in range(n)), np.arange(n))


class Spy:
    """Ranks by row, from the front or from the back, and notes how much it was shown."""

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.shown: list[int] = []

    def score(self, query: Query) -> np.ndarray:
        self.shown.append(len(query.events))
        return (self.sign * np.arange(N_ITEMS)).astype(np.float32)


def test_a_perfect_list_has_ndcg_one_and_known_items_are_not_ranked():
    lists = listed(Spy(-1), [walk(30)])
    reached = [n < 30 for n in N_LIKES]
    np.testing.assert_array_equal(~np.isnan(lists.following[0]), reached)
    np.testing.assert_allclose(lists.following[0, reached], 1)
    np.testing.assert_allclose(lists.all_later[0, reached], 1)


def test_items_nobody_comes_to_like_are_misses():
    lists = listed(Spy(1), [walk(5)])
    assert np.nanmax(lists.following) == np.nanmax(lists.all_later) == np.nanmax(lists.like_rate) == 0


def test_only_the_ten_likes_that_follow_count_beside_all_later_ones():
    class Far(Spy):
        def score(self, query: Query) -> np.ndarray:
            scores = np.zeros(N_ITEMS, dtype=np.float32)
            scores[[1, 20]] = 1, 2  # the next like second, a like of much later first
            return scores

    lists = listed(Far(1), [walk(30)])
    ideal = sum(1 / log2(place + 2) for place in range(10))
    # Ties go to the lower row: 2 to 9 fill the rest of the list after the first like.
    rest = sum(1 / log2(place + 2) for place in range(1, 10))
    assert lists.following[0, 0] == pytest.approx(rest / ideal)
    assert lists.all_later[0, 0] == pytest.approx(1)
    assert lists.like_rate[0, 0] == 1


def test_a_frozen_profile_is_shown_its_first_likes_only():
    live, frozen = Spy(1), Spy(1)
    listed(live, [walk(30)])
    listed(frozen, [walk(30)], n_frozen=3)
    assert live.shown == [1, 2, 3, 5, 8, 10, 15, 20]
    assert frozen.shown == [1, 2, 3, 3, 3, 3, 3, 3]


def test_figures_average_over_stops_first_and_compare_the_same_people():
    values = np.full((20, len(N_LIKES)), np.nan)
    values[:, :4], values[:10, 4] = 0.2, 0.6
    live = Lists(values, values, values)
    frozen = Lists(values - 0.1, values, values - 0.1)
    figures = against_frozen("x", live, frozen)
    assert figures["x/live/NDCG@10"] == pytest.approx((0.2 + 0.6) / 2)  # the stops after 5 and 8 likes
    assert figures["x/live-frozen/NDCG@10/low"] == figures["x/live-frozen/NDCG@10"] == pytest.approx(0.1)


def test_strangers_are_out_of_training(toy):
    train, walks = strangers(toy, seed=0)
    times = set(train.events["at"])
    assert all(event.at not in times for one in walks for event in one.events)
    assert len(train.user_ids) < len(toy.user_ids)


def test_without_data_nothing_is_measured_and_that_is_said(monkeypatch, capsys):
    monkeypatch.setattr(loop_quality, "settings", lambda: SimpleNamespace(datasets_dir=None))
    assert loop_quality.measure() == {}
    assert "NOT measured" in capsys.readouterr().err
