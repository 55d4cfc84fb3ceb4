"""A chain as a word: it reads back what it wrote, keeps the order of the registry, and says what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import RecsysError, UnknownIdError
from recsys.models.setting import MAX_TEXT, written
from recsys.rerank import RERANKERS
from recsys.rerank.setting import EMPTY, ChainSetting
from recsys.types import Knob

NAMES = list(RERANKERS)


def values(knob: Knob) -> st.SearchStrategy[object]:
    """Anything a knob may be set to."""
    if written(knob):
        return st.text(max_size=80)
    if knob.choices:
        return st.sampled_from(knob.choices)
    if knob.whole:
        return st.integers(int(knob.low or 0), int(knob.high or 0))
    return st.floats(knob.low or 0.0, knob.high or 0.0)


CHAINS = st.lists(st.sampled_from(NAMES), unique=True).flatmap(
    lambda names: st.fixed_dictionaries(
        {
            name: st.fixed_dictionaries({}, optional={knob.name: values(knob) for knob in RERANKERS[name].knobs})
            for name in names
        }
    )
)


@given(CHAINS)
def test_a_word_reads_back_as_the_chain_that_wrote_it(steps):
    setting = ChainSetting.of(steps)
    assert ChainSetting.parse(setting.word) == setting
    assert not any(sign in setting.word for sign in " \n&#?")


@given(CHAINS)
def test_strategies_stand_in_the_order_of_the_registry(steps):
    assert list(ChainSetting.of(steps).names) == [name for name in RERANKERS if name in steps]


@given(CHAINS)
def test_a_knob_at_its_default_is_not_written(steps):
    for name, knobs in ChainSetting.of(steps).steps:
        defaults = {knob.name: knob.default for knob in RERANKERS[name].knobs}
        assert all(value != defaults[knob] for knob, value in knobs)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_built_is_held_again(name):
    setting = ChainSetting().only([name])
    assert ChainSetting.holding(setting.build()) == setting
    assert type(setting.build()[name]) is RERANKERS[name].build


def test_knobs_reach_the_strategy():
    built = ChainSetting.parse("mmr:diversity=0.75").build()
    assert list(built) == ["mmr"]
    assert built["mmr"].diversity == 0.75


def test_the_empty_chain_has_a_word_of_its_own():
    assert ChainSetting().word == EMPTY
    assert ChainSetting.parse(EMPTY) == ChainSetting.parse("") == ChainSetting()
    assert ChainSetting().build() == {}
    assert ChainSetting().label == "No re-ranking"


def test_a_plus_that_an_address_turned_into_a_space_still_parts_strategies():
    assert ChainSetting.parse("mmr:diversity=0.5 calibrated") == ChainSetting.parse("calibrated+mmr:diversity=0.5")


def test_switching_keeps_the_knobs_of_what_stays_on():
    setting = ChainSetting.parse("mmr:diversity=0.5+calibrated:strength=0.4")
    assert setting.only(["calibrated", "xquad"]).word == "calibrated:strength=0.4+xquad"
    assert setting.turned("mmr", {}).word == "mmr+calibrated:strength=0.4"
    assert setting.knobs("xquad") == {}
    assert setting.label == f"{RERANKERS['mmr'].label} → {RERANKERS['calibrated'].label}"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("oracle", "there is no strategy 'oracle'; choose from"),
        ("mmr:volume=11", "mmr has no knob 'volume'; it has diversity"),
        ("mmr:diversity=2", "diversity should be a number from 0 to 1, is '2'"),
        ("mmr:diversity=nan", "diversity should be a number"),
        ("mmr:diversity=", "diversity should be a number"),
        ("dpp:by=moon", "by should be one of"),
        ("mmr+mmr", "mmr stands twice"),
        ("x" * 500, f"there is no strategy '{'x' * 40}'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(word, sentence):
    with pytest.raises((UnknownIdError, ValueError), match="strategy|knob|should be|twice") as caught:
        ChainSetting.parse(word)
    assert str(caught.value).startswith(sentence)


@given(st.text(max_size=60))
def test_garbage_is_a_chain_or_one_sentence(word):
    try:
        ChainSetting.parse(word)
    except (RecsysError, ValueError) as error:
        assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.skipif("rules" not in RERANKERS, reason="rules are not registered")
def test_written_rules_travel_in_a_word_up_to_a_length():
    text = "pin s001 1\nhide word “50% + more”\ncap 3"
    word = ChainSetting.of({"rules": {"text": text}}).word
    assert ChainSetting.parse(f"mmr+{word}").knobs("rules") == {"text": text}
    assert len(ChainSetting.parse(f"rules:text={'a' * 5000}").knobs("rules")["text"]) == MAX_TEXT
