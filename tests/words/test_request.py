"""What is a bound and what is taste: phrases in English and Chinese, and the numbers that must stay words."""

from __future__ import annotations

import re
from math import inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data import Dataset
from recsys.types import Event, Kind, Query
from recsys.words.filters import Filter, columns_of, values_of
from recsys.words.heard import heard
from recsys.words.request import request_of


def catalogue(name: str = "toy", **columns: list[object]) -> Dataset:
    n = len(next(iter(columns.values())))
    items = pd.DataFrame(
        {"item_id": [f"i{place}" for place in range(n)], "title": [f"thing {place}" for place in range(n)]}
    )
    events = pd.DataFrame({"user_id": ["u"], "item_id": ["i0"], "kind": ["like"], "at": [0.0]})
    return Dataset.from_tables(name, items.assign(**columns), events, synthetic=True)


SHOP = catalogue(price=[5.0, 50.0, 100.0, 150.0, 151.0, None])
FILMS = catalogue(year=[1955, 1989, 1990, 1999, 2000, 2010], minutes=[80, 90, 118, 120, 121, 180])
PLAIN = catalogue(brand=["a", "b"])

PRICES = {
    "quiet headphones under 150 with long battery": ("quiet headphones with long battery", (-inf, 150)),
    "headphones under $150": ("headphones", (-inf, 150)),
    "shoes for less than 100 dollars": ("shoes", (-inf, 100)),
    "at most €80 gift": ("gift", (-inf, 80)),
    "up to 50 bucks, cosy": ("cosy", (-inf, 50)),
    "max 60: tea": ("tea", (-inf, 60)),
    "cheaper than 20": ("", (-inf, 20)),
    "a bag over 100": ("a bag", (100, inf)),
    "more expensive than £200": ("", (200, inf)),
    "at least 50 dollars": ("", (50, inf)),
    "lamp between $50 and $100 for reading": ("lamp for reading", (50, 100)),
    "between 50 and 100": ("", (50, 100)),
    "50 to 100 dollars": ("", (50, 100)),
    "$50-$100 backpack": ("backpack", (50, 100)),
    "around 100": ("", (80, 120)),
    "about $100": ("", (80, 120)),
    "under 1,200 desk": ("desk", (-inf, 1200)),
    "less than 1.5k": ("", (-inf, 1500)),
    "under two hundred and fifty dollars": ("", (-inf, 250)),
    "under a hundred for my dad": ("for my dad", (-inf, 100)),
    "running shoes under 100 waterproof": ("running shoes waterproof", (-inf, 100)),
    "a bag under 80, but no leather": ("a bag, but no leather", (-inf, 80)),
    "nothing over 100": ("", (-inf, 100)),
    "no more than 100": ("", (-inf, 100)),
    "earbuds <100": ("earbuds", (-inf, 100)),
    "Levi's 501 under 80": ("Levi's 501", (-inf, 80)),
    "shoes for a 100 km run under 120": ("shoes for a 100 km run", (-inf, 120)),
    "100 dollars or less": ("", (-inf, 100)),
    "300元以下的防水跑鞋": ("防水跑鞋", (-inf, 300)),
    "３００元以下": ("", (-inf, 300)),
    "三百块以内的耳机": ("耳机", (-inf, 300)),
    "三百五以下": ("", (-inf, 350)),
    "百元以内的小东西": ("小东西", (-inf, 100)),
    "预算300的跑鞋": ("跑鞋", (-inf, 300)),
    "100到300元的背包": ("背包", (100, 300)),
    "两百到三百之间的键盘": ("键盘", (200, 300)),
    "200左右的台灯": ("台灯", (160, 240)),
    "不要超过200元的杯子": ("杯子", (-inf, 200)),
    "不低于50元的礼物": ("礼物", (50, inf)),
    "最多500人民币的鞋": ("鞋", (-inf, 500)),
    "低于¥200": ("", (-inf, 200)),
    "100块以上": ("", (100, inf)),
    "价格在100元以下的灯": ("灯", (-inf, 100)),
    "不到一百块": ("", (-inf, 100)),
}
YEARS = {
    "before 2000": ("", (-inf, 1999)),
    "after 2010 comedy": ("comedy", (2011, inf)),
    "since 1995": ("", (1995, inf)),
    "the 1990s": ("", (1990, 1999)),
    "films from the 80s and 90s": ("films", (1980, 1999)),
    "late 80s thriller": ("thriller", (1987, 1989)),
    "in the nineties": ("", (1990, 1999)),
    "1990-1999": ("", (1990, 1999)),
    "films between 1980 and 1990": ("films", (1980, 1990)),
    "pre-1970 noir": ("noir", (-inf, 1969)),
    "2010 or later": ("", (2010, inf)),
    "nothing before 1980": ("", (1980, inf)),
    "a film from 1994": ("a film", (1994, 1994)),
    "around 1995": ("", (1992, 1998)),
    "九十年代的犯罪片": ("犯罪片", (1990, 1999)),
    "上世纪八十年代的喜剧": ("喜剧", (1980, 1989)),
    "七八十年代的老片": ("老片", (1970, 1989)),
    "2000年以前的科幻": ("科幻", (-inf, 1999)),
    "2010年以后的动画": ("动画", (2010, inf)),
    "1990年到2000年的爱情片": ("爱情片", (1990, 2000)),
    "1994年的电影": ("电影", (1994, 1994)),
}
LENGTHS = {
    "under 90 minutes": ("", (-inf, 90)),
    "at most an hour and a half": ("", (-inf, 90)),
    "1.5 hours or less": ("", (-inf, 90)),
    "less than 1h 30m": ("", (-inf, 90)),
    "two hours max": ("", (-inf, 120)),
    "longer than 150 min": ("", (150, inf)),
    "between 90 and 120 minutes": ("", (90, 120)),
    "1 to 2 hours": ("", (60, 120)),
    "no films over 2 hours": ("", (-inf, 120)),
    "不超过两小时的老电影": ("老电影", (-inf, 120)),
    "一个半小时以内": ("", (-inf, 90)),
    "超过三个小时的史诗": ("史诗", (180, inf)),
    "90分钟左右": ("", (72, 108)),
}
TRAPS = (
    "size 42",
    "shoes under size 42",
    "iPhone 15",
    "100 km run",
    "under 100 km",
    "5公里以内的跑步",
    "tent for over 3 people",
    "kids under 12",
    "12岁以下的孩子",
    "air max 90",
    "a book about 1984",
    "under one roof",
    "at least one pocket",
    "up to 10kg",
    "over 50% cotton",
    "headphones with over 30 hours of battery",
    "WH-1000 headphones",
    "over ear headphones",
    "under armour shirt",
    "一块蛋糕",
    "42码以上的鞋",
    "至少3个口袋",
    "二次元",
)
FILM_TRAPS = (
    "2001: a space odyssey",
    "Ocean's 11",
    "12 angry men",
    "a woman in her 30s",
    "a film about 48 hours in a siege",
    "about 2 hours in a bank",
    "二十四小时",
    "80后的故事",
    "90s style music",
    "no 80s films",
    "under 90",
)


