"""The Re-rank page in a real browser: links reopen it, a switch moves the list alone, a dot is an aim."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from recsys.plots.bump import LINE
from recsys.rerank.setting import ChainSetting
from recsys.ui.rerank_aim import aim_of
from tests.browser.conftest import Server, open_page, settle
from tests.browser.live_page import cards, main_text, press

pytestmark = pytest.mark.slow

LINK = "rerank?data=Video&person-video=Space+dreamer&chain=mmr:diversity=0.7%2Bcalibrated"


def drawn(page: Page, which: str = "reranked") -> list[str]:
    """Lines of one list, best first."""
    return page.locator(f".st-key-{which} p").inner_text().split("\n")


def chain(page: Page) -> str:
    """The chain of the shop in the address."""
    return parse_qs(urlsplit(page.url).query).get("mix-shop", [""])[0]


def build(page: Page) -> None:
    """Open what is folded away: all strategies and their knobs."""
    page.locator(".st-key-build-your-own summary").click()
    settle(page)


def switch(page: Page, label: str) -> None:
    page.locator(".st-key-usual-strategies").get_by_role("button", name=label, exact=True).click()
    settle(page)


def dots(page: Page) -> Locator:
    return page.locator(".st-key-triangle path.point")


def test_a_deep_link_opens_on_a_fresh_server(start_server: Callable[..., Server], browser_page: Page) -> None:
    server = start_server()
    open_page(browser_page, f"{server.url}/{LINK}")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Re-rank")
    assert len(drawn(browser_page)) >= 10
    assert "Variety" in "".join(drawn(browser_page))
    assert "mix-video=mmr%3Adiversity%3D0.7%2Bcalibrated" in browser_page.url
    server.stop()


def test_a_copied_link_shows_the_same_elsewhere(app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    mine, theirs = new_context().new_page(), new_context().new_page()
    open_page(mine, f"{app_url}/rerank")
    build(mine)
    switch(mine, "Every interest")
    mine.get_by_text("New parent").click()
    settle(mine)
    expect(mine.locator(".st-key-reranked")).to_contain_text("Every interest")
    assert chain(mine).endswith("+xquad")
    open_page(theirs, mine.url)
    assert drawn(theirs) == drawn(mine)


def test_a_switch_moves_the_list_and_nothing_else(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank?chain=none")
    build(browser_page)
    before = drawn(browser_page, "candidates"), drawn(browser_page)
    assert not re.search("▲|▼", "".join(before[1]))
    browser_page.evaluate("() => { document.querySelector('h1').parentElement.dataset.mark = 'old' }")
    times = []
    for label, sign in (("Variety of the whole", "▲"), ("Variety of the whole", ""), ("Discovery", "▲")):
        start = time.perf_counter()
        browser_page.locator(".st-key-usual-strategies").get_by_role("button", name=label, exact=True).click()
        browser_page.wait_for_function(
            "sign => /▲|▼/.test(document.querySelector('.st-key-reranked').innerText) == Boolean(sign)", arg=sign
        )
        times.append(time.perf_counter() - start)
        settle(browser_page)
    assert min(times) < 1.0, f"a switch takes {times} s to move the list"
    assert drawn(browser_page, "candidates")[:3] == before[0][:3]
    assert browser_page.evaluate("() => document.querySelector('h1').parentElement.dataset.mark") == "old"


def test_three_switches_in_a_row_all_count(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank?chain=none")
    build(browser_page)
    buttons = browser_page.locator(".st-key-usual-strategies")
    for label in ("Discovery", "Variety", "Your mix"):
        buttons.get_by_role("button", name=label, exact=True).click()
        browser_page.wait_for_timeout(60)
    settle(browser_page)
    browser_page.wait_for_timeout(600)
    assert chain(browser_page) == "novelty+mmr+calibrated"


def test_a_dot_of_the_triangle_is_an_aim(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank")
    before = drawn(browser_page)
    dots(browser_page).first.wait_for()
    dots(browser_page).nth(55).scroll_into_view_if_needed()
    dots(browser_page).nth(55).click(force=True)
    browser_page.wait_for_function("() => location.search.includes('mix-shop=')")
    settle(browser_page)
    assert aim_of(ChainSetting.parse(chain(browser_page))) is not None
    expect(browser_page.locator(".st-key-reranked")).not_to_have_text("\n".join(before))


def test_a_special_strategy_of_a_link_is_marked_when_the_list_of_them_opens(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank?chain=mmr%2Bthompson")
    build(browser_page)
    switch(browser_page, "Discovery")
    on = browser_page.locator(
        ".st-key-special-strategies [aria-pressed='true'], .st-key-special-strategies [kind$='Active']"
    )
    expect(on.first).to_contain_text("try a taste")


def test_a_knob_moves_the_list_while_its_slider_stays(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank?chain=mmr")
    build(browser_page)
    before = drawn(browser_page)
    browser_page.locator(".st-key-knob-mmr-diversity input[type='range']").press("End")
    expect(browser_page.locator(".st-key-reset-mmr button")).to_be_enabled()
    settle(browser_page)
    assert chain(browser_page) == "mmr:diversity=1"
    assert drawn(browser_page) != before


def test_the_lists_and_the_lines_between_stand_on_the_first_screen(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank")
    browser_page.locator(".st-key-bump path.point").first.wait_for()
    for which in ("candidates", "reranked"):
        box = browser_page.locator(f".st-key-{which} p").bounding_box()
        assert box is not None
        assert box["y"] + 10 * LINE < 800
        assert abs(box["height"] - len(drawn(browser_page, which)) * LINE) < LINE / 2, "a line is broken in two"
    aims = browser_page.locator(".st-key-aim").bounding_box()
    assert aims is not None
    assert aims["y"] < 400


def test_the_lines_begin_beside_the_items_they_belong_to(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank")
    browser_page.locator(".st-key-bump path.point").first.wait_for()
    top = browser_page.locator(".st-key-candidates p").bounding_box()
    places = browser_page.locator(".st-key-bump .ytick text")
    lines = drawn(browser_page, "candidates")
    assert top is not None
    for number in (0, len(lines) - 1):
        where = places.get_by_text(lines[number].split()[0], exact=True).bounding_box()
        assert where is not None
        assert abs(where["y"] + where["height"] / 2 - (top["y"] + (number + 0.5) * LINE)) < LINE / 3


def test_my_session_follows_me_here_and_the_chain_follows_me_back(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, app_url)
    disliked = cards(browser_page)[0]
    press(browser_page, "dislike", disliked)
    browser_page.get_by_role("link", name="Re-rank").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Re-rank")
    settle(browser_page)
    browser_page.get_by_role("link", name="Use on Live").click()
    expect(browser_page.locator(".st-key-re-ranked")).to_be_visible()
    settle(browser_page)
    assert "chain-shop=" in browser_page.url
    browser_page.get_by_role("link", name="Re-rank").click()
    expect(browser_page.locator(".st-key-in-force")).to_contain_text(
        "In force on Live: Discovery → Variety of the whole"
    )


def test_on_a_phone_the_lists_stand_under_each_other(app_url: str, new_context: Callable[..., BrowserContext]) -> None:
    phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    page = new_context(viewport={"width": 390, "height": 844}, user_agent=phone).new_page()
    open_page(page, f"{app_url}/rerank")
    before, after = (page.locator(f".st-key-{which}").bounding_box() for which in ("candidates", "reranked"))
    assert before is not None
    assert after is not None
    assert after["y"] >= before["y"] + before["height"]
    expect(page.locator(".st-key-bump")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_is_it_worth_it_ends_in_a_verdict(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/rerank?chain=mmr:diversity=0.9")
    browser_page.locator(".st-key-measure-Worth").get_by_role("button").first.click()
    browser_page.get_by_text("NDCG@10: With it").wait_for(timeout=120_000)
    assert re.search(r"(leave it on|leave it off)", main_text(browser_page))
