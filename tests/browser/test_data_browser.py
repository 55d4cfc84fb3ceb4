"""The Data page in a real browser: choose a row, bring your own file, use it on Live, and nobody else sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import open_page, settle

OWN = "show=Your+own+data"
REVIEWS = (
    "编号,名称,介绍,买家,时间,评价,打分\n"
    "p1,伞,结实防风的大雨伞,小王,2026-01-02,下雨天很好用,5\n"
    "p2,鞋,防水耐磨的雨鞋,小李,2026-01-03,脚一点没湿,4\n"
    "p3,杯,保温的玻璃茶杯,小王,2026-01-05,有点小,2\n"
    "p4,毯,柔软的羊毛毯子,小李,2026-01-06,冬天很暖,5\n"
    "p5,灯,护眼的阅读台灯,小张,2026-01-09,亮度够,4\n"
)


def upload(page: Page, uploader: str, name: str, content: bytes) -> None:
    chooser = page.locator(f"[class*='st-key-upload-{uploader}'] input[type=file]")
    chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    settle(page)


def choose(page: Page, box: str, option: str) -> None:
    combobox = page.get_by_role("combobox", name=box, exact=True)
    combobox.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a list that opens while the page scrolls closes again
    combobox.fill(option)
    page.get_by_role("option", name=option, exact=True).click(timeout=5000)
    settle(page)


def click_row(page: Page, table: str, position: int) -> None:
    """Tick the box of a drawn row; the header is position -1."""
    click_cell(page, table, position, x=18)
    settle(page)


def click_cell(page: Page, table: str, position: int, x: int) -> None:
    """Click into a row at ``x`` pixels from the table's left edge: tables are drawn, not made of elements."""
    grid = page.locator(f"[class*='st-key-{table}-'] [data-testid='stDataFrameResizable']")
    grid.click(position={"x": x, "y": 18 + 35 * (position + 1)})


def test_a_chinese_file_is_corrected_used_on_live_and_seen_by_nobody_else(
    app_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    open_page(page, f"{app_url}/data?{OWN}")
    upload(page, "events", "雨天.csv", REVIEWS.encode("gb18030"))
    expect(page.get_by_text("5 items, 3 people, 5 events, 5 reviews")).to_be_visible()
    settle(page)
    choose(page, "Title", "介绍")
    page.locator(".st-key-use-own button").click()
    settle(page)
    expect(page.locator(".st-key-own-in-use")).to_contain_text("Yours: 雨天 is in use on every page")

    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The list follows")
    settle(page)
    expect(page.get_by_text("结实防风的大雨伞").first).to_be_visible()
    expect(page.get_by_text("Gutterjump")).to_have_count(0)

    stranger = new_context().new_page()
    open_page(stranger, page.url)
    expect(stranger.get_by_role("alert")).to_contain_text("was kept in memory for one visit only and is gone")
    expect(stranger.get_by_role("button", name="Yours:")).to_have_count(0)
    expect(stranger.get_by_text("结实防风的大雨伞")).to_have_count(0)

    page.get_by_role("link", name="Data", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("It cannot be brought back.")).to_be_visible()
    page.get_by_role("button", name="Yes, forget my data").click()
    settle(page)
    expect(page.get_by_text("Yours:")).to_have_count(0)


def test_the_tea_shop_is_used_with_one_click_and_a_reload_says_that_it_is_gone(
    app_url: str, browser_page: Page
) -> None:
    open_page(browser_page, f"{app_url}/data?{OWN}")
    browser_page.get_by_role("button", name="Try the tea shop").click()
    settle(browser_page)
    expect(browser_page.locator(".st-key-own-in-use")).to_contain_text("Yours: tea shop is in use on every page")
    assert "data=Yours" in browser_page.url

    browser_page.reload()
    settle(browser_page)
    expect(browser_page.get_by_role("alert")).to_contain_text("was kept in memory for one visit only and is gone")


def test_a_file_of_another_kind_is_a_visible_sentence(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/data?{OWN}")
    upload(browser_page, "items", "mine.xlsx", b"PK\x03\x04" + bytes(50))
    expect(browser_page.get_by_role("alert")).to_contain_text("mine.xlsx is an Excel workbook")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'id,title\n1,"Tea\n2,Mug\n', "row 2 cannot be read"),
        (b"title\nTea\nMug\n", "has only one column"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture, not a CSV file"),
    ],
)
def test_a_broken_file_is_one_sentence(app_url: str, browser_page: Page, content: bytes, sentence: str) -> None:
    open_page(browser_page, f"{app_url}/data?{OWN}")
    upload(browser_page, "items", "mine.csv", content)
    expect(browser_page.get_by_role("alert")).to_contain_text(sentence)
    expect(browser_page.get_by_role("alert")).to_contain_text("mine.csv")
    expect(browser_page.locator(".st-key-use-own")).to_have_count(0)


def test_a_file_over_the_cap_is_refused_before_it_is_read(app_url: str, browser_page: Page) -> None:
    open_page(browser_page, f"{app_url}/data?{OWN}")
    upload(browser_page, "items", "big.csv", b"id,title\n" + b"1,Tea\n" * 900_000)
    expect(browser_page.get_by_text("5.0MB or smaller")).to_be_visible()
    expect(browser_page.locator(".st-key-use-own")).to_have_count(0)


def test_the_chosen_row_is_the_shown_item_also_after_sorting_and_searching(
    app_url: str, browser_page: Page, shop
) -> None:
    open_page(browser_page, f"{app_url}/data")
    chosen = browser_page.locator(".st-key-chosen-item")
    expect(chosen).to_contain_text(shop.title(shop.item_ids[0]))

    click_row(browser_page, "items", 2)
    expect(chosen).to_contain_text(shop.title(shop.item_ids[2]))

    browser_page.get_by_label("Find items").fill(shop.title(shop.item_ids[2]).split()[0])
    settle(browser_page)
    expect(chosen).to_contain_text(shop.title(shop.item_ids[2]))
    browser_page.get_by_label("Find items").fill("")
    settle(browser_page)

    # Sorting happens in the browser: the row clicked is the one that is drawn there.
    click_cell(browser_page, "items", -1, x=120)
    browser_page.wait_for_timeout(500)
    drawn = browser_page.locator("[class*='st-key-items-'] canvas [role=gridcell][aria-colindex='2']").first
    first = drawn.text_content() or ""
    assert first != shop.title(shop.item_ids[0])
    click_row(browser_page, "items", 0)
    expect(chosen).to_contain_text(first)


@pytest.mark.parametrize("section", ["Items", "People", "Quality", "Charts", "Your+own+data"])
def test_a_phone_scrolls_down_only(app_url: str, new_context: Callable[..., BrowserContext], section: str) -> None:
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    open_page(page, f"{app_url}/data?show={section}")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
