"""Draw docs/screenshots from a running app: every page, light and dark, desk and phone; the README shows some."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.harness.app import CHROMIUM, Server, open_page
from benchmarks.harness.live_page import cards, press, type_words
from recsys.ui.closer import STEPS
from recsys.warm import warm

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PAGES = {
    "live": "",
    "rerank": "rerank",
    "compare": "compare",
    "similarity": "similarity",
    "metrics": "metrics",
    "data": "data",
    "method": "method",
}
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SETTLE_MS = 4000


def main() -> int:
    """Write one PNG per page, theme and size."""
    warm(samples_only=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        server = Server(Path(state), RECSYS_DATASETS="")
        try:
            server.wait()
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
            )
            for theme in ("light", "dark"):
                for size in SIZES:
                    _draw(browser, server.url, theme, size)
            for draw in (_moved, _chinese, _causes):
                draw(browser, server.url)
            browser.close()
        finally:
            server.stop()
    return 0


def _draw(browser: Browser, url: str, theme: str, size: str) -> None:
    options = {"is_mobile": True, "has_touch": True} if size == "phone" else {}
    context = browser.new_context(viewport=SIZES[size], color_scheme=theme, **options)
    page = context.new_page()
    for name, path in PAGES.items():
        open_page(page, f"{url}/{path}")
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png")
    context.close()


def _moved(browser: Browser, url: str) -> None:
    """The picture at the top of the README: something typed, something loved, one reason opened."""
    page = browser.new_context(viewport=SIZES["desk"]).new_page()
    open_page(page, url)
    press(page, "favourite", cards(page)[3])
    type_words(page, "shoes that stay dry on a wet trail")
    press(page, "why", cards(page)[0])
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / "live-moved.png")
    page.context.close()


def _chinese(browser: Browser, url: str) -> None:
    """A wish in Chinese."""
    page = browser.new_context(viewport=SIZES["desk"]).new_page()
    open_page(page, f"{url}/?person-shop=New+here")
    type_words(page, "想要一双适合雨天跑步的鞋")
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / "live-chinese.png")
    page.context.close()


def _causes(browser: Browser, url: str) -> None:
    """The ledger under a few steps."""
    page = browser.new_context(viewport={"width": 1280, "height": 1250}).new_page()
    open_page(page, f"{url}/?look={STEPS.replace(' ', '+')}")
    for kind, place in (("like", 2), ("favourite", 4), ("like", 6), ("dislike", 1)):
        press(page, kind, cards(page)[place])
    page.wait_for_timeout(2000)
    page.screenshot(path=FOLDER / "live-causes.png")
    page.context.close()
