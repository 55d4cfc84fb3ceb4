"""The live loop, measured whole: how fast a list follows an event, what a crash loses, what the live profile is worth.

Servers, browser, crashes and people are real ones on this machine. ``--only`` measures some of the parts and keeps
the other figures of the last run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from playwright.sync_api import sync_playwright

from benchmarks import live, loop_quality, loop_rerank
from benchmarks.harness.app import CHROMIUM, open_page
from benchmarks.loop_crash import crash
from benchmarks.loop_steps import event_to_list, growth, people_at_once, served
from benchmarks.result import FILMS, SHOP, best_dataset, last, parts_asked, percentiles, write
from recsys.data import catalogue
from recsys.warm import warm

ADDRESSES = {FILMS: "?data=MovieLens+latest-small", SHOP: "?data=Shop"}

AT_MOST = {
    "event_list_p50_ms": 40.0,
    "event_list_p95_ms": 80.0,
    "click_paint_p95_ms": 300.0,
    "ten_users_p95_ms": 500.0,
    "ten_users_errors": 0.0,
    "lost_events": 0.0,
    "duplicate_events": 0.0,
    "session_growth_mb": 60.0,
}
AT_LEAST = {**loop_quality.AT_LEAST, **loop_rerank.AT_LEAST}
"""What each figure should be at most and at least."""

Figures = Mapping[str, float | int | str]


def options(arguments: Sequence[str]) -> tuple[str, ...]:
    """The parts that the words after ``python -m benchmarks loop`` ask for."""
    return parts_asked("loop", _parts(SHOP), arguments)


def main(only: Sequence[str] = ()) -> int:
    """Measure, write ``results/loop.json``; 1 when a bar is missed."""
    name = best_dataset()
    figures: dict[str, float | int | str] = last("loop") if only else {}
    figures["dataset"] = name
    for part, measure in _parts(name).items():
        if not only or part in only:
            print(f"measuring {part}", file=sys.stderr)
            figures |= {key: round(v, 4) if isinstance(v, float) else v for key, v in measure().items()}
    return write(
        "loop",
        figures,
        at_least={key: bar for key, bar in AT_LEAST.items() if key in figures},
        at_most={key: bar for key, bar in AT_MOST.items() if key in figures},
    )


def _parts(name: str) -> dict[str, Callable[[], Figures]]:
    """What can be measured, in the order in which it is: what needs a quiet machine first."""
    return {
        "steps": lambda: event_to_list(catalogue.load(name)),
        "paint": partial(_paint, ADDRESSES[name]),
        "crowd": partial(_crowd, ADDRESSES[name]),
        "growth": _growth,
        "crash": crash,
        "quality": loop_quality.measure,
        "rerank": loop_rerank.measure,
    }


def _paint(address: str) -> Figures:
    """Click to painted list in Chromium."""
    warm(samples_only=False)
    with served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        open_page(page, f"{server.url}/{address}")
        page.locator("[class*='st-key-card-']").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        times = live.clicks(page, replace(live.Config(), n_clicks=40))
        browser.close()
    return percentiles("click_paint_", times)


def _crowd(address: str) -> Figures:
    with served() as server:
        return people_at_once(server, address.removeprefix("?"))


def _growth() -> Figures:
    with served() as server:
        return growth(server)
