"""The portrait in a real browser: an edit moves the list, a reload keeps it, an undo takes it back."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import open_page, settle
from tests.browser.live_page import main_text


def listed(page: Page) -> list[str]:
    """Titles of the list without their arrows, best first."""
    found = page.locator("[data-testid='stMain'] ol li").all_inner_texts()
    return [text.splitlines()[0].split("▲")[0].split("▼")[0].replace("NEW", "").strip() for text in found]


def press(page: Page, row: str, button: str) -> None:
    page.locator(f".st-key-row-{row}").get_by_role("button", name=button, exact=True).click()
    settle(page)


def test_an_edit_moves_the_list_a_reload_keeps_it_and_an_undo_takes_it_back(app_url, browser_page):
    page = browser_page
    open_page(page, f"{app_url}/portrait")
    page.get_by_text("What you seem to like").wait_for()
    before = listed(page)
    assert len(before) == 10

    press(page, "rain", "Mute")
    page.get_by_text("rain counts for nothing").wait_for()
    after = listed(page)
    assert after != before
    assert "went up" in main_text(page)

    page.reload()
    page.get_by_text("rain counts for nothing").wait_for()
    settle(page)
    assert listed(page) == after

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("rain counts for nothing").wait_for(state="detached")
    settle(page)
    assert listed(page) == before
