"""What must hold on every page: deep links, garbage addresses, accessibility, phones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Server, open_page

TITLES = {
    "": "Type what you feel like",
    "rerank": "Re-rank",
    "compare": "Compare",
    "portrait": "Portrait",
    "words": "Words",
    "similarity": "Similarity",
    "metrics": "Metrics",
    "train": "Train",
    "compress": "Compress",
    "audience": "Audience",
    "data": "Data",
    "method": "Method",
}
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


def violations(page: Page) -> list[list[object]]:
    """What axe finds wrong with the page as it stands: the rule, how often, and where first."""
    page.evaluate(AXE)
    found: list[list[object]] = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice"]})).violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)])"""
    )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "rerank", "words", "metrics", "audience"])
def test_a_page_opens_as_the_first_request_of_a_fresh_server(
    path: str, start_server: Callable[..., Server], browser_page: Page
) -> None:
    server = start_server()
    open_page(browser_page, f"{server.url}/{path}")
    assert TITLES[path] in browser_page.get_by_role("heading", level=1).first.inner_text()
    assert browser_page.get_by_role("link", name="Similarity").count() == 1
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "?data=nonsense&person-shop=%00&beside=../../etc&from=%27;drop table&q=%3Cscript%3E",
        "?data=&person-shop=&beside=&from=&q=",
        "?from=" + "x" * 2000,
        "?q=" + "%F0%9F%98%80" * 200,
        "compare?compare=Zorro&length=x&knobs=ease:l2=-5&user-shop=%00&adjust=%3Cb%3E",
        "rerank?chain=mmr:diversity=9%2B<b>&top=0&pool=x&adjust-strategy=;&chain-shop=%00",
        "similarity?view=none&data=Shop&n=-1",
        "metrics?split=../x&k=0&data=%00",
        "metrics?k=NaN&models=;;;",
        "data?show=%3Cb%3E&data=Video",
        "method?lang=klingon",
    ],
)
def test_garbage_addresses_never_crash(address: str, app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/{address}")
    assert browser_page.locator("[data-testid='stException']").count() == 0


def test_unknown_page_helps(app_url: str, browser_page: Page) -> None:
    browser_page.goto(f"{app_url}/nowhere")
    browser_page.get_by_role("link", name="Live").first.wait_for(timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", TITLES)
def test_accessible(path: str, scheme: str, app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context(color_scheme=scheme, viewport={"width": 1280, "height": 1600}, bypass_csp=True)
    page = context.new_page()
    open_page(page, f"{app_url}/{path}")
    page.wait_for_timeout(1200)
    assert violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", TITLES)
def test_no_sideways_scrolling_on_a_phone(path: str, app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    phone = new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = phone.new_page()
    open_page(page, f"{app_url}/{path}")
    page.wait_for_timeout(1500)
    extra = page.evaluate(
        """() => { const m = document.querySelector("[data-testid=stMain]");
        return Math.max(m.scrollWidth - m.clientWidth, document.documentElement.scrollWidth - innerWidth); }"""
    )
    assert extra <= 0


def test_security_headers(app_url: str, browser_page: Page) -> None:
    response = browser_page.request.get(app_url)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert "default-src 'self'" in response.headers["content-security-policy"]
