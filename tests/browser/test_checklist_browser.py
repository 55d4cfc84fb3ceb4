"""Points of the checklist that only a real browser and a real server can show: see docs/checklist.md."""

from __future__ import annotations

import math
import re
import time
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from benchmarks.harness.visitor import Visitor
from tests.browser.conftest import Server, open_page, settle
from tests.browser.live_page import cards, main_text, press, stored, type_words
from tests.browser.test_every_page import TITLES
from tests.browser.test_similarity_browser import CELLS, DOTS, chosen, open_chart, titles
from tests.browser.visit import FIRST_VISIT_S, SWITCH_S, go, port

pytestmark = pytest.mark.slow

# --- latency and robustness -------------------------------------------------------------------------------------


def test_nothing_is_answered_before_everything_is_warm(tmp_path):
    server = Server(tmp_path)
    try:
        said = ""
        for _ in range(600):
            try:
                urllib.request.urlopen(server.url, timeout=60).close()
                said = server.log_path.read_text()
                break
            except OSError:
                time.sleep(0.05)
        assert "items ready after" in said
        assert said.rstrip().endswith("ready")
        start = time.perf_counter()
        with Visitor(port(server.url)) as first:
            assert time.perf_counter() - start < FIRST_VISIT_S
            assert len(first.liked()) == 10
    finally:
        server.stop()


class Watcher(Visitor):
    """A visitor who notes which part of the page each drawn element belongs to."""

    def __enter__(self):
        self.parts: list[str] = []
        return super().__enter__()

    def _note(self, delta) -> None:
        self.parts.append(delta.fragment_id)
        super()._note(delta)


def test_a_like_redraws_its_part_and_not_the_page(app_url):
    with Watcher(port(app_url)) as visitor:
        assert "" in visitor.parts  # the whole page, once
        key = visitor.liked()[0]
        _, part = visitor.buttons[key]
        visitor.parts.clear()
        visitor.press(key)
        assert len(visitor.parts) > 10
        assert set(visitor.parts) == {part}
        assert part


def test_a_cut_connection_comes_back_with_the_same_likes(start_server, new_context, tmp_path):
    page = new_context().new_page()
    page.add_init_script(
        "window.lines = []; const Real = WebSocket;"
        "window.WebSocket = class extends Real { constructor(...a) { super(...a); window.lines.push(this); } };"
    )
    open_page(page, start_server(tmp_path).url)
    for place in (2, 4):
        press(page, "like", cards(page)[place])
    shown = cards(page)
    page.evaluate("window.lines.forEach(line => line.close())")
    page.wait_for_function("window.lines.length > 1 && window.lines.at(-1).readyState === 1")
    settle(page)
    assert cards(page) == shown
    press(page, "like", cards(page)[0])
    assert page.locator("[class*='st-key-undo-'] button").count() == 3
    assert stored(tmp_path, "like") == 3


@pytest.fixture(scope="module")
def without_model(start_server: Callable[..., Server]) -> str:
    return start_server(RECSYS_ENCODER="st:/no/such/model").url


SILENT = "reading by words instead"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "reading by words instead"),
        ("rerank", SILENT),
        ("compare", SILENT),
        ("similarity", "words and characters"),
        ("metrics", "lexical"),
    ],
)
def test_without_a_model_every_page_that_ranks_works_and_says_by_what(path, sentence, without_model, browser_page):
    open_page(browser_page, f"{without_model}/{path}")
    browser_page.locator("[data-test-script-state='notRunning']").wait_for(state="attached", timeout=120_000)
    settle(browser_page)
    for one in browser_page.locator("[data-testid='stExpander'] summary").all():
        one.click()
        settle(browser_page)
    assert browser_page.locator("[data-testid='stException']").count() == 0
    assert sentence in main_text(browser_page)


