"""Near your price: nothing within the band loses, further away never loses less, and few likes leave it wide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS
from recsys.rerank.price_band import PRIOR_LIKES, TO_SIGMA, Band, PriceBand
from tests.rerank.counters import BARE, shelf, tray

PRICES = [5, 10, 20, 40, 80, 160, 320, 0, ""]
DATA = shelf(9, price=PRICES)
LIKED = st.lists(st.sampled_from(DATA.item_ids[:7]), min_size=1, max_size=7)


@given(liked=LIKED, strength=st.floats(0, 1), width=st.floats(0.5, 5))
def test_what_is_further_from_the_band_never_loses_less(liked, strength, width):
    candidates = tray(DATA, None, *(("like", item) for item in liked))
    strategy = PriceBand(strength, width)
    band = strategy.band(candidates)
    loss = -strategy.adjusted(candidates)
    logs = np.log(np.array(PRICES[:7], dtype=float))
    order = np.argsort(np.abs(logs - band.centre))
    assert (np.diff(loss[order]) >= -1e-6).all()
    assert loss.min() >= 0
    assert loss.max() <= strength + 1e-6
    inside = np.abs(logs - band.centre) <= band.half
    np.testing.assert_allclose(loss[:7][inside], 0, atol=1e-6)
    assert loss[7:].tolist() == [0, 0]  # free, and unknown


def test_the_band_is_the_median_and_a_spread_drawn_towards_the_catalogue():
    liked = [("like", "i2"), ("favourite", "i3"), ("like", "i4")]
    candidates = tray(DATA, None, *liked, ("view", "i6"), ("dislike", "i0"))
    everything = np.log(np.array(PRICES[:7], dtype=float))
    catalogue = np.median(np.abs(everything - np.median(everything)))
    spread = (3 * np.log(2) + PRIOR_LIKES * catalogue) / (3 + PRIOR_LIKES)
    band = PriceBand(width=2.0).band(candidates)
    assert band.centre == pytest.approx(np.log(40))
    assert band.half == pytest.approx(2 * TO_SIGMA * spread)


def test_the_loss_is_none_within_all_of_it_twice_as_far_and_half_between():
    band = Band(np.log(100), np.log(2))
    np.testing.assert_allclose(
        band.loss(np.log([100, 200, 50, 100 * 2**1.5, 400, 25, 9999])), [0, 0, 0, 0.5, 1, 1, 1], atol=1e-12
    )
    assert band.said == "50 to 200"
    assert Band(np.log(2), np.log(2)).said == "1.00 to 4.00"


def test_one_expensive_slip_moves_the_band_little():
    many = [("like", f"i{n}") for n in (1, 2, 2, 3)] + [("like", "i1")]
    without = PriceBand().band(tray(DATA, None, *many))
    with_it = PriceBand().band(tray(DATA, None, *many, ("like", "i6")))
    assert np.exp(abs(with_it.centre - without.centre)) < 2


def test_the_note_says_the_range_or_what_is_missing():
    assert PriceBand().note(tray(DATA, None, ("like", "i3"))).startswith("Your likes are priced about ")
    assert PriceBand().note(tray(DATA, None, ("view", "i3"))).startswith("Nothing liked yet that has a price")
    assert PriceBand().note(tray(DATA, None, ("like", "i8"))).startswith("Nothing liked yet that has a price")
    for data in (shelf(3), shelf(3, price=["free", "", None]), shelf(3, price=[0, -1, 0])):
        candidates = tray(data, [3, 2, 1], ("like", "i0"))
        assert PriceBand()(candidates, 3) == [0, 1, 2]
        assert PriceBand().note(candidates) == "No price is known here, so this changes nothing."


def test_equal_prices_lose_alike_and_bare_arrays_stay():
    flat = tray(shelf(3, price=[9, 9, 9]), [3, 2, 1], ("like", "i0"))
    np.testing.assert_array_equal(PriceBand(1.0).adjusted(flat), flat.relevance.astype(np.float32))
    assert PriceBand()(BARE, 3) == [0, 1, 2]
    assert "catalogue" in PriceBand().note(BARE)
    with pytest.raises(ValueError, match="strength"):
        PriceBand(2)
    with pytest.raises(ValueError, match="width should be above 0"):
        PriceBand(width=0)
    assert RERANKERS["price_band"].build() == PriceBand()
    assert RERANKERS["price_band"].needs == ("price",)
