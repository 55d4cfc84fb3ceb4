"""The review form without a browser: what it says of a review before it is sent, and what is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset
from recsys.ui.controls import OWN
from recsys.ui.live_review import MAX_MARKED, disagree, marked, sounds_like
from recsys.ui.state import Key
from recsys.ui.uploads import uploads
from recsys.words.aspects import aspects_of
from tests.words.test_sentiment import reviews

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"
MIXED = "The sole is great but it is far too heavy."


@pytest.fixture
def page() -> AppTest:
    """The Live page with the first card's review open."""
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    return page.button(key=next(one.key for one in page.button if (one.key or "").startswith("more-"))).click().run()


def item_of(page: AppTest) -> str:
    return next(one.key for one in page.text_input if (one.key or "").startswith("words-")).removeprefix("words-")


def write(page: AppTest, words: str, stars: int | None = None) -> AppTest:
    item_id = item_of(page)
    if stars is not None:
        page.session_state[f"stars-{item_id}"] = stars - 1
    page.text_input(key=f"words-{item_id}").input(words).run()
    assert not page.exception
    assert not page.error
    return page


def send(page: AppTest) -> AppTest:
    page.button(key=f"send-{item_of(page)}").click().run()
    assert not page.exception
    assert not page.error
    return page


def text_of(page: AppTest) -> str:
    return "\n".join([*(one.value for one in page.markdown), *(one.value for one in page.caption)]).replace("\\", "")


def test_praise_and_complaint_are_marked_by_colour_and_sign_while_typing(page):
    said = text_of(write(page, MIXED, 3))
    assert ":green-background[**+\u2060sole**]" in said
    assert ":orange-background[**−\u2060heavy**]" in said
    assert "Draws you toward: sole · Pushes away: heavy" in said
    assert "Would " in said
    assert "0 steps of yours" in said or "1 step of yours" in said, "typing stores nothing but the look at the card"


def test_words_without_stars_sound_like_some_and_are_sent_with_them(page):
    said = text_of(write(page, "Excellent, comfortable and very sturdy, I love it"))
    stars = re.search(r"Sounds like \*\*(\d(\.5)?) stars", said)
    assert stars is not None
    assert float(stars[1]) >= 4
    send(page)
    assert f"your words read like {stars[1]} of 5" in page.warning[0].value.replace("\\", "")
    assert "You reviewed" in text_of(page)


def test_five_stars_beside_angry_words_are_pointed_at_and_kept(page):
    write(page, "Terrible, broke after a day, a waste of money", 5)
    assert "You chose 5 stars, but your words sound like" in page.warning[0].value
    send(page)
    assert "★★★★★" in text_of(page)


def test_stars_that_agree_with_the_words_raise_no_warning(page):
    write(page, "Excellent, comfortable and very sturdy, I love it", 5)
    assert not page.warning


@pytest.mark.parametrize("words", ["zzz", "", "a shoe"])
def test_a_review_without_stars_says_what_is_missing(page, words):
    send(write(page, words))
    assert "How many stars" in page.warning[0].value


@pytest.mark.parametrize(
    "words", ["<b>x</b> *y* :red[z] but great sole", "\u202eabc \x00", "好看但是" * 1000, "👎 $x^2$"]
)
def test_hostile_words_are_drawn_and_sent(page, words):
    send(write(page, words, 2))
    assert "You reviewed" in text_of(page)


@pytest.fixture
def with_clear_reviews():
    """Own data whose reviews teach what words say of the stars."""
    texts, good = reviews()
    events = pd.DataFrame({"user_id": [f"u{n % 40}" for n in range(len(texts))], "item_id": "a", "kind": "review"})
    events = events.assign(at=0.0, stars=np.where(good, 5.0, 1.0), text=texts)
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["Shoe", "Boot"], "description": ["for rain", "for snow"]})
    name = uploads().add(replace(Dataset.from_tables("live-clear-reviews", items, events, label="Mine"), private=True))
    yield name
    uploads().remove(name)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("it broke after a day", r"your words read like [12](\.5)? of 5"),
        ("很喜欢，好用", r"your words read like [45](\.5)? of 5"),
        ("zzz", "How many stars"),
        ("", "How many stars"),
    ],
)
def test_missing_stars_are_read_from_the_words_as_ones_own_reviews_teach(with_clear_reviews, words, says):
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    page.session_state[Key.UPLOAD] = with_clear_reviews
    page.run()
    page.button_group(key="data").set_value(OWN).run()
    page.button(key="more-b").click().run()
    send(write(page, words))
    assert re.search(says, page.warning[0].value.replace("\\", ""))


def test_the_way_is_drawn_on_a_map_for_who_asks(page):
    write(page, MIXED, 4)
    page.toggle(key="review-map").set_value(True).run()
    assert not page.exception
    assert not page.error
    assert page.get("plotly_chart")


def test_what_is_marked_reads_as_the_review_and_is_cut():
    text = f"The sole is great. {'la ' * 400}"
    said = marked(text, aspects_of(text))
    assert said.replace(":green-background[**+\u2060sole**]", "sole").startswith("The sole is great.")
    assert said.endswith("…")
    assert len(said) < MAX_MARKED + 80


@pytest.mark.parametrize(
    ("given", "heard", "warns"),
    [(5, 1, True), (1, 5, True), (4, 2.5, False), (3, 1, False), (None, 1, False), (5, None, False), (4, 2, True)],
)
def test_a_warning_takes_two_stars_across_the_middle(given, heard, warns):
    assert disagree(given, heard) == warns


def test_unclear_words_ask_for_stars():
    assert "choose stars" in sounds_like(None, None, "hm")
    assert sounds_like(None, None, "") == ""
