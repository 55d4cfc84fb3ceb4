"""Goes with your choice: ties by hand, only across categories, only beyond chance, and only the newest likes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Items
from recsys.data import catalogue
from recsys.rerank import RERANKERS
from recsys.rerank.companions import PRIOR_PEOPLE, Companions, Together
from recsys.rerank.item_columns import values
from recsys.settings import ROOT
from tests.rerank.counters import BARE, shelf, tray

# Even items are of the category Water, odd ones of Baking.
PAIRS = {"a": "i0 i1", "b": "i0 i1", "c": "i0 i1 i2", "d": "i0 i2", "e": "i0 i2", "f": "i4", "g": "i5", "h": "i4 i5"}
LIKES = [(who, item, "like", 1.0) for who, items in PAIRS.items() for item in items.split()]
DATA = shelf(8, events=[*LIKES, ("z", "i1", "view", 2.0)])


def tie(both: int, n_a: int, n_i: int, n_people: int = 8) -> float:
    return max(0.0, both - n_a * n_i / n_people) / (both + PRIOR_PEOPLE)


def test_ties_are_the_share_beyond_chance_drawn_towards_none():
    found = Together.of(DATA).beyond_chance(np.arange(8), np.array([0, 4]))
    assert Together.of(DATA).n_people == 8  # one who only looked is none of them
    expected = [tie(3, 5, 3), tie(3, 5, 3), tie(0, 5, 2), tie(0, 5, 2)]
    assert found[[1, 2, 4, 5], 0].tolist() == pytest.approx(expected)
    assert found[5, 1] == pytest.approx(tie(1, 2, 2))
    assert found[7].tolist() == [0, 0]


def test_only_another_category_is_lifted():
    candidates = tray(DATA, None, ("like", "i0"))
    pushed = Companions(1.0).adjusted(candidates)
    assert pushed[1] == pytest.approx(tie(3, 5, 3))
    assert np.flatnonzero(pushed).tolist() == [1]  # i2 is as close, and of the same category
    assert Companions().note(candidates) == "Of these, “cake number 1” goes best, with “boat number 0”."


@given(
    liked=st.lists(st.sampled_from(DATA.item_ids), max_size=5),
    newest=st.integers(1, 4),
    strength=st.floats(0, 1),
)
def test_only_the_newest_likes_count_and_the_best_tie_of_each_item(liked, newest, strength):
    candidates = tray(DATA, range(8), *(("like", item) for item in liked))
    last = list(dict.fromkeys(reversed(liked)))[:newest]
    sources = np.array([DATA.row(item) for item in last], dtype=np.int64)
    ties = Together.of(DATA).beyond_chance(np.arange(8), sources)
    ties[np.arange(8)[:, None] % 2 == sources % 2] = 0
    best = ties.max(axis=1, initial=0)
    adjusted = Companions(strength, newest).adjusted(candidates)
    np.testing.assert_allclose(adjusted, candidates.relevance + strength * best, atol=1e-6)
    assert (best < 1).all()


def test_likes_drawn_by_chance_give_hardly_a_tie():
    rng = np.random.default_rng(0)
    held = [(f"u{u}", f"i{i}", "like", 1.0) for u in range(400) for i in range(20) if rng.random() < 0.3]
    data = shelf(20, events=held)
    by_chance = Companions(1.0).ties(tray(data, None, ("like", "i0"))).max()
    planted = shelf(20, events=[*held, *((f"u{u}", f"i{i}", "like", 1.0) for u in range(200) for i in (0, 1))])
    told = Companions(1.0).ties(tray(planted, None, ("like", "i0")))
    assert by_chance < 0.2 < told[1, 0]
    assert told.argmax() == 1


@pytest.mark.parametrize("name", ["courses", "music"])
def test_what_the_simulators_planted_is_among_the_strongest_ties(name):
    data = catalogue.load(name)
    planted = json.loads((ROOT / "sample_data" / name / "truth.json").read_text(encoding="utf-8"))["pairs"]
    kinds = values(data, Items.CATEGORY)
    ties = Together.of(data).beyond_chance(np.arange(data.n_items), np.arange(data.n_items))
    ties[kinds[:, None] == kinds] = 0
    strongest = np.sort(np.triu(ties), axis=None)[-2 * len(planted)]
    assert len(planted) >= 5
    assert all(ties[data.row(pair["first"]), data.row(pair["then"])] >= strongest for pair in planted)


def test_the_note_says_when_there_is_nothing_to_go_with():
    assert Companions().note(tray(DATA)).startswith("Nothing liked yet")
    assert Companions().note(tray(DATA, None, ("view", "i0"))).startswith("Nothing liked yet")
    assert Companions().note(tray(DATA, None, ("like", "i7"))).startswith("Nobody's likes tell")
    nameless = shelf(4, events=LIKES[:2], category=["", "", None, ""])
    candidates = tray(nameless, [4, 3, 2, 1], ("like", "i0"))
    assert Companions(1.0)(candidates, 4) == [0, 1, 2, 3]


def test_bare_arrays_stay_and_a_knob_out_of_range_is_named():
    assert Companions()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in Companions().note(BARE)
    with pytest.raises(ValueError, match="strength"):
        Companions(-1)
    with pytest.raises(ValueError, match="newest should be at least 1"):
        Companions(newest=0)
    assert RERANKERS["companions"].build() == Companions()
