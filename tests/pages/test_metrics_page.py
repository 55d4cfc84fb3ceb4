"""The Metrics page: the answer first, every side of it by its address, and the same numbers as everywhere."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.columns import Events, Items
from recsys.data import Dataset, catalogue
from recsys.evaluate import Experiment, experiment, run
from recsys.evaluate.config import USUAL_MODELS, USUAL_PEOPLE
from recsys.evaluate.shelf import Shelf, fill
from recsys.evaluate.standing import verdict
from recsys.metrics import Interval
from recsys.models import MODELS
from recsys.settings import ROOT
from recsys.ui.experiments import Experiments
from recsys.ui.live_model import FOR_YOU
from recsys.ui.metrics_answer import said_seconds
from recsys.ui.metrics_question import LABELS, View
from tests.evaluate.town import town

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
RESULTS = [View.OVERVIEW, View.SIDES, View.PEOPLE, View.SIGNIFICANCE]
STUDIES = [View.COLD, View.DENSITY, View.PROTOCOLS, View.TUNE]


def opened(**address: str | list[str]) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=120)
    at.query_params.update(address)
    return at.switch_page("../../pages/metrics.py").run()


def said(at: AppTest) -> str:
    return " ".join(element.value for element in (*at.header, *at.markdown, *at.caption)).replace("\\", "")


def fine(at: AppTest) -> bool:
    return not at.exception and not at.error and at.title[0].value == "Metrics"


def tiny(n_users: int) -> Dataset:
    """Items that so few people liked that nobody can be asked about anything."""
    items = pd.DataFrame({Items.ID: ["a", "b"], Items.TITLE: ["A boat", "A cake"]})
    log = [(f"u{user}", "a", "like", float(user)) for user in range(n_users)]
    events = pd.DataFrame(log, columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    return Dataset.from_tables("tiny", items, events, label="Tiny")


@pytest.fixture
def words(fresh_reader):
    """Read by words: quick, and the same on every machine."""
    fresh_reader(RECSYS_ENCODER="lexical")


@pytest.fixture
def on(monkeypatch, words):
    """Let the page be about a made-up dataset."""

    def choose(data: Dataset) -> Dataset:
        monkeypatch.setattr("recsys.ui.controls.dataset_picker", lambda: data)
        return data

    return choose


@pytest.fixture
def in_town(on):
    return on(town(rated=True))


def test_the_page_opens_with_an_answer(words):
    if not any(ref.synthetic for ref in catalogue.available()):
        pytest.skip("sample_data/ is missing")
    at = opened()
    assert fine(at)
    assert len(at.get("plotly_chart")) == 6
    assert at.header[0].value.replace("\\", "").startswith(f"With {MODELS[FOR_YOU].label}, ")
    assert "people find something they go on to like in their top 10; with what is popular," in said(at)
    assert at.metric[0].label == "NDCG, on Live"
    for must in ("people, lists of 10", "95%", "What the models get to know", "left out", "not tuned", "Liked = "):
        assert must in said(at)


@pytest.mark.slow
def test_the_first_visit_to_a_sample_finds_what_was_measured_ahead(words, monkeypatch, tmp_path):
    monkeypatch.setattr("recsys.evaluate.shelf.settings", lambda: type("Here", (), {"cache_dir": tmp_path}))
    monkeypatch.setattr("recsys.data.catalogue.PREPARED", 1)  # one sample shows it
    fill(Shelf.usual(), lambda _line: None)
    monkeypatch.setattr("recsys.ui.experiments._shared", lambda: Experiments(Shelf.usual()))
    monkeypatch.setattr(experiment, "run", None)  # nothing may be measured now
    at = opened()
    assert fine(at)
    assert len(at.get("plotly_chart")) == 6
    for view in (View.COLD, View.DENSITY, View.PROTOCOLS):
        at = opened(view=LABELS[view])
        assert fine(at)
        assert at.get("plotly_chart"), view


def test_the_numbers_are_those_of_run(words):
    config = Experiment("shop", models=("ease", "text_mean", FOR_YOU), max_users=USUAL_PEOPLE)
    expected = run(catalogue.load("shop"), config)
    at = opened(models=[MODELS[name].label for name in config.models])
    live = expected.metric("ndcg").set_index("model").loc[FOR_YOU]
    assert (at.metric[0].value, at.metric[0].delta) == (
        f"{live['value']:.3f}",
        f"{live['low']:.3f} to {live['high']:.3f}",
    )
    assert all(sentence in said(at) for sentence in verdict(expected, FOR_YOU))
    at = opened(view=LABELS[View.SIGNIFICANCE], models=[MODELS[name].label for name in config.models])
    rows = at.dataframe[0].value.set_index("Recommender")
    for name in expected.challengers:
        row, gap = rows.loc[MODELS[name].label], expected.difference(name, "ndcg")
        assert (row["Difference"], row["From"], row["To"]) == (gap.value, gap.low, gap.high)
        assert row["p, corrected"] == expected.p_holm(name, "ndcg")


@pytest.mark.parametrize("view", RESULTS)
def test_every_side_of_the_result_opens_by_its_address(view, in_town):
    at = opened(view=LABELS[view])
    assert fine(at)
    assert at.segmented_control(key="view").value == view
    assert at.get("plotly_chart")
    assert {button.key for button in at.get("download_button")} == {
        "download-csv",
        "download-json",
        "download-html",
    }
    assert "What the models get to know" in said(at)


@pytest.mark.parametrize("view", STUDIES)
def test_a_study_waits_for_its_button_and_is_then_kept(view, in_town):
    address = {"view": LABELS[view], "models": [MODELS["ease"].label], "tune-budget": "2"}
    at = opened(**address)
    assert fine(at)
    assert not at.get("plotly_chart")
    button = next(one for one in at.button if one.label.startswith("Measure this (about "))
    button.click().run()
    assert fine(at)
    assert at.get("plotly_chart"), said(at)
    assert at.get("download_button")
    again = opened(**address)
    assert again.get("plotly_chart")
    assert not any(one.label.startswith("Measure this") for one in again.button)


def test_the_overview_keeps_the_other_metrics_behind_a_click(in_town):
    at = opened()
    assert "MAP" not in said(at)
    assert [expander.label for expander in at.expander][:1] == ["All other metrics"]


def test_controls_change_the_question_and_no_choice_is_an_answer_too(in_town):
    at = opened(models=[MODELS["ease"].label])
    at.selectbox(key="split").set_value("random").run()
    assert "split: random fifth" in said(at)
    at.selectbox(key="k").set_value(5).run()
    assert "lists of 5 out of" in said(at)
    at.selectbox(key="liked").set_value(5.0).run()
    command = next(code.value for code in at.code) if at.code else ""
    assert not command  # only data of the catalogue can be asked about in the shell
    assert fine(at)
    at.pills(key="models").set_value([]).run()
    assert fine(at)
    assert f"Recommenders: {MODELS[FOR_YOU].label} (on Live)." in said(at)


def test_the_same_question_is_measured_once_for_everybody(monkeypatch, in_town):
    asked = []

    def counted(data, config, progress):
        asked.append(config)
        return run(data, config, progress)

    monkeypatch.setattr(experiment, "run", counted)
    address = {"models": [MODELS["ease"].label]}
    at = opened(**address)
    at.segmented_control(key="view").set_value(View.PEOPLE).run()
    opened(**address, view=LABELS[View.SIDES])
    assert len(asked) == 1
    at.selectbox(key="k").set_value(7).run()
    assert [config.k for config in asked] == [10, 7]


@pytest.mark.slow
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("n_users", [0, 1, 12])
def test_data_nobody_can_be_asked_about_get_a_sentence(n_users, view, on):
    on(tiny(n_users))
    at = opened(view=LABELS[view], models=[MODELS["ease"].label])
    assert fine(at)
    for button in [one for one in at.button if one.label.startswith("Measure this")]:
        button.click().run()
    assert fine(at)
    assert not at.get("plotly_chart")
    assert "Choose another test above, or other data." in said(at)


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        {"view": "x"},
        {"view": "<b>"},
        {"split": "../x"},
        {"k": "-4"},
        {"k": "many"},
        {"k": "NaN"},
        {"k": "4000"},
        {"models": ["x", ";;"]},
        {"liked": "9"},
        {"people-metric": "RMSE", "view": LABELS[View.PEOPLE]},
        {"people-model": "x", "view": LABELS[View.PEOPLE]},
        {"sides-length": "x", "view": LABELS[View.SIDES]},
        {"sides-up": "x", "sides-across": "%00", "view": LABELS[View.SIDES]},
        {"sides-metric": "x", "sides-by": "x", "view": LABELS[View.SIDES]},
        {"significance-ours": "x", "significance-theirs": "x", "view": LABELS[View.SIGNIFICANCE]},
        {"cold-whom": "x", "view": LABELS[View.COLD]},
        {"protocols-model": "x", "protocols-metric": "x", "view": LABELS[View.PROTOCOLS]},
        {"tune-budget": "1000", "view": LABELS[View.TUNE]},
    ],
)
def test_garbage_in_the_address_is_left_out_and_said(address, in_town):
    at = opened(**address)
    assert fine(at)
    assert all("in the link" in one.value for one in at.warning)
    assert at.warning


def test_the_one_ahead_can_rank_the_live_list(words):
    at = opened(models=[MODELS["ease"].label])
    link = next(one for one in at.get("page_link") if one.proto.label.startswith("Use on Live"))
    assert f"{MODELS['ease'].label} is ahead" in said(at)
    assert "by-shop=ease" in link.proto.query_string


def test_a_tuned_model_can_rank_the_live_list_and_a_worse_one_does_not_offer_itself(words, monkeypatch):
    tuned = experiment.tuned

    def chosen(name, *rest, **options):
        found = tuned(name, *rest, **options)
        return replace(found, knobs={"l2": 700.0}) if name == "ease" else found

    monkeypatch.setattr(experiment, "tuned", chosen)
    monkeypatch.setattr("recsys.ui.metrics_tune.change", lambda *_: Interval(gain, gain, gain, 100))
    address = {"view": LABELS[View.TUNE], "models": [MODELS["ease"].label], "tune-budget": "2"}
    gain = 0.01
    at = opened(**address)
    next(one for one in at.button if one.label.startswith("Measure this")).click().run()
    assert "700" in said(at)
    assert any("by-shop=ease" in one.proto.query_string for one in at.get("page_link"))
    assert "Worse on the test part" not in said(at)
    gain = -0.01
    at = opened(**address)
    assert "Worse on the test part: better left as it comes" in said(at)


@pytest.mark.parametrize(
    ("n_people", "n_items", "said_why"), [(12, 40, "Nothing can be told from"), (60, 12, "lists of 10")]
)
def test_where_nothing_can_be_told_the_page_says_so_first(n_people, n_items, said_why, on):
    on(town(n_users=n_people, n_items=n_items))
    at = opened(models=[MODELS["ease"].label])
    assert fine(at)
    assert said_why in at.header[0].value.replace("\\", "")
    assert "better" not in " ".join(str(one.delta) for one in at.metric)


def test_the_defaults_are_registered():
    assert set(USUAL_MODELS) <= set(MODELS)
    assert FOR_YOU in USUAL_MODELS


def test_rough_durations():
    assert [said_seconds(n) for n in (0.2, 5, 42, 200)] == ["5 seconds", "5 seconds", "45 seconds", "4 minutes"]