@pytest.mark.parametrize(
    ("data", "column", "text", "wish", "bounds"),
    [
        (data, column, text, wish, bounds)
        for data, column, table in ((SHOP, "price", PRICES), (FILMS, "year", YEARS), (FILMS, "minutes", LENGTHS))
        for text, (wish, bounds) in table.items()
    ],
)
def test_a_phrase_becomes_a_bound_and_leaves_the_wish(data, column, text, wish, bounds):
    request = request_of(text, data)
    assert [(one.column, (one.low, one.high)) for one in request.filters] == [(column, bounds)]
    assert request.wish == wish
    assert request.filters[0].said in text


@pytest.mark.parametrize(("data", "text"), [(SHOP, text) for text in TRAPS] + [(FILMS, text) for text in FILM_TRAPS])
def test_a_number_that_is_something_else_stays_in_the_wish(data, text):
    assert request_of(text, data).filters == ()
    assert request_of(text, data).wish == text


def test_several_bounds_of_one_text_stand_together():
    request = request_of("a heist film from the 90s under 2 hours", FILMS)
    assert request.wish == "a heist film"
    assert [one.label for one in request.filters] == ["year 1990 to 1999", "length at most 2 hours"]
    assert [one.said for one in request.filters] == ["from the 90s", "under 2 hours"]


def test_a_catalogue_without_the_number_keeps_the_words_and_says_so_once():
    request = request_of("a present under $20", FILMS)
    assert (request.wish, request.filters) == ("a present under $20", ())
    assert request.unmet == ("This data does not say what things cost, so “under $20” hides nothing",)
    assert request_of("a film under 2 hours", SHOP).unmet == (), "30 hours of battery are no length of a thing"
    assert request_of("under 300 from the 90s", PLAIN).filters == ()


def test_any_other_column_of_numbers_is_spoken_of_by_its_name():
    books = catalogue(pages=[100, 200, 400], shelf=["a", "b", "c"], price=["12,50 EUR", "1,299.00", ""])
    (bound,) = request_of("a novel under 300 pages", books).filters
    assert (bound.column, bound.high, bound.label) == ("pages", 300, "pages at most 300")
    np.testing.assert_array_equal(bound.keeps(books), [True, True, False])
    np.testing.assert_array_equal(values_of(books, "price"), [12.5, 1299.0, np.nan])


