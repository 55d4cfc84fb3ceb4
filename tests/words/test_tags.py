"""Words that set items apart: by the published formulas, in both languages, and never by one item's noise."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.words.tags import Distinctive, c_tf_idf, distinctive, log_odds, terms

COUNTS = arrays(np.float64, 6, elements=st.integers(0, 50).map(float))


def test_log_odds_are_those_of_the_paper():
    here, there = np.array([3.0, 1.0, 0.0]), np.array([1.0, 4.0, 1.0])
    # prior 10 over shares 4/10, 5/10, 1/10: pseudo-counts 4, 5, 1; sums 4 + 10 and 6 + 10
    first = (log(7 / (14 - 7)) - log(5 / (16 - 5))) / sqrt(1 / 7 + 1 / 5)
    second = (log(6 / (14 - 6)) - log(9 / (16 - 9))) / sqrt(1 / 6 + 1 / 9)
    third = (log(1 / (14 - 1)) - log(2 / (16 - 2))) / sqrt(1 / 1 + 1 / 2)
    assert log_odds(here, there, 10.0) == pytest.approx([first, second, third])


def test_class_based_tf_idf_is_that_of_the_paper():
    here, there = np.array([3.0, 1.0, 0.0]), np.array([1.0, 4.0, 1.0])
    # ten words in two classes: five on average
    assert c_tf_idf(here, there) == pytest.approx([3 * log(1 + 5 / 4), log(1 + 5 / 5), 0.0])


@given(COUNTS, COUNTS)
def test_what_is_more_frequent_here_is_less_frequent_there(here, there):
    z = log_odds(here, there, 20.0)
    assert np.isfinite(z).all()
    assert z == pytest.approx(-log_odds(there, here, 20.0))
    assert (z[(here + there) == 0] == 0).all()


@given(COUNTS, st.integers(1, 4))
def test_equal_proportions_set_nothing_apart(here, factor):
    assert log_odds(here, here, 20.0) == pytest.approx(np.zeros(6), abs=1e-9)
    # drawn toward the whole, a bigger half says the same
    assert np.abs(log_odds(here, here * factor, 1e9)).max() < 1e-3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("The dog's bed isn't a toy", ["dog", "dog bed", "bed", "toy"]),
        ("Quiet, noise-cancelling USB-C headphones 2024!", None),
        ("running shoe of rain", ["running", "shoe", "running shoe", "rain"]),
        ("给猫的防水帐篷", ["防水", "帐篷"]),
        ("無線耳機", ["无线", "耳机"]),
        ("USB充电宝 red", ["usb", "充电宝", "red"]),
    ],
)
def test_terms_are_words_and_pairs_without_stop_words(text, expected):
    if expected is None:
        assert set(terms(text)) == {
            "quiet",
            "noise-cancelling",
            "usb-c",
            "headphones",
            "noise-cancelling usb-c",
            "usb-c headphones",
        }
    else:
        assert sorted(terms(text)) == sorted(expected)


def group(data, category: str) -> np.ndarray:
    return np.flatnonzero((data.items[Items.CATEGORY] == category).to_numpy())


@pytest.mark.parametrize("by", ["log-odds", "c-tf-idf"])
def test_a_group_is_known_by_its_words_in_both_languages(shop, by):
    running, pets = group(shop, "Running"), group(shop, "Pets")
    assert {"running", "shoe", "road"} <= {one.term for one in distinctive(shop, running, 8, "en", by)}
    assert {"跑步", "公里"} <= {one.term for one in distinctive(shop, running, 8, "zh", by)}
    assert {"pets", "cat"} <= {one.term for one in distinctive(shop, pets, 8, "en", by)}
    assert all(one.n_items <= len(pets) and one.z > 0 for one in distinctive(shop, pets, 8, "en", by))


def test_the_surest_come_first_and_order_of_rows_does_not_matter(video):
    rows = group(video, "Horror")
    found = distinctive(video, rows, 20, "en")
    assert [one.z for one in found] == sorted((one.z for one in found), reverse=True)
    assert found == distinctive(video, [*rows[::-1], rows[0]], 20, "en")
    assert found[:3] == distinctive(video, rows, 3, "en")


def plain(*titles: str, **columns) -> Dataset:
    items = pd.DataFrame({Items.ID: [f"i{n}" for n in range(len(titles))], Items.TITLE: titles, **columns})
    return Dataset.from_tables("plain", items, pd.DataFrame(columns=list(map(str, Events))))


def test_n_items_counts_the_items_of_the_group_that_have_the_word():
    data = plain("red lamp", "red sofa", "red desk", "blue pot", "blue pan", "blue cup")
    assert [(one.term, one.n_items) for one in distinctive(data, [0, 1, 2], 5, "en")] == [("red", 3)]
    # a single item may be known by a word of its own
    assert {one.term for one in distinctive(data, [0], 5, "en")} == {"lamp", "red"}


def test_a_word_that_lives_in_a_phrase_is_known_by_the_phrase():
    data = plain("hong kong film", "hong kong noodle", "hong kong harbour", "paris film", "rome noodle", "oslo harbour")
    assert [one.term for one in distinctive(data, [0, 1, 2], 5, "en")] == ["hong kong"]


def test_plurals_and_parts_are_not_said_twice():
    data = plain("shoe", "shoes", "shoes shoe", "pan", "pot", "cup", tags=["跑步|跑步鞋"] * 3 + ["锅"] * 3)
    assert len([one for one in distinctive(data, [0, 1, 2], 9, "en") if "shoe" in one.term]) == 1
    assert len([one for one in distinctive(data, [0, 1, 2], 9, "zh") if "跑步" in one.term]) == 1


def test_tags_are_terms_as_a_whole():
    data = plain(*["x1", "x2", "x3", "x4"], tags=["black and white"] * 2 + ["made for two"] * 2)
    assert distinctive(data, [0, 1], 1, "en")[0].term == "black and white"


def test_nothing_sets_apart_nobody_and_everybody(shop):
    assert distinctive(shop, [], 5, "en") == []
    assert distinctive(shop, range(shop.n_items), 5, "en") == []
    assert distinctive(plain("lamp"), [0], 5, "en") == []
    assert distinctive(plain("1 2", "3 4"), [0], 5, "zh") == []
    with pytest.raises(ValueError, match="at least 1"):
        distinctive(shop, [0], 0, "en")


def test_a_catalogue_without_chinese_is_described_in_english():
    data = plain("red lamp", "red sofa", "red desk", "blue pot", "blue pan", "blue cup")
    assert distinctive(data, [0, 1, 2], 5, "zh") == distinctive(data, [0, 1, 2], 5, "en") != []


def test_counts_are_taken_once_and_rows_of_any_kind_do(shop):
    one = distinctive(shop, np.array([1, 2]), 3, "en")
    assert one == distinctive(shop, (2, 1), 3, "en")
    assert isinstance(one[0], Distinctive)
