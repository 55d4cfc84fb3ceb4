"""The question: what is refused and how, what repeats it, and that it survives being written down."""

from __future__ import annotations

import argparse
import math
import shlex

import pytest

from recsys.commands import evaluate
from recsys.data.splits import SPLITS
from recsys.errors import RecsysError, UnknownIdError
from recsys.evaluate import Experiment

FULL = Experiment(
    "shop",
    "k_fold",
    7,
    ("ease", "text_profile"),
    seed=3,
    max_users=20,
    n_boot=50,
    liked_from=3.5,
    sampled=99,
    budget=4,
    knobs=(("ease", (("half_life", 500.0), ("l2", 400.0))), ("text_profile", (("prior", 0.0),))),
    longest=20,
)


def parsed(words: str) -> Experiment:
    parser = argparse.ArgumentParser()
    evaluate.add_parser(parser.add_subparsers())
    return evaluate._question(parser.parse_args(shlex.split(words)[3:]))


@pytest.mark.parametrize("config", [FULL, Experiment("shop"), Experiment("a b", models=())])
def test_the_command_repeats_the_experiment(config):
    assert parsed(config.command()) == config


@pytest.mark.parametrize("config", [FULL, Experiment("shop")])
def test_an_experiment_is_read_back_from_its_json_and_can_be_a_key(config):
    back = Experiment.from_json(config.as_json())
    assert back == config
    assert hash(back) == hash(config)


@pytest.mark.parametrize("text", ["[]", "{}", '{"dataset": "shop", "colour": 1}', "nonsense"])
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match=r"an experiment should be|Expecting"):
        Experiment.from_json(text)


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"split": "half"}, UnknownIdError, "no split 'half'; choose from global_time"),
        ({"models": ("oracle",)}, UnknownIdError, "no model oracle"),
        ({"k": 0}, ValueError, "k should be from 1 to 100, is now 0"),
        ({"max_users": 0}, ValueError, "max_users should be at least 1 or None, is now 0"),
        ({"n_boot": 0}, ValueError, "n_boot should be at least 1"),
        ({"seed": -1}, ValueError, "seed should be 0 or more"),
        ({"liked_from": 7.0}, ValueError, "liked_from should be from 0.5 to 5 stars, is now 7"),
        ({"liked_from": math.nan}, ValueError, "liked_from should be from 0.5 to 5 stars, is now nan"),
        ({"sampled": 0}, ValueError, "sampled should be at least 1 or None, is now 0"),
        ({"budget": 0}, ValueError, "budget should be at least 1, is now 0"),
        ({"longest": 0}, ValueError, "longest should be from 1 to 1000, is now 0"),
        ({"knobs": (("oracle", ()),)}, UnknownIdError, "no model oracle"),
        ({"knobs": (("ease", (("colour", 1),)),)}, ValueError, "ease has no knob 'colour'; it has l2"),
        ({"knobs": (("random", (("l2", 1),)),)}, ValueError, "random has no knob 'l2'"),
        ({"knobs": (("ease", ()), ("ease", ()))}, ValueError, "each model once"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_one_sentence(wrong, error, words):
    with pytest.raises(error, match=words) as refusal:
        Experiment("shop", **wrong)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ease:l2", "l2 should be a number from 1 to 10000, is ''"),
        ("ease:colour=3", "ease has no knob 'colour'"),
        ("ease:l2=many", "l2 should be a number from 1 to 10000, is 'many'"),
        ("oracle", "there is no model 'oracle'"),
    ],
)
def test_a_model_that_does_not_read_is_refused(words, said):
    with pytest.raises(RecsysError, match=said):
        parsed(f"python -m recsys evaluate --models {words}")


def test_every_split_can_be_asked_for():
    for name in SPLITS:
        assert parsed(f"python -m recsys evaluate --split {name}").split == name
