"""How fast the running app answers a person: clicks and keys in Chromium, start-up, memory.

Every figure comes from a real server and a real browser on this machine; the encoder's export and the catalogue's
vectors are made before the clock starts, as they are once per machine.
"""

from __future__ import annotations

import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.harness.app import CHROMIUM, Server, open_page, settle
from benchmarks.result import percentiles, write
from recsys.warm import warm

_REPAINTED = """%(argument)s => new Promise(done => {
    const list = () => [...document.querySelectorAll("[class*='st-key-card-']")].map(e => e.className).join();
    const before = list();
    let start = 0;
    const watch = new MutationObserver(() => {
        if (start && list() !== before) {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
        }
    });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, attributeFilter: ["class"]});
    setTimeout(() => done(-1), 8000);
    %(begin)s
})"""
"""Resolves to the milliseconds from ``start``, which ``begin`` sets, to another list on the screen; -1 after 8 s."""
_CLICK = _REPAINTED % {
    "argument": "selector",
    "begin": "start = performance.now(); document.querySelector(selector).click();",
}
_TYPE = _REPAINTED % {
    "argument": "()",
    "begin": """document.querySelector("input[type=search]")
        .addEventListener("input", () => { start = performance.now(); });""",
}

_OPEN = """([link, was]) => new Promise(done => {
    const useful = ["[class*='st-key-card-']", ".js-plotly-plot .main-svg", "[data-testid='stDataFrame'] canvas",
        "[class*='st-key-words-']", "ol li", "table"].join();
    const drawn = () => [...document.querySelectorAll(useful)].filter(e => e.getClientRects().length);
    const old = new Set(drawn());
    const shown = () => document.querySelector("h1")?.innerText !== was && drawn().some(e => !old.has(e));
    const start = performance.now();
    const look = () => shown() ? setTimeout(() => done(performance.now() - start), 0)
        : performance.now() - start > 30000 ? done(-1) : requestAnimationFrame(look);
    [...document.querySelectorAll("a")].find(e => e.innerText.trim() === link).click();
    requestAnimationFrame(look);
})"""
"""Resolves to the milliseconds from a click on a page's link to its heading and a new thing below; -1 after 30 s."""

WISHES = (
    "quiet headphones for a night train",
    "something to keep coffee hot",
    "shoes for rain",
    "a gift for a toddler",
    "grow tomatoes on a balcony",
    "light tent for two",
    "sharp knife for vegetables",
    "sleep mask",
    "想要一双适合雨天跑步的鞋",
    "猫咪喝水的碗",
)


@dataclass(frozen=True)
class Config:
    """What is measured."""

    address: str = "/?data=Shop"
    n_clicks: int = 60
    n_wishes: int = 20
    pause_ms: int = 400
    n_opened: int = 3
    """Times each other page is opened, after one that warms it."""


BARS = {
    "click_paint_p50_ms": 120.0,
    "click_paint_p95_ms": 300.0,
    "typed_list_p95_ms": 450.0,
    "second_start_s": 6.0,
    "first_visit_s": 1.0,
    "resident_mb": 450.0,
    "slowest_page_ms": 1000.0,
}
"""What each figure should be at most."""


def main(config: Config | None = None) -> int:
    """Measure, print one line of JSON, and write benchmarks/results/live.json; 1 when a bar is missed."""
    config = config or Config()
    warm(samples_only=True)
    with tempfile.TemporaryDirectory() as state:
        started = time.perf_counter()
        server = Server(Path(state))
        server.wait()
        second_start_s = time.perf_counter() - started
        try:
            figures = _drive(server, config)
        finally:
            server.stop()
    figures |= {"second_start_s": second_start_s}
    return write("live", {name: round(float(value), 3) for name, value in figures.items()}, at_most=BARS)


def _drive(server: Server, config: Config) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        first_visit_s = _first_run_seconds(server)
        open_page(page, server.url + config.address)
        page.wait_for_timeout(2000)
        painted = clicks(page, config)
        keys = _keys(page, config)
        resident_mb = psutil.Process(server.process.pid).memory_info().rss / 2**20
        opened = _pages(page, config)
        browser.close()
    return {
        **percentiles("click_paint_", painted),
        **percentiles("typed_list_", keys),
        "first_visit_s": first_visit_s,
        "resident_mb": resident_mb,
        "n_clicks": len(painted),
        "n_typed": len(keys),
        **{f"{name.lower().replace('-', '_')}_opens_ms": float(np.median(times)) for name, times in opened.items()},
        "slowest_page_ms": max(float(np.median(times)) for times in opened.values()),
    }


def _pages(page: Page, config: Config) -> dict[str, list[float]]:
    """Milliseconds until each page shows something useful, by its name in the menu, warm and coming from Live."""
    links = [name for name in page.locator("header a, nav a").all_inner_texts() if name.strip()]
    home, *others = dict.fromkeys(name.strip() for name in links)
    opened: dict[str, list[float]] = {}
    for name in others:
        times = []
        for _ in range(config.n_opened + 1):
            times.append(float(page.evaluate(_OPEN, [name, page.locator("h1").first.inner_text()])))
            settle(page)
            page.evaluate(_OPEN, [home, page.locator("h1").first.inner_text()])
            settle(page)
        opened[name] = _all_painted(times[1:])
    return opened


def clicks(page: Page, config: Config) -> list[float]:
    """Milliseconds from a click on a card's like to the repainted list; every tenth time all is taken back."""
    times = []
    for number in range(config.n_clicks):
        times.append(float(page.evaluate(_CLICK, "[class*='st-key-like-'] button")))
        page.wait_for_timeout(config.pause_ms)
        if number % 10 == 9:
            page.evaluate(_CLICK, ".st-key-reset button")
            page.wait_for_timeout(config.pause_ms)
    return _all_painted(times)


def _keys(page: Page, config: Config) -> list[float]:
    """Milliseconds from the last key to the repainted list, the 250 ms of waiting for more keys included."""
    times = []
    box = page.get_by_role("searchbox").first
    for number in range(config.n_wishes):
        words = f"{WISHES[number % len(WISHES)]} {number if number >= len(WISHES) else ''}".strip()
        box.fill(words[:-1])
        page.wait_for_timeout(900)
        box.focus()
        page.keyboard.press("End")
        page.evaluate(f"void (window.typed = ({_TYPE})())")
        page.keyboard.insert_text(words[-1])
        times.append(float(page.evaluate("window.typed")))
        box.fill("")
        page.wait_for_timeout(900)
    return _all_painted(times)


def _all_painted(times: list[float]) -> list[float]:
    """``times`` as they are; RuntimeError when one of them is the -1 of a list that never changed."""
    if min(times) < 0:
        raise RuntimeError("an action did not change the list within 8 s: the measurement is void")
    return times


def _first_run_seconds(server: Server) -> float:
    """Seconds of the very first script run of a fresh server, over the websocket that a browser would open."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect

    started = time.perf_counter()
    with urllib.request.urlopen(server.url, timeout=10):
        pass
    address = f"ws://localhost:{server.port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        socket.send(ask.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(socket.recv())
            if message.WhichOneof("type") == "script_finished":
                return time.perf_counter() - started
