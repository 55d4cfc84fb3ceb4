"""Which script a text is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.text.scripts import HAN, LATIN, OTHER, letter_counts, script_of, share_of_letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quiet headphones", LATIN),
        ("Crème brûlée für Łódź", LATIN),
        ("想要一双跑步的鞋", HAN),
        ("となりのトトロ", HAN),
        ("iPhone 手机壳", HAN),  # six letters against three characters that count three times
        ("iPhone phone case 手机壳", LATIN),
        ("тихие наушники", OTHER),
        ("سماعات هادئة", OTHER),
        ("", LATIN),
        ("12345 !!! 🙂", LATIN),
    ],
)
def test_script_of(text, expected):
    assert script_of(text) == expected


def test_a_han_character_counts_three_times():
    assert letter_counts("ab水") == {LATIN: 2, HAN: 3, OTHER: 0}
    assert share_of_letters("ab水", HAN) == 3 / 5
    assert share_of_letters("123", HAN) == 0


@given(st.text(st.characters()))
def test_shares_sum_to_one_or_to_zero(text):
    counts = letter_counts(text)
    assert min(counts.values()) >= 0
    total = sum(share_of_letters(text, script) for script in (LATIN, HAN, OTHER))
    assert total == pytest.approx(1 if any(counts.values()) else 0)
    assert counts[script_of(text)] == max(counts.values())


@given(st.text(st.characters()), st.integers(1, 4))
def test_repeating_a_text_changes_no_share(text, times):
    for script in (LATIN, HAN, OTHER):
        assert share_of_letters(text * times, script) == pytest.approx(share_of_letters(text, script))
