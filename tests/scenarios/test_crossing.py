"""A taste that travels: what the map learns, what is carried, and that nothing is carried where nothing can be read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.audience import Segment
from recsys.columns import Events, Items
from recsys.data import Dataset, catalogue
from recsys.errors import DataError
from recsys.evaluate.crossing import ADDED, POPULAR, WAYS, crossings
from recsys.live import Edits, Steer, Steering
from recsys.live.edits import MAX_WORDS, TASTE
from recsys.scenarios.crossing import Bridge, aligned, reached
from recsys.types import Event, Kind, Query


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def turned() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tastes of 200 people at home, the same turned by a rotation abroad, and the rotation."""
    rng = np.random.default_rng(3)
    here = unit(rng.normal(size=(200, 12)))
    rotation = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    return here, unit(here @ rotation), rotation


def test_a_turn_of_the_whole_space_is_learned(turned):
    here, there, rotation = turned
    assert np.abs(aligned(here, there, ridge=1e-6) - rotation).max() < 1e-4


def test_without_people_or_with_endless_belief_the_map_is_the_identity(turned):
    here, there, _ = turned
    assert np.allclose(aligned(here[:0], there[:0]), np.eye(12))
    assert np.allclose(aligned(here, there, ridge=1e12), np.eye(12), atol=1e-6)


def test_nobody_and_nothing_reach_nothing(turned):
    here, _, _ = turned
    assert np.isnan(reached(here, np.zeros(12, dtype=np.float32))).all()


def town(name: str, words: list[str]) -> Dataset:
    items = pd.DataFrame({Items.ID: [f"{name}{n}" for n in range(len(words))], Items.TITLE: words})
    events = pd.DataFrame({Events.USER: [], Events.ITEM: [], Events.KIND: [], Events.AT: []})
    return Dataset.from_tables(name, items, events)


def test_a_taste_points_to_what_means_the_same_elsewhere():
    home = town("h", ["A loaf of rye bread", "Fresh rolls from the oven", "A trombone solo", "Brass band march"])
    abroad = town("a", ["How to bake sourdough", "Tax returns explained", "Playing the tuba", "Repairing a bicycle"])
    bridge = Bridge.between(home, abroad)
    for liked, found in ((0, "a0"), (3, "a2")):
        query = Query((Event("1", Kind.LIKE, 0.0, f"h{liked}"),))
        assert abroad.item_ids[bridge.carried(query, 1)[0]] == found
    assert len(bridge.carried(Query())) == 0
    assert bridge.learned() is None


@given(st.lists(st.text(alphabet="ab|中 1", min_size=1, max_size=60), max_size=20), st.text(max_size=150))
def test_what_is_carried_fits_a_line_of_the_log_and_reads_back(item_ids, home):
    steer = Steer.carried(f"x{home}", item_ids)
    back = Steer.parse(steer.word, "1")
    assert len(steer.words) <= MAX_WORDS
    assert back is not None
    assert back.what == TASTE
    assert len(back.item_ids) <= len(item_ids)
    assert set(steer.item_ids) <= set(item_ids)


def test_a_carried_taste_becomes_wishes_for_items_that_are_there_and_not_judged():
    data = catalogue.load("shop")
    edit = Steer.carried("Video", ["s001", "s002", "gone"])
    judged = Event("1", Kind.LIKE, 0.0, "s002")
    events = Steering(data, Edits((edit,)))([judged])
    assert [(event.kind, event.item_id) for event in events] == [(Kind.WISH, "s001"), (Kind.LIKE, "s002")]


def test_people_who_are_in_one_place_only_cannot_be_measured():
    with pytest.raises(DataError, match="share"):
        crossings(town("h", ["A loaf of rye bread"]), town("a", ["How to bake sourdough"]))


def test_the_map_learned_from_others_beats_what_is_popular_for_the_town(monkeypatch):
    monkeypatch.setattr("recsys.evaluate.crossing.USUAL", "text_profile")  # the blend of Live takes ten times as long
    some = Segment.of("some", catalogue.load("music").user_ids[:90])
    found = {one.way: one for one in crossings(catalogue.load("news"), some.within(catalogue.load("music")))}
    assert tuple(found) == tuple(WAYS)
    assert found[POPULAR].gain.value == 0
    assert found[ADDED].gain.low > 0
