"""Causes in a real browser: a clicked square marks its step, a film plays by itself, steps travel in a file."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recsys.ui.closer import REPLAY, STEPS, TRUST, WHY_NOT
from tests.browser.conftest import open_page, settle
from tests.browser.live_page import cards, main_text, press, stored, type_words
from tests.browser.test_every_page import violations

pytestmark = pytest.mark.slow


@pytest.fixture
def live(browser_page: Page, app_url: str) -> Page:
    open_page(browser_page, f"{app_url}/?data=Shop")
    return browser_page


def look(page: Page, view: str) -> None:
    page.locator("[class*='st-key-look'] button", has_text=view).click()
    settle(page)


def test_a_clicked_square_of_the_heatmap_names_its_step_and_item(live):
    for kind, place in (("like", 2), ("favourite", 4)):
        press(live, kind, cards(live)[place])
    look(live, STEPS)
    chart = live.locator(".st-key-ledger-places .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    box = chart.locator(".plotly .nsewdrag").first.bounding_box()
    columns, rows = len(cards(live)), 2
    live.mouse.click(box["x"] + box["width"] * 8.5 / columns, box["y"] + box["height"] * 0.5 / rows)
    settle(live)
    expect(live.get_by_text(re.compile("its score"))).to_be_visible()
    expect(live.get_by_text("marked", exact=True)).to_be_visible()


def test_the_oldest_step_is_undone_from_the_ledger_and_put_back(live):
    for place in (2, 4, 1):
        press(live, "like", cards(live)[place])
    before = cards(live)
    look(live, STEPS)
    live.locator("[class*='st-key-ledger-undo-'] button").last.click()
    settle(live)
    assert cards(live) != before
    live.get_by_text(re.compile("Taken back: 1")).click()
    live.locator("[class*='st-key-restore-'] button").first.click()
    settle(live)
    assert cards(live) == before


def test_the_film_plays_to_its_end_and_stops(live):
    for place in (2, 4, 1):
        press(live, "like", cards(live)[place])
    look(live, REPLAY)
    live.locator(".st-key-speed button", has_text="4×").click()
    settle(live)
    live.locator(".st-key-film-play button").click()
    expect(live.get_by_role("button", name="Pause")).to_be_visible()
    expect(live.get_by_text("3 of 3")).to_be_visible(timeout=15_000)
    expect(live.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=15_000)


def test_steps_saved_in_one_window_give_the_same_list_in_another(live, new_context, app_url, tmp_path):
    for place in (2, 4):
        press(live, "like", cards(live)[place])
    look(live, REPLAY)
    with live.expect_download() as caught:
        live.locator(".st-key-save-steps button:visible").click()
    path = tmp_path / "steps.jsonl"
    caught.value.save_as(path)
    assert len([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]) == 2
    other = new_context().new_page()
    open_page(other, f"{app_url}/?data=Shop")
    look(other, REPLAY)
    other.get_by_text("Play a saved file").click()
    other.locator("input[type=file]").set_input_files(path)
    other.get_by_role("button", name="Add these steps to mine").click()
    settle(other)
    assert cards(other) == cards(live)


def test_a_file_that_is_no_saved_session_is_refused_in_one_sentence(live, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear shop,\n", encoding="utf-8")
    before = cards(live)
    look(live, REPLAY)
    live.get_by_text("Play a saved file").click()
    live.locator("input[type=file]").set_input_files(path)
    live.get_by_role("button", name="Add these steps to mine").click()
    settle(live)
    assert "That file cannot be played: line 1: this is not JSON" in main_text(live)
    assert cards(live) == before


def test_an_explored_list_stores_with_each_like_how_likely_it_was_shown(start_server, browser_page, tmp_path):
    server = start_server(tmp_path)
    open_page(browser_page, f"{server.url}/?data=Shop&chain-shop=thompson")
    press(browser_page, "like", cards(browser_page)[4])
    assert stored(tmp_path, "like") == 1
    with sqlite3.connect(Path(tmp_path) / "events.sqlite") as db:
        propensity, context = db.execute("SELECT propensity, context FROM event_log WHERE kind = 'like'").fetchone()
    assert 0 < propensity <= 1
    assert json.loads(context)["device"] == "desktop"


def test_weights_of_steps_move_the_list_and_travel_in_the_link(live, new_context):
    before = cards(live)  # of somebody who has opened things before
    live.locator(".st-key-habits button").first.click()
    settle(live)
    slider = live.locator(".st-key-habit-click input").first
    slider.focus()
    slider.press("Home")
    settle(live)
    assert cards(live) != before
    assert "counts=click" in live.url
    other = new_context().new_page()
    open_page(other, live.url)
    assert cards(other) == cards(live)


@pytest.mark.parametrize("view", [STEPS, REPLAY, WHY_NOT, TRUST])
def test_every_closer_look_reopens_by_its_link_on_a_phone(new_context, app_url, view):
    page = new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    open_page(page, f"{app_url}/?data=Shop")
    press(page, "like", cards(page)[1])
    look(page, view)
    linked = new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    open_page(linked, page.url)
    expect(linked.locator("[class*='st-key-look'] button", has_text=view)).to_have_attribute("aria-checked", "true")
    assert linked.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_chinese_words_are_taken_apart_in_the_reasons(live):
    type_words(live, "想要一双适合雨天跑步的鞋")
    live.locator("[class*='st-key-why-'] button:visible").first.click()
    settle(live)
    assert re.search(r"You typed “想要一双适合雨天跑步的鞋”", main_text(live))
    assert re.search(r"[\u4e00-\u9fff] [+-]0\.\d\d", main_text(live))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [STEPS, REPLAY, WHY_NOT, TRUST])
def test_axe_finds_nothing_wrong_with_a_closer_look_reasons_and_a_preview(new_context, app_url, view, scheme):
    page = new_context(color_scheme=scheme).new_page()
    open_page(page, f"{app_url}/?data=Shop")
    for place in (2, 4):
        press(page, "like", cards(page)[place])
    look(page, view)
    if view == WHY_NOT:
        page.locator("[class*='st-key-ask-'] button").nth(1).click()
        settle(page)
    opened = cards(page)[1]
    press(page, "more", opened)
    page.locator(f".st-key-if-like-{opened} button").click()
    settle(page)
    press(page, "why", cards(page)[0])
    page.locator("[class*='st-key-lime-'] label").first.click()
    settle(page)
    page.wait_for_timeout(1500)
    assert violations(page) == []
