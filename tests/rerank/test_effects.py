"""Before and after: every quality by hand, what cannot be told and why, and who moved."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from recsys.rerank import RERANKERS, Candidates, chained
from recsys.rerank.calibrated import ALPHA
from recsys.rerank.effects import EMPTY, QUALITIES, Move, effects, moves
from recsys.rerank.mmr import Mmr
from recsys.rerank.rules import Rules
from tests.rerank.counters import counter, shelf

LIKES = [(user, "i0", "like", at) for at, user in enumerate("abc")] + [("a", "i1", "like", 9)]
"""i0 has three of four likes, so it alone is well known."""


@pytest.fixture
def world() -> Candidates:
    """Four items, Water and Baking by turns; the vectors are two pairs of opposite directions."""
    data = shelf(6, events=LIKES)
    query = counter(data, None, ("like", "i4"), ("like", "i5"), ("like", "i2")).query  # two of Water, one of Baking
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=np.float32)
    scores = np.array([4, 3, 2, 1], dtype=np.float32)
    chance = np.array([0.9, 0.5, 0.3, 0.1], dtype=np.float32)
    return Candidates(np.arange(4), scores, vectors, query, data, chance)


def told(table, quality: str) -> tuple[float, float, str]:
    [row] = table[table["quality"] == quality].to_dict("records")
    return row["before"], row["after"], row["reason"]


def test_every_quality_is_the_one_by_hand(world):
    table = effects([0, 1], [0, 2], world)
    assert table["quality"].tolist() == list(QUALITIES)
    assert told(table, "accuracy") == (pytest.approx(0.7), pytest.approx(0.6), "")
    assert told(table, "diversity") == (pytest.approx(0), pytest.approx(1), "")
    assert told(table, "category_diversity") == (1, 0, "")
    bits = (-log2(4 / 4) - log2(2 / 4)) / 2, (-log2(4 / 4) - log2(1 / 4)) / 2
    assert told(table, "novelty") == (pytest.approx(bits[0]), pytest.approx(bits[1]), "")
    assert told(table, "popular") == (1 / 2, 1 / 2, "")
    # The taste is 1/3 Baking, 2/3 Water; the lists are half and half, and all Water.
    half, third = (1 - ALPHA) / 2, ALPHA / 3
    before = 1 / 3 * log2(1 / 3 / (half + third)) + 2 / 3 * log2(2 / 3 / (half + 2 * third))
    after = 1 / 3 * log2(1 / 3 / third) + 2 / 3 * log2(2 / 3 / (1 - ALPHA + 2 * third))
    assert told(table, "miscalibration") == (pytest.approx(before), pytest.approx(after), "")


def test_the_same_list_has_the_same_qualities_and_the_order_does_not_count(world):
    table = effects([0, 1, 2], [2, 0, 1], world)
    assert table["before"].tolist() == pytest.approx(table["after"].tolist())


def test_what_cannot_be_told_is_nan_with_its_reason(world):
    bare = Candidates(world.rows, world.scores, np.zeros((4, 2), dtype=np.float32))
    table = effects([0, 1], [2, 3], bare)
    assert table[["before", "after"]].isna().all(axis=None)
    assert table["reason"].tolist() == [quality.unknown for quality in QUALITIES.values()]
    before, after, reason = told(effects([0, 2], [2, 3], world), "diversity")
    assert before == pytest.approx(1)
    assert np.isnan(after)
    assert reason == QUALITIES["diversity"].unknown


def test_an_empty_list_is_said_to_be_empty(world):
    table = effects([0, 1], [], world)
    assert table["after"].isna().all()
    assert table["before"].notna().all()
    assert set(table["reason"]) == {EMPTY}
    nothing = counter(shelf(2), [np.nan, np.nan])
    assert set(effects([], [], nothing)["reason"]) == {EMPTY}


def test_a_strange_row_is_named(world):
    with pytest.raises(ValueError, match="row 7 is not among the 4 candidates"):
        effects([0], [7], world)


def test_moves_are_those_on_the_list_before_or_after(world):
    chain = chained(world, {"mmr": Mmr(1.0), "rules": Rules.parse("hide i1")}, 2)
    assert moves(chain) == (
        Move(0, 1, 1, chance=pytest.approx(0.9)),
        Move(2, 3, 2, (("mmr", 1),), chance=pytest.approx(0.3)),
        Move(1, 2, None, hidden_by="rules", chance=pytest.approx(0.5)),
    )
    assert "rules" in RERANKERS


def test_without_chances_there_are_none(world):
    [only] = moves(chained(Candidates(world.rows, world.scores, world.vectors), {}, 1))
    assert (only.row, only.before, only.after, only.parts) == (0, 1, 1, ())
    assert np.isnan(only.chance)


@pytest.mark.parametrize("k", [1, 2, 4])
@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0])
def test_the_parts_of_every_move_sum_to_it_and_the_first_k_are_the_list(world, k, diversity):
    chain = chained(world, {"mmr": Mmr(diversity), "rules": Rules.parse("hide i1")}, k)
    found = moves(chain)
    assert [move.row for move in found[: len(chain.rows)]] == chain.rows.tolist()
    for move in found:
        if move.after is not None:
            assert sum(places for _, places in move.parts) == move.before - move.after
    assert all(move.before <= k for move in found[len(chain.rows) :])
