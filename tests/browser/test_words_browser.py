"""The Words page in a real browser: text grows on screen, nobody waits for a dead service, a batch pauses."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.harness.fault_server import FaultServer, answers, hangs
from tests.browser.conftest import Server, open_page, settle
from tests.browser.test_every_page import violations
from tests.browser.visit import PHONE

pytestmark = pytest.mark.slow

KEY = "sk-recognisable-0123456789"
TIMEOUT_S = 6.0
PAINT_S = 1.5
"""What drawing may take beyond the service's own time on a busy machine; the page as a script is held to 0.5."""
MODEL = "tiny-writer"
BY_MODEL = quote(f"Language model: {MODEL}")
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"
VIEWS = ("One item", "Side by side", "What is sent", "Your list", "Many items", "Does it help search?")


def telling(document: dict) -> str:
    """Three true sentences."""
    told = [one for one in document["evidence"] if one["source"] != "record"] or document["evidence"]
    return json.dumps({"sentences": [{"text": one["text"], "cites": [one["id"]]} for one in told[:3]]})


@pytest.fixture(scope="module")
def service() -> Iterator[FaultServer]:
    one = FaultServer()
    yield one
    one.close()


@pytest.fixture(scope="module")
def url(service: FaultServer, start_server: Callable[..., Server]) -> str:
    """The page of a server that has a language model, which the test directs."""
    told = {"BASE_URL": service.url, "MODEL": MODEL, "KEY": KEY, "TIMEOUT": str(TIMEOUT_S), "PRICE": "1,2"}
    return start_server(None, **{f"RECSYS_LLM_{name}": value for name, value in told.items()}).url + "/words"


def in_text(page: Page, words: str) -> None:
    expect(page.locator(".st-key-words-text")).to_contain_text(words, timeout=10_000)


def test_the_text_grows_on_screen_and_a_click_meanwhile_is_answered_at_once(service, url, browser_page: Page) -> None:
    service.otherwise = answers(telling, pause=0.4, n_pieces=8)
    open_page(browser_page, f"{url}?item-shop=s021")
    browser_page.get_by_role("radio", name=f"Language model: {MODEL}").click()
    seen = set()
    until = time.monotonic() + 10
    while f"Written by {MODEL}" not in "".join(seen) and time.monotonic() < until:
        seen.add(browser_page.locator(".st-key-words-text").inner_text())
        time.sleep(0.05)
    in_text(browser_page, f"Written by {MODEL}")
    growing = [text for text in seen if "nothing sent" not in text and "Written by" not in text]
    assert len(growing) > 1, "it grows"

    service.otherwise = hangs()
    browser_page.goto(f"{url}?item-shop=s022&writer={BY_MODEL}")
    expect(browser_page.get_by_text(f"{MODEL} is writing")).to_be_visible(timeout=10_000)
    start = time.monotonic()
    browser_page.get_by_role("radio", name="Quoted").click()
    in_text(browser_page, "nothing sent")
    assert time.monotonic() - start < TIMEOUT_S / 2


def test_a_hanging_service_is_quoted_around_in_time_with_the_reason(service, url, browser_page: Page) -> None:
    service.otherwise = hangs()
    open_page(browser_page, f"{url}?item-shop=s023")
    start = time.monotonic()
    browser_page.get_by_role("radio", name=f"Language model: {MODEL}").click()
    expect(browser_page.get_by_text("Quoted instead")).to_be_visible(timeout=10_000)
    assert time.monotonic() - start < TIMEOUT_S + PAINT_S
    in_text(browser_page, f"within {TIMEOUT_S:g} seconds")
    in_text(browser_page, "Quoted word by word")


def test_what_a_mark_cites_opens_beside_it(url, browser_page: Page) -> None:
    open_page(browser_page, f"{url}?item-shop=s040")
    browser_page.locator(".st-key-words-text").get_by_test_id("stTooltipIcon").first.hover()
    tip = browser_page.get_by_test_id("stTooltipContent")
    expect(tip).to_be_visible()
    assert tip.inner_text().removeprefix("description ") in browser_page.locator(".st-key-words-sources").inner_text()


def test_a_batch_pauses_goes_on_after_a_look_elsewhere_and_is_taken_along(service, url, browser_page: Page) -> None:
    slow = answers(telling)

    def takes_its_time(handler, body) -> None:
        time.sleep(0.4)
        slow(handler, body)

    service.otherwise = takes_its_time
    open_page(browser_page, f"{url}?view=Many+items&n=10&writer={BY_MODEL}")
    expect(browser_page.get_by_text("10 descriptions to write: about")).to_be_visible()
    before = len(service.requests)
    browser_page.get_by_role("button", name="Write 10 descriptions").click()
    expect(browser_page.get_by_role("progressbar")).to_be_visible()
    expect(browser_page.get_by_text("of 10 written")).not_to_contain_text("0 of 10", timeout=5_000)
    browser_page.get_by_role("button", name="Pause").click()
    resume = browser_page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    sent = len(service.requests)
    browser_page.get_by_role("radio", name="One item").click()
    settle(browser_page)
    browser_page.get_by_role("radio", name="Many items").click()
    expect(resume).to_be_visible()
    assert len(service.requests) <= sent + 1, "nothing goes on while it is paused"

    resume.click()
    save = browser_page.get_by_role("button", name="Save 10 descriptions")
    expect(save).to_be_visible(timeout=20_000)
    assert len(service.requests) - before == 10
    with browser_page.expect_download() as download:
        save.click()
    lines = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    assert len(lines) == 10
    assert all(line["text"] and line["written_by"] == "language model" for line in lines)


def test_the_key_is_neither_in_the_page_nor_in_what_the_server_says(service, url, browser_page: Page) -> None:
    service.otherwise = answers(telling)
    heard: list[bytes] = []

    def listen(socket) -> None:
        socket.on("framereceived", lambda frame: heard.append(frame if isinstance(frame, bytes) else frame.encode()))

    browser_page.on("websocket", listen)
    for view in VIEWS:
        open_page(browser_page, f"{url}?view={quote(view)}&writer={BY_MODEL}&item-shop=s030")
        assert KEY not in browser_page.content(), view
    assert sum(map(len, heard)) > 10_000
    assert MODEL.encode() in b"".join(heard)
    assert KEY.encode() not in b"".join(heard)
    assert any(KEY in one for one in service.keys), "it is used all the same"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible_and_fits_a_phone(
    view: str, scheme: str, service, url, new_context: Callable[..., BrowserContext]
) -> None:
    service.otherwise = answers(telling)
    page = new_context(**PHONE, color_scheme=scheme, user_agent=IPHONE).new_page()
    open_page(page, f"{url}?view={quote(view)}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    assert violations(page) == []


def test_on_a_phone_the_text_comes_before_its_sources(url, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(**PHONE, user_agent=IPHONE).new_page()
    open_page(page, url)
    tops = [page.locator(f".st-key-words-{part}").bounding_box()["y"] for part in ("text", "sources")]
    assert tops[0] < tops[1]
    assert tops[0] < PHONE["viewport"]["height"]
