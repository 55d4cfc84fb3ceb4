"""The demo of three minutes, as told to a stakeholder and photographed for the README."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from benchmarks.harness import demo
from tests.browser.conftest import open_page
from tests.browser.live_page import cards, main_text


def test_the_demo_moves_the_list_says_why_and_goes_to_a_friend(
    new_context: Callable[..., BrowserContext], browser_page: Page, app_url: str
) -> None:
    shown: dict[str, str] = {}
    lists = demo.walk(browser_page, app_url, lambda page, name: shown.update({name: main_text(page)}))
    assert lists["loved"] != lists["first"]
    assert lists["typed"] != lists["loved"]
    assert lists["kept"] == lists["typed"]
    assert lists["judged"] != lists["kept"]
    assert lists["undone"] != lists["judged"]
    assert "its score" in shown["live-moved"]
    assert "are in your list too" in shown["live-moved"]
    assert "Measured by ranking" in shown["live-causes"]
    friend = new_context().new_page()
    open_page(friend, browser_page.url)
    assert cards(friend) == lists["undone"]


def test_the_chinese_wish_of_the_demo_finds_shoes(browser_page: Page, app_url: str) -> None:
    demo.chinese(browser_page, app_url, lambda page, name: None)
    assert "鞋" in browser_page.locator("[class*='st-key-card-']").first.inner_text()