def test_bounds_include_their_ends_and_leave_out_what_is_not_known():
    bound = Filter("price", 50, 150, "", "price", "$")
    np.testing.assert_array_equal(bound.keeps(SHOP), [False, True, True, True, False, False])
    assert bound.n_unknown(SHOP) == 1
    assert bound.why_out(SHOP, 4) == "It costs $151, you asked for $50 to $150."
    assert bound.why_out(SHOP, 5) == "Its price is not known, and you asked for $50 to $150."
    assert bound.why_out(SHOP, 1) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "over 100 and under 50",
            "Nothing has a price at least $100 and at most $50 at once, so neither hides anything",
        ),
        ("under $3", "No item here has a price at most $3, so that hides nothing"),
        ("between 101 and 149", "No item here has a price $101 to $149, so that hides nothing"),
    ],
)
def test_bounds_that_nothing_can_keep_are_said_and_not_in_force(text, said):
    asked = heard(Query(typed=text), SHOP)
    assert asked.problems == (said,)
    assert (asked.filters, len(asked.hidden)) == ((), 0)


def test_bounds_that_no_item_keeps_together_are_not_in_force():
    asked = heard(Query(typed="films before 1980 over 3 hours"), FILMS)
    assert (asked.filters, len(asked.hidden)) == ((), 0)
    assert len(asked.problems) == 1
    assert asked.query.typed == "films"


def test_the_kept_wish_that_leads_bounds_the_list_and_an_older_one_only_loses_its_numbers():
    older = Event("1", Kind.WISH, 1.0, text="lamps under 50")
    newer = Event("2", Kind.WISH, 2.0, text="shoes over 100")
    asked = heard(Query((older, newer)), SHOP)
    assert [one.label for one in asked.filters] == ["price at least $100"]
    assert [event.text for event in asked.query.events] == ["lamps", "shoes"]
    assert not asked.from_box
    typing = heard(Query((older, newer), "tea"), SHOP)
    assert (typing.filters, typing.from_box) == ((), True)
    assert (
        heard(Query((Event("3", Kind.REVIEW, 3.0, "i0", 5.0, "was under 50"),)), SHOP).query.events[0].text
        == "was under 50"
    )


def test_a_query_without_bounds_is_left_alone():
    query = Query((Event("1", Kind.LIKE, 1.0, "i0"),), "warm light")
    assert heard(query, SHOP).query is query


def test_money_of_another_country_and_missing_prices_are_told():
    assert heard(Query(typed="300元以下"), SHOP).notes(SHOP) == (
        "1 item without a price left out",
        "prices here are in dollars, and your number is read as dollars",
    )
    assert heard(Query(typed="under $300"), SHOP).notes(SHOP) == ("1 item without a price left out",)


WORDS = st.sampled_from(
    (
        *("under", "over", "between", "and", "100", "50", "$", "€", "the", "90s", "1990", "before", ",", "no", "not"),
        *("元", "以下", "以上", "不超过", "两小时", "的", "跑鞋", "年代", "年", "三百", "半"),
        *("shoes", "a", "hundred", "to", "-", "hours", "max", "00s"),
    )
)
PHRASES = st.lists(WORDS, max_size=12).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))


@given(st.one_of(st.text(max_size=80), PHRASES))
def test_no_text_ever_raises_and_the_wish_is_made_of_its_words(text):
    for data in (SHOP, FILMS, PLAIN):
        request = request_of(text, data)
        signs = iter(re.sub(r"\s", "", text))
        assert all(sign in signs for sign in re.sub(r"\s", "", request.wish)), "an order of signs that was not typed"
        assert (request.wish == text) or request.filters
        assert all(one.low <= one.high for one in request.filters)


@given(PHRASES)
def test_the_wish_holds_no_bound_itself(text):
    for data in (SHOP, FILMS):
        request = request_of(text, data)
        again = request_of(request.wish, data)
        assert (again.wish, again.filters) == (request.wish, ())


@given(st.permutations(["under 100", "over 20", "from the 90s", "at most 2 hours", "before 1995"]))
def test_the_order_in_which_bounds_are_said_is_no_matter(phrases):
    both = catalogue(year=[1991, 1994, 1999], minutes=[80, 130, 100], price=[30.0, 50.0, 70.0])
    found = request_of(", ".join(phrases), both)
    assert {(one.column, one.low, one.high) for one in found.filters} == {
        ("price", -inf, 100),
        ("price", 20, inf),
        ("year", 1990, 1999),
        ("minutes", -inf, 120),
        ("year", -inf, 1994),
    }
    assert found.wish == ""
    np.testing.assert_array_equal(heard(Query(typed=", ".join(phrases)), both).hidden, [1, 2])


def test_ids_and_texts_are_no_numbers_to_speak_of():
    odd = catalogue(movie_id=[1, 2], zip=["1", "2"], weight=["3", "4"], note=["12 a", "b"])
    assert [column.name for column in columns_of(odd)] == ["weight"]
