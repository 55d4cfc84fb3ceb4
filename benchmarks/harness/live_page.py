"""The Live page as a person drives it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from benchmarks.harness.app import settle


def cards(page: Page) -> list[str]:
    """Item ids of the list, best first, as drawn."""
    names = page.locator("[class*='st-key-card-']").evaluate_all("all => all.map(e => e.className)")
    return [word.removeprefix("st-key-card-") for name in names for word in name.split() if "st-key-card-" in word]


def button(page: Page, kind: str, item_id: str) -> Locator:
    """The button of one card that can be seen."""
    return page.locator(f".st-key-{kind}-{item_id} button:visible").first


def press(page: Page, kind: str, item_id: str) -> None:
    """Press a button of one card and wait for the list."""
    button(page, kind, item_id).click()
    settle(page)


def type_words(page: Page, words: str) -> None:
    """Type into the search box key by key and wait for the list."""
    box = page.get_by_role("searchbox").first
    box.click()
    box.fill("")
    box.press_sequentially(words, delay=10)
    page.wait_for_timeout(400)
    settle(page)
