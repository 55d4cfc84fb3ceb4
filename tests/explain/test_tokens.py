"""Which typed words matter: leaving one out is really done, and the text stays whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.explain.tokens import MAX_WORDS, can_be_reason, tokens
from recsys.models import fit, top_k
from recsys.types import Query

NONE = np.zeros(0, dtype=np.int64)


@pytest.fixture(scope="module")
def profile(shop):
    return fit("text_profile", shop)


def listed(profile, text):
    return top_k(profile.score(Query(typed=text)), 10)


def test_the_weight_is_what_is_lost_without_the_word(profile):
    text = "shoes for rain"
    rows = listed(profile, text)
    space = profile.readers.spaces[profile.readers.name_of(text)]

    def mean(words):
        return float((space.vectors([words])[0] @ space.items[rows].T).mean() / space.scale)

    found = {token.text: token.weight for token in tokens(profile, text, rows) if token.text.strip()}
    assert found["rain"] == pytest.approx(mean(text) - mean("shoes for "), abs=1e-4)
    assert found["shoes"] == pytest.approx(mean(text) - mean(" for rain"), abs=1e-4)


def test_the_telling_word_matters_and_the_filler_does_not(profile):
    text = "i would really like some headphones please"
    matter = {token.text for token in tokens(profile, text, listed(profile, text)) if token.matters}
    assert "headphones" in matter
    assert not matter & {"i", "would", "some"}


def test_chinese_is_taken_apart_by_words(profile):
    text = "想要一双适合雨天跑步的鞋"
    found = tokens(profile, text, listed(profile, text))
    assert [token.text for token in found] == ["想要", "一", "双", "适合", "雨天", "跑步", "的", "鞋"]
    assert {"鞋", "跑步"} & {token.text for token in found if token.matters}


@pytest.mark.parametrize("text", ["给猫的玩具", "送妈妈的生日礼物，预算三百以内", "想要一个 wireless 耳机"])
def test_particles_are_never_why(profile, text):
    found = tokens(profile, text, listed(profile, text))
    assert all(token.weight == 0 for token in found if not can_be_reason(token.text))
    assert not {token.text for token in found if token.matters} & set("给的送一个，") - {"想要", "以内"}
    assert any(token.matters for token in found)


@pytest.mark.parametrize("text", ["", "rain", "   ", "word " * (MAX_WORDS + 1)])
def test_one_word_or_too_many_mark_nothing(profile, text):
    assert not any(token.matters for token in tokens(profile, text, np.arange(5)))


def test_an_empty_list_marks_nothing(profile):
    assert not any(token.matters for token in tokens(profile, "shoes for rain", NONE))


@limits(max_examples=40, deadline=None)
@given(text=st.text(max_size=30))
def test_the_tokens_joined_are_the_text(profile, text):
    found = tokens(profile, text, np.arange(3))
    assert "".join(token.text for token in found) == text
    assert all(np.isfinite(token.weight) for token in found)
