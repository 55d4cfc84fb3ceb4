"""Next step: one level above what was finished in the category comes first, what is too hard comes last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS
from recsys.rerank.level import NextStep, levels
from tests.rerank.counters import BARE, shelf, tray

LEVELS = ["beginner", "Beginner", "intermediate", "intermediate ", "advanced", "ADVANCED", "", "expert"]
DATA = shelf(8, level=LEVELS)
"""Even items are of the category Water, odd ones of Baking."""
DONE = st.lists(st.tuples(st.sampled_from(["like", "favourite"]), st.sampled_from(DATA.item_ids)), max_size=5)


@given(done=DONE, strength=st.floats(0, 1))
def test_only_a_next_step_is_lifted_and_the_further_beyond_it_the_less_an_item_is_worth(done, strength):
    worth = NextStep(strength).adjusted(tray(DATA, None, *done))
    known = levels(DATA)
    for row in range(8):
        finished = [known[DATA.row(item)] for _, item in done if DATA.row(item) % 2 == row % 2]
        reached = max((level for level in finished if level == level), default=-1)
        fits = {2: -0.5, 3: -1, 1: float(reached >= 0)}
        expected = 0 if np.isnan(known[row]) else fits.get(int(known[row] - reached), 0)
        assert worth[row] == pytest.approx(strength * expected, abs=1e-6)


def test_who_finished_a_level_is_offered_the_next_one_in_that_category_alone():
    candidates = tray(DATA, None, ("like", "i0"))
    assert NextStep()(candidates, 8) == [2, 0, 1, 6, 7, 3, 4, 5]  # first the second level of Water, hard ones last
    assert NextStep().note(candidates) == "1 of 8 items are a next step, 3 too hard yet."


def test_only_opening_finishes_nothing():
    opened = tray(DATA, None, ("view", "i4"), ("click", "i4"), ("dislike", "i2"))
    np.testing.assert_array_equal(NextStep().adjusted(opened), NextStep().adjusted(tray(DATA)))
    assert NextStep().note(opened) == "Nothing finished yet: 0 of 8 items are a next step, 4 too hard yet."


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([300, 100, 200, 100], [2, 0, 1, 0]),
        (["advanced", "intermediate", "", "x"], [1, 0, np.nan, np.nan]),
    ],
)
def test_levels_count_in_the_order_the_catalogue_has_them(cells, expected):
    np.testing.assert_array_equal(levels(shelf(4, level=cells)), expected)


def test_without_levels_nothing_changes_and_it_says_so():
    for data in (shelf(3), shelf(3, level=["", "x", None])):
        candidates = tray(data, [3, 2, 1], ("like", "i0"))
        assert NextStep()(candidates, 3) == [0, 1, 2]
        assert NextStep().note(candidates) == "No level is known here, so this changes nothing."
    one_kind = shelf(3, level=[1, 2, 3], category=["", "", ""])
    assert NextStep()(tray(one_kind, None, ("like", "i0")), 3) == [1, 0, 2]
    assert NextStep()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in NextStep().note(BARE)
    with pytest.raises(ValueError, match="strength"):
        NextStep(2)
    assert RERANKERS["level"].build() == NextStep()
    assert RERANKERS["level"].needs == ("level",)
