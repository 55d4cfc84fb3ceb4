"""The demo of three minutes: one visit from the first screen to the shared link, told step by step."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from benchmarks.harness.app import open_page, settle
from benchmarks.harness.live_page import cards, press, type_words
from recsys.ui.closer import STEPS

Shoot = Callable[[Page, str], object]
"""Takes a picture of the page under a name."""
WISH, CHINESE = "shoes that stay dry on a wet trail", "想要一双适合雨天跑步的鞋"


def walk(page: Page, url: str, shoot: Shoot) -> dict[str, list[str]]:
    """Love something, type a wish, ask why, undo, look at what each step did; the list after each, by its name."""
    lists: dict[str, list[str]] = {}
    open_page(page, url)
    lists["first"] = cards(page)
    press(page, "favourite", cards(page)[3])
    lists["loved"] = cards(page)
    type_words(page, WISH)
    lists["typed"] = cards(page)
    press(page, "why", cards(page)[0])
    page.get_by_text("its score").wait_for()
    shoot(page, "live-moved")
    page.get_by_role("button", name="Keep this wish").click()
    settle(page)
    lists["kept"] = cards(page)
    for kind, place in (("like", 2), ("favourite", 4), ("dislike", 1)):
        press(page, kind, cards(page)[place])
    lists["judged"] = cards(page)
    page.get_by_role("button", name="Undo").first.click()
    settle(page)
    lists["undone"] = cards(page)
    page.set_viewport_size({"width": 1280, "height": 1250})
    page.locator("[class*=st-key-look] button", has_text=STEPS).click()
    settle(page)
    page.locator(".js-plotly-plot").first.wait_for()
    shoot(page, "live-causes")
    return lists


def chinese(page: Page, url: str, shoot: Shoot) -> list[str]:
    """A stranger's wish in Chinese; the list."""
    open_page(page, f"{url}/?person-shop=New+here")
    type_words(page, CHINESE)
    shoot(page, "live-chinese")
    return cards(page)
