"""The Compress page as a script: what to press first, what the measurements say, and who may read on Live."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data.people import people
from recsys.live import movement
from recsys.settings import ROOT
from recsys.text import made
from recsys.text.minilm import export_folder
from recsys.train import Job, job
from recsys.train.engines import Engines
from recsys.ui.compress_changes_view import said
from recsys.ui.compress_encoders_view import MAKES
from recsys.ui.compress_part import lost
from tests.pages.shown import fine

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
PAGE = "../../pages/compress.py"


@pytest.fixture(autouse=True)
def own_shelf(fresh_reader, tmp_path):
    fresh_reader(RECSYS_STATE_DIR=str(tmp_path / "state"))


def open_page(view: str = "encoders", **state: object) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.session_state["data"] = "shop"
    app.session_state["compress"] = view
    for key, value in state.items():
        app.session_state[key] = value
    return fine(app.switch_page(PAGE).run())


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption]).replace("\\", "")


def make(name: str, label: str, tmp_path) -> None:
    """An engine on the shelf whose files are those of MiniLM."""
    files = tmp_path / f"files-{name}"
    (files / "fast").mkdir(parents=True)
    for file in export_folder().iterdir():
        (files / "fast" / file.name).symlink_to(file)
    made.keep(made.Made(name, label, "Made for a test.", "onnx", "minilm", f"test-{name}"), files)


def ends(value: float, low: float, high: float) -> dict:
    return {"value": value, "low": low, "high": high, "n": 200, "found": low > 0 or high < 0}


def engine(name: str, label: str, loss: dict, ms: float) -> dict:
    hits = {split: ends(0.3 + one["value"], 0.2, 0.4) for split, one in loss.items()}
    return {
        **{
            "name": name,
            "label": label,
            "line": f"{label} reads.",
            "learned_here": name == "small",
            "megabytes": 25.0,
            "memory_mb": None,
        },
        **{"p50_ms": ms, "p95_ms": 2 * ms, "texts_per_s": 100.0, "core_hours": 2.0, "cosine": None},
        **{"neighbours": 0.9, "lists": 0.8, "hits": hits, "loss": loss, "relative": {}},
    }


def measured(data) -> Job:
    """A finished measurement of what is here."""
    same = {split: ends(0.0, 0.0, 0.0) for split in ("global_time", "cold_items")}
    lost = {"global_time": ends(-0.01, -0.04, 0.02), "cold_items": ends(-0.05, -0.08, -0.02)}
    one = Job.of(Engines.usual(data), data)
    one.folder.mkdir(parents=True)
    fields = {"kind": "engines", "fields": asdict(Engines.usual(data)), "dataset": one.dataset}
    about = fields | {"liked_from": one.liked_from, "data_version": one.data_version, "pid": 0}
    (one.folder / "job.json").write_text(json.dumps(about), encoding="utf-8")
    found = {
        **{"data": "Shop", "k": 10, "n_items": 256, "n_people": {"global_time": 147, "cold_items": 292}},
        **{"without": {}, "busy": 0.5, "cores": 2, "left_out": {"WordLlama": "it is not installed"}},
        "engines": [engine("minilm", "MiniLM", same, 2.0), engine("small", "Smaller", lost, 1.0)],
        "baselines": {"popularity": {"cold_items": ends(0.1, 0.05, 0.15)}},
    }
    job.finish(one.folder, found)
    return one


def test_with_nothing_made_the_page_says_what_to_press():
    app = open_page()
    assert [title.value for title in app.title] == ["Compress"]
    assert "Measure engines" in [button.label for button in app.button]
    assert "A minute or two per engine" in words(app)
    assert all(one.label in words(app) for one in MAKES)
    assert not app.dataframe


def test_measured_engines_are_a_table_with_costs_and_what_is_lost(shop, tmp_path):
    make("small", "Smaller", tmp_path)
    measured(shop)
    app = open_page()
    table = app.dataframe[0].value
    assert list(table["Engine"]) == ["MiniLM", "Smaller *"]
    assert list(table["Cost"]) == pytest.approx([0.08, 0.08])
    text = words(app)
    assert "loses on new items: NDCG -0.0500 [-0.0800, -0.0200]" in text
    assert "no loss found on later likes of this data" in text
    assert "* Made with this data" in text
    assert "WordLlama is left out: it is not installed." in text
    app.number_input(key="core-price").set_value(0.1).run()
    assert list(app.dataframe[0].value["Cost"]) == pytest.approx([0.2, 0.2])
    assert "at 0.1 dollars per core-hour, which is an assumption" in words(app)


def test_a_measured_engine_is_taken_into_use_by_one_press(shop, tmp_path):
    make("small", "Smaller", tmp_path)
    measured(shop)
    app = open_page()
    fine(app.button(key="engine-shop-small").click().run())
    assert app.button(key="engine-shop-small").disabled
    assert "small" in app.query_params["encoder"]


def test_an_engine_that_vanished_is_shown_as_measured_and_cannot_be_used(shop, tmp_path):
    make("small", "Smaller", tmp_path)
    measured(shop)
    made.discard("small")
    app = open_page()
    assert "Older measurements" in words(app)
    assert "Measure engines" in [button.label for button in app.button]
    assert "Not on the shelf any more." in words(app)
    assert "engine-shop-small" not in [str(button.key) for button in app.button]


def test_the_same_engine_by_another_name_changes_no_list(shop, tmp_path):
    make("small", "Smaller", tmp_path)
    person = people(shop)[0].name
    app = open_page("changes", **{"person-shop": person, "engine": "small"})
    assert "All 10 stay in the same place: nothing changes." in words(app)


def test_another_engine_moves_items_and_every_move_is_told(shop):
    person = people(shop)[0].name
    app = open_page("changes", **{"person-shop": person, "engine": "lexical"})
    text = words(app)
    assert " of 10 stay" in text
    assert "NEW" in text
    assert text.count("-badge[left]") == text.count("NEW")


def test_an_engine_in_a_link_that_is_not_here_is_left_out():
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.session_state["data"], app.session_state["compress"] = "shop", "changes"
    app.run()
    app.query_params["engine"] = "Gone"
    app.switch_page(PAGE).run()
    assert not app.exception
    assert any("Gone" in warning.value for warning in app.warning)


def test_times_of_a_busy_machine_can_be_taken_again(shop):
    one = measured(shop)
    assert "measure-again" not in [str(button.key) for button in open_page().button]
    job.finish(one.folder, one.result | {"busy": 7.0})
    app = open_page()
    assert "7 programs per core" in words(app)
    fine(app.button(key="measure-again").click().run())
    assert "Measure engines" in [button.label for button in app.button]
    assert not app.dataframe


def test_few_people_prove_nothing():
    few = ends(-0.2, -0.3, -0.1) | {"n": 5}
    gain = ends(0.02, 0.01, 0.03)
    assert lost({"new items": few, "later likes": gain}) == (
        "too few people to tell on new items; gains on later likes: NDCG +0.0200 [+0.0100, +0.0300]."
    )


def test_lists_without_anything_in_common_are_said():
    assert said(movement(["a", "b"], ["c", "d"]), 2) == "None of 2 stays."
    assert said(movement([], []), 0) == "Nothing could be listed."
