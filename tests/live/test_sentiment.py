"""Words alone: told apart where reviews with stars teach it, and left alone where they do not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data import Dataset, catalogue
from recsys.live.sentiment import MIN_EACH, TRUSTED, UNSURE, Sentiment, stars_of

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


def test_a_dataset_is_learned_once_and_those_that_come_along_do_not_tell(toy):
    assert Sentiment.of(toy) is None
    assert Sentiment in toy.memo
    assert Sentiment.of(catalogue.load("shop")) is None, "reviews written to be mixed: see docs/decisions.md"


def test_stars_are_heard_in_words_only_where_reviews_teach_it(toy, learned):
    taught = replace(toy)
    taught.memo[Sentiment] = learned
    assert stars_of(taught, GOOD[0]) == learned.stars(GOOD[0]) is not None
    assert stars_of(taught, "") is None
    assert stars_of(toy, GOOD[0]) is None


def test_reviews_between_good_and_bad_teach_nothing():
    texts, good = reviews()
    stars = np.where(good, 3.5, 3.0)
    events = pd.DataFrame({"user_id": "u", "item_id": "a", "kind": "review", "at": 0.0, "stars": stars, "text": texts})
    items = pd.DataFrame({"item_id": ["a"], "title": ["Shoe"]})
    assert Sentiment.of(Dataset.from_tables("mid", items, events)) is None


@pytest.mark.data
@pytest.mark.skipif("RECSYS_DATASETS" not in os.environ, reason="RECSYS_DATASETS is not set: real reviews NOT tested")
def test_real_chinese_reviews_are_told_apart():
    path = Path(os.environ["RECSYS_DATASETS"]) / "zh-shopping" / "online_shopping_10_cats.csv"
    table = pd.read_csv(path).dropna().sample(frac=1, random_state=0)
    good = (table["label"] == 1).to_numpy()
    texts = table["review"].astype(str).tolist()
    found = Sentiment.learn(texts[:4000], good[:4000])
    assert found is not None
    chances = np.array([found.chance(text) for text in texts[50_000:52_000]])
    right = (chances > 0.5) == good[50_000:52_000]
    sure = abs(chances - 0.5) >= UNSURE
    assert right.mean() >= 0.86
    assert right[sure].mean() >= TRUSTED + 0.1
