"""The Compare page in a real browser: links reopen it, a slider moves a list without redrawing the page."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from recsys.models import MODELS
from tests.browser.conftest import Server, open_page, settle
from tests.browser.live_page import cards, main_text, press, type_words

pytestmark = pytest.mark.slow

LINK = "compare?data=Video&person-video=Space+dreamer&compare=EASE&compare=Text+profile&knobs=ease:prior=2,half_life=5"


def drawn(page: Page, model: str) -> list[str]:
    """Titles of one list, best first."""
    return page.locator(f".st-key-list-{model} li").evaluate_all("all => all.map(e => e.childNodes[0].textContent)")


def slider(page: Page, model: str, knob: str) -> Locator:
    return page.locator(f".st-key-knob-{model}-{knob} input[type='range']")


def adjust(page: Page, model: str) -> None:
    page.locator(f".st-key-adjust-{model} summary").click()
    settle(page)


def test_a_deep_link_opens_on_a_fresh_server(start_server: Callable[..., Server], browser_page: Page) -> None:
    server = start_server()
    open_page(browser_page, f"{server.url}/{LINK}")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Compare")
    assert [len(drawn(browser_page, model)) for model in ("ease", "text_profile")] == [10, 10]
    assert "Space dreamer:" in main_text(browser_page)
    assert "EASE · adjusted" in main_text(browser_page)
    server.stop()


def test_a_copied_link_shows_the_same_elsewhere(app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    mine, theirs = new_context().new_page(), new_context().new_page()
    open_page(mine, f"{app_url}/compare?compare=EASE&compare=Popular")
    adjust(mine, "ease")
    slider(mine, "ease", "prior").press("End")
    settle(mine)
    mine.get_by_text("New parent").click()
    settle(mine)
    assert "knobs=ease%3Aprior%3D2" in mine.url
    open_page(theirs, mine.url)
    assert [drawn(theirs, name) for name in ("ease", "popularity")] == [drawn(mine, n) for n in ("ease", "popularity")]
    assert "EASE · adjusted" in main_text(theirs)


def test_a_slider_moves_its_list_and_nothing_else(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare?compare=EASE&compare=Text+profile")
    adjust(browser_page, "ease")
    settle(browser_page)
    before = drawn(browser_page, "ease"), drawn(browser_page, "text_profile")
    browser_page.evaluate("() => { document.querySelector('h1').parentElement.dataset.mark = 'old' }")
    times = []
    for key in ("End", "Home", "End"):
        start = time.perf_counter()
        slider(browser_page, "ease", "prior").press(key)
        expected_badges = 0 if key == "Home" else 1
        browser_page.wait_for_function(
            "n => [...document.querySelectorAll('.st-key-list-ease li')].some(e => /▲|▼|NEW/.test(e.innerText)) == n",
            arg=bool(expected_badges),
        )
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0, f"a knob takes {times} s to move the list"
    settle(browser_page)
    assert drawn(browser_page, "ease") != before[0]
    assert drawn(browser_page, "text_profile") == before[1]
    assert browser_page.evaluate("() => document.querySelector('h1').parentElement.dataset.mark") == "old"


def test_dragging_does_not_jump_back(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare?compare=EASE&compare=Popular")
    adjust(browser_page, "ease")
    track = browser_page.locator(".st-key-knob-ease-prior [data-orientation]").last
    track.hover()  # waits until the box that opens stands still: a place read before is that of something else
    box = track.bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    browser_page.mouse.move(x, y)
    browser_page.mouse.down()
    for step in range(20):
        browser_page.mouse.move(x + 6 * (step + 1), y)
        browser_page.wait_for_timeout(30)
    browser_page.mouse.up()
    settle(browser_page)
    browser_page.wait_for_timeout(600)
    value = float(slider(browser_page, "ease", "prior").get_attribute("aria-valuetext") or 0)
    assert value > 0.6
    assert f"prior%3D{value:g}" in browser_page.url


def test_changing_the_models(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare?compare=EASE&compare=Popular")
    browser_page.get_by_role("button", name="Choose recommenders").click()
    for label in ("Popular", MODELS["text_mean"].label):
        browser_page.locator(".st-key-compare").get_by_text(label, exact=True).click()
        settle(browser_page)
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator(".st-key-list-popularity")).to_have_count(0)
    assert len(drawn(browser_page, "text_mean")) == len(drawn(browser_page, "ease")) == 10
    assert "compare=EASE&compare=Average" in browser_page.url


def test_my_session_follows_me_here(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, app_url)
    press(browser_page, "like", cards(browser_page)[1])
    type_words(browser_page, "thermos")
    browser_page.get_by_role("link", name="Compare").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Compare")
    settle(browser_page)
    assert "You did 1 more thing on the Live page. You typed “thermos” there." in main_text(browser_page)


def test_first_screen_shows_the_lists(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare")
    for place in browser_page.locator("[class*='st-key-list-']").all():
        third = place.locator("li").nth(2).bounding_box()
        assert third is not None
        assert third["y"] + third["height"] < 800


def test_a_knob_moves_by_the_keyboard(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare?compare=Weighted+blend&compare=EASE")
    adjust(browser_page, "weighted")
    before = drawn(browser_page, "weighted")
    slider(browser_page, "weighted", "behaviour").press("Home")
    settle(browser_page)
    expect(browser_page.locator(".st-key-list-weighted")).not_to_have_text("\n".join(before))
    assert drawn(browser_page, "weighted") != before
    browser_page.locator(".st-key-reset-weighted button").click()
    settle(browser_page)
    assert drawn(browser_page, "weighted") == before


def test_a_fifth_recommender_stays_dark_and_the_menu_says_why(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare")
    browser_page.get_by_role("button", name="Choose recommenders").click()
    one = browser_page.locator(".st-key-compare").get_by_role("button", name=MODELS["rrf"].label, exact=True)
    one.click()
    settle(browser_page)
    expect(browser_page.get_by_text("take one out before you add")).to_be_visible()
    expect(one).to_have_attribute("aria-pressed", "false")
    assert len(browser_page.locator("[class*='st-key-list-']").all()) == 4


def test_on_a_phone_the_lists_stand_under_each_other_each_under_its_name(
    app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    open_page(page, f"{app_url}/compare?compare=EASE&compare=Popular")
    boxes = [page.locator(f".st-key-list-{name}").bounding_box() for name in ("ease", "popularity")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_saved_table_is_what_is_shown(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/compare?compare=EASE&compare=Popular")
    with browser_page.expect_download() as waiting:
        browser_page.get_by_role("button", name="Save these lists").click()
    lines = list(csv.DictReader(waiting.value.path().open(encoding="utf-8")))
    assert [line["model"] for line in lines] == ["ease"] * 10 + ["popularity"] * 10
    assert lines[0]["title"].startswith(drawn(browser_page, "ease")[0].strip().rstrip("…"))
    assert lines[0]["link"].endswith("/compare?compare=EASE&compare=Popular")
