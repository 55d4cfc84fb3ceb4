"""What the two figures of the Similarity page carry: pairs under every cell, ids under every dot, words for all."""

import numpy as np
import pytest

from recsys.explain.map import Dots, Way
from recsys.explain.similarity import Grid, Line
from recsys.plots import map as map_plot
from recsys.plots import similarity as plot
from recsys.plots import theme

LONG = "A very long title that no axis could ever hold <b>&</b> more"


@pytest.fixture
def grid() -> Grid:
    rows = (Line("item:a", LONG, "click + like", "minilm", 0), Line("text:t", "防水鞋", "review", "lexical"))
    columns = tuple(Line(f"item:{x}", f"Title {x}", "item", "minilm", n) for n, x in enumerate("abc"))
    return Grid(rows, columns, np.array([[1.0, 0.3, -0.1], [0.2, -0.4, 0.1]], dtype=np.float32))


@pytest.fixture
def dots() -> Dots:
    xy = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)
    return Dots(("a", "b", "c", "d"), ("<i>A</i>", "B", "C", "D"), ("other", "Shoes", "Pans", "Shoes"), xy)


def test_every_cell_has_a_square_with_its_pair(grid):
    cells, squares = plot.heatmap(grid).data

    assert len(squares.x) == 2 * 3
    for x, y, keys in zip(squares.x, squares.y, squares.customdata, strict=True):
        assert list(keys) == [grid.rows[y].key, grid.columns[x].key]
    assert cells.z[1][1] == pytest.approx(-0.4)
    assert cells.hoverinfo == "skip"


def test_the_colours_are_even_around_zero_and_end_at_the_largest_difference(grid):
    cells = plot.heatmap(grid).data[0]

    assert (cells.zmin, cells.zmax) == (pytest.approx(-0.4), pytest.approx(0.4))  # the item with itself does not count


def test_labels_are_short_and_hovers_are_whole_and_harmless(grid):
    figure = plot.heatmap(grid)
    hover = figure.data[1].hovertext[0]

    assert all(len(label) <= plot.MAX_LABEL + 4 for label in figure.layout.yaxis.ticktext)
    assert figure.layout.yaxis.ticktext == ("A very long title… →👍", "“防水鞋” ✎")
    assert "&lt;b&gt;" in hover
    assert "<b>+1.00</b>" in hover
    assert "Title a" in hover


def test_columns_carry_their_place_and_chinese_takes_twice_the_room(grid):
    columns = (Line("item:a", "防水鞋" * 9, "item", "minilm", 0, 1), Line("item:b", "Tea", "item", "minilm", 1, 2))
    ticks = plot.heatmap(Grid(grid.rows, columns, grid.values[:, :2])).layout.xaxis.ticktext

    assert ticks[1] == "2 · Tea"
    assert ticks[0].startswith("1 · 防水鞋")
    assert len(ticks[0]) <= plot.MAX_COLUMN // 2 + 2


def test_the_chosen_cell_is_framed_and_a_forgotten_one_is_not(grid):
    shape = plot.heatmap(grid, ("text:t", "item:c")).layout.shapes[0]

    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (1.5, 2.5, 0.5, 1.5)
    assert not plot.heatmap(grid, ("text:gone", "item:c")).layout.shapes


def test_the_same_grid_is_the_same_figure(grid):
    assert plot.heatmap(grid).to_json() == plot.heatmap(grid).to_json()


def test_the_heatmap_is_also_said_in_words(grid):
    assert "2 rows and 3 columns, from -0.40 to +1.00" in plot.heatmap_alt(grid)
    assert "Title b, +0.30" in plot.heatmap_alt(grid)


def test_dots_carry_their_ids_and_everything_else_carries_none(dots):
    way = Way(np.array([[0, 0], [0.5, 0.5]], dtype=np.float32), ("like: A", "click: B"), np.zeros(4, dtype=np.float32))
    figure = map_plot.catalogue_map(dots, way, ["d", "b", "not drawn"])
    by_name = {trace.name: trace for trace in figure.data}

    assert list(by_name) == ["Shoes", "Pans", "other", "your list", "your way", "you"]
    assert list(by_name["Shoes"].customdata) == ["b", "d"]
    assert all(by_name[name].customdata is None for name in ("your list", "your way", "you"))
    assert by_name["your list"].hovertext == ("1. D", "2. B")
    assert (by_name["you"].x[0], by_name["you"].y[0]) == (0.5, 0.5)
    assert by_name["other"].hovertext == ("&lt;i&gt;A&lt;/i&gt;<br>other",)
    assert by_name["other"].marker.color == theme.PALETTE[-1]
    assert figure.layout.dragmode == "lasso"


def test_colour_is_never_the_only_sign_of_a_category():
    xy = np.zeros((10, 2), dtype=np.float32)
    names = (*(f"c{n}" for n in range(9)), "other")
    figure = map_plot.catalogue_map(Dots(tuple("abcdefghij"), tuple("abcdefghij"), names, xy))
    looks = {(trace.marker.color, trace.marker.symbol) for trace in figure.data}

    assert len({colour for colour, _ in looks}) == 10
    assert len({symbol for _, symbol in looks}) >= 9


def test_a_stranger_is_not_on_the_map(dots):
    assert [trace.name for trace in map_plot.catalogue_map(dots).data] == ["Shoes", "Pans", "other"]
    assert "with your place" not in map_plot.map_alt(dots, None, 0.25)
    assert "25% of true neighbours" in map_plot.map_alt(dots, None, 0.25)
