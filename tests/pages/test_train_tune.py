"""The Train page, tune: a search with its chart, a verdict beside the baselines, and a test set that is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset, catalogue
from recsys.models import MODELS
from recsys.settings import ROOT
from recsys.train import Job, State
from recsys.train import job as jobs
from recsys.train.job import Desk
from recsys.train.sealed import OpenTest, opened
from recsys.train.tune import Tune

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
ASK = Tune("item_knn", split="random", trials=10, seconds=60.0)
ADDRESS = {
    "data": "Shop",
    "tune-model": MODELS["item_knn"].label,
    "split": "Random fifth",
    "tune-tries": "10 tries",
    "tune-time": "1 minute",
}
SEALED = "Open the test set"


@pytest.fixture
def shop_here(fresh_reader, tmp_path: Path) -> Iterator[Dataset]:
    """The shop as the page loads it, read by words, in a state folder of its own."""
    fresh_reader(RECSYS_ENCODER="lexical", RECSYS_STATE_DIR=str(tmp_path))
    yield catalogue.load("shop")
    for one in jobs.all_jobs():
        one.cancel()


def opened_page(**address: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=120)
    at.query_params.update(address)
    return at.switch_page("../../pages/train.py").run()


def said(at: AppTest) -> str:
    found = (*at.header, *at.markdown, *at.caption, *at.warning)
    return " ".join(element.value for element in found).replace("\\", "")


def fine(at: AppTest) -> bool:
    return not at.exception and not at.error and at.title[0].value == "Train"


def point(number: int, value: float, state: str = "complete", **knobs: float) -> dict[str, object]:
    share = 1.0 if state == "complete" else 0.25
    return {
        "number": number,
        "value": value,
        "best": max(value, 0.2),
        "state": state,
        "share": share,
        "seconds": 0.1,
        "knobs": knobs,
    }


def finished(data: Dataset, gain: tuple[float, float, float], **knobs: float) -> Job:
    """A search that ended with this gain on validation."""
    job = Job.of(ASK, data)
    Desk(job.folder)
    jobs.finish(
        job.folder,
        {
            "knobs": {knob.name: knob.default for knob in MODELS["item_knn"].knobs} | knobs,
            "worth": worth(*gain),
            "trials": [point(0, 0.2, shrink=20.0), point(1, 0.1, "pruned", shrink=9.0), point(2, 0.25, shrink=3.0)],
            "importance": {"shrink": 0.8, "neighbours": 0.2},
            "note": "",
            "n_people": 100,
            "seconds": 3.0,
        },
    )
    return job


def worth(value: float, low: float, high: float) -> dict[str, object]:
    def number(middle: float) -> dict[str, object]:
        return {"value": middle, "low": middle - 0.01, "high": middle + 0.01, "n": 100, "found": True}

    gain = {"value": value, "low": low, "high": high, "n": 100, "found": low > 0}
    values = {"tuned": 0.2 + value, "default": 0.2, "popularity": 0.1, "random": 0.05}
    return {name: number(middle) for name, middle in values.items()} | {"gain": gain}


def links(at: AppTest) -> list[str]:
    return [element.proto.label for element in at.get("page_link") if "on Live" in element.proto.label]


def test_the_page_says_what_a_press_gives_and_starts_nothing_by_itself(shop_here):
    at = opened_page(**ADDRESS)
    assert fine(at)
    assert f"One press tries up to 10 settings of {MODELS['item_knn'].label} for at most 1 minute" in said(at)
    assert [button.label for button in at.button if "Tune" in button.label] == [f"Tune {MODELS['item_knn'].label}"]
    assert Job.of(ASK, shop_here).state is State.NEW
    assert "popularity" not in at.selectbox(key="tune-model").options
    assert MODELS["popularity"].label not in at.selectbox(key="tune-model").options


def test_a_gain_is_shown_beside_the_baselines_and_can_be_used_on_live(shop_here):
    finished(shop_here, (0.05, 0.03, 0.07), shrink=3.0)
    at = opened_page(**ADDRESS)
    assert fine(at)
    assert f"{MODELS['item_knn'].label} gains NDCG by tuning, on validation" in said(at)
    assert [metric.value for metric in at.metric] == ["0.250", "0.200", "0.100", "0.050"]
    assert "Tuned against as it comes: +0.050 [+0.030, +0.070]." in said(at)
    assert "a little too good" in said(at)
    assert links(at) == ["Use on Live →"]
    assert len(at.get("plotly_chart")) == 2
    assert SEALED in [button.label for button in at.button]


def test_where_the_interval_covers_zero_there_is_no_gain_and_nothing_to_adopt(shop_here):
    finished(shop_here, (0.01, -0.01, 0.03), shrink=3.0)
    at = opened_page(**ADDRESS)
    assert fine(at)
    assert "No gain on this data, on validation" in said(at)
    assert links(at) == []


def test_where_the_default_wins_there_is_no_test_to_open(shop_here):
    finished(shop_here, (0.0, 0.0, 0.0))
    at = opened_page(**ADDRESS)
    assert fine(at)
    assert "Kept as it comes: nothing tried was better." in said(at)
    assert SEALED not in [button.label for button in at.button]


def test_what_the_test_set_says_is_the_verdict_and_the_second_opening_is_warned_of(shop_here):
    finished(shop_here, (0.05, 0.03, 0.07), shrink=3.0)
    opened(shop_here, ASK.split, ASK.seed, "EASE by NDCG", "somebody else")
    at = opened_page(**ADDRESS)
    warning = "This test set was opened once before: choosing by what it says makes its numbers too good."
    assert warning in said(at)
    assert "Opened once: EASE by NDCG" in said(at)
    test = OpenTest("item_knn", (("shrink", 3.0),), split="random")
    job = Job.of(test, shop_here)
    desk = Desk(job.folder)
    jobs.finish(job.folder, dict(test.run(shop_here, desk)) | {"worth": worth(0.01, -0.02, 0.04)})
    at.run()
    assert fine(at)
    assert "No gain on this data, on the test set" in said(at)
    assert links(at) == []
    assert "Opened 2 times" in said(at)
    assert warning in said(at)
    assert SEALED not in [button.label for button in at.button]


def test_wrong_words_in_the_address_are_left_out_and_said(shop_here):
    at = opened_page(**(ADDRESS | {"tune-tries": "1e999", "tune-model": "Wizard"}))
    assert fine(at)
    assert "“Wizard” in the link is no recommender here" in said(at)
    assert at.selectbox(key="tune-model").value == "ease"
    assert at.selectbox(key="tune-tries").value == "40"


def test_a_stopped_search_shows_its_tries_and_offers_to_go_on(shop_here):
    job = Job.of(ASK, shop_here)
    desk = Desk(job.folder)
    (job.folder / "job.json").write_text("{}")
    desk.note(**point(0, 0.2, shrink=20.0))
    desk.say(0.4, "try 2 of 10")
    at = opened_page(**ADDRESS)
    assert fine(at)
    assert len(at.get("plotly_chart")) == 1
    assert "Go on" in [button.label for button in at.button]
