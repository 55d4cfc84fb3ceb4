"""What a typed wish asks for, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.text.wishes import Wish, wish_of


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("quiet keyboard for the office", "quiet keyboard for the office", ""),
        ("a bag, but no leather", "a bag", "leather"),
        ("I hate coffee", "", "coffee"),
        ("quiet phone without a camera", "quiet phone", "camera"),
        ("anything but horror", "", "horror"),
        ("want tea but don't like green tea, prefer black", "want tea prefer black", "green tea"),
        ("no-show socks", "no-show socks", ""),
        ("a notebook I know nothing of", "a notebook I know nothing of", ""),
        ("下雨天跑步穿的鞋", "下雨天跑步穿的鞋", ""),
        ("不要耳机", "", "耳机"),
        ("我不喜欢咖啡", "", "咖啡"),
        ("不要皮的包", "包", "皮"),
        ("不要跑步的东西，想要做饭的", "想要做饭的", "跑步"),
        ("没有糖的零食", "零食", "糖"),
        ("别再推荐猫了", "", "猫"),
        ("别给我看耳机了", "", "耳机"),
        ("别推荐宠物用品", "", "宠物用品"),
        ("不吃辣", "", "辣"),
        ("not", "not", ""),
        ("", "", ""),
    ],
)
def test_a_wish_comes_apart(text, wanted, refused):
    assert wish_of(text) == Wish(wanted, refused)


@given(st.text(max_size=200))
def test_any_text_comes_apart_without_a_fuss(text):
    found = wish_of(text)
    assert found.refused or found.wanted == text
