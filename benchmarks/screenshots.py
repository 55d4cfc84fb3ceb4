"""Draw docs/screenshots from a running app: every page, light and dark, desk and phone; the README shows some."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness import demo
from benchmarks.harness.app import CHROMIUM, Server, open_page
from recsys.warm import warm

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PAGES = {
    "live": "",
    "rerank": "rerank",
    "compare": "compare",
    "portrait": "portrait",
    "words": "words",
    "similarity": "similarity",
    "metrics": "metrics",
    "train": "train?train=Fuse",
    "compress": "compress",
    "audience": "audience?data=Courses&view=Groups",
    "news": "?data=News",
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
            for told in (demo.walk, demo.chinese):
                context = browser.new_context(viewport=SIZES["desk"])
                told(context.new_page(), server.url, _shoot)
                context.close()
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


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / f"{name}.png")
