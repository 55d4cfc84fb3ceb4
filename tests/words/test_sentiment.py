"""Words alone: told apart where reviews with stars teach it, and left alone where they do not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.words_reviews import own_reviews, shipped_elsewhere, zh_sentiment_accuracy
from recsys.data import Dataset, catalogue
from recsys.settings import ROOT
from recsys.words.sentiment import (
    ELSEWHERE,
    MIN_EACH,
    SAMPLES,
    UNSURE,
    Sentiment,
    clear_reviews,
    shipped,
    stars_of,
)

GOOD = ("grips well and keeps dry", "warm, light, lovely", "好用，很喜欢", "质量很好，暖和")
BAD = ("broke after a day", "leaks and smells, sent back", "质量很差，坏了", "漏水，退货了")


def reviews(n: int = 600, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Reviews with a clear side in both languages, each with a number of its own and some filler."""
    rng = np.random.default_rng(seed)
    good = rng.random(n) < 0.6
    texts = [f"{(GOOD if side else BAD)[rng.integers(4)]} the shoe {rng.integers(99)} 这双鞋" for side in good]
    return texts, good


@pytest.fixture(scope="module")
def learned() -> Sentiment:
    found = Sentiment.learn(*reviews())
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["it broke, sent back", "差，坏了", "LEAKS after a day"])
def test_complaints_get_few_stars(learned, text):
    assert learned.stars(text) <= 2.5


@pytest.mark.parametrize("text", ["lovely and warm", "很喜欢，好用", "keeps dry, grips well"])
def test_praise_gets_many_stars(learned, text):
    assert learned.stars(text) >= 3.5


@pytest.mark.parametrize("text", ["", "🙂", "zzz qqq", "the shoe 这双鞋"])
def test_words_that_say_nothing_give_no_stars(learned, text):
    assert learned.stars(text) is None


@given(st.text(max_size=200))
def test_any_text_gives_a_chance_and_stars_on_its_side(text):
    found = _module_learned()
    chance, stars = found.chance(text), found.stars(text)
    assert 0 < chance < 1
    assert (stars is None) == (abs(chance - 0.5) < UNSURE)
    assert stars is None or (1 <= stars <= 5 and (stars > 3) == (chance > 0.5))


_kept: list[Sentiment] = []


def _module_learned() -> Sentiment:
    if not _kept:
        found = Sentiment.learn(*reviews())
        assert found is not None
        _kept.append(found)
    return _kept[0]


def test_reviews_whose_words_do_not_tell_teach_nothing():
    texts, good = reviews()
    assert Sentiment.learn(texts, np.random.default_rng(1).permutation(good)) is None


def test_too_few_reviews_of_one_sort_teach_nothing():
    texts, good = reviews(2 * MIN_EACH)
    assert Sentiment.learn(texts, np.ones(len(good), dtype=bool)) is None
    assert Sentiment.learn([], np.zeros(0, dtype=bool)) is None


def test_data_whose_own_reviews_do_not_tell_are_heard_as_what_comes_along_taught(toy):
    assert Sentiment.of(toy) is shipped()
    assert toy.memo[Sentiment] is shipped()
    assert Sentiment.of(catalogue.load("shop")) is shipped()


def test_own_reviews_come_before_what_comes_along(toy, learned):
    taught = replace(toy)
    taught.memo[Sentiment] = learned
    assert stars_of(taught, "the shoe leaks") == learned.stars("the shoe leaks") != shipped().stars("the shoe leaks")
    assert stars_of(taught, " ") is None


@pytest.mark.parametrize(
    ("text", "for_it"),
    [
        ("Excellent, works perfectly and I love it", True),
        ("Terrible, broke after one day, waste of money", False),
        ("not good, it broke and I am very disappointed", False),
        ("质量很好，非常满意，推荐", True),
        ("太差了，用了一天就坏了，退货", False),
        ("品質很差，非常失望", False),
    ],
)
def test_clear_words_give_stars_on_any_data(toy, text, for_it):
    stars = stars_of(toy, text)
    assert stars is not None
    assert (stars > 3) == for_it


@pytest.mark.parametrize("text", ["", " ", "🙂", "12345", "Tuesday", "great but terrible"])
def test_unclear_words_give_none_on_any_data(toy, text):
    assert stars_of(toy, text) is None


def test_what_comes_along_is_ready_fast_and_needs_no_scikit_learn():
    code = (
        "import sys, time; from recsys.words.sentiment import shipped; start = time.process_time(); shipped();"
        "print(time.process_time() - start, 'sklearn' in sys.modules, 'onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, *loaded = done.stdout.split()
    assert float(seconds) < 2, "about half a second alone on a core"
    assert loaded == ["False", "False"]


def test_chances_of_reviews_it_did_not_see_mean_what_they_say():
    texts, good = _own()
    _, chances = Sentiment.cross_fitted(texts, good)
    share = np.where(good, 0.5 / good.sum(), 0.5 / (~good).sum())  # as if praise and complaint were as frequent
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1.0)):
        there = (chances >= low) & (chances < high)
        happened = share[there & good].sum() / share[there].sum()
        expected = (share * chances)[there].sum() / share[there].sum()
        assert abs(happened - expected) < 0.08, f"{low} to {high}"


def _own() -> tuple[list[str], np.ndarray]:
    taught = [clear_reviews(catalogue.load(name)) for name in SAMPLES]
    return [text for texts, _ in taught for text in texts], np.concatenate([good for _, good in taught])


def test_what_the_samples_taught_counts_less_for_other_reviews():
    found, _ = Sentiment.cross_fitted(*_own())
    start, common, learned = found.weights
    assert shipped().weights == (start, common, ELSEWHERE * learned)


def test_reviews_between_good_and_bad_teach_nothing():
    texts, good = reviews()
    stars = np.where(good, 3.5, 3.0)
    events = pd.DataFrame({"user_id": "u", "item_id": "a", "kind": "review", "at": 0.0, "stars": stars, "text": texts})
    items = pd.DataFrame({"item_id": ["a"], "title": ["Shoe"]})
    assert clear_reviews(Dataset.from_tables("mid", items, events))[0] == []


_NO_DATA = pytest.mark.skipif(
    "RECSYS_DATASETS" not in os.environ, reason="RECSYS_DATASETS is not set: real reviews NOT tested"
)


@pytest.mark.data
@_NO_DATA
def test_real_chinese_reviews_are_told_apart():
    folder = Path(os.environ["RECSYS_DATASETS"])
    assert zh_sentiment_accuracy(folder, n_train=8_000, n_test=3_000) >= 0.9
    assert zh_sentiment_accuracy(folder, n_train=2_000, n_test=2_000) >= 0.88, "a quarter of them teach nearly as much"


@pytest.mark.data
@_NO_DATA
def test_what_comes_along_is_right_on_public_reviews_where_it_is_sure():
    for name, found in shipped_elsewhere(Path(os.environ["RECSYS_DATASETS"])).items():
        assert found.right_when_sure >= 0.9, name
        assert found.sure >= 0.35, name
        assert found.balanced >= 0.76, name


def test_the_samples_own_reviews_are_told_better_than_by_chance():
    for name, found in own_reviews().items():
        assert found.balanced >= 0.6, name
        assert found.right_when_sure >= 0.68, name
