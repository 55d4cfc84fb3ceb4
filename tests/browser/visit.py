"""What visits of several test files need: a phone, the way to another page, the limits of a busy machine."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import settle
from tests.browser.test_every_page import TITLES

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
FIRST_VISIT_S = SWITCH_S = 2.0
"""Upper ends for a busy machine where the point itself is measured by a benchmark on a quiet one."""


def port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def go(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    title = TITLES[""] if name == "Live" else TITLES[name.lower()]
    page.locator("h1", has_text=title).wait_for()
    settle(page)
