"""A model with its knobs as one word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import RecsysError
from recsys.models import MODELS
from recsys.models.setting import Setting


@st.composite
def settings(draw) -> Setting:
    spec = MODELS[draw(st.sampled_from(sorted(MODELS)))]
    knobs = {}
    for knob in spec.knobs:
        if knob.choices:
            knobs[knob.name] = draw(st.sampled_from(knob.choices))
        elif knob.whole:
            knobs[knob.name] = draw(st.integers(int(knob.low), int(knob.high)))
        else:
            knobs[knob.name] = draw(st.floats(knob.low, knob.high))
    return Setting.of(spec.name, {name: value for name, value in knobs.items() if draw(st.booleans())})


@given(setting=settings())
def test_what_is_written_is_read_back(setting):
    assert Setting.parse(setting.word) == setting
    assert type(setting.build()) is MODELS[setting.model].build


def test_defaults_are_left_out():
    assert Setting.parse("ease:l2=200,dropout=0.3").word == "ease"
    assert Setting.of("ease", {"l2": 200.0}).label == "EASE"
    assert Setting.of("ease", {"l2": 300.0}).label == "EASE · tuned"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("oracle", "there is no model 'oracle'; choose from"),
        ("", "there is no model ''"),
        ("ease:volume=11", "ease has no knob 'volume'; it has l2"),
        ("random:seed=1", "random has no knob 'seed'; it has none"),
        ("ease:l2=-5", "l2 should be a number from 1 to 10000, is '-5'"),
        ("ease:l2=nan", "l2 should be a number"),
        ("ease:l2=", "l2 should be a number"),
        ("ease:" + "x" * 9999, "ease has no knob"),
    ],
)
def test_garbage_gets_one_sentence(word, said):
    with pytest.raises((RecsysError, ValueError), match=r".") as error:
        Setting.parse(word)
    assert said in str(error.value)
    assert len(str(error.value)) < 400
