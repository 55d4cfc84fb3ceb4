"""A search for the best setting: blind to the test part, stopped early where it pays, and never lost."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import pytest

from recsys.columns import Events
from recsys.data import Dataset, splits
from recsys.errors import UnknownIdError
from recsys.evaluate.tune import Knobs
from recsys.models import MODELS, build
from recsys.models.user_knn import UserKnn
from recsys.settings import settings
from recsys.train import tune
from recsys.train.job import Desk, Job, State
from recsys.train.tune import ENOUGH, N_FREE, SHARES, Search, Tune, suggested, tunable
from tests.evaluate.town import town

ASK = Tune("item_knn", split="random", trials=9)
LONGER = Tune("item_knn", split="random", trials=20)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return town()


@pytest.fixture(scope="module")
def whole(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """A search that nothing happened to."""
    return searched(data, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def worth(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Knobs], list[float]]], None]:
    """Return a function that says what each setting measures, share by share."""

    def choose(values: Callable[[Knobs], list[float]]) -> None:
        monkeypatch.setattr(Search, "_values", lambda self, knobs: iter(values(knobs)))

    return choose


def searched(data: Dataset, folder: Path, ask: Tune = ASK) -> Search:
    search = Search(ask, *ask.validation(data), Desk(folder))
    search.run()
    return search


def told(search: Search) -> list[tuple[object, ...]]:
    """What was tried and what it was worth, without how long it took."""
    return [(point["state"], point["value"], sorted(point["knobs"].items())) for point in search.points()]


def by_caution(knobs: Knobs) -> list[float]:
    """The higher a knob, the worse, from the first quarter of the people on."""
    return [1 / (1 + float(knobs["shrink"]))] * len(SHARES)


def test_the_first_setting_is_the_default_one_and_the_best_one_wins(data, whole):
    result = json.loads(json.dumps(ASK.run(data, whole.desk)))
    points = result["trials"]
    assert len(points) == ASK.trials
    assert points[0]["knobs"] == {knob.name: knob.default for knob in MODELS["item_knn"].knobs}
    judged = [point for point in points if point["state"] == "complete"]
    assert result["knobs"] == max(judged, key=lambda point: point["value"])["knobs"]
    assert points[-1]["best"] == max(point["value"] for point in judged)
    worth = result["worth"]
    assert worth["tuned"]["value"] == pytest.approx(points[-1]["best"])
    assert worth["default"]["value"] == pytest.approx(points[0]["value"])
    assert worth["gain"]["value"] == pytest.approx(points[-1]["best"] - points[0]["value"])
    assert worth["random"]["n"] == worth["popularity"]["n"] == result["n_people"]
    assert whole.desk.points == points


def test_what_the_test_part_holds_out_is_never_looked_at(data):
    pairs = lambda part: set(zip(part.events[Events.USER], part.events[Events.ITEM], strict=True))  # noqa: E731
    known = pairs(splits.split(data, ASK.split, ASK.seed, ASK.max_users).train)
    cut, people = ASK.validation(data)
    wanted = {(person.query.user_id, data.item_ids[row]) for person in people for row in person.relevant}
    assert pairs(cut.train) < known
    assert wanted < known
    assert not wanted & pairs(cut.train)


def test_a_search_that_was_killed_goes_on_as_if_it_never_had_been(data, whole, tmp_path, monkeypatch):
    measured, left = tune.metric_values, iter(range(21))

    def dies(*args, **kwargs):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return measured(*args, **kwargs)

    for _ in range(2):  # the second time it dies at once
        monkeypatch.setattr(tune, "metric_values", dies)
        with pytest.raises(KeyboardInterrupt):
            searched(data, tmp_path)
        monkeypatch.undo()
    n_before = len(Desk(tmp_path).points)
    resumed = searched(data, tmp_path)
    assert 1 < n_before < ASK.trials
    assert told(resumed) == told(whole)
    assert resumed.best == whole.best
    assert Desk(tmp_path).points == resumed.points()
    # What was at hand both times is kept, as failed.
    assert [trial.state.name for trial in resumed._study.trials if trial.value is None] == ["FAIL", "FAIL"]


def test_a_finished_search_tries_nothing_more_but_notes_what_a_killed_process_could_not(data, whole, monkeypatch):
    monkeypatch.setattr(Search, "_try", None)
    notes = whole.desk.folder / "points.jsonl"
    notes.write_text("\n".join(notes.read_text().splitlines()[:-1]) + "\n")
    assert len(whole.desk.points) == ASK.trials - 1
    assert told(searched(data, whole.desk.folder)) == told(whole)
    assert whole.desk.points == whole.points()


def test_what_is_below_the_middle_is_stopped_early_but_not_the_first_few(data, tmp_path, worth):
    worth(by_caution)
    points = searched(data, tmp_path, LONGER).points()
    assert all(point["state"] == "complete" for point in points[:N_FREE])
    stopped = [point for point in points if point["state"] == "pruned"]
    assert stopped
    for point in stopped:
        earlier = [other["value"] for other in points[: point["number"]] if other["state"] == "complete"]
        assert point["value"] < np.median(earlier)
        assert point["share"] == SHARES[0]
    assert all(point["best"] == max(other["value"] for other in points[: n + 1]) for n, point in enumerate(points))
    assert points[-1]["best"] > points[0]["value"]


def test_a_setting_that_nothing_can_be_said_of_never_wins_and_is_not_tried_for_ever(data, tmp_path, worth):
    worth(lambda knobs: [float("nan")] * len(SHARES))
    search = searched(data, tmp_path)
    assert len(search.points()) == ASK.trials
    assert all(point["value"] is None and point["best"] is None for point in search.points())
    assert search.best == {knob.name: knob.default for knob in MODELS["item_knn"].knobs}
    json.dumps(search.points(), allow_nan=False)


def test_a_model_is_fitted_once_where_only_knobs_of_the_query_change(data, tmp_path, monkeypatch):
    n_fits, fit = [], UserKnn.fit
    monkeypatch.setattr(UserKnn, "fit", lambda self, train: n_fits.append(1) or fit(self, train))
    search = searched(data, tmp_path, Tune("user_knn", split="random", trials=4))
    assert len({json.dumps(point["knobs"]) for point in search.points()}) == 4
    assert len(n_fits) == 1


def test_the_budget_of_time_ends_it_and_counts_over_stops(data, tmp_path):
    hasty = Tune("item_knn", split="random", trials=16, seconds=1e-9)
    assert len(searched(data, tmp_path, hasty).points()) == 1
    assert len(searched(data, tmp_path, hasty).points()) == 1


def test_importance_names_the_knob_that_matters_or_says_why_it_cannot(data, tmp_path, worth):
    worth(lambda knobs: [*[1.0] * (len(SHARES) - 1), *by_caution(knobs)[:1]])  # nothing is stopped early
    shares, note = searched(data, tmp_path / "many", LONGER).importance()
    assert note == ""
    assert max(shares, key=lambda name: shares[name]) == "shrink"
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) == {knob.name for knob in tunable("item_knn")}
    few, why = searched(data, tmp_path / "few", Tune("item_knn", split="random", trials=3)).importance()
    assert not few
    assert why.startswith("3 tries were judged on everybody")
    worth(lambda knobs: [0.5] * len(SHARES))
    none, why = searched(data, tmp_path / "flat", Tune("item_knn", split="random", trials=ENOUGH)).importance()
    assert not none
    assert "no knob matters" in why


@pytest.mark.parametrize("model", [name for name in MODELS if tunable(name)])
def test_every_knob_is_searched_where_it_says(model):
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1)).ask()
    knobs = {knob.name: suggested(trial, knob) for knob in tunable(model)}
    build(model, **knobs)
    for knob in tunable(model):
        value = knobs[knob.name]
        assert value in knob.choices if knob.choices else knob.low <= value <= knob.high
        assert not knob.whole or isinstance(value, int)
    assert "seed" not in knobs


def test_what_cannot_be_searched_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="popularity has no knob to tune"):
        Tune("popularity")
    with pytest.raises(ValueError, match="novelty does not say how well lists hit"):
        Tune("ease", metric="novelty")
    with pytest.raises(UnknownIdError, match="no split 'sideways'"):
        Tune("ease", split="sideways")
    with pytest.raises(ValueError, match="has 0 and 10 seconds"):
        Tune("ease", trials=0, seconds=10)


@pytest.mark.slow
def test_a_job_killed_in_the_middle_goes_on_where_it_was(shop, fresh_reader, tmp_path):
    fresh_reader(RECSYS_ENCODER="lexical", RECSYS_STATE_DIR=str(tmp_path))
    assert settings().state_dir == tmp_path
    job = Job.of(Tune("item_knn", split="random", trials=12), shop)
    job.start()
    wait_for(lambda: len(job.points) >= 3)
    pid = json.loads((job.folder / "job.json").read_text())["pid"]
    os.killpg(pid, signal.SIGKILL)
    wait_for(lambda: job.state is not State.RUNNING)
    before = job.points
    assert job.state is State.STOPPED
    assert 3 <= len(before) < 12
    job.start()
    wait_for(lambda: job.state is not State.RUNNING)
    assert job.error == ""
    assert job.result["trials"][: len(before)] == before
    assert len(job.result["trials"]) == 12


def wait_for(what: Callable[[], bool], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)
