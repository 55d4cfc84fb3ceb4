"""The Metrics page: the answer first, every side of it by its address, and the same numbers as everywhere."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.columns import Events, Items
from recsys.data import Dataset, catalogue
from recsys.evaluate import Experiment, experiment, run
from recsys.models import MODELS
from recsys.settings import ROOT
from recsys.ui.metrics_answer import said_seconds
from recsys.ui.metrics_question import DEFAULT_MODELS, LABELS, MAX_USERS, View
from tests.evaluate.town import town

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
RESULTS = [View.OVERVIEW, View.LENGTH, View.TRADE_OFF, View.SLICES, View.PEOPLE, View.SIGNIFICANCE]
STUDIES = [View.COLD, View.PROTOCOLS, View.DENSITY, View.TUNE]


def opened(**address: str | list[str]) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=120)
    at.query_params.update(address)
    return at.switch_page("../../pages/metrics.py").run()


def said(at: AppTest) -> str:
    return " ".join(element.value for element in (*at.markdown, *at.caption)).replace("\\", "")


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
    best, popular, runner_up = at.metric
    assert best.label == "Best lists, by NDCG"
    assert popular.label == "Against what is popular"
    assert runner_up.label.startswith("Against the runner-up, ")
    for must in ("people, lists of 10", "95% intervals", "What this test gives away", "left out"):
        assert must in said(at)


def test_the_numbers_are_those_of_run(words):
    config = Experiment("shop", models=("ease", "text_mean"), max_users=MAX_USERS)
    expected = run(catalogue.load("shop"), config)
    at = opened(models=[MODELS[name].label for name in config.models])
    ndcg = expected.metric("ndcg").set_index("model")["value"]
    assert at.metric[0].delta.startswith(f"{ndcg.max():.3f} [")
    at = opened(view=LABELS[View.SIGNIFICANCE], models=[MODELS[name].label for name in config.models])
    rows = at.dataframe[0].value.set_index("Recommender")
    for name in expected.challengers:
        row, gap = rows.loc[MODELS[name].label], expected.difference(name, "ndcg")
        assert (row["Difference"], row["From"], row["To"]) == (gap.value, gap.low, gap.high)
        assert row["Holm's p"] == expected.p_holm(name, "ndcg")


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
    assert "What this test gives away" in said(at)


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
    at.number_input(key="k").set_value(5).run()
    assert "lists of 5 out of" in said(at)
    at.selectbox(key="most").set_value(100).run()
    at.selectbox(key="liked").set_value(5.0).run()
    at.number_input(key="seed").set_value(3).run()
    command = next(code.value for code in at.code) if at.code else ""
    assert not command  # only data of the catalogue can be asked about in the shell
    assert fine(at)
    at.pills(key="models").set_value([]).run()
    assert fine(at)
    assert "Choose a recommender above" in said(at)


def test_the_same_question_is_measured_once_for_everybody(monkeypatch, in_town):
    asked = []

    def counted(data, config, progress):
        asked.append(config)
        return run(data, config, progress)

    monkeypatch.setattr(experiment, "run", counted)
    address = {"models": [MODELS["ease"].label]}
    at = opened(**address)
    at.segmented_control(key="view").set_value(View.PEOPLE).run()
    opened(**address, view=LABELS[View.SLICES])
    assert len(asked) == 1
    at.number_input(key="k").set_value(7).run()
    assert [config.k for config in asked] == [10, 7]


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


@pytest.mark.parametrize(
    "address",
    [
        {"view": "x"},
        {"view": "<b>"},
        {"split": "../x"},
        {"k": "-4"},
        {"k": "many"},
        {"k": "NaN"},
        {"models": ["x", ";;"]},
        {"liked": "9"},
        {"most": "all"},
        {"seed": "-1"},
        {"seed": "1e9"},
        {"people-metric": "RMSE", "view": LABELS[View.PEOPLE]},
        {"people-model": "x", "view": LABELS[View.PEOPLE]},
        {"length-metric": "x", "view": LABELS[View.LENGTH]},
        {"tradeoff-up": "x", "tradeoff-across": "%00", "view": LABELS[View.TRADE_OFF]},
        {"slices-metric": "x", "slices-by": "x", "view": LABELS[View.SLICES]},
        {"significance-ours": "x", "significance-theirs": "x", "view": LABELS[View.SIGNIFICANCE]},
        {"cold-whom": "x", "view": LABELS[View.COLD]},
        {"protocols-model": "x", "protocols-metric": "x", "view": LABELS[View.PROTOCOLS]},
        {"tune-budget": "1000", "view": LABELS[View.TUNE]},
    ],
)
def test_garbage_in_the_address_is_ignored(address, in_town):
    assert fine(opened(**address))


def test_the_best_one_can_rank_the_live_list(words):
    at = opened(models=[MODELS["ease"].label])
    assert at.metric[0].value == MODELS["ease"].label
    at.button(key="use-best").click().run()
    assert fine(at)
    assert not [button for button in at.button if button.key == "use-best"]
    live = at.switch_page("../../pages/live.py").run()
    assert not live.exception
    assert live.selectbox(key="ranker").value == "ease"


def test_a_tuned_model_can_rank_the_live_list(words, monkeypatch):
    tuned = experiment.tuned

    def chosen(name, *rest, **options):
        found = tuned(name, *rest, **options)
        return replace(found, knobs={"l2": 700.0}) if name == "ease" else found

    monkeypatch.setattr(experiment, "tuned", chosen)
    at = opened(view=LABELS[View.TUNE], models=[MODELS["ease"].label], **{"tune-budget": "2", "most": "100"})
    next(one for one in at.button if one.label.startswith("Measure this")).click().run()
    assert "700" in said(at)
    at.button(key="use-ease").click().run()
    live = at.switch_page("../../pages/live.py").run()
    assert live.selectbox(key="ranker").value == "ease:l2=700"


def test_the_defaults_are_registered():
    assert set(DEFAULT_MODELS) <= set(MODELS)


def test_rough_durations():
    assert [said_seconds(n) for n in (0.2, 5, 42, 200)] == ["5 seconds", "5 seconds", "45 seconds", "4 minutes"]
