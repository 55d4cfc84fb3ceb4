"""Keep apart: nothing is lost, and as many of the first places keep the gap as any order of the items could."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.rerank import RERANKERS, chained
from recsys.rerank.spacing import NONE, Spacing, kept_apart, spaced
from tests.rerank.counters import BARE, ids, shelf, tray

HELD = st.lists(st.sampled_from([NONE, 0, 0, 1, 2, 3]), max_size=7)


def most(rest: tuple[int, ...], size: int, gap: int, before: tuple[int, ...] = ()) -> int:
    """By trying every order: how many first places of ``size`` can keep the gap."""
    reached = len(before)
    for value in set(rest) if len(before) < size else ():
        if value == NONE or value not in before[max(len(before) - gap, 0) :]:
            at = rest.index(value)
            reached = max(reached, most(rest[:at] + rest[at + 1 :], size, gap, (*before, value)))
        if reached == size:
            break
    return reached


@settings(max_examples=300)
@given(held=HELD, k=st.integers(1, 8), gap=st.integers(0, 3))
def test_the_gap_is_kept_as_far_as_any_order_could_and_nothing_is_lost_or_doubled(held, k, gap):
    order = spaced(np.array(held, dtype=np.int64), k, gap)
    assert len(set(order.tolist())) == len(order) == min(k, len(held))
    assert kept_apart(np.array(held, dtype=np.int64)[order], gap) == most(tuple(held), min(k, len(held)), gap)


@given(held=HELD, k=st.integers(1, 8), gap=st.integers(0, 3))
def test_a_list_that_keeps_the_gap_already_stays_as_it_is(held, k, gap):
    order = spaced(np.array(held, dtype=np.int64), k, gap)
    if kept_apart(np.array(held[:k], dtype=np.int64), gap) == min(k, len(held)):
        assert order.tolist() == list(range(min(k, len(held))))
    own = [[at for at in order.tolist() if held[at] == value] for value in set(held)]
    assert all(one == sorted(one) for one in own)  # of two alike the better one comes first


def test_items_of_one_maker_stand_apart_and_the_rest_stay_in_order():
    data = shelf(6, maker=["ann", "Ann", "ann", "bo", "cy", None])
    candidates = tray(data, [6, 5, 4, 3, 2, 1])
    assert ids(data, Spacing("maker", 2)(candidates, 6)) == ["i0", "i3", "i4", "i1", "i5", "i2"][:4] + ["i5", "i2"]
    assert ids(data, Spacing("maker", 0)(candidates, 6)) == list(data.item_ids)
    assert Spacing("maker", 2)(candidates, 2) == [0, 3]
    chain = chained(candidates, {"spacing": Spacing("maker", 1)}, 3)
    assert ids(data, chain.end.rows) == ["i0", "i3", "i1", "i2", "i4", "i5"]  # below the list the old order stands
    assert Spacing("maker", 1).note(candidates) == ""


def test_it_says_when_the_gap_cannot_be_kept_and_when_there_is_no_such_column():
    data = shelf(4, maker=["ann", "ann", "ann", "bo"])
    candidates = tray(data, [4, 3, 2, 1])
    assert Spacing("maker", 1).note(candidates) == "Only the first 3 of 4 places keep “maker” apart: too few others."
    assert Spacing("artist").note(candidates) == (
        "No column is called “artist”, so this changes nothing; there is category, maker."
    )
    assert Spacing("artist")(candidates, 4) == [0, 1, 2, 3]
    assert Spacing.columns(data) == ("category", "maker")


def test_what_has_no_score_stays_out_and_bare_arrays_stay():
    assert Spacing()(tray(shelf(4), [1, np.nan, 3, 2]), 4) == [2, 3, 0]
    assert Spacing()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in Spacing().note(BARE)
    with pytest.raises(ValueError, match="gap should be at least 0"):
        Spacing(gap=-1)
    assert RERANKERS["spacing"].build() == Spacing()
