"""Reading by words and characters: every script, no model, never an error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.models import top_k
from recsys.text.lexical import DIM, Lexical, grams

CHINESE = "想要一双适合雨天跑步的鞋"


def _top(texts, query, k=3):
    encoder = Lexical(texts)
    return top_k(encoder.encode(texts) @ encoder.encode([query])[0], k).tolist()


def test_chinese_finds_the_rain_shoe_in_the_toy_catalogue(toy):
    assert toy.item_ids[_top(toy.all_texts, CHINESE)[0]] == "shoe"


def test_chinese_finds_a_rain_running_shoe_in_the_shop(shop):
    best = _top(shop.all_texts, CHINESE)
    shoes = [row for row in best if "雨" in shop.all_texts[row] and "鞋" in shop.field(row, "title_zh")]
    assert shoes, [shop.field(row, "title_zh") for row in best]


def test_english_finds_by_word(toy):
    assert toy.item_ids[_top(toy.all_texts, "something to fry steak in, a pan")[0]] == "pan"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("防水鞋", ["防", "水", "鞋", "防水", "水鞋"]),
        ("Dry", ["dry", "d+r", "r+y"]),
        ("a 42", ["a", "42", "4+2"]),
        ("×÷ _!", []),
        ("", []),
    ],
)
def test_grams(text, expected):
    assert grams(text) == expected


def test_grams_that_cross_words_do_not_exist():
    assert "b+c" not in grams("ab cd")
    assert "水鞋" not in grams("防水 鞋")


@given(st.lists(st.text(st.characters(), max_size=30), max_size=8), st.lists(st.text(st.characters()), max_size=4))
def test_any_catalogue_and_any_text_give_finite_rows_of_length_one_or_zero(catalogue, texts):
    encoder = Lexical(catalogue)
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    lengths = np.linalg.norm(vectors, axis=1)
    assert ((np.abs(lengths - 1) < 1e-4) | (lengths == 0)).all()


def test_a_text_that_shares_nothing_is_a_zero_row(toy):
    assert not Lexical(toy.all_texts).encode(["ζ", "🙂", "", "   "]).any()


def test_no_more_dimensions_than_asked_for_or_than_there_are_texts(shop, toy):
    assert Lexical(shop.all_texts).dim <= DIM
    assert Lexical(shop.all_texts, dim=32).encode(["rain"]).shape == (1, 32)
    assert Lexical(toy.all_texts).dim <= toy.n_items + 1


def test_a_small_catalogue_loses_nothing_by_the_reduction(toy):
    full = Lexical(toy.all_texts, dim=100_000)
    small = Lexical(toy.all_texts)
    assert full._svd is None
    assert small._svd is not None
    for query in (CHINESE, "wireless music", "soup"):
        before = full.encode(toy.all_texts) @ full.encode([query])[0]
        after = small.encode(toy.all_texts) @ small.encode([query])[0]
        # the query is only longer once what no item contains is gone
        np.testing.assert_allclose(after / after.max(), before / before.max(), atol=1e-4)


@limits(max_examples=20)
@given(st.permutations(range(6)))
def test_batches_do_not_matter(toy, order):
    encoder = Lexical(toy.all_texts)
    texts = [CHINESE, "rain", "", "knife", "музыка", "耳机 pan"]
    together = encoder.encode([texts[i] for i in order])
    for row, i in enumerate(order):
        np.testing.assert_allclose(together[row], encoder.encode([texts[i]])[0], atol=1e-5)


def test_the_version_follows_the_catalogue(toy):
    one, same = Lexical(toy.all_texts), Lexical(toy.all_texts)
    assert one.version == same.version
    assert one.version != Lexical(toy.all_texts[:-1]).version
    np.testing.assert_array_equal(one.encode([CHINESE]), same.encode([CHINESE]))
