"""A training in a real browser: it is watched, stopped in time and gone on with, and nobody else waits for it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import open_page, settle
from tests.browser.live_page import cards, main_text, press

SEARCH = "/train?data=Shop&tune-model=EASE&tune-tries=80+tries"


@pytest.mark.slow
def test_a_search_is_stopped_gone_on_with_and_tells_what_it_found_while_others_click(
    app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    page, other = new_context().new_page(), new_context().new_page()
    open_page(other, f"{app_url}/?data=Shop")
    open_page(page, app_url + SEARCH)
    page.get_by_role("button", name=re.compile("Tune EASE|Go on")).click()
    expect(page.get_by_text(re.compile("try [0-9]+ of 80"))).to_be_visible(timeout=60_000)
    before = cards(other)
    press(other, "like", before[2])  # somebody else's list follows meanwhile
    assert cards(other) != before
    started = time.perf_counter()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Go on").wait_for(timeout=10_000)
    assert time.perf_counter() - started < 4, "two seconds to stop, and the page to say so"
    assert "It goes on from where it was" in main_text(page)
    page.reload()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Test set")).to_be_visible(timeout=120_000)
    settle(page)
    assert "What was tried" in main_text(page)
    assert page.get_by_role("button", name="Open the test set").is_visible()


def test_another_encoder_reads_for_one_session_and_the_way_back_is_on_every_page(
    app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    page, other = new_context().new_page(), new_context().new_page()
    open_page(page, f"{app_url}/?data=Shop&encoder=wordllama")
    back = page.get_by_role("button", name="Read by WordLlama")
    expect(back).to_be_visible()
    by_wordllama = cards(page)
    open_page(other, f"{app_url}/?data=Shop")
    assert other.get_by_role("button", name="Read by").count() == 0
    usual = cards(other)
    assert usual != by_wordllama
    _to(page, "Compare")
    expect(back).to_be_visible()
    assert "encoder=wordllama" in page.url
    _to(page, "Live")
    back.click()
    expect(back).to_have_count(0)
    settle(page)
    assert cards(page) == usual
    assert "encoder" not in page.url


def _to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.locator("h1", has_text="Compare" if name == "Compare" else "Type what you feel like").wait_for()
    settle(page)