FAULT = """
import pathlib, sys, threading, time

def wait():
    view = None
    while not hasattr(view, "live") or not hasattr(view, "picture"):
        time.sleep(0.02)
        view = sys.modules.get("recsys.ui.live_view")
    real = view.picture

    def picture(*given):
        from recsys.errors import DataError
        word = (pathlib.Path(__file__).parent / "fault").read_text()
        if word:
            raise {"expected": DataError("the fog is thick"), "unexpected": KeyError("a secret")}[word]
        return real(*given)

    view.picture = picture

threading.Thread(target=wait, daemon=True).start()
"""


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("expected", "the fog is thick"), ("unexpected", "That did not work")],
)
def test_an_error_inside_is_a_friendly_sentence_and_its_trace_is_in_the_log(
    kind, sentence, start_server, new_context, tmp_path
):
    (tmp_path / "sitecustomize.py").write_text(FAULT)
    (tmp_path / "fault").write_text("")
    server = start_server(tmp_path, PYTHONPATH=str(tmp_path))
    page = new_context().new_page()
    open_page(page, server.url)
    like = cards(page)[0]
    (tmp_path / "fault").write_text(kind)
    press(page, "like", like)
    log = re.sub(r"\x1b\[[\d;]*m", "", server.log_path.read_text())
    server.stop()
    assert "Traceback" in log
    assert "Traceback" not in main_text(page)
    assert "a secret" not in main_text(page)
    assert page.locator("[data-testid='stException']").count() == 0
    expect(page.get_by_role("alert")).to_contain_text(sentence)


# --- navigation and state ---------------------------------------------------------------------------------------


def test_back_and_forward_walk_through_the_pages(browser_page, app_url):
    open_page(browser_page, app_url)
    for name in ("Compare", "Method"):
        go(browser_page, name)
    for step, title in (("go_back", "Compare"), ("go_back", TITLES[""]), ("go_forward", "Compare")):
        getattr(browser_page, step)()
        expect(browser_page.get_by_role("heading", level=1)).to_contain_text(title)
        settle(browser_page)
    assert browser_page.locator("[data-testid='stException']").count() == 0


def test_an_unknown_path_is_named_and_the_first_page_is_there(browser_page, app_url):
    browser_page.goto(f"{app_url}/nowhere")
    expect(browser_page.get_by_text("Page not found")).to_be_visible()
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text(TITLES[""])


def controls(page: Page) -> dict[str, str]:
    """The controls of the Live page as they stand."""
    marked = page.locator("[aria-checked='true'], [aria-pressed='true'], [data-testid='stBaseButton-pillsActive']")
    return {
        "pills": " | ".join(marked.all_inner_texts()),
        "boxes": " | ".join(box.input_value() for box in page.get_by_role("combobox").all()),
        "typed": page.get_by_role("searchbox").first.input_value(),
    }


def test_three_changed_controls_and_their_list_reopen_elsewhere_by_the_address(new_context, app_url):
    mine, theirs = new_context().new_page(), new_context().new_page()
    open_page(mine, app_url)
    mine.wait_for_timeout(1000)
    start = controls(mine)
    assert start["pills"]
    mine.get_by_text("Video", exact=True).first.click()
    settle(mine)
    mine.get_by_text("Space dreamer", exact=True).click()
    settle(mine)
    box = mine.get_by_role("combobox", name="Recommender that ranks your list")
    box.fill("EASE + text")
    mine.get_by_role("option").first.click()
    settle(mine)
    type_words(mine, "a lonely robot")
    changed = controls(mine)
    assert all(changed[name] != start[name] for name in start)
    open_page(theirs, mine.url)
    theirs.wait_for_timeout(1000)
    assert controls(theirs) == changed
    assert cards(theirs) == cards(mine)


def test_weights_words_and_likes_stay_while_somebody_reads_another_page(browser_page, app_url):
    open_page(browser_page, app_url)
    press(browser_page, "like", cards(browser_page)[0])
    type_words(browser_page, "thermos")
    browser_page.locator(".st-key-habits button").first.click()
    settle(browser_page)
    slider = browser_page.locator(".st-key-habit-like input").first
    slider.focus()
    before = cards(browser_page)
    slider.press("End")
    settle(browser_page)
    browser_page.keyboard.press("Escape")
    shown = cards(browser_page)
    assert shown != before
    for name in ("Metrics", "Method", "Live"):
        go(browser_page, name)
    assert cards(browser_page) == shown
    assert browser_page.get_by_role("searchbox").first.input_value() == "thermos"
    assert "How your steps count · changed" in main_text(browser_page)
    assert browser_page.locator("[class*='st-key-undo-'] button").count() == 1


