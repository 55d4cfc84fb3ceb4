"""``python -m recsys train``: lists what can be trained, and says what is wrong with a setting."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from recsys.cli import main
from recsys.commands.train import _recipe
from recsys.settings import settings
from recsys.train import job
from recsys.train.engines import Engines
from recsys.train.recipes import RECIPES
from tests.train.slow_training import Count


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RECSYS_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(job, "PROCESS", "tests.train.slow_training")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_without_a_recipe_all_are_listed_with_their_settings(capsys):
    assert main(["train"]) == 0
    out = capsys.readouterr().out
    assert all(f"{kind}: " in out for kind in RECIPES)
    assert "count: until=3 pause=0.02 breaks_at=0 names=[]" in out


def test_a_training_tells_how_far_it_is_and_what_came_out(capsys):
    assert main(["train", "count", "until=4", 'names=["a","b"]']) == 0
    out = capsys.readouterr().out
    assert re.search(r"^ *\d+% \w+", out, re.MULTILINE)
    assert '"counted": 4' in out
    assert '"names": ["a", "b"]' in out
    assert [one.recipe for one in job.all_jobs()] == [Count(until=4, names=("a", "b"))]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dance"], "there is no training 'dance'"),
        (["count", "speed=3"], "there is no setting speed; this recipe takes until=3"),
        (["count", "--dataset", "nowhere"], "nowhere"),
        (["count", "breaks_at=1"], "three is too many"),
        (["tune"], "model= should be given; this recipe takes model= "),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words, said, capsys):
    assert main(["train", *words]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("recsys: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_what_is_there_to_choose_from_need_not_be_named(toy):
    whole = _recipe(Engines, ["k=5"], toy)
    assert whole == replace(Engines.usual(toy), k=5)
    assert whole.names
