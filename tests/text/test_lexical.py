"""Reading by words and characters: every script, no model, never an error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from recsys.models import top_k
from recsys.text.lexical import DIM, Lexical, grams

CHINESE = "想要一双适合雨天跑步的鞋"


def _top(texts, query, k=3):
    encoder = Lexical.fit(texts)
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
        ("防水的鞋", ["防", "水", "防水", "鞋"]),
        ("無線", ["无", "线", "无线"]),
        ("Dry", ["dry", "d+r", "r+y"]),
        ("a 42", ["a", "42", "4+2"]),
        ("USB充电线", ["usb", "u+s", "s+b", "充", "电", "线", "充电", "电线"]),
        ("T恤", ["t", "恤"]),
        ("无线wifi路由器", ["无", "线", "无线", "wifi", "w+i", "i+f", "f+i", "路", "由", "器", "路由", "由器"]),
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
    encoder = Lexical.fit(catalogue)
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    lengths = np.linalg.norm(vectors, axis=1)
    assert ((np.abs(lengths - 1) < 1e-4) | (lengths == 0)).all()


def test_a_text_that_shares_nothing_is_a_zero_row(toy):
    assert not Lexical.fit(toy.all_texts).encode(["ζ", "🙂", "", "   "]).any()


def test_no_more_dimensions_than_asked_for_or_than_there_are_texts(shop, toy):
    assert Lexical.fit(shop.all_texts).dim <= DIM
    assert Lexical.fit(shop.all_texts, dim=32).encode(["rain"]).shape == (1, 32)
    assert Lexical.fit(toy.all_texts).dim <= toy.n_items + 1


def test_a_small_catalogue_loses_nothing_by_the_reduction(toy):
    full = Lexical.fit(toy.all_texts, dim=100_000)
    small = Lexical.fit(toy.all_texts)
    assert full.dim == len(full._column)
    assert small.dim < len(small._column)
    for query in (CHINESE, "wireless music", "soup"):
        before = full.encode(toy.all_texts) @ full.encode([query])[0]
        after = small.encode(toy.all_texts) @ small.encode([query])[0]
        # the query is only longer once what no item contains is gone
        np.testing.assert_allclose(after / after.max(), before / before.max(), atol=1e-4)


@limits(max_examples=20)
@given(st.permutations(range(6)))
def test_batches_do_not_matter(toy, order):
    encoder = Lexical.fit(toy.all_texts)
    texts = [CHINESE, "rain", "", "knife", "музыка", "耳机 pan"]
    together = encoder.encode([texts[i] for i in order])
    for row, i in enumerate(order):
        np.testing.assert_allclose(together[row], encoder.encode([texts[i]])[0], atol=1e-5)


def test_the_version_follows_the_catalogue(toy):
    one, same = Lexical.fit(toy.all_texts), Lexical.fit(toy.all_texts)
    assert one.version == same.version
    assert one.version != Lexical.fit(toy.all_texts[:-1]).version
    np.testing.assert_array_equal(one.encode([CHINESE]), same.encode([CHINESE]))


def test_equals_scikit_learn(shop):
    texts = [*shop.all_texts, CHINESE, "quiet headphones", "🙂", ""]
    tfidf = TfidfVectorizer(analyzer=grams, sublinear_tf=True, dtype=np.float32)
    counts = tfidf.fit_transform([*shop.all_texts, "?a"])
    oracle = normalize(TruncatedSVD(DIM, random_state=0).fit(counts).transform(tfidf.transform(texts)))
    np.testing.assert_allclose(Lexical.fit(shop.all_texts).encode(texts), oracle, atol=2e-5)


def test_what_was_fitted_once_is_read_from_disk(toy, tmp_path, monkeypatch):
    first = Lexical.of(toy.all_texts, tmp_path)
    monkeypatch.setattr(Lexical, "fit", None)
    again = Lexical.of(toy.all_texts, tmp_path)
    assert again.version == first.version
    np.testing.assert_array_equal(again.encode(toy.all_texts), first.encode(toy.all_texts))


def test_half_a_file_is_fitted_again(toy, tmp_path):
    first = Lexical.of(toy.all_texts, tmp_path)
    file = next(tmp_path.glob("*.npz"))
    file.write_bytes(file.read_bytes()[:100])
    np.testing.assert_array_equal(Lexical.of(toy.all_texts, tmp_path).encode(["pan"]), first.encode(["pan"]))
