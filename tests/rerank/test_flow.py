"""Smooth flow: the same tracks, never rougher than before, as smooth as any order of few, and along the direction."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.ranking import top_k
from recsys.rerank import RERANKERS, chained
from recsys.rerank.flow import LONGEST, Direction, Flow, arranged, path_cost, sounds, steps
from tests.rerank.counters import BARE, ids, shelf, tray

SOUNDS = st.integers(0, 9999).map(lambda seed: np.random.default_rng(seed))
DIRECTIONS = st.sampled_from(list(Direction))


def costs_of(rng: np.random.Generator, n: int, direction: str, start: bool) -> np.ndarray:
    costs = steps(rng.normal(size=(n + 1, 2)).round(1), direction)
    if not start:
        costs[0] = 0
    return costs


def whole(order: np.ndarray) -> np.ndarray:
    return np.append(0, order)


@given(rng=SOUNDS, n=st.integers(0, 25), direction=DIRECTIONS, start=st.booleans())
def test_an_order_has_every_track_once_and_is_never_rougher_than_the_one_given(rng, n, direction, start):
    costs = costs_of(rng, n, direction, start)
    order = arranged(costs)
    assert sorted(order.tolist()) == list(range(1, n + 1))
    assert path_cost(costs, whole(order)) <= path_cost(costs, np.arange(n + 1)) + 1e-9


@settings(max_examples=40)
@given(rng=SOUNDS, n=st.integers(1, 6), direction=DIRECTIONS, start=st.booleans())
def test_no_stretch_can_be_turned_around_for_a_gain(rng, n, direction, start):
    costs = costs_of(rng, n, direction, start)
    path = whole(arranged(costs))
    for first in range(1, n + 1):
        for last in range(first + 1, n + 1):
            turned = path.copy()
            turned[first : last + 1] = turned[first : last + 1][::-1]
            assert path_cost(costs, turned) >= path_cost(costs, path) - 1e-9


def test_few_tracks_are_nearly_as_smooth_as_any_order():
    best, found = 0.0, 0.0
    for seed in range(30):
        costs = costs_of(np.random.default_rng(seed), 6, Direction.LEVEL, start=True)
        best += min(path_cost(costs, np.array([0, *order])) for order in permutations(range(1, 7)))
        found += path_cost(costs, whole(arranged(costs)))
    assert found <= 1.05 * best


TEMPO = [60, 150, 80, 130, 100, 110, "", 90]
ENERGY = [0.1, 0.9, 0.3, 0.8, 0.5, 0.6, 0.5, 0.4]
DATA = shelf(8, tempo=TEMPO, energy=ENERGY)
FALLING_SCORES = [8, 7, 6, 5, 4, 3, 2, 1]


def tempos(rows: list[int]) -> list[int]:
    return [TEMPO[row] for row in rows if TEMPO[row]]


def test_a_list_rises_or_falls_as_asked_and_keeps_its_tracks():
    candidates = tray(DATA, FALLING_SCORES)
    rising, falling = (Flow(direction)(candidates, 8) for direction in ("rising", "falling"))
    assert tempos(rising) == sorted(tempos(rising))
    assert tempos(falling) == sorted(tempos(falling), reverse=True)
    assert sorted(rising) == sorted(falling) == list(range(8))
    assert sorted(Flow("rising")(candidates, 4)) == [0, 1, 2, 3]  # only what was chosen is put in order
    assert ids(DATA, chained(candidates, {"flow": Flow("rising")}, 4).end.rows[4:]) == ["i4", "i5", "i6", "i7"]


def test_what_tells_no_sound_keeps_its_place():
    assert Flow("rising")(tray(DATA, FALLING_SCORES), 8)[6] == 6
    assert Flow("falling")(tray(DATA, FALLING_SCORES[::-1]), 8)[1] == 6


def test_it_begins_near_what_was_played_last():
    after_loud = Flow()(tray(DATA, FALLING_SCORES, ("like", "i0"), ("click", "i1"), ("dislike", "i0")), 8)
    after_soft = Flow()(tray(DATA, FALLING_SCORES, ("click", "i1"), ("view", "i0"), ("like", "gone")), 8)
    assert tempos(after_loud) == sorted(tempos(after_loud), reverse=True)
    assert tempos(after_soft) == sorted(tempos(after_soft))
    assert Flow().note(tray(DATA, None, ("click", "i1"))) == "Begins near “cake number 1”, played last."
    assert Flow().note(tray(DATA)) == "Begins anywhere."


@given(
    scores=st.lists(st.sampled_from([np.nan, 0.0, 0.5, 1.0]), min_size=8, max_size=8),
    k=st.integers(1, 9),
    direction=DIRECTIONS,
    played=st.sampled_from([(), (("view", "i3"),)]),
)
def test_the_list_it_gives_is_no_rougher_and_of_the_same_tracks(scores, k, direction, played):
    candidates = tray(DATA, scores, *played)
    before, after = top_k(candidates.scores, k).tolist(), Flow(direction)(candidates, k)
    assert sorted(after) == sorted(before)
    found = sounds(DATA)

    def rough(rows: list[int]) -> float:
        heard = [3] * bool(played) + [row for row in rows if TEMPO[row]]
        return path_cost(steps(found, direction), np.array(heard, dtype=np.int64)) if heard else 0.0

    assert rough(after) <= rough(before) + 1e-9


def test_a_long_list_is_put_in_order_at_its_head():
    rng = np.random.default_rng(0)
    data = shelf(60, tempo=rng.integers(60, 180, 60), energy=rng.random(60).round(2))
    listed = Flow()(tray(data, range(60, 0, -1)), 60)
    assert listed[LONGEST:] == list(range(LONGEST, 60))
    assert sorted(listed[:LONGEST]) == list(range(LONGEST))


def test_without_sounds_nothing_changes_and_it_says_so():
    for data in (shelf(3), shelf(3, tempo=[1, 2, 3]), shelf(3, tempo=["", 90, ""], energy=[0.1, 0.2, 0.3])):
        candidates = tray(data, [3, 2, 1])
        assert Flow()(candidates, 3) == [0, 1, 2]
        assert Flow().note(candidates).startswith("Fewer than two of these tell")
    same = tray(shelf(3, tempo=[90] * 3, energy=[0.5] * 3), [3, 2, 1])
    assert Flow("rising")(same, 3) == [0, 1, 2]
    assert Flow()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in Flow().note(BARE)
    with pytest.raises(ValueError, match="direction should be one of level, rising, falling"):
        Flow("sideways")
    assert RERANKERS["flow"].build() == Flow()
    assert RERANKERS["flow"].needs == ("tempo", "energy")


def test_words_that_lead_are_not_led_by_what_was_played_last():
    asked = tray(DATA, None, ("click", "i1"))
    typed = replace(asked, query=replace(asked.query, typed="quiet piano"))
    assert Flow().note(typed) == "Begins anywhere."
    assert sorted(Flow()(typed, 10)) == sorted(asked.rows[top_k(asked.scores, 10)].tolist())
