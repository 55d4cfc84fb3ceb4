"""The address bar: Back and Forward, the way over other pages, and a copied link all keep what was done."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import open_page, settle
from tests.browser.live_page import cards, press


def settled(page: Page) -> list[str]:
    page.wait_for_timeout(500)
    settle(page)
    return cards(page)


def test_back_and_forward_walk_through_what_was_done(browser_page: Page, app_url: str) -> None:
    page = browser_page
    open_page(page, f"{app_url}/?person-shop=Balcony+gardener")
    lists = [cards(page)]
    for _ in range(2):
        press(page, "like", lists[-1][1])
        lists.append(cards(page))
    page.go_back()
    assert settled(page) == lists[1]
    page.go_back()
    assert settled(page) == lists[0]
    page.go_forward()
    assert settled(page) == lists[1]


def test_the_way_over_another_page_and_back_loses_nothing(
    new_context: Callable[..., BrowserContext], browser_page: Page, app_url: str
) -> None:
    page = browser_page
    open_page(page, app_url)
    page.get_by_text("Balcony gardener", exact=True).click()
    press(page, "favourite", settled(page)[0])
    mine = settled(page)
    page.get_by_role("link", name="Similarity").click()
    page.wait_for_url("**/similarity*")
    settled(page)
    for _ in range(4):  # the first goes to the page as it was before it filled in its address
        page.go_back()
        settled(page)
        if "from=" in page.url and "/similarity" not in page.url:
            break
    page.get_by_role("link", name="Live", exact=True).click()
    assert settled(page) == mine
    other = new_context().new_page()
    open_page(other, page.url)
    assert settled(other) == mine


def test_back_over_a_change_of_person_takes_nothing_away(browser_page: Page, app_url: str) -> None:
    page = browser_page
    open_page(page, app_url)
    press(page, "favourite", cards(page)[1])
    loved = cards(page)
    page.get_by_text("Night-shift cook", exact=True).click()
    settled(page)
    for _ in range(2):
        page.go_back()
        settled(page)
    page.get_by_text("Rain runner", exact=True).click()
    assert settled(page) == loved
