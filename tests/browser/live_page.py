"""The Live page as a test drives it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.conftest import settle


def cards(page: Page) -> list[str]:
    """Item ids of the list, best first, as drawn."""
    names = page.locator("[class*='st-key-card-']").evaluate_all("all => all.map(e => e.className)")
    return [word.removeprefix("st-key-card-") for name in names for word in name.split() if "st-key-card-" in word]


def button(page: Page, kind: str, item_id: str) -> Locator:
    return page.locator(f".st-key-{kind}-{item_id} button:visible").first


def press(page: Page, kind: str, item_id: str) -> None:
    button(page, kind, item_id).click()
    settle(page)


def type_words(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox").first
    box.click()
    box.fill("")
    box.press_sequentially(words, delay=10)
    page.wait_for_timeout(400)
    settle(page)


def main_text(page: Page) -> str:
    return page.locator("[data-testid='stMain']").inner_text()


def stored(state_dir: Path, kind: str) -> int:
    """Lines of one kind in the event log on disk."""
    with sqlite3.connect(state_dir / "events.sqlite") as db:
        return int(db.execute("SELECT count(*) FROM event_log WHERE kind = ?", (kind,)).fetchone()[0])
