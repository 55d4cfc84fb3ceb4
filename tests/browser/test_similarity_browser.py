"""The Similarity page in a real browser: a click opens a pair, a line drawn around dots fills the list."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

CELLS = """() => {
  const plot = document.querySelector('[class*="st-key-grid-"] .js-plotly-plot');
  const frame = plot.getBoundingClientRect(), {xaxis: x, yaxis: y} = plot._fullLayout;
  const squares = plot.data[1];
  return squares.x.map((_, i) => ({
    keys: squares.customdata[i],
    left: frame.left + x._offset + x.l2p(squares.x[i]),
    top: frame.top + y._offset + y.l2p(squares.y[i]),
    cosine: plot.data[0].z[squares.y[i]][squares.x[i]],
    width: x._length / plot.data[0].z[0].length, height: y._length / plot.data[0].z.length,
  }));
}"""

DOTS = """() => {
  const plot = document.querySelector('[class*="st-key-map-"] .js-plotly-plot');
  const frame = plot.getBoundingClientRect(), {xaxis: x, yaxis: y} = plot._fullLayout;
  return plot._fullData.filter(t => t.customdata).flatMap(t => [...t.x].map((_, i) => ({
    id: t.customdata[i],
    left: frame.left + x._offset + x.l2p(t.x[i]), top: frame.top + y._offset + y.l2p(t.y[i]),
  })));
}"""


def settle(page: Page) -> None:
    page.wait_for_timeout(120)  # the run that was asked for must have begun before its end can be awaited
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(state="attached")


def open_chart(page: Page, url: str, chart: str) -> None:
    """Open the page and wait until Plotly has drawn the chart of that key."""
    page.goto(url)
    page.locator(f'[class*="st-key-{chart}"] .nsewdrag').first.wait_for(state="attached", timeout=30_000)
    settle(page)
    page.wait_for_timeout(800)  # Plotly fits the chart to its column once more
    page.locator(f'[class*="st-key-{chart}"]').first.scroll_into_view_if_needed()


def chosen(page: Page) -> tuple[str, str, float]:
    """What the page shows as the pair: both headings and the cosine."""
    headings = [page.locator(f".st-key-pair-{end} strong").first.inner_text() for end in ("row", "column")]
    cosine = page.get_by_test_id("stMetricValue").first.inner_text()
    return headings[0], headings[1], float(cosine.replace("−", "-"))


def titles(page: Page) -> dict[str, str]:
    ticks = page.evaluate(
        "() => { const p = document.querySelector('[class*=\"st-key-grid-\"] .js-plotly-plot');"
        "return p.data[1].customdata.map((keys, i) => [keys, p.data[1].hovertext[i]]) }"
    )
    out = {}
    for (row, column), hover in ticks:
        lines = hover.split("<br>")
        out[row], out[column] = re.sub(r" \([^()]*\)$", "", lines[0]), lines[1]
    return out


@pytest.mark.parametrize("view", ["", "?view=List+×+list"])
def test_a_click_anywhere_in_a_cell_shows_that_pair(app_url: str, browser_page: Page, view: str) -> None:
    open_chart(browser_page, f"{app_url}/similarity{view}", "grid-")
    names = titles(browser_page)
    cells = browser_page.evaluate(CELLS)
    for number, (dx, dy) in ((7, (0, 0)), (43, (0.4, 0.3)), (len(cells) - 5, (-0.4, -0.3)), (43, (0, 0))):
        browser_page.locator('[class*="st-key-grid-"]').first.scroll_into_view_if_needed()
        cell = browser_page.evaluate(CELLS)[number]
        browser_page.mouse.click(cell["left"] + dx * cell["width"], cell["top"] + dy * cell["height"])
        row, column = (names[key].removesuffix("…") for key in cell["keys"])  # a hover is cut before a heading
        expect(browser_page.locator(".st-key-pair-row strong").first).to_contain_text(row, timeout=5_000)
        expect(browser_page.locator(".st-key-pair-column strong").first).to_contain_text(column, timeout=5_000)
        settle(browser_page)
        assert chosen(browser_page)[2] == pytest.approx(cell["cosine"], abs=0.006), json.dumps(cell)


def test_only_the_part_with_the_pair_runs_again(app_url: str, browser_page: Page) -> None:
    open_chart(browser_page, f"{app_url}/similarity", "grid-")
    browser_page.evaluate("() => { document.querySelector('h1').parentElement.dataset.mark = 'old' }")
    cell = browser_page.evaluate(CELLS)[3]
    browser_page.mouse.click(cell["left"], cell["top"])
    settle(browser_page)

    assert browser_page.evaluate("() => document.querySelector('h1').parentElement.dataset.mark") == "old"


def held_by(box: tuple[float, ...], dots: list[dict], more: float = 0.0) -> set[str]:
    """Ids of the dots inside ``box``, made ``more`` pixels larger to each side."""
    left, top, right, bottom = box[0] - more, box[1] - more, box[2] + more, box[3] + more
    return {dot["id"] for dot in dots if left < dot["left"] < right and top < dot["top"] < bottom}


def test_a_line_drawn_around_dots_fills_the_list_with_exactly_those(app_url: str, browser_page: Page) -> None:
    open_chart(browser_page, f"{app_url}/similarity?view=Map", "map-pca")
    expect(browser_page.get_by_text("Nothing chosen.")).to_be_visible()
    dots = browser_page.evaluate(DOTS)
    middle_x = sorted(dot["left"] for dot in dots)[len(dots) // 2]
    middle_y = sorted(dot["top"] for dot in dots)[len(dots) // 2]
    # A dot on the line may fall on either side: take the first box that has none within a pixel of it.
    boxes = ((middle_x - 70 - n, middle_y - 50 - n, middle_x + 70 + n, middle_y + 50 + n) for n in range(60))
    box = next(box for box in boxes if held_by(box, dots, 1) == held_by(box, dots, -1))
    inside = held_by(box, dots)
    corners = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]), (box[0], box[1] + 1)]
    browser_page.mouse.move(*corners[0])
    browser_page.mouse.down()
    for corner in corners[1:]:
        browser_page.mouse.move(*corner, steps=12)
    browser_page.mouse.up()

    expect(browser_page.get_by_text("inside your line")).to_be_visible(timeout=5_000)
    settle(browser_page)
    assert len(inside) > 3
    said = browser_page.get_by_text("inside your line").inner_text()
    assert said == f"{len(inside)} items inside your line"
