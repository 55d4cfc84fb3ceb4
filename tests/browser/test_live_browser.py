"""The main job, in a real browser on a real server: type, click, and the list moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Server, open_page, settle
from tests.browser.live_page import button, cards, main_text, press, stored, type_words

RAIN_SHOES = {"Drizzle Road 3 Running Shoe", "Gutterjump Waterproof Road Shoe", "Mirehound Trail Shoe"}


def test_first_screen_shows_promise_box_and_three_items_without_scrolling(browser_page: Page, app_url: str) -> None:
    foreign, errors = [], []
    browser_page.on("request", lambda r: foreign.append(r.url) if "localhost" not in r.url and "://" in r.url else None)
    browser_page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    open_page(browser_page, app_url)
    assert browser_page.get_by_role("heading", level=1).inner_text().startswith("Type what you feel like")
    assert browser_page.get_by_role("searchbox").first.bounding_box()["y"] < 300
    boxes = [card.bounding_box() for card in browser_page.locator("[class*='st-key-card-']").all()]
    assert sum(box["y"] + box["height"] <= 800 for box in boxes) >= 3
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
    assert errors == []


def test_typed_english_moves_the_list_and_the_receipt_names_the_reader(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, f"{app_url}/?person-shop=New+here")
    before = cards(browser_page)
    type_words(browser_page, "shoes for running in the rain")
    assert cards(browser_page) != before
    top = browser_page.locator("[class*='st-key-card-']").first.inner_text()
    assert any(shoe in top for shoe in RAIN_SHOES)
    assert "(minilm)" in main_text(browser_page)
    assert re.search(r"You typed “shoes for running in the rain”: \d+ of 10 moved", main_text(browser_page))


def test_typed_chinese_finds_rain_running_shoes_offline(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, f"{app_url}/?person-shop=New+here")
    type_words(browser_page, "想要一双适合雨天跑步的鞋")
    first_five = browser_page.locator("[class*='st-key-card-']").all()[:5]
    text = "\n".join(card.inner_text() for card in first_five)
    assert "跑鞋" in text
    assert any(name in text for name in ("细雨三代公路跑鞋", "跃溪防水公路跑鞋", "泽猎泥地越野跑鞋"))
    assert "dictionary+minilm" in main_text(browser_page)


def test_like_moves_the_list_undo_brings_it_back_and_start_over_clears(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, app_url)
    start = cards(browser_page)
    press(browser_page, "like", start[2])
    liked = cards(browser_page)
    assert start[2] not in liked
    assert "of 10 moved" in main_text(browser_page)
    browser_page.locator("[class*='st-key-undo-'] button:visible").first.click()
    settle(browser_page)
    assert cards(browser_page) == start
    press(browser_page, "favourite", start[0])
    press(browser_page, "dislike", cards(browser_page)[1])
    type_words(browser_page, "socks")
    browser_page.locator(".st-key-reset button").click()
    settle(browser_page)
    assert cards(browser_page) == start
    assert browser_page.get_by_role("searchbox").first.input_value() == ""


def test_badges_equal_old_rank_minus_new_rank(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, app_url)
    before = cards(browser_page)
    press(browser_page, "favourite", before[4])
    after = cards(browser_page)
    for rank, item_id in enumerate(after):
        text = browser_page.locator(f".st-key-card-{item_id}").inner_text()
        if item_id not in before:
            assert "NEW" in text
        else:
            step = before.index(item_id) - rank
            expected = f"▲{step}" if step > 0 else f"▼{-step}" if step < 0 else ""
            assert expected in text
            assert "NEW" not in text


def test_why_adds_up_to_the_score(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, app_url)
    item_id = cards(browser_page)[0]
    press(browser_page, "why", item_id)
    text = browser_page.locator(f".st-key-card-{item_id}").inner_text()
    line = re.search(r"([\d.+−\- ]+) = ([\d.]+), its score", text)
    assert line is not None
    amounts = [float(part) for part in line[1].replace("− ", "+ -").split(" + ")]
    assert abs(sum(amounts) - float(line[2])) <= 0.006 * len(amounts)
    assert re.search(r"verified by ranking again|whatever you did", main_text(browser_page))


def test_ten_likes_forty_milliseconds_apart_are_ten_events(
    new_context: Callable[..., BrowserContext], start_server: Callable[..., Server], tmp_path: Path
) -> None:
    page = new_context().new_page()
    open_page(page, start_server(tmp_path).url)
    page.evaluate(
        """async () => {
            const liked = new Set();
            while (liked.size < 10) {
                const button = [...document.querySelectorAll("[class*='st-key-like-'] button")].find(
                    b => !liked.has(b.closest("[class*='st-key-card-']").className));
                if (button) {
                    liked.add(button.closest("[class*='st-key-card-']").className);
                    button.click();
                }
                await new Promise(done => setTimeout(done, 40));
            }
        }"""
    )
    page.get_by_text("10 steps of yours kept where this app runs").wait_for(timeout=10_000)
    assert stored(tmp_path, "like") == 10


def test_two_contexts_never_see_each_other(new_context: Callable[..., BrowserContext], app_url: str) -> None:
    mine, theirs = new_context().new_page(), new_context().new_page()
    for page in (mine, theirs):
        open_page(page, app_url)
    untouched = cards(theirs)
    press(mine, "favourite", cards(mine)[0])
    theirs.reload()
    open_page(theirs, app_url)
    assert cards(theirs) == untouched
    assert theirs.locator("[class*='st-key-undo-']").count() == 0


def test_reload_and_shared_link_reopen_the_same_list(new_context: Callable[..., BrowserContext], app_url: str) -> None:
    page = new_context().new_page()
    open_page(page, f"{app_url}/?data=Video&person-video=Space+dreamer&beside=Average+of+texts")
    press(page, "like", cards(page)[1])
    type_words(page, "a lonely robot")
    shown, link = cards(page), page.url
    page.reload()
    open_page(page, link)
    assert cards(page) == shown
    other = new_context().new_page()
    open_page(other, link)
    assert cards(other) == shown
    press(other, "dislike", cards(other)[0])
    open_page(page, link)
    assert cards(page) == shown


def test_pages_keep_what_was_typed_and_liked(browser_page: Page, app_url: str) -> None:
    open_page(browser_page, app_url)
    press(browser_page, "like", cards(browser_page)[0])
    type_words(browser_page, "thermos")
    shown = cards(browser_page)
    browser_page.get_by_role("link", name="Method").click()
    browser_page.locator("h1", has_text=re.compile("^(?!Type)")).wait_for()
    settle(browser_page)
    browser_page.get_by_role("link", name="Live").click()
    browser_page.locator("h1", has_text="Type what you feel like").wait_for()
    settle(browser_page)
    assert cards(browser_page) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> <b>bold</b> &amp; <img src=x onerror=alert(2)>",
        "*stars* _under_ `code` :red[colour] [link](http://example.com) $x^2$ # head",
        "👩‍👩‍👧‍👦 مرحبا بالعالم ‮ right to left ‭ שלום",
        "long " * 1000,
    ],
    ids=["html", "markdown", "emoji-and-rtl", "5000-characters"],
)
def test_hostile_reviews_are_shown_as_text(browser_page: Page, app_url: str, text: str) -> None:
    browser_page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    open_page(browser_page, app_url)
    item_id = cards(browser_page)[0]
    press(browser_page, "more", item_id)
    browser_page.locator(f".st-key-stars-{item_id} button").nth(1).click()
    browser_page.locator(f".st-key-words-{item_id} input").fill(text)
    browser_page.get_by_role("button", name="Send review").click()
    settle(browser_page)
    browser_page.get_by_text("1 step of yours").or_(browser_page.get_by_text("2 steps of yours")).first.wait_for()
    start = " ".join(text.split())[:20]
    assert start in main_text(browser_page)
    assert len(cards(browser_page)) == 10


def test_an_event_survives_a_killed_server(
    new_context: Callable[..., BrowserContext], start_server: Callable[..., Server], tmp_path: Path
) -> None:
    first = start_server(tmp_path)
    page = new_context().new_page()
    open_page(page, first.url)
    press(page, "favourite", cards(page)[1])
    shown, link = cards(page), page.url
    first.stop(kill=True)
    second = start_server(tmp_path)
    again = new_context().new_page()
    open_page(again, link.replace(first.url, second.url))
    assert cards(again) == shown
    assert again.locator("[class*='st-key-undo-']").count() == 1


@pytest.mark.slow
def test_without_a_model_every_page_works_and_says_so(
    new_context: Callable[..., BrowserContext], start_server: Callable[..., Server]
) -> None:
    server = start_server(RECSYS_ENCODER="st:/no/such/model")
    page = new_context().new_page()
    for path in ("", "similarity", "metrics", "data", "method"):
        open_page(page, f"{server.url}/{path}")
        assert page.locator("[data-testid='stException']").count() == 0
    open_page(page, server.url)
    assert "reading by words instead" in main_text(page)
    type_words(page, "shoes for running in the rain")
    assert len(cards(page)) == 10
    assert button(page, "like", cards(page)[0]).is_visible()


def test_the_running_app_never_loads_torch(start_server: Callable[..., Server], new_context) -> None:
    server = start_server()
    open_page(new_context().new_page(), server.url)
    maps = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "onnxruntime" in maps
    assert "libtorch" not in maps
