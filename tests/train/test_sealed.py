"""The seal of a test set: every opening counts once, whoever opens it, and the second one is warned of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recsys.data import Dataset, splits
from recsys.errors import StorageError
from recsys.evaluate.lists import asked, metric_values
from recsys.models import build
from recsys.settings import settings
from recsys.train.job import Desk
from recsys.train.sealed import FILE, OpenTest, caution, opened, openings
from tests.evaluate.town import town


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSYS_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def data() -> Dataset:
    return town()


def test_every_opening_counts_once_and_says_by_what(data):
    assert openings(data, "random", 0) == ()
    assert opened(data, "random", 0, "EASE by NDCG", "a") == 1
    assert opened(data, "random", 0, "EASE by NDCG", "a") == 1  # the same job, after a stop
    assert opened(data, "random", 0, "Items alike by Recall", "b") == 2
    assert opened(data, "random", 0, "EASE by NDCG", "a") == 1
    looks = openings(data, "random", 0)
    assert [one.by for one in looks] == ["EASE by NDCG", "Items alike by Recall"]
    assert looks[0].at <= looks[1].at


def test_another_part_has_a_seal_of_its_own_but_another_encoder_has_not(data):
    opened(data, "random", 0, "EASE", "a")
    assert openings(data, "random", 1) == ()
    assert openings(data, "global_time", 0) == ()
    assert openings(town(seed=1), "random", 0) == ()
    assert len(openings(data.read_by("lexical"), "random", 0)) == 1


def test_many_at_once_are_all_counted(data):
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda n: opened(data, "random", 0, "EASE", f"ticket {n}"), range(24)))
    assert sorted(counts) == list(range(1, 25))
    assert len(openings(data, "random", 0)) == 24


def test_the_second_opening_is_warned_of_in_one_sentence():
    assert caution(0) == ""
    assert caution(1) == "This test set was opened once before: choosing by what it says makes its numbers too good."
    assert "opened 4 times before" in caution(4)


def test_opening_measures_the_test_part_and_the_same_job_opens_it_once(data, tmp_path):
    recipe = OpenTest("item_knn", (("shrink", 3.0),), split="random")
    desk = Desk(tmp_path / "item_knn-1")
    result = json.loads(json.dumps(recipe.run(data, desk)))
    assert recipe.run(data, desk)["n_opened"] == 1
    cut = splits.split(data, "random", 0, recipe.max_users)
    scorer = build("item_knn", shrink=3.0).fit(cut.train)
    expected = metric_values(scorer, asked(cut), cut, ("ndcg",), 10)[:, 0]
    worth = result["worth"]
    assert worth["tuned"]["value"] == pytest.approx(expected.mean())
    assert worth["gain"]["value"] == pytest.approx(worth["tuned"]["value"] - worth["default"]["value"])
    assert worth["tuned"]["value"] > worth["random"]["value"]
    assert result["n_people"] == worth["gain"]["n"] == len(expected)
    assert OpenTest("ease", split="random").run(data, Desk(tmp_path / "ease-1"))["n_opened"] == 2


def test_nothing_is_opened_where_it_cannot_be_counted(data, tmp_path):
    (tmp_path / FILE).write_text("this is no book of openings")
    with pytest.raises(StorageError, match=FILE):
        OpenTest("ease", split="random").run(data, Desk(tmp_path / "ease-1"))
