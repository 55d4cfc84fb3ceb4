"""Every page in every scenario: no error, no empty chart without its message; and a taste that goes along."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from recsys.data import catalogue
from tests.browser.conftest import open_page, settle
from tests.browser.live_page import cards, main_text
from tests.browser.test_every_page import TITLES

pytestmark = pytest.mark.slow

SCENARIOS = {ref.name: ref.label for ref in catalogue.available() if ref.synthetic}
EMPTY_CHARTS = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(plot => !(plot.data || []).some(
    trace => ['x', 'y', 'z', 'a', 'r', 'dimensions', 'values', 'labels', 'cells', 'node', 'lat'].some(key => {
        const held = key === 'node' ? trace.node?.label : trace[key];
        return held && (held.length ?? Object.keys(held).length) > 0;
    }))).length"""


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_page_works_in_every_scenario(name: str, app_url: str, browser_page: Page) -> None:
    for path in TITLES:  # in one browser, which need not fetch the app's scripts for every page
        few = "&models=Average+of+texts" if path == "metrics" else ""  # what is measured at once takes seconds a model
        open_page(browser_page, f"{app_url}/{path}?data={SCENARIOS[name]}{few}")
        assert TITLES[path] in browser_page.get_by_role("heading", level=1).first.inner_text()
        assert browser_page.locator("[data-testid='stException']").count() == 0, path
        assert "That did not work" not in main_text(browser_page), path
        assert browser_page.evaluate(EMPTY_CHARTS) == 0, path
        if path != "method":
            assert SCENARIOS[name] in browser_page.locator("[data-testid='stMain']").inner_text(), path


def test_a_taste_goes_along_and_can_be_taken_off(app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    open_page(page, f"{app_url}/?data=Music&person-music=New+here")
    without = cards(page)
    open_page(page, f"{app_url}/?data=News")
    page.get_by_role("button", name="Take my taste to").click()
    page.locator(".st-key-take-to-music button").click()
    expect(page.get_by_text("Your taste in News came along")).to_be_visible(timeout=20_000)  # a map is learned first
    settle(page)
    assert "data=Music" in page.url
    assert cards(page) != without
    page.get_by_role("link", name="Your edits of the portrait count here").click()
    expect(page.get_by_text("Your taste in News")).to_be_visible()
    page.get_by_role("button", name="Take off", exact=True).click()
    settle(page)
    page.get_by_role("link", name="Live", exact=True).click()
    page.locator("h1", has_text=TITLES[""]).wait_for()
    settle(page)
    assert cards(page) == without


def rules(page: Page, doing: str) -> None:
    """Open the policy of the house and do what it offers."""
    page.get_by_role("button", name="House policy").click()
    page.get_by_role("button", name=doing).click()


def test_the_house_policy_is_put_in_force_and_taken_off(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/?data=Shop")
    before = cards(browser_page)
    rules(browser_page, "Put it in force")
    settle(browser_page)
    assert "chain-shop=" in browser_page.url
    ruled = cards(browser_page)
    assert ruled != before
    rules(browser_page, "Take it off")
    settle(browser_page)
    assert cards(browser_page) == before
    open_page(browser_page, f"{app_url}/?data=News")
    assert "chain-news" not in browser_page.url
    with_policy = cards(browser_page)
    rules(browser_page, "Take it off")
    settle(browser_page)
    assert "chain-news=none" in browser_page.url
    assert cards(browser_page) != with_policy
