"""Hide what was opened: whatever was done to an item, it is gone at 1, lowered below, and untouched at 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS, chained
from recsys.rerank.seen import Seen
from recsys.types import Kind
from tests.rerank.counters import BARE, ids, shelf, tray

DATA = shelf(6)
KINDS = st.sampled_from([kind.value for kind in Kind if kind is not Kind.WISH])
EVENTS = st.lists(st.tuples(KINDS, st.sampled_from([*DATA.item_ids, "gone"])), max_size=6)
SCORES = st.lists(st.sampled_from([np.nan, -1.0, 0.0, 0.5, 2.0]), min_size=6, max_size=6)


@given(scores=SCORES, events=EVENTS, strength=st.floats(0, 1))
def test_what_was_opened_is_gone_at_1_and_only_lowered_below(scores, events, strength):
    candidates = tray(DATA, scores, *events)
    opened = {item for _, item in events}
    kept = {item for item, score in zip(DATA.item_ids, scores, strict=True) if score == score}
    hidden = {DATA.item_ids[row] for row in chained(candidates, {"seen": Seen()}, 6).end.rows}
    assert hidden == kept - opened
    adjusted = Seen(strength).adjusted(candidates)
    for item, was, now in zip(DATA.item_ids, candidates.relevance, adjusted, strict=True):
        if item in opened and strength == 1:
            assert np.isnan(now)
        elif was == was:
            assert now == pytest.approx(was - strength * (item in opened), abs=1e-6)


def test_it_says_how_many_it_hid():
    candidates = tray(DATA, range(6), ("view", "i5"), ("dislike", "i0"))
    assert ids(DATA, Seen()(candidates, 6)) == ["i4", "i3", "i2", "i1"]
    assert Seen().note(candidates) == "2 of 6 items were opened before and are hidden."
    assert Seen(0.5).note(candidates).endswith("lowered.")
    assert Seen().note(tray(DATA)) == "None of these were opened before."
    everything = tray(DATA, None, *(("view", item) for item in DATA.item_ids))
    assert Seen()(everything, 6) == []
    assert Seen().note(everything).endswith("nothing is left.")


def test_bare_arrays_stay_and_a_strength_out_of_range_is_named():
    assert Seen()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in Seen().note(BARE)
    with pytest.raises(ValueError, match="strength should be from 0 to 1"):
        Seen(1.5)
    assert RERANKERS["seen"].build() == Seen()
