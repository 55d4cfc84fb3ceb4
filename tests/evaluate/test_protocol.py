"""The rules that studies share, and the questions a page asks: what they cost, and the Python that repeats them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from recsys.data import catalogue
from recsys.errors import UnknownIdError
from recsys.evaluate.cold_start import ColdStart, Whom
from recsys.evaluate.density import TextPays
from recsys.evaluate.lens import Protocols
from recsys.evaluate.progress import Ticker
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.rerank_effect import Worth
from recsys.evaluate.rerank_frontier import Everybody
from recsys.models.setting import Setting
from recsys.rerank.setting import ChainSetting

FEW = Protocol(k=5, seed=2, max_users=12, n_boot=20)
STUDIES = (
    ColdStart(Whom.PEOPLE, ("popularity",), 3.0, FEW),
    ColdStart(Whom.ITEMS, ("popularity",), 4.0, FEW),
    Protocols("popularity", FEW),
)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"metric": "novelty"}, ValueError, "novelty does not say how well lists hit"),
        ({"metric": "charm"}, UnknownIdError, "no metric 'charm'"),
        ({"max_users": 0}, ValueError, "max_users should be at least 1 or None, is now 0"),
    ],
)
def test_rules_that_make_no_sense_get_one_sentence(change, error, words):
    with pytest.raises(error, match=words):
        Protocol(**change)


def test_the_python_of_a_protocol_makes_it_again():
    for one in (Protocol(), FEW, Protocol("random", "recall")):
        assert eval(str(one), {"Protocol": Protocol}) == one
    assert str(Protocol()) == "Protocol()"


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: type(study).__name__)
def test_the_python_of_a_study_gives_its_table(study):
    said: dict[str, object] = {}
    exec(study.call("shop"), said)
    assert said["table"].equals(study.ask(catalogue.load("shop")))


def test_the_python_of_the_density_curve_says_the_bar_and_the_people():
    call = TextPays(3.0, FEW).call("shop")
    assert "catalogue.load('shop').liked_from(3)" in call
    assert f"density_curve(data, protocol={FEW})" in call


def test_larger_catalogues_take_longer(shop):
    more = range(10 * shop.n_items)
    large = replace(shop, items=shop.items.iloc[[0] * len(more)].assign(item_id=[f"i{n}" for n in more]))
    ranker = Setting.of("popularity", {})
    asked = (*STUDIES, TextPays(4.0, FEW), Worth(ranker, ChainSetting.of({}), 10, 50), Everybody(ranker, 10))
    for study in asked:
        assert 0 < study.seconds(shop) < study.seconds(large)


def test_nothing_that_only_tuning_needs_is_loaded_with_the_studies():
    code = "import sys, recsys.evaluate.cold_start, recsys.evaluate.experiment; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_slow_people_are_reported_one_by_one_and_quick_ones_in_lots(monkeypatch):
    clock = iter([0.0, 0.0, 0.1, 0.2, 0.9, 1.0, 1.1])
    monkeypatch.setattr("recsys.evaluate.progress.time.monotonic", lambda: next(clock))
    told: list[tuple[float, str]] = []
    ticker = Ticker(lambda *news: told.append(news), 6, every=5)
    for position in range(6):
        ticker.at(position)
    assert told == [(0.0, "0 of 6 people"), (0.5, "3 of 6 people"), (5 / 6, "5 of 6 people")]
