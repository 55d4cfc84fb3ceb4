"""Chinese by its words: cut, Simplified, put into English; with and without the dictionary."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.text import chinese

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20)


@pytest.fixture
def no_dictionary(monkeypatch):
    monkeypatch.setattr(chinese, "installed", lambda: False)
    monkeypatch.setattr(chinese, "_lexicon", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("送妈妈的礼物", ["送", "妈妈", "的", "礼物"]),  # not 妈 and 妈的
        ("无线耳机", ["无线", "耳机"]),
        ("無線耳機", ["無線", "耳機"]),
        ("逗猫棒", ["逗", "猫", "棒"]),
        ("手机壳", ["手机", "壳"]),  # not 手 and 机壳
        ("研究生命", ["研究", "生命"]),  # not 研究生 and 命
        ("", []),
    ],
)
def test_words_are_cut_in_the_characters_they_are_written_in(text, expected):
    assert chinese.words(text) == expected


@given(HAN)
def test_the_words_joined_are_the_text(text):
    assert "".join(chinese.words(text)) == text


@given(HAN)
def test_there_is_no_way_to_cut_it_into_fewer_words(text):
    known = chinese.lexicon()
    run = text.translate(known.simplified)
    fewest = [0] + [len(run) + 1] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - chinese.LONGEST), end):
            if end - start == 1 or run[start:end] in known.senses:
                fewest[end] = min(fewest[end], fewest[start] + 1)
    assert len(known.words(run)) == fewest[-1]


def test_traditional_and_simplified_say_the_same():
    for one, other in (("無線耳機", "无线耳机"), ("貓咪玩具", "猫咪玩具"), ("登山鞋", "登山鞋"), ("頭髮", "头发")):
        assert chinese.telling(one) == chinese.telling(other)
        assert chinese.in_english(one) == chinese.in_english(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("给猫的玩具", ["猫", "玩具"]), ("婴儿用的", ["婴儿"]), ("想要一个", []), ("三百以内", [])],
)
def test_particles_tell_nothing(text, expected):
    assert chinese.telling(text) == expected
    assert "".join(chinese.stretches(text)) == "".join(expected)


@pytest.mark.parametrize(
    ("text", "spoken", "expected"),
    [
        ("给猫的玩具", {"cat", "toy"}, "cat toy"),
        ("给猫的玩具", (), "cat plaything"),
        ("想要一个 wireless 耳机", (), "wireless headphones"),
        ("a quiet 键盘", (), "a quiet keyboard"),
        ("安静的键盘，办公室用", (), "quiet keyboard, office"),
        ("黑手党家族", (), "mafia family"),
        ("吸血鬼", {"vampire"}, "vampire"),
        ("quiet keyboard", (), "quiet keyboard"),
        ("тихо", (), "тихо"),
        ("的", (), ""),
        ("", (), ""),
    ],
)
def test_chinese_is_said_in_english_word_for_word(text, spoken, expected):
    assert chinese.in_english(text, spoken) == expected


@given(st.text(max_size=40))
def test_nothing_chinese_is_left_and_nothing_else_is_touched(text):
    said = chinese.in_english(text)
    assert not chinese.HAN_RUN.search(said)
    assert said == text or chinese.HAN_RUN.search(text)


def test_meanings_are_plain_words():
    for word in ("猫", "包", "鞋", "茶", "跑步", "东京", "充电宝", "吸血鬼"):
        for sense in chinese.lexicon().senses[word].split(chinese.BAR):
            assert sense
            assert not set(sense) & set("[]()/|"), (word, sense)
            assert "surname" not in sense
            assert "CL:" not in sense


def test_without_the_dictionary_characters_stand_alone(no_dictionary):
    assert not chinese.installed()
    assert chinese.words("跑步鞋") == ["跑", "步", "鞋"]
    assert chinese.stretches("给猫的玩具") == ["猫", "玩具"]
    assert chinese.in_english("跑步鞋") == ""


def test_a_half_written_cache_is_read_again_from_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr(chinese, "settings", lambda: type("Settings", (), {"cache_dir": tmp_path}))
    (tmp_path / chinese.KEPT).write_text('[{"猫": ', "utf-8")
    first = chinese._loaded()
    assert first.senses["猫"].startswith("cat")
    kept = json.loads((tmp_path / chinese.KEPT).read_text("utf-8"))
    assert kept[0] == first.senses
    assert chinese._loaded().senses == first.senses
    assert [file.name for file in tmp_path.iterdir()] == [chinese.KEPT]


def test_every_headword_is_chinese():
    assert all(chinese.HAN_RUN.fullmatch(word) for word in chinese.lexicon().senses)
