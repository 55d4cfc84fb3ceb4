"""A stopped experiment goes on where it was, and a saved one is read back as it was."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from recsys import cli
from recsys.data import Dataset
from recsys.errors import DataError
from recsys.evaluate import Experiment, Result, experiment, run
from recsys.evaluate.tables import PARTS
from tests.evaluate.town import town

TOWN = town(n_users=30, rated=True)
ASK = Experiment("town", "k_fold", 5, ("ease", "text_mean"), n_boot=50, budget=2, longest=10)


@pytest.fixture(autouse=True)
def words_only(fresh_reader):
    fresh_reader(RECSYS_ENCODER="lexical")


@pytest.fixture
def fits(monkeypatch) -> list[str]:
    """Names of the models that were fitted and asked, in that order, once per fold."""
    names: list[str] = []
    real = experiment._fitted

    def noted(name, knobs, train):
        names.append(name)
        return real(name, knobs, train)

    monkeypatch.setattr(experiment, "_fitted", noted)
    return names


def same(ours: Result, theirs: Result) -> None:
    for name in (*PARTS, "per_user", "credits"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name))
    assert ours.to_csv() == theirs.to_csv()
    assert (ours.receipt.knobs, ours.receipt.notes) == (theirs.receipt.knobs, theirs.receipt.notes)


class Stopped(Exception):
    """The power went out."""


def test_a_stopped_run_goes_on_where_it_was_with_the_same_numbers(tmp_path: Path, fits):
    whole = run(TOWN, ASK)
    roster, n_folds = list(ASK.roster), whole.receipt.n_folds
    fits.clear()

    def stop(share: float, line: str) -> None:
        if line.startswith("Average of texts"):
            raise Stopped

    with pytest.raises(Stopped):
        run(TOWN, ASK, stop, tmp_path)
    assert list(dict.fromkeys(fits)) == roster[:-1]
    fits.clear()
    resumed = run(TOWN, ASK, folder=tmp_path)
    assert fits == ["text_mean"] * n_folds
    same(resumed, whole)
    fits.clear()
    same(run(town(n_users=30, rated=True), ASK, folder=tmp_path), whole)
    assert fits == []
    assert not list(tmp_path.rglob("*.part"))


def test_a_further_model_needs_only_itself_and_another_question_everything(tmp_path: Path, fits):
    ask = dataclasses.replace(ASK, split="random", budget=1)
    run(TOWN, ask, folder=tmp_path)
    fits.clear()
    run(TOWN, dataclasses.replace(ask, models=("ease", "text_mean", "text_profile"), n_boot=20), folder=tmp_path)
    assert fits == ["text_profile"]
    fits.clear()
    run(TOWN, dataclasses.replace(ask, seed=1), folder=tmp_path)
    assert fits == list(ask.roster)
    fits.clear()
    renamed = TOWN.items.assign(title="bread")  # the same people and events: only the version tells them apart
    run(Dataset.from_tables("town", renamed, TOWN.events), ask, folder=tmp_path)
    assert fits == list(ask.roster)


@pytest.mark.parametrize("broken", [b"", b"not an archive", None])
def test_what_cannot_be_read_is_made_again(tmp_path: Path, fits, broken):
    ask = dataclasses.replace(ASK, split="random", budget=1)
    whole = run(TOWN, ask, folder=tmp_path)
    file = next(tmp_path.rglob("ease.npz"))
    file.write_bytes(file.read_bytes()[:200] if broken is None else broken)
    fits.clear()
    same(run(TOWN, ask, folder=tmp_path), whole)
    assert fits == ["ease"]


def test_private_data_leave_nothing_on_disk(tmp_path: Path):
    mine = dataclasses.replace(TOWN, private=True)
    result = run(mine, dataclasses.replace(ASK, split="random", budget=1), folder=tmp_path)
    assert "Nothing was kept on disk: these are a visitor's own data." in result.receipt.notes
    with pytest.raises(DataError, match="visitor's own data"):
        result.save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ask", [ASK, dataclasses.replace(ASK, split="cold_items", budget=1, sampled=3)])
def test_a_saved_result_is_read_back_as_it_was(tmp_path: Path, ask):
    result = run(TOWN, ask)
    result.save(tmp_path / "deep" / "folder")
    back = Result.load(tmp_path / "deep" / "folder")
    same(back, result)
    assert back.config == ask
    assert back.receipt == result.receipt
    assert back.sentences("ndcg") == result.sentences("ndcg")
    said = json.loads((tmp_path / "deep" / "folder" / "results.json").read_text())
    assert said["config"]["dataset"] == "town"
    assert said["receipt"]["dataset_version"] == TOWN.version
    assert said["receipt"]["versions"]["numpy"]


def test_a_folder_without_results_and_one_that_cannot_be_written_are_said_in_one_sentence(tmp_path: Path):
    with pytest.raises(DataError, match="holds no saved results"):
        Result.load(tmp_path)
    (tmp_path / "results.parquet").write_text("nonsense")
    with pytest.raises(DataError, match="holds no saved results"):
        Result.load(tmp_path)
    (tmp_path / "file").write_text("")
    ask = dataclasses.replace(ASK, split="random", budget=1)
    with pytest.raises(DataError, match="cannot be kept"):
        run(TOWN, ask, folder=tmp_path / "file")
    with pytest.raises(DataError, match="cannot be written"):
        run(TOWN, ask).save(tmp_path / "file")


def test_the_page_of_a_result_stands_by_itself_and_escapes_names():
    odd = dataclasses.replace(TOWN, label="<b>Town</b> & co")
    page = run(odd, dataclasses.replace(ASK, split="random", budget=1)).to_html()
    assert page.startswith("<!doctype html>")
    assert "<b>Town" not in page
    assert "&lt;b&gt;Town&lt;/b&gt; &amp; co" in page
    assert "http" not in page
    assert "95% intervals" in page
    assert page.count("<tr>") > 40


def test_the_command_line_writes_results_and_goes_on_from_them(tmp_path: Path, capsys, fits):
    words = ["evaluate", "--dataset", "shop", "--split", "random", "--k", "3", "--models", "ease", "--n-boot", "20"]
    words += ["--liked-from", "3.5", "--max-users", "20", "--tune", "2", "--longest", "5", "--out", str(tmp_path)]
    assert cli.main(words) == 0
    first = capsys.readouterr().out
    assert "setting: ease" in first
    result = Result.load(tmp_path)
    assert result.config == Experiment(
        "shop", "random", 3, ("ease",), max_users=20, n_boot=20, liked_from=3.5, budget=2, longest=5
    )
    fits.clear()
    assert cli.main(words) == 0
    assert fits == []
    assert capsys.readouterr().out.splitlines()[:-1] == first.splitlines()[:-1]  # the last line is the time


def test_the_command_line_refuses_a_folder_it_cannot_write(tmp_path: Path, capsys):
    (tmp_path / "file").write_text("")
    words = ["evaluate", "--dataset", "shop", "--models", "--max-users", "5", "--out", str(tmp_path / "file" / "x")]
    assert cli.main(words) == 1
    assert "cannot be" in capsys.readouterr().err
