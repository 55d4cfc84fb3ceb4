"""The Metrics page in a real browser: every side by its link, accessible, on phones; a bar opens its people."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from recsys.models import MODELS
from recsys.ui.metrics_question import LABELS, View
from tests.browser.conftest import open_page, settle
from tests.browser.live_page import main_text
from tests.browser.test_every_page import AXE

PATIENCE = 180_000
"""The first question is measured while the page waits."""


def open_view(page: Page, url: str, view: View, **address: str) -> None:
    more = "".join(f"&{key}={quote_plus(value)}" for key, value in address.items())
    open_page(page, f"{url}/metrics?view={quote_plus(LABELS[view])}{more}")
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(
        state="attached", timeout=PATIENCE
    )
    settle(page)


def bars(page: Page, key: str):
    found = page.locator(f"[class*='st-key-{key}'] .bars .point path")
    found.first.wait_for(timeout=PATIENCE)
    return found


@pytest.mark.parametrize("view", View)
def test_every_side_opens_by_its_link(view: View, app_url: str, browser_page: Page) -> None:
    open_view(browser_page, app_url, view)
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Metrics")
    expect(browser_page.get_by_role("radio", name=LABELS[view], exact=True)).to_be_checked()
    measured = browser_page.locator("[data-testid='stPlotlyChart']").or_(
        browser_page.get_by_role("button", name="Measure this")
    )
    expect(measured.first).to_be_visible(timeout=PATIENCE)
    assert browser_page.locator("[data-testid='stException'], [data-testid='stAlertContentError']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [View.SIDES, View.PEOPLE, View.SIGNIFICANCE, View.TUNE])
def test_sides_are_accessible(
    view: View, scheme: str, app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(color_scheme=scheme, viewport={"width": 1280, "height": 1800}, bypass_csp=True)
    page = context.new_page()
    open_view(page, app_url, view)
    page.wait_for_timeout(2000)
    page.evaluate(AXE)
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice"]})).violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)])"""
    )
    assert found == []


@pytest.mark.parametrize("view", View)
def test_no_sideways_scrolling_on_a_phone(view: View, app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    open_view(page, app_url, view)
    page.wait_for_timeout(800)
    extra = page.evaluate(
        """() => { const m = document.querySelector("[data-testid=stMain]");
        return Math.max(m.scrollWidth - m.clientWidth, document.documentElement.scrollWidth - innerWidth); }"""
    )
    assert extra <= 0


def test_the_verdict_is_on_the_first_screen(app_url: str, browser_page: Page) -> None:
    open_view(browser_page, app_url, View.OVERVIEW)
    box = browser_page.locator(".st-key-verdict").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 600
    first = bars(browser_page, "chart-ndcg").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < 800


def test_a_bar_opens_its_people_and_a_person_their_lists(
    app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 1280, "height": 1400}).new_page()
    open_view(page, app_url, View.OVERVIEW)
    bars(page, "chart-recall").nth(1).click(force=True)
    settle(page)
    expect(page.get_by_role("radio", name=LABELS[View.PEOPLE], exact=True)).to_be_checked()
    assert "people-metric=Recall" in page.url
    second = page.url.split("people-model=")[1].split("&")[0].replace("+", " ").replace("%2B", "+")
    assert second in {spec.label for spec in MODELS.values()}
    assert f"{second}, Recall:" in main_text(page)
    bars(page, "people-").first.click(force=True)
    settle(page)
    assert "people with Recall 0" in main_text(page)
    table = page.locator("[data-testid='stDataFrame'] canvas").first.bounding_box()
    assert table is not None
    page.mouse.click(table["x"] + 15, table["y"] + 52)
    settle(page)
    link = page.get_by_role("link", name="See their lists")
    address = link.get_attribute("href") or ""
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    settle(page)
    assert "user-shop=" in address
    assert f"User {address.split('user-shop=')[1].split('&')[0]}" in main_text(page)


def test_adopted_and_seen_on_live(app_url: str, browser_page: Page) -> None:
    open_view(browser_page, app_url, View.OVERVIEW, data="Video")
    bars(browser_page, "chart-ndcg")
    browser_page.get_by_role("link", name="Use on Live").first.click()
    expect(browser_page.get_by_role("heading", level=1)).not_to_have_text("Metrics")
    settle(browser_page)
    browser_page.wait_for_function("location.search.includes('data=Video')")
    assert "by-video=" in browser_page.url
    label = MODELS[browser_page.url.split("by-video=")[1].split("&")[0].split(":")[0]].label
    expect(browser_page.get_by_role("combobox", name="Recommender that ranks your list")).to_have_value(label)
