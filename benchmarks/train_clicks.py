"""What a training costs everybody else: clicks on the Live page while one runs, and how soon it can be stopped."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.harness.app import CHROMIUM, Server, open_page
from benchmarks.live import BARS, Config, clicks
from benchmarks.result import best_dataset, percentiles
from recsys.data import catalogue
from recsys.train import Job, State
from recsys.train.finetune import FineTune
from recsys.warm import warm

Figures = dict[str, float | int | str]

AT_LEAST: dict[str, float] = {}
AT_MOST = {
    "clicks/beside/p95_ms": BARS["click_paint_p95_ms"],
    "clicks/cancel_s": 2.0,
}
ROUNDS = 2
"""Times each way is measured, in turns: a busy machine hurts both alike."""
STARTED_SECONDS = 120


def figures(say: Callable[[str], object]) -> Figures:
    """Median and 95th percentile of a click with and without an encoder being trained beside it, and the cancel."""
    warm(samples_only=True)
    say("clicking with and without a training beside")
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        server = Server(Path(state))
        server.wait()
        job = Job.of(FineTune(), catalogue.load(best_dataset()))
        # The training has to write where the server looks for it.
        job = Job(job.recipe, Path(state) / "jobs" / job.folder.name, job.dataset, job.liked_from, job.data_version)
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            open_page(page, server.url + Config.address)
            return _measured(page, job)
        finally:
            job.cancel()
            server.stop()


def _measured(page: Page, job: Job) -> Figures:
    config, alone, beside, stopped = Config(n_clicks=40), list[float](), list[float](), list[float]()
    page.wait_for_timeout(2000)
    clicks(page, Config(n_clicks=5))
    for _ in range(ROUNDS):
        alone += clicks(page, config)
        job.start()
        _until(lambda: bool(job.points) or job.state is not State.RUNNING)
        beside += clicks(page, config)
        if job.state is not State.RUNNING:
            raise RuntimeError(f"the training was over before the clicks were: {job.error or job.progress[1]}")
        started = time.perf_counter()
        job.cancel()
        stopped.append(time.perf_counter() - started)
    return {
        **percentiles("clicks/alone/", alone),
        **percentiles("clicks/beside/", beside),
        "clicks/n": len(beside),
        "clicks/cancel_s": max(stopped),
    }


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTED_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the training did not begin within {STARTED_SECONDS} s")
        time.sleep(0.2)
