"""The language model has to prove itself before it re-ranks a visitor's list, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import catalogue
from recsys.evaluate.rerank_effect import LANGUAGE_MODEL, MAX_ASKED, Effect, Worth
from recsys.metrics.significance import Interval
from recsys.models.setting import Setting
from recsys.rerank.judge import VERDICTS
from recsys.rerank.setting import ChainSetting
from recsys.settings import settings
from recsys.ui.experiments import experiments
from recsys.ui.live_model import FOR_YOU
from recsys.ui.proof import question
from tests.rerank.chat_service import ChatService

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"
ALONE = ChainSetting.of({LANGUAGE_MODEL: {}})


@pytest.fixture
def service(monkeypatch) -> Iterator[ChatService]:
    running = ChatService()  # answers in the order it reads, which says nothing of the items
    monkeypatch.setenv("RECSYS_LLM_BASE_URL", running.url)
    monkeypatch.setenv("RECSYS_LLM_MODEL", f"tiny-{id(running)}")
    settings.cache_clear()
    VERDICTS.forget()
    yield running
    running.close()
    monkeypatch.undo()
    settings.cache_clear()


def live(chain: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.query_params["chain-shop"] = chain
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join([*(one.value for one in app.caption), *(one.value for one in app.markdown)])


def test_without_a_measurement_it_is_asked(service):
    assert "is off, as measured" not in said(live(ALONE.word))
    assert len(service.requests) == 2


def test_where_chance_could_explain_its_gain_it_is_off_until_the_visitor_wants_it_all_the_same(service):
    shop = catalogue.load("shop")
    found = experiments(shop).ask(shop, question(Setting(FOR_YOU), ALONE), lambda *_: None)
    assert found.difference.n == MAX_ASKED
    assert not found.worth_it
    n_asked = len(service.requests)
    app = live(f"{ALONE.word}+mmr")
    assert "“Ask a language model” is off, as measured on this data." in said(app)
    assert "Re-ranked: Variety" in said(app)
    assert len(service.requests) == n_asked
    app.button(key="model-anyway").click().run()
    assert "is off, as measured" not in said(app)
    assert len(service.requests) > n_asked


def test_where_it_finds_more_it_stays_on(service, monkeypatch):
    shop = catalogue.load("shop")
    gain = Effect(Interval(0.1, 0.05, 0.15, 30), 0.2, 0.3, 30, 10)
    monkeypatch.setattr(Worth, "ask", lambda *_: gain)
    assert experiments(shop).ask(shop, question(Setting(FOR_YOU), ALONE), lambda *_: None).worth_it
    assert "is off, as measured" not in said(live(ALONE.word))


def test_another_language_model_is_another_question(service, monkeypatch):
    one = question(Setting(FOR_YOU), ALONE)
    monkeypatch.setenv("RECSYS_LLM_MODEL", "another")
    settings.cache_clear()
    assert question(Setting(FOR_YOU), ALONE) != one
    assert question(Setting(FOR_YOU), ChainSetting.of({"mmr": {}})) == Worth(
        Setting(FOR_YOU), ChainSetting.of({"mmr": {}}), one.k, one.pool
    )
