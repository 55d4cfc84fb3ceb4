"""The charts of a result show its numbers, tell models apart without colour, and say themselves in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.models import MODELS
from recsys.plots.by_k import by_k_alt, by_k_figure
from recsys.plots.frontier import frontier_alt, frontier_figure
from recsys.plots.marks import SYMBOLS, interval, symbol
from recsys.plots.people import people_alt, people_figure
from recsys.plots.significance import LOSES, NOTHING, WINS, significance_alt, significance_figure
from recsys.plots.slices import n_people, slices_alt, slices_figure

NAMES = ["popularity", "ease", "text_profile"]
CURVE = pd.DataFrame(
    [(name, "ndcg", k, 0.1 * k, 0.05 * k, 0.2 * k, 30) for name in NAMES for k in (1, 5, 10)],
    columns=["model", "metric", "k", "value", "low", "high", "n_users"],
)
SLICES = pd.DataFrame(
    [
        (name, "ndcg", "history", part, value, value - 0.05, value + 0.1, n)
        for name in NAMES
        for part, value, n in (("1-3 events", np.nan, 0), ("4-10 events", 0.2, 12), ("11-40 events", 0.3, 50))
    ],
    columns=["model", "metric", "slice_kind", "slice", "value", "low", "high", "n_users"],
)


def metric(name, values):
    values = np.array(values)
    return pd.DataFrame(
        {"model": NAMES, "metric": name, "value": values, "low": values - 0.1, "high": values + 0.2, "n_users": 30}
    )


def test_a_line_and_a_band_per_model_by_length():
    figure = by_k_figure(CURVE, "ndcg", 10)
    lines = [trace for trace in figure.data if trace.name]
    assert [line.name for line in lines] == [MODELS[name].label for name in NAMES]
    assert list(lines[1].x) == [1, 5, 10]
    assert list(lines[1].y) == pytest.approx([0.1, 0.5, 1.0])
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert max(bands[1].y) == pytest.approx(2.0)
    assert figure.layout.shapes[0].x0 == 10
    assert "items" in figure.layout.xaxis.title.text
    assert "items: Popular from 0.100 with 1 to 1.000 with 10, EASE from" in by_k_alt(CURVE, "ndcg")
    assert by_k_alt(CURVE.iloc[:0], "ndcg") == "Nothing could be measured"
    assert not by_k_figure(CURVE.iloc[:0], "ndcg", 10).data


def test_the_frontier_is_joined_named_and_drawn_full():
    x, y = metric("diversity", [0.9, 0.5, np.nan]), metric("ndcg", [0.1, 0.3, 0.2])
    figure = frontier_figure(x, y, "diversity", "ndcg", ["ease", "popularity"])
    line, *dots = figure.data
    assert list(line.x) == [0.5, 0.9]
    assert list(line.y) == [0.3, 0.1]
    assert len(dots) == 2  # one has no diversity
    assert "<b>EASE</b>" in dots[1].text
    assert list(dots[1].error_y.array) == pytest.approx([0.2])
    assert list(dots[1].error_x.arrayminus) == pytest.approx([0.1])
    assert "EASE 0.500 and 0.300" in frontier_alt(x, y, "diversity", "ndcg", ["ease"])
    assert "On the frontier: EASE" in frontier_alt(x, y, "diversity", "ndcg", ["ease"])
    nothing = metric("ndcg", [np.nan] * 3)
    assert frontier_alt(nothing, nothing, "diversity", "ndcg", []) == "Nothing could be measured"


def test_slices_show_people_per_part_and_leave_out_parts_of_nobody():
    figure = slices_figure(SLICES, "ndcg")
    assert len(figure.data) == 3
    assert list(figure.data[0].x) == [0.2, 0.3]
    rows = [round(y) for y in figure.data[0].y]
    assert rows == [0, 1]
    assert len({trace.y[0] for trace in figure.data}) == 3  # dots of one part do not cover each other
    assert figure.layout.yaxis.ticktext == ("<b>4-10 events</b><br>12 people", "<b>11-40 events</b><br>50 people")
    assert n_people(SLICES) == 50
    words = slices_alt(SLICES, "ndcg")
    assert "1-3 events (0 people): nobody" in words
    assert "EASE 0.200" in words


def test_bars_of_people_carry_their_place():
    figure = people_figure(["0", "0.1 to 0.2"], [3, 5], [6, 2], "ndcg", "ease", "popularity")
    bars, marks = figure.data
    assert list(bars.y) == [3, 5]
    assert list(bars.customdata) == [0, 1]
    assert list(marks.y) == [6, 2]
    assert len(people_figure(["0"], [3], None, "ndcg", "popularity", "popularity").data) == 1
    assert people_alt(["0", "1"], [3, 0], "ndcg", "ease") == "People of EASE by NDCG: 3 with 0"
    assert people_alt(["0"], [0], "ndcg", "ease") == "Nothing could be measured"


def test_who_beats_whom_is_a_sign_not_only_a_colour():
    cells = {("ease", "popularity"): (WINS, "EASE wins."), ("popularity", "ease"): (LOSES, "Popular loses.")}
    cells |= {(a, b): (NOTHING, "") for a in NAMES for b in NAMES if "text_profile" in (a, b) and a != b}
    figure = significance_figure(NAMES, cells)
    grid, signs = figure.data
    assert grid.z[1][0] == 1
    assert grid.z[0][1] == -1
    assert grid.z[2][2] is None
    at = dict(zip(zip(signs.y, signs.x, strict=True), signs.text, strict=True))
    assert at["EASE", "Popular"] == WINS
    assert at["Popular", "EASE"] == LOSES
    assert at["EASE", MODELS["text_profile"].label] == NOTHING
    assert significance_alt(NAMES, cells, "ndcg") == "Who beats whom on NDCG: EASE beats Popular"
    assert "no difference found between any two" in significance_alt(NAMES, {}, "ndcg")


def test_shapes_tell_models_apart():
    assert len({symbol(NAMES, name) for name in NAMES}) == len(NAMES)
    many = [str(n) for n in range(len(SYMBOLS) + 1)]
    assert symbol(many, many[-1]) == SYMBOLS[0]
    ends = interval(metric("ndcg", [0.3, 0.4, 0.5]))
    assert ends["array"] == pytest.approx([0.2] * 3)
