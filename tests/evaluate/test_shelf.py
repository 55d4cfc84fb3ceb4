"""Answers on disk are those that were measured, for the same question about the same data only."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from recsys.data.catalogue import DatasetRef
from recsys.evaluate import Experiment, Result, run, shelf
from recsys.evaluate.cold_start import Whom
from recsys.evaluate.usual import cold_start, questions
from tests.evaluate.town import town

ASK = Experiment("town", models=("ease",), n_boot=20, longest=10)


@pytest.fixture
def here(tmp_path, monkeypatch, fresh_reader):
    fresh_reader(RECSYS_ENCODER="lexical")
    ref = DatasetRef("town", "Town", "", True, "", tmp_path, "sample")
    monkeypatch.setattr(shelf.catalogue, "available", lambda: [ref])
    monkeypatch.setattr(shelf.catalogue, "load", lambda name: town(rated=True))
    return shelf.Shelf(tmp_path / "answers")


def test_results_tables_and_pairs_of_results_come_back_as_they_were(here):
    data = town(rated=True)
    result, table = run(data, ASK), pd.DataFrame({"model": ["ease"], "value": [0.25], "n_users": [3]})
    answers = {ASK: result, cold_start(ASK, Whom.PEOPLE): table, replace(ASK, budget=2): (result, result)}
    for question, answer in answers.items():
        assert here.find(data, question) is None
        here.keep(data, question, answer)
    back = here.find(data, ASK)
    assert isinstance(back, Result)
    assert back.to_csv() == result.to_csv()
    assert back.receipt == result.receipt
    pd.testing.assert_frame_equal(here.find(data, cold_start(ASK, Whom.PEOPLE)), table)
    assert [one.to_json() for one in here.find(data, replace(ASK, budget=2))] == [result.to_json()] * 2


def test_another_question_other_data_and_a_broken_folder_find_nothing(here):
    data = town(rated=True)
    here.keep(data, ASK, run(data, ASK))
    assert here.find(data, ASK) is not None
    assert here.find(data, replace(ASK, k=7)) is None
    assert here.find(town(rated=True, seed=1), ASK) is None
    for file in here.folder.rglob("*.parquet"):
        file.write_bytes(b"x")
    assert here.find(data, ASK) is None


def test_nothing_of_a_visitors_own_data_is_written(here):
    data = replace(town(rated=True), private=True)
    here.keep(data, ASK, pd.DataFrame({"value": [1.0]}))
    assert not here.folder.exists()


def test_the_oldest_answers_make_room(here, monkeypatch):
    monkeypatch.setattr(shelf, "MOST", 2)
    data = town(rated=True)
    for k in (3, 4, 5):
        here.keep(data, replace(ASK, k=k), pd.DataFrame({"value": [float(k)]}))
    assert len(list(here.folder.iterdir())) == 2
    assert here.find(data, replace(ASK, k=5)) is not None


def test_filling_answers_every_usual_question_once(here, monkeypatch):
    told: list[str] = []
    shelf.fill(here, told.append)
    assert told == [f"Town: {line} ready" for line, _ in questions(town(rated=True))]
    monkeypatch.setattr(Experiment, "ask", None)  # asked again, nothing is measured again
    shelf.fill(here, told.append)
    assert len(told) == 10
