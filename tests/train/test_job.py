"""A training lives in a process of its own: it is watched, cancelled in time, and goes on from where it was."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from recsys.data import Dataset
from recsys.errors import DataError, UnknownIdError
from recsys.settings import settings
from recsys.train import job
from recsys.train.job import Desk, Job, State
from recsys.train.recipes import recipe_class
from tests.train.slow_training import Count

FOREVER = Count(until=100_000)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSYS_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(job, "PROCESS", "tests.train.slow_training")
    settings.cache_clear()
    yield
    for one in job.all_jobs():
        one.cancel()
    settings.cache_clear()


def wait_for(what: Callable[[], object], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def test_a_job_is_new_then_runs_then_is_done_and_says_what_came_out(shop: Dataset):
    one = Job.of(Count(names=("a", "b")), shop)
    assert (one.state, one.result, one.points) == (State.NEW, {}, [])
    one.start()
    assert one.state in (State.RUNNING, State.DONE)
    wait_for(lambda: one.state is State.DONE)
    assert one.result == {"counted": 3, "started_at": 0, "items": shop.n_items, "names": ["a", "b"]}
    assert [point["n"] for point in one.points] == [1, 2, 3]
    assert one.progress == (1.0, "3 of 3")
    one.start()  # nothing to do
    assert one.state is State.DONE
    assert Job.of(Count(names=("a", "b")), shop).result == one.result


def test_a_cancelled_job_ends_within_two_seconds_with_all_it_started_and_goes_on_later(shop: Dataset):
    one = Job.of(replace(FOREVER, pause=0.01), shop)
    one.start()
    wait_for(lambda: one.points)
    pid = json.loads((one.folder / "job.json").read_text())["pid"]
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    assert len(family) == 2
    started = time.monotonic()
    one.cancel()
    assert time.monotonic() - started < 2
    assert one.state is State.STOPPED
    psutil.wait_procs(family, timeout=1)
    assert all(not process.is_running() or process.status() == psutil.STATUS_ZOMBIE for process in family)
    reached = len(one.points)
    one.start()
    wait_for(lambda: len(one.points) > reached)
    assert [point["n"] for point in one.points] == list(range(1, len(one.points) + 1))


def test_a_killed_process_leaves_a_job_that_goes_on_where_it_was(shop: Dataset):
    one = Job.of(Count(until=60, pause=0.02), shop)
    one.start()
    wait_for(lambda: len(one.points) >= 3)
    os.killpg(json.loads((one.folder / "job.json").read_text())["pid"], signal.SIGKILL)
    wait_for(lambda: one.state is State.STOPPED)
    one.start()
    wait_for(lambda: one.state is State.DONE)
    assert one.result["started_at"] >= 3
    assert [point["n"] for point in one.points] == list(range(1, 61))


def test_two_sessions_that_start_the_same_job_start_it_once(shop: Dataset):
    first, second = Job.of(FOREVER, shop), Job.of(FOREVER, shop)
    first.start()
    second.start()
    wait_for(lambda: len(first.points) >= 5)
    assert [point["n"] for point in first.points] == list(range(1, len(first.points) + 1))
    assert len(job.all_jobs()) == 1


def test_a_second_training_waits_for_its_turn(shop: Dataset):
    first, second = Job.of(FOREVER, shop), Job.of(Count(until=2), shop)
    first.start()
    wait_for(lambda: first.points)
    second.start()
    wait_for(lambda: "another training" in second.progress[1])
    assert second.state is State.RUNNING
    assert not second.points
    first.cancel()
    wait_for(lambda: second.state is State.DONE)


def test_a_failed_job_says_why_and_may_be_tried_again(shop: Dataset):
    one = Job.of(Count(breaks_at=3), shop)
    one.start()
    wait_for(lambda: one.state is State.FAILED)
    assert one.error == "three is too many"
    assert not one.result
    one.start()
    wait_for(lambda: one.state is State.FAILED)


def test_data_that_changed_since_are_not_trained_on(shop: Dataset):
    one = replace(Job.of(Count(), shop), data_version="0" * 16)
    one.start()
    wait_for(lambda: one.state is State.FAILED)
    assert "has changed" in one.error


def test_a_visitors_own_data_are_never_written_to_disk(shop: Dataset):
    with pytest.raises(DataError, match="never written to disk"):
        Job.of(Count(), replace(shop, private=True))


def test_what_is_done_to_which_data_names_the_job(shop: Dataset, video: Dataset):
    names = {Job.of(recipe, data).folder for recipe in (Count(), Count(until=4)) for data in (shop, video)}
    assert len(names) == 4
    assert Job.of(Count(), shop.read_by("lexical")).folder == Job.of(Count(), shop).folder


def test_a_folder_with_no_training_in_it_is_said(tmp_path: Path):
    with pytest.raises(DataError, match="no training"):
        job.opened(tmp_path)
    with pytest.raises(UnknownIdError, match="no training 'dance'"):
        recipe_class("dance")


def test_points_survive_a_line_cut_off_by_a_kill(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.note(step=1, loss=0.5)
    (tmp_path / "points.jsonl").open("a").write('{"step": 2, "lo')
    assert desk.points == [{"step": 1, "loss": 0.5}]


def test_forgetting_a_job_ends_it_and_deletes_its_folder(shop: Dataset):
    one = Job.of(FOREVER, shop)
    one.start()
    one.forget()
    assert one.state is State.NEW
    assert not one.folder.exists()


def test_only_the_newest_jobs_are_kept(shop: Dataset, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job, "MOST", 2)
    jobs = [Job.of(Count(until=n), shop) for n in (1, 2, 3)]
    for one in jobs:
        one.start()
        wait_for(lambda one=one: one.state is State.DONE)
    assert [one.state for one in jobs] == [State.NEW, State.DONE, State.DONE]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="NO AUTOGROUPS on this kernel")
def test_a_training_lets_every_other_session_go_first(shop: Dataset, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RECSYS_TRAINING", "idle")
    one = Job.of(FOREVER, shop)
    one.start()
    pid = json.loads((one.folder / "job.json").read_text())["pid"]
    wait_for(lambda: os.sched_getscheduler(pid) == os.SCHED_IDLE)
    wait_for(lambda: Path(f"/proc/{pid}/autogroup").read_text().endswith("nice 19\n"))
