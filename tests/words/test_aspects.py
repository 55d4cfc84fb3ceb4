"""What is praised and what is complained about: found where it is named, and turned into texts that move a taste."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data import catalogue
from recsys.words.aspects import MAX_PULLS, Pull, aspects_of, pulls, things_of
from recsys.words.opinions import clauses, leaning, opinions

HOSTILE = st.one_of(
    st.text(max_size=300),
    st.text("好不很坏，但是the sole great heavy but not.!\n\x00\u202e", max_size=300),
)


def signs(text: str) -> dict[str, int]:
    return {aspect.text: 1 if aspect.polarity > 0 else -1 for aspect in aspects_of(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The sole is great but it is too heavy.", {"sole": 1, "heavy": -1}),
        ("Great battery, terrible sound", {"battery": 1, "sound": -1}),
        ("The acting is wonderful, however the plot is boring", {"acting": 1, "plot": -1}),
        ("The battery is not good", {"battery": -1}),
        ("not heavy at all", {"heavy": 1}),
        ("The frobnicator is excellent", {"frobnicator": 1}),
        ("It is comfortable and the laces are terrible", {"comfortable": 1, "laces": -1}),
        ("鞋底很防滑，但是价格太贵", {"鞋底": 1, "价格": -1}),
        ("剧情拖沓但演技精彩", {"剧情": -1, "演技": 1}),
        ("音质不好，电池不错", {"音质": -1, "电池": 1}),
        ("電池很差，螢幕清楚", {"電池": -1}),
        ("It broke after a day", {}),
        ("The sole, the laces and the price", {}),
        ("", {}),
    ],
)
def test_things_get_the_side_of_their_clause(text, expected):
    found = signs(text)
    assert {name: found.get(name) for name in expected} == expected
    assert bool(found) == bool(expected)


@given(HOSTILE)
def test_spans_are_exact_in_order_and_never_overlap(text):
    found = aspects_of(text, frozenset({"the sole", "great heavy", "好"}))
    for aspect in found:
        assert text[aspect.start : aspect.end] == aspect.text != ""
        assert 0 < abs(aspect.polarity) <= 1
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[one.start : one.end].lower() == one.word for one in opinions(text) if one.word.isascii())


@given(HOSTILE)
def test_pulls_are_few_signed_and_never_empty(text):
    found = pulls(text)
    assert all(pull.text.strip() and pull.sign in (1, -1) for pull in found)
    assert all(sum(pull.sign == sign for pull in found) <= MAX_PULLS for sign in (1, -1))
    assert bool(found) == bool(aspects_of(text))


@given(HOSTILE)
def test_clauses_are_in_order_and_apart(text):
    found = clauses(text)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert all(text[start:end].strip() for start, end in found)


def test_a_denied_quality_is_a_complaint_that_draws_toward_it():
    text = "The zipper is not waterproof"
    assert aspects_of(text)[0].polarity < 0
    assert pulls(text) == (Pull("waterproof zipper", 1),)


def test_a_mixed_review_pulls_both_ways():
    assert pulls("The sole is great but it is too heavy.") == (Pull("sole", 1), Pull("heavy", -1))
    assert pulls("鞋底很防滑，但是价格太贵") == (Pull("防滑 鞋底", 1), Pull("太贵 价格", -1))


def test_words_of_degree_make_more_or_less_of_an_opinion():
    a_bit, plain, very = (opinions(text)[0].polarity for text in ("a bit heavy", "heavy", "very heavy"))
    assert very < plain < a_bit < 0
    assert leaning("great") > 0 > leaning("not great") == leaning("不好用") * 0 - 0.75 / 2**0.5


def test_the_catalogue_adds_things_of_its_own():
    things = things_of(catalogue.load("shop"))
    assert {"commute", "tent"} <= things
    assert "waterproof" not in things, "a quality is no thing"
    text = "The seat and stainless steel are excellent"
    assert "stainless steel" in {aspect.text for aspect in aspects_of(text, {"stainless steel"})}


def test_five_thousand_letters_take_no_longer_than_typing_allows():
    for text in ("the sole is great but it is too heavy, " * 128, "鞋底很防滑，但是价格太贵。" * 385, "好" * 5000):
        aspects_of(text[:1000])  # the dictionary is read once
        start = time.process_time()
        aspects_of(text[:1000])
        assert time.process_time() - start < 0.06
        assert all(text[one.start : one.end] == one.text for one in aspects_of(text[:5000]))
