"""Columns by their names: numbers, yes and no, values that items share; and what a data set is said to have."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.rerank.item_columns import known, number_columns, numbers, shared_columns, values
from tests.rerank.counters import shelf


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1, 2.5, None, 4], [1, 2.5, np.nan, 4]),
        (["1", " 2 ", "", "four"], [1, 2, np.nan, np.nan]),
        ([True, False, True, True], [1, 0, 1, 1]),
        (["True", "no", "", "是"], [1, 0, np.nan, 1]),
        ([np.inf, 1, -np.inf, 0], [np.nan, 1, np.nan, 0]),
    ],
)
def test_a_column_is_read_as_numbers_where_it_has_any(cells, expected):
    np.testing.assert_array_equal(numbers(shelf(4, fact=cells), "fact"), expected)


def test_words_and_absent_columns_are_no_numbers():
    data = shelf(4, maker=["a", "b", "a", None])
    assert numbers(data, "maker") is None
    assert numbers(data, "margin") is None
    assert values(data, "margin") is None


def test_equal_values_have_equal_numbers_in_any_case_and_blanks_have_none():
    assert values(shelf(4, maker=["Ann", "bo", " ann", None]), "maker").tolist() == [0, 1, 0, -1]


def test_what_there_is_leaves_out_texts_and_what_tells_nothing_apart():
    data = shelf(
        4,
        price=[1, 2, 3, ""],
        hot=[0, 1, 0, 0],
        maker=["a", "a", "b", "b"],
        maker_zh=["甲", "甲", "乙", "乙"],
        lone=["a", "b", "c", "d"],
        same=["x"] * 4,
    )
    assert number_columns(data) == ("price", "hot")
    assert shared_columns(data) == ("category", "maker")
    assert known(number_columns(data)) == "there is price, hot"
    assert known(()) == "there is none"


def test_a_column_is_read_once_per_dataset():
    data = shelf(2, price=[1, 2])
    assert numbers(data, "price") is numbers(data, "price")
