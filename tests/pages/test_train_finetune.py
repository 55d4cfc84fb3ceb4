"""Fine-tuning on the Train page: a choice of ways, an honest verdict, an encoder to use only where it is worth it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset
from recsys.settings import ROOT, settings
from recsys.text import made
from recsys.text.made import Made
from recsys.train import Job, job
from recsys.train.head import Head

MAIN = str(ROOT / "recsys" / "ui" / "main.py")


def numbers(value: float, half: float = 0.02, n: int = 200) -> dict[str, Any]:
    low, high = value - half, value + half
    return {"value": value, "low": low, "high": high, "n": n, "found": low > 0 or high < 0}


GAIN = {
    "n_people": 200,
    "n_items": 48,
    "rows": {
        "after": numbers(0.386),
        "untouched": numbers(0.295),
        "centred": numbers(0.356),
        "ease_text": numbers(0.376),
        "popularity": numbers(0.123),
        "random": numbers(0.114),
    },
    "gain": numbers(0.091),
    "ratio": numbers(0.31),
    "beyond_centring": numbers(0.03),
    "against_student": numbers(0.01),
    "readers": {
        "text_profile": {"before": numbers(0.32), "after": numbers(0.356), "gain": numbers(0.036)},
        "ease_text": {"before": numbers(0.376), "after": numbers(0.38), "gain": numbers(0.004)},
    },
    "moved": {
        "examples": [{"title": "Soup *pot*", "before": ["Pan", "Knife"], "after": ["Stew book"], "kept": 0.1}],
        "kept": 0.6,
        "n": 100,
    },
    "student": {
        "links": {"n": 48, "chance": 0.05, "students": {"after": numbers(0.3)}},
        "lists": {
            "teacher": numbers(0.379),
            "students": {"after": {"overlap": numbers(0.32), "ndcg": numbers(0.386), "loss": numbers(0.007)}},
        },
    },
    "encoder": "head-ease-shop",
    "version": "head-1",
    "label": "MiniLM + links of EASE",
    "base": "minilm",
    "n_opened": 1,
    "chosen": {"l2": 0.3, "dim": 384, "share": 0.3, "validation": 0.34},
    "seconds": {"learn": 16.0, "all": 40.0, "cpu": 30.0},
}


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("RECSYS_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def opened(**address: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=120)
    at.query_params.update({"train": "Fine-tune", "data": "shop", **address})
    return at.switch_page("../../pages/train.py").run()


def finished(data: Dataset, result: dict[str, Any], recipe: Head | None = None, kept: bool = True) -> None:
    """The job as if it had just ended with ``result``, its encoder on the shelf."""
    one = Job.of(recipe or Head(), data)
    one.folder.mkdir(parents=True)
    job.finish(one.folder, result)
    if kept:
        files = settings().state_dir / "files"
        files.mkdir()
        made.keep(Made(result["encoder"], result["label"], "A head.", "onnx", "minilm", result["version"]), files)


def said(at: AppTest) -> str:
    return " ".join(element.value for element in (*at.header, *at.markdown, *at.caption)).replace("\\", "")


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def fine(at: AppTest) -> bool:
    return not at.exception and not at.error and at.title[0].value == "Train"


def test_before_anything_was_learned_one_button_says_what_a_press_gives():
    at = opened()
    assert fine(at)
    assert "Learn a head" in labels(at)
    assert "nobody had touched" in said(at)


def test_a_gain_is_told_with_its_interval_and_offered(shop):
    finished(shop, GAIN)
    at = opened()
    assert fine(at)
    text = said(at)
    assert "Better on new items" in text
    assert "fine-tuned against untouched: +0.091 [+0.071, +0.111]. That is 1.3 times as good" in text
    assert "EASE + text: with it against without: no difference found" in text
    assert "Use on Live" in labels(at)
    assert any("RECSYS_ENCODER=head-ease-shop" in code.value for code in at.code)
    assert any("RECSYS_ENCODER=st:" in code.value for code in at.code)


def test_what_changed_is_shown_by_title_with_signs_drawn_as_they_are(shop):
    finished(shop, GAIN)
    text = said(opened())
    assert "Soup *pot***" in text
    assert "before: Pan, Knife" in text
    assert "now: Stew book" in text


def test_without_a_gain_nothing_is_offered(shop):
    result = deepcopy(GAIN)
    result["gain"] = numbers(0.01)
    result["readers"]["text_profile"]["gain"] = numbers(0.01)
    finished(shop, result)
    at = opened()
    assert fine(at)
    assert "No gain on this data" in said(at)
    assert "Use on Live" not in labels(at)
    assert not at.code


def test_a_gain_that_centring_alone_gives_is_not_offered(shop):
    result = deepcopy(GAIN)
    result["readers"]["text_profile"]["gain"] = numbers(0.01)
    finished(shop, result)
    at = opened()
    assert "No gain beyond centring on this data" in said(at)
    assert "Use on Live" not in labels(at)


def test_an_encoder_that_makes_one_recommender_worse_is_not_offered(shop):
    result = deepcopy(GAIN)
    result["readers"]["ease_text"]["gain"] = numbers(-0.05)
    finished(shop, result)
    assert "Use on Live" not in labels(opened())


def test_an_encoder_that_was_thrown_away_is_said_to_be_gone(shop):
    finished(shop, GAIN, kept=False)
    at = opened()
    assert fine(at)
    assert "not kept any more" in said(at)


def test_the_other_target_is_another_training(shop):
    finished(shop, GAIN)
    at = opened(**{"finetune-from": "Hidden tastes (ALS)"})
    assert fine(at)
    assert "Learn a head" in labels(at)


def test_an_unknown_way_in_the_address_is_left_out_and_said():
    at = opened(finetune="Alchemy")
    assert not at.exception
    assert "Learn a head" in labels(at)
