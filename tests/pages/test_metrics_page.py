"""The Metrics page: the answer first, its honesty beside it, and the same numbers as everywhere."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import catalogue
from recsys.evaluate import Experiment, run
from recsys.settings import ROOT
from recsys.ui.metrics_view import MAX_USERS, command


@pytest.fixture
def page(fresh_reader):
    """The page as a first visitor finds it, reading by words."""
    if not any(ref.synthetic for ref in catalogue.available()):
        pytest.skip("sample_data/ is missing")
    fresh_reader(RECSYS_ENCODER="lexical")
    at = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=120)
    return at.switch_page("../../pages/metrics.py").run()


def said(at: AppTest) -> str:
    return " ".join(element.value for element in (*at.markdown, *at.caption)).replace("\\", "")


def test_the_page_opens_with_an_answer(page):
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Metrics"
    assert len(page.get("plotly_chart")) >= 8
    words = said(page)
    for must in ("people, lists of 10", "95% intervals", "against Popular", "What this test gives away", "left out"):
        assert must in words


def test_the_numbers_are_those_of_run(page):
    data = catalogue.load("shop")
    expected = run(data, Experiment("shop", max_users=MAX_USERS))
    words = said(page)
    for metric in ("ndcg", "coverage", "novelty"):
        for sentence in expected.sentences(metric):
            assert sentence in words


def test_controls_change_the_question_and_no_choice_is_an_answer_too(page):
    page.segmented_control(key="split").set_value("random").run()
    assert "split: random fifth" in said(page)
    page.slider(key="k").set_value(5).run()
    assert "lists of 5 out of" in said(page)
    page.pills(key="models").set_value([]).run()
    assert not page.exception
    assert "Choose a recommender above" in said(page)


@pytest.mark.parametrize("url", [{"split": "x"}, {"k": "-4"}, {"k": "many"}, {"models": "x"}, {"data": "x"}])
def test_garbage_in_the_address_is_ignored(page, url):
    for key, value in url.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    assert not page.error


def test_the_command_shown_repeats_the_experiment():
    config = Experiment("shop", "random", 7, ("text_mean",), max_users=50)
    expected = "python -m recsys evaluate --dataset shop --split random --k 7 --models text_mean --max-users 50"
    assert command(config) == expected