# --- charts -----------------------------------------------------------------------------------------------------


def test_a_clicked_cell_is_the_drawn_pair_also_after_the_list_has_changed(browser_page, app_url):
    open_chart(browser_page, f"{app_url}/similarity", "grid-")
    before = titles(browser_page)
    go(browser_page, "Live")
    press(browser_page, "favourite", cards(browser_page)[3])
    press(browser_page, "dislike", cards(browser_page)[0])
    go(browser_page, "Similarity")
    browser_page.locator('[class*="st-key-grid-"] .nsewdrag').first.wait_for(state="attached")
    browser_page.wait_for_timeout(1200)
    names = titles(browser_page)
    assert names != before
    for number in (5, 31):
        browser_page.locator('[class*="st-key-grid-"]').first.scroll_into_view_if_needed()
        cell = browser_page.evaluate(CELLS)[number]
        browser_page.mouse.click(cell["left"], cell["top"])
        row, column = (names[key] for key in cell["keys"])
        expect(browser_page.locator(".st-key-pair-row strong").first).to_have_text(row)
        expect(browser_page.locator(".st-key-pair-column strong").first).to_have_text(column)
        settle(browser_page)
        assert chosen(browser_page)[2] == pytest.approx(cell["cosine"], abs=0.006)


def inside(x: float, y: float, corners: list[tuple[float, float]]) -> bool:
    """Whether a ray from the point crosses the outline an odd number of times."""
    odd = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


def far(dot: dict[str, float], corners: list[tuple[float, float]], pixels: float = 2.5) -> bool:
    """Whether a dot is clearly inside or clearly outside."""
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        along = ((dot["left"] - x1) * (x2 - x1) + (dot["top"] - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
        share = min(max(along, 0), 1)
        if math.hypot(dot["left"] - x1 - share * (x2 - x1), dot["top"] - y1 - share * (y2 - y1)) < pixels:
            return False
    return True


def test_what_a_crooked_line_encloses_is_listed_item_by_item(browser_page, app_url, shop):
    open_chart(browser_page, f"{app_url}/similarity?view=Map", "map-pca")
    dots = browser_page.evaluate(DOTS)
    x, y = (sorted(dot[side] for dot in dots)[len(dots) // 2] for side in ("left", "top"))
    corners = [(x - 60, y - 45), (x + 5, y - 8), (x + 70, y - 40), (x + 30, y + 45), (x - 10, y + 5), (x - 50, y + 40)]
    wanted = {dot["id"] for dot in dots if inside(dot["left"], dot["top"], corners)}
    on_the_line = {dot["id"] for dot in dots if not far(dot, corners)}
    browser_page.mouse.move(*corners[0])
    browser_page.mouse.down()
    for corner in [*corners[1:], (corners[0][0], corners[0][1] + 1)]:
        browser_page.mouse.move(*corner, steps=12)
    browser_page.mouse.up()
    browser_page.get_by_text("inside your line").wait_for()
    settle(browser_page)
    listed = re.search(r"(\d+) items inside your line", main_text(browser_page))
    assert listed is not None
    assert 2 < len(wanted - on_the_line) <= int(listed[1]) <= len(wanted | on_the_line) < len(dots) / 2
    grid = browser_page.locator("[data-testid='stDataFrame'] canvas [role=gridcell]")
    grid.first.wait_for(state="attached")
    cells = grid.all_text_contents()
    drawn = {cell for cell in cells if cell in {shop.title(item_id) for item_id in shop.item_ids}}
    assert drawn
    assert drawn <= {shop.title(item_id) for item_id in wanted | on_the_line}


# --- data -------------------------------------------------------------------------------------------------------


def test_the_other_sample_is_on_the_page_within_two_seconds(browser_page, app_url):
    open_page(browser_page, app_url)
    for name in ("Video", "Shop", "Video"):
        before = cards(browser_page)[0]
        start = time.perf_counter()
        browser_page.get_by_text(name, exact=True).first.click()
        browser_page.locator(f".st-key-card-{before}").wait_for(state="detached")
        browser_page.locator("[class*='st-key-card-']").nth(9).wait_for()
        assert time.perf_counter() - start < SWITCH_S
        settle(browser_page)
