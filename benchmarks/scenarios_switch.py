"""Switching scenario: seconds from the click on its pill to its cards on the screen, in a real browser."""

from __future__ import annotations

import os
import tempfile
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.harness.app import CHROMIUM, Server, open_page, settle
from benchmarks.scenarios_figures import Figures
from recsys.data import catalogue
from recsys.ui.state import Key
from recsys.warm import warm

_SWITCH = """([picker, label]) => new Promise(done => {
    const drawn = () => [...document.querySelectorAll("[class*='st-key-card-']")]
        .filter(e => e.getClientRects().length).map(e => e.className);
    const old = new Set(drawn()), full = old.size;
    const start = performance.now();
    const shown = () => {
        const now = drawn();
        return now.length >= full && !now.some(one => old.has(one));
    };
    const look = () => shown() ? setTimeout(() => done(performance.now() - start), 0)
        : performance.now() - start > 60000 ? done(-1) : requestAnimationFrame(look);
    [...document.querySelectorAll(`.st-key-${picker} button`)].find(e => e.innerText.trim() === label).click();
    requestAnimationFrame(look);
})"""
"""Resolves to the milliseconds from the click on a pill to as many cards as before, all of them new; -1 after 60 s."""

AT_MOST = {"switching/first_p95_s": 2.0, "switching/again_p95_s": 2.0}
"""The first time in a fresh process, and later."""


@dataclass
class Visit:
    """What one process took to show each scenario."""

    first: dict[str, float] = field(default_factory=dict)
    """Seconds by name, the first time; the one the visit began with is not here."""
    again: dict[str, float] = field(default_factory=dict)
    resident_mb: float = 0.0


def switching() -> Figures:
    """Two fresh processes, each visiting every scenario twice: one begins with the first of them, one with the last.

    So every scenario is once switched to for the first time. The encoder and the vectors of every catalogue are in
    the cache before, as after the first start on a machine. ``load`` is how busy the machine was before.
    """
    labels = {ref.name: ref.label for ref in catalogue.available() if ref.synthetic}
    load = os.getloadavg()[0]
    warm(samples_only=True)
    forth = _visit(labels, list(labels))
    back = _visit(labels, list(reversed(labels)))
    first = {name: max(forth.first.get(name, 0.0), back.first.get(name, 0.0)) for name in labels}
    again = {name: max(forth.again[name], back.again[name]) for name in labels}
    figures: dict[str, float | int] = {"switching/load": load, "switching/n_scenarios": len(labels)}
    for when, seconds in (("first", first), ("again", again)):
        figures |= {f"switching/{when}_p{p}_s": float(np.percentile([*seconds.values()], p)) for p in (50, 95)}
        figures |= {f"switching/{name}/{when}_s": value for name, value in seconds.items()}
    return figures | {"switching/resident_mb": max(forth.resident_mb, back.resident_mb)}


def _visit(labels: Mapping[str, str], names: Sequence[str]) -> Visit:
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        server = Server(Path(state))
        try:
            server.wait()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            begin, *others = names
            open_page(page, f"{server.url}/?{Key.DATA}={urllib.parse.quote_plus(labels[begin])}")
            _rest(page)
            visit = Visit({name: _switch(page, labels[name]) for name in others})
            visit.again = {name: _switch(page, labels[name]) for name in names}
            visit.resident_mb = psutil.Process(server.process.pid).memory_info().rss / 2**20
            browser.close()
        finally:
            server.stop()
    return visit


def _switch(page: Page, label: str) -> float:
    """Seconds until the cards of the scenario called ``label`` are drawn; RuntimeError when they never are."""
    seconds = float(page.evaluate(_SWITCH, [str(Key.DATA), label])) / 1000
    if seconds < 0:
        raise RuntimeError(f"{label} did not show its cards within a minute: the measurement is void")
    _rest(page)
    return seconds


def _rest(page: Page) -> None:
    settle(page)
    page.wait_for_timeout(1500)
