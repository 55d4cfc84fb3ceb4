"""Lifted by a column: more of it is never worth less, unknown is worth nothing, and an unknown column is one note."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS
from recsys.rerank.lift import Lift
from tests.rerank.counters import BARE, shelf, tray

CELLS = st.lists(
    st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, True, False, "yes", "x"])),
    min_size=5,
    max_size=5,
)


@given(cells=CELLS, weight=st.floats(-1, 1))
def test_more_of_the_column_is_never_worth_less(cells, weight):
    candidates = tray(shelf(5, fact=[None if cell is None else str(cell) for cell in cells]))
    lift = Lift("fact", weight)
    worth = lift.values(candidates)
    assert worth.min() >= 0
    assert worth.max() <= 1
    np.testing.assert_allclose(lift.adjusted(candidates), weight * worth, atol=1e-6)
    as_number = {"True": 1.0, "False": 0.0, "yes": 1.0}
    told = [as_number.get(str(cell), cell) for cell in cells]
    known = [(cell, value) for cell, value in zip(told, worth, strict=True) if isinstance(cell, float)]
    for one, its in known:
        assert all(its <= other_value for other, other_value in known if one <= other)
    assert all(value == 0 for cell, value in zip(told, worth, strict=True) if not isinstance(cell, float))


def test_yes_beside_blanks_lifts_and_a_scale_ends_at_0_and_1():
    hot = shelf(4, breaking=["", "True", "", ""])
    assert Lift("breaking", 0.3).adjusted(tray(hot)).tolist() == pytest.approx([0, 0.3, 0, 0])
    years = shelf(4, year=[1990, 2000, 2010, None])
    assert Lift(" year ").values(tray(years)).tolist() == [0, 0.5, 1, 0]
    assert Lift("year", 1.0)(tray(years), 4) == [2, 1, 0, 3]
    assert Lift("year", -1.0)(tray(years), 4) == [0, 3, 1, 2]


def test_what_is_unknown_changes_nothing_and_one_note_says_what_there_is():
    data = shelf(3, price=[1, 2, 3], maker=["a", "b", "c"], flat=[7, 7, 7])
    candidates = tray(data, [3, 2, 1])
    for column in ("margin", "maker", "", "flat", "title"):
        np.testing.assert_array_equal(Lift(column).adjusted(candidates), candidates.relevance.astype(np.float32))
    assert Lift("margin").note(candidates) == (
        "No column of numbers is called “margin”, so this changes nothing; there is price, flat."
    )
    assert "called “maker”" in Lift("maker").note(candidates)
    assert Lift().note(candidates).startswith("No column of numbers is named")
    assert "tells no items apart" in Lift("flat").note(candidates)
    assert Lift("price").note(candidates) == "“price” lifts 2 of 3 items."
    assert Lift("price", -0.1).note(candidates) == "“price” lowers 2 of 3 items."
    assert Lift("price", 0.0).note(candidates) == ""
    assert Lift.columns(data) == ("price", "flat")


def test_bare_arrays_stay_and_a_weight_out_of_range_is_named():
    assert Lift("year")(BARE, 3) == [0, 1, 2]
    assert "catalogue" in Lift("year").note(BARE)
    with pytest.raises(ValueError, match="weight should be from -1 to 1"):
        Lift("year", 2)
    assert RERANKERS["lift"].build() == Lift()
