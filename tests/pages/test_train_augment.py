"""Train, augment: what will be tried, what was found, the way to Live where there is one, and nothing where not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import catalogue
from recsys.settings import ROOT
from recsys.train import Job, job
from recsys.train.augment import Augment

MAIN = str(ROOT / "recsys" / "ui" / "main.py")


def row(name: str, model: str, value: float, found: bool, **more: Any) -> dict[str, Any]:
    """One comparison as the recipe returns it."""
    gain = {"value": value, "low": value - 0.01, "high": value + 0.01, "n": 200, "found": found, "p": 0.01}
    cover = {"value": 0.0, "low": -0.01, "high": 0.01, "n": 200, "found": False, "without": 0.5, "with": 0.5}
    return {
        "name": name,
        "label": name.title(),
        "line": f"The line of {name}.",
        "model": model,
        "strength": "30% dropped",
        "validation": {"with": 0.2, "without": 0.19},
        "without": 0.2,
        "with": 0.2 + value,
        "gain": gain,
        "coverage": cover,
        "setting": "",
        "adopt": False,
        "only_here": "",
    } | more


LEVEL = {"ndcg": {"value": 0.2, "low": 0.1, "high": 0.3, "n": 200}, "setting": ""}
POINTS = [
    {"n": 1, "distance": 0.6, "alone": 0.6, "ndcg": 0.18, "seconds": 0.1},
    {"n": 100, "distance": 0.07, "alone": None, "ndcg": 0.2, "seconds": 12.0},
]
RESULT: dict[str, Any] = {
    "dataset": "Shop",
    "split": "random",
    "split_label": "Random fifth",
    "k": 10,
    "n_users": 200,
    "n_validation": 190,
    "n_draws": 3,
    "n_opened": 3,
    "rows": [
        row("dropout", "ease", 0.03, True, setting="ease:dropout=0.5,l2=30", adopt=True),
        row("dropped", "ease", -0.03, True, only_here="Because of this."),
        row("facts", "text_profile", 0.002, False, only_here="Because of that."),
        row("twin", "ease_text", 0.02, True, only_here="Live reads one text."),
    ],
    "models": {name: LEVEL for name in ("ease", "ease_text", "text_profile", "random", "popularity")},
    "left_out": [{"label": "What people say", "why": "nobody wrote a review here"}],
    "twin": {
        "n_items": 100,
        "n_liked": 250,
        "n_people": 190,
        "dropout": 0.5,
        "l2": 30.0,
        "ndcg": 0.201,
        "seconds": 0.04,
        "points": POINTS,
    },
}


@pytest.fixture(autouse=True)
def words(fresh_reader):
    """Read by words: quick, and the same on every machine."""
    fresh_reader(RECSYS_ENCODER="lexical")


def opened(**address: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=120)
    at.query_params.update({"train": "Augment", **address})
    return at.switch_page("../../pages/train.py").run()


def finished(result: dict[str, Any], split: str = "random") -> Job:
    one = Job.of(Augment(split), catalogue.load("shop"))
    one.folder.mkdir(parents=True, exist_ok=True)
    job.finish(one.folder, result)
    return one


@pytest.fixture
def shown():
    """The page with a finished measurement on it, which is forgotten afterwards."""
    made = []

    def show(result: dict[str, Any] = RESULT) -> AppTest:
        made.append(finished(result))
        return opened()

    yield show
    for one in made:
        one.forget()


def said(at: AppTest) -> str:
    assert not at.exception
    assert not at.error
    return " ".join(element.value for element in (*at.header, *at.markdown, *at.caption)).replace("\\", "")


def test_before_anything_is_measured_every_change_is_explained():
    at = opened()
    text = said(at)
    for label in ("Dropout", "Random likes", "Less of the popular", "What people say", "Translated twin"):
        assert label in text
    assert [button.label for button in at.button if button.label.startswith("Measure")] == ["Measure 9 changes"]


def test_new_items_leave_only_what_texts_can_do():
    at = opened(**{"augment-split": "New items"})
    text = said(at)
    assert "Translated twin" in text
    assert "Random likes" not in text


def test_a_gain_is_offered_for_live_and_everything_else_is_left_off(shown):
    at = shown()
    text = said(at)
    assert "2 gains found" in text
    assert "▲ Gain found" in text
    assert "EASE, 30% dropped: NDCG@10 +0.030 [+0.020, +0.040]; coverage 50% to 50%." in text
    assert "▼ Worse on this data: left off" in text
    assert "○ No gain on this data: left off" in text
    links = [link for link in at.get("page_link") if "Live" in link.proto.label]
    assert len(links) == 1
    assert "dropout%3D0.5" in links[0].proto.query_string or "dropout=0.5" in links[0].proto.query_string


def test_what_cannot_come_to_live_says_why_only_where_a_gain_was_found(shown):
    text = said(shown())
    assert "Measured here only. Live reads one text." in text
    assert "Because of" not in text


def test_without_a_gain_the_page_says_so_and_offers_nothing(shown):
    none = copy.deepcopy(RESULT)
    for one in none["rows"]:
        one["adopt"], one["gain"]["found"] = False, False
    at = shown(none)
    assert "+0.030 [+0.020, +0.040], too little to tell from chance among 4 comparisons" in said(at)
    assert "No gain on this data" in [header.value for header in at.header]
    assert not [link for link in at.get("page_link") if "Use on Live" in link.proto.label]


def test_the_numbers_name_their_data_and_what_was_not_tried(shown):
    text = said(shown())
    assert "Shop, random fifth, 200 people, lists of 10" in text
    assert "Not tried: What people say (nobody wrote a review here)." in text
    assert "This test set was opened 2 times before" in text


def test_dropout_by_hand_stands_beside_the_closed_form(shown):
    text = said(shown())
    assert "takes 40 ms and is exact: NDCG@10 0.2010" in text
    assert "100 copies take 12.0 s, are still 7.0% off" in text
    assert "Only the 100 most liked of 250 liked items take part" in text
    without = copy.deepcopy(RESULT) | {"twin": None}
    assert "Dropout by hand" not in said(shown(without))
