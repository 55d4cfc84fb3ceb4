"""The view that fuses encoders: what it offers before, and what it says of a result, gained or not."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recsys.settings import ROOT
from recsys.train import State, fuse
from recsys.train.job import Job
from recsys.ui import train_job


def numbers(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01, "n": 590, "found": True} | more


def result(kept: str) -> dict[str, Any]:
    """What a training tells."""
    rows = [
        numbers(0.08, name="minilm", label="MiniLM", kind="single"),
        numbers(0.09, name="joined", label="Vectors joined", kind="fused"),
        numbers(0.02, name="random", label="Random", kind="baseline"),
    ]
    gain = numbers(0.01, name="joined", label="Vectors joined", p=0.01, words="Vectors joined against MiniLM: +0.010.")
    part = {"split": "cold_items", "label": "New items", "rows": rows, "gains": [gain], "n_opened": 3}
    weights = {"minilm": 1.0, "wordllama": 0.5}
    return {
        "dataset": "Shop",
        "encoders": list(weights),
        "left_out": ["lexical could not be loaded"],
        "kept": kept,
        "best": "minilm",
        "scores": weights,
        "joined": weights,
        "dim": 64,
        "trials": [{"dim": 64, "value": 0.1, "weights": weights}],
        "parts": [part],
        "verdict": fuse.verdict([part], bool(kept), "minilm", "Shop"),
    }


def open_view(**address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    app.query_params.update({"train": "Fuse", **address})
    app = app.switch_page("../../pages/train.py").run()
    assert not app.exception
    assert not app.error
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption, *app.header)).replace("\\", "")


def test_before_it_names_who_is_fused_and_offers_to_start():
    app = open_view()
    assert "MiniLM, WordLlama, Words" in words(app)
    assert [button.label for button in app.button if button.key.startswith("start-fuse")] == ["Fuse encoders"]


@pytest.fixture
def finished(monkeypatch):
    """Let every training be done with the given result."""

    def give(said: dict[str, Any]) -> None:
        monkeypatch.setattr(Job, "state", State.DONE)
        monkeypatch.setattr(Job, "result", said)

    return give


def test_where_nothing_was_gained_it_says_so_and_offers_nothing(finished):
    finished(result(""))
    app = open_view()
    assert app.header[0].value == "No gain on this data"
    assert "Vectors joined against MiniLM: +0.010" in words(app)
    assert "This test set was opened 2 times before" in words(app)
    assert "Left out: lexical could not be loaded" in words(app)
    assert not [button for button in app.button if button.label == "Use on Live"]


def test_a_gain_of_added_scores_alone_is_not_called_none(finished):
    said = result("")
    said["parts"][0]["gains"].append(numbers(0.01, name="scores", label="Scores added up", p=0.01, words="Scores +."))
    finished(said)
    assert open_view().header[0].value == "Added scores gain, one encoder does not"


def test_where_it_was_found_better_it_can_be_used(finished, monkeypatch):
    finished(result("fused-shop"))
    one = fuse.Made("fused-shop", "Fused for Shop", "MiniLM + WordLlama, joined.", "fused", "minilm", "1")
    monkeypatch.setattr("recsys.ui.train_fuse_view.made.find", lambda name: one)
    app = open_view()
    assert app.header[0].value == "Better together"
    assert "Use on Live" in [button.label for button in app.button]


def test_a_fused_encoder_that_is_gone_is_not_offered(finished):
    finished(result("fused-shop"))
    app = open_view()
    assert "Use on Live" not in [button.label for button in app.button]


def test_while_it_runs_the_sizes_tried_so_far_are_drawn(monkeypatch):
    monkeypatch.setattr(train_job, "done", lambda data, recipe, *_, watch, **__: watch(_Running()))
    app = open_view()
    assert app.get("plotly_chart")


class _Running:
    points = ({"dim": 64, "value": 0.1, "weights": {"minilm": 1.0}},)
