"""The charts of tuning, cold start, protocols and density show their tables' numbers, and say them in words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from recsys.plots import theme
from recsys.plots.cold_start import ITEMS, cold_start_alt, cold_start_figure
from recsys.plots.density import density_alt, density_figure
from recsys.plots.lens import lens_alt, lens_figure
from recsys.plots.tuning import tuning_alt, tuning_figure

TRIALS = pd.DataFrame(
    {
        "model": ["ease"] * 4 + ["popularity"],
        "trial": [0, 1, 2, 3, 0],
        "knobs": ['{"l2": 200.0}', '{"l2": 5.0}', '{"l2": 50.0}', '{"l2": 70.0}', "{}"],
        "value": [0.2, 0.1, np.nan, 0.3, 0.15],
    }
)
CURVE = pd.DataFrame(
    {
        "model": ["popularity"] * 3 + ["ease"] * 3,
        "n_events": [0, 1, 10] * 2,
        "metric": "ndcg",
        "value": [0.1, 0.1, 0.1, 0.1, 0.15, 0.3],
        "low": [0.05, 0.05, 0.05, 0.05, 0.1, 0.25],
        "high": [0.15, 0.15, 0.15, 0.15, 0.2, 0.35],
        "n_users": 40,
        "better_than": ["", "", "", "", "", "popularity"],
    }
)
LENS = pd.DataFrame(
    {
        "protocol": ["Past and future", "Random fifth", "Last like, 100 others", "Broken"] * 2,
        "line": "Why.",
        "split": ["global_time", "random", "leave_last_out", "k"] * 2,
        "liked_from": 4.0,
        "sampled": [0, 0, 100, 0] * 2,
        "metric": ["ndcg"] * 4 + ["hit_rate"] * 4,
        "value": [0.1, 0.2, 0.5, np.nan, 0.3, 0.4, 0.7, np.nan],
        "low": [0.05, 0.15, 0.4, np.nan, 0.2, 0.3, 0.6, np.nan],
        "high": [0.15, 0.25, 0.6, np.nan, 0.4, 0.5, 0.8, np.nan],
        "n_users": [25, 200, 200, 0] * 2,
    }
)
DENSITY = pd.DataFrame(
    {
        "share": [1.0, 0.25, 0.0625],
        "events_per_item": [16.0, 4.0, 1.0],
        "model": "text_profile",
        "against": "popularity",
        "metric": "ndcg",
        "value": [0.2, 0.1, 0.05],
        "against_value": [0.25, 0.1, 0.0],
        "gain": [-0.2, 0.08, np.nan],
        "low": [-0.3, 0.01, np.nan],
        "high": [-0.1, 0.2, np.nan],
        "n_users": [90, 90, 0],
    }
)


def lines(figure, mode="lines+markers"):
    return [trace for trace in figure.data if trace.mode == mode]


def test_tuning_shows_each_setting_and_the_best_so_far():
    figure = tuning_figure(TRIALS, "ndcg")
    best, tried = figure.data[:2]
    assert list(best.y) == [0.2, 0.2, 0.2, 0.3]
    assert list(tried.y)[:2] == [0.2, 0.1]
    assert list(tried.marker.symbol) == ["diamond", "circle", "circle", "circle"]
    assert tried.customdata[3][0] == "l2: 70.0"
    assert figure.data[3].customdata[0][0] == "no knobs"


def test_tuning_names_its_models_and_axes():
    figure = tuning_figure(TRIALS, "ndcg")
    assert [trace.name for trace in figure.data if trace.mode == "lines"] == ["EASE", "Popular"]
    assert {trace.marker.color for trace in figure.data[1:2]} == {theme.colour("ease")}
    assert figure.layout.xaxis.title.text == "setting tried (0 = as it comes)"
    assert figure.layout.yaxis.title.text == "NDCG on validation, share, 0 to 1"
    assert figure.layout.showlegend


def test_tuning_is_said_in_words():
    words = tuning_alt(TRIALS, "ndcg")
    assert "EASE from 0.200 to 0.300 in 4 settings" in words
    assert "Popular from 0.150 to 0.150 in 1 setting" in words
    assert tuning_alt(TRIALS.iloc[2:3], "ndcg") == "Nothing could be measured"


def test_cold_start_draws_values_inside_their_bands():
    figure = cold_start_figure(CURVE)
    popular, ease = lines(figure)
    assert list(ease.y) == [0.1, 0.15, 0.3]
    band = figure.data[2]
    assert band.fill == "toself"
    assert list(band.y) == [0.15, 0.2, 0.35, 0.25, 0.1, 0.05]
    assert list(band.x) == ["0", "1", "10", "10", "1", "0"]
    assert (popular.opacity, popular.line.dash) != (ease.opacity, ease.line.dash)
    assert ease.line.color == theme.colour("ease")


def test_cold_start_spaces_its_numbers_evenly_and_in_order():
    shuffled = CURVE.iloc[[5, 3, 4, 2, 0, 1]]
    axis = cold_start_figure(shuffled, ITEMS).layout.xaxis
    assert axis.type == "category"
    assert list(axis.categoryarray) == ["0", "1", "10"]
    assert axis.title.text == ITEMS


def test_cold_start_is_said_in_words():
    assert "EASE from 0.100 at 0 to 0.300 at 10" in cold_start_alt(CURVE)
    assert cold_start_alt(CURVE.iloc[:0]) == "Nothing could be measured"
    assert not cold_start_figure(CURVE.iloc[:0]).data


def test_the_lens_shows_one_metric_and_leaves_out_what_has_no_number():
    dots = lens_figure(LENS, "hit_rate").data
    assert len(dots) == 1
    assert list(dots[0].x) == [0.3, 0.4, 0.7]
    assert np.add(dots[0].x, dots[0].error_x.array) == pytest.approx([0.4, 0.5, 0.8])
    assert np.subtract(dots[0].x, dots[0].error_x.arrayminus) == pytest.approx([0.2, 0.3, 0.6])
    assert len(set(dots[0].marker.color)) == 2


def test_the_lens_is_said_in_words():
    words = lens_alt(LENS, "ndcg")
    assert "Random fifth 0.200 (0.150 to 0.250)" in words
    assert "Broken" not in words
    assert lens_alt(LENS.iloc[3:4], "ndcg") == "Nothing could be measured"
    assert not lens_figure(LENS.iloc[3:4], "ndcg").data[0].x


def test_density_draws_percent_over_a_logarithmic_axis_from_sparse_to_dense():
    figure = density_figure(DENSITY)
    [line] = lines(figure)
    assert list(line.x) == [4.0, 16.0]
    assert list(line.y) == pytest.approx([8, -20])
    assert list(figure.data[0].y) == pytest.approx([20, -10, -30, 1])
    assert figure.layout.xaxis.type == "log"
    assert line.name == "Text profile over Popular"
    assert [shape.y0 for shape in figure.layout.shapes] == [0]


def test_density_marks_where_the_visitor_stands():
    figure = density_figure(DENSITY, yours=6.5)
    assert figure.layout.shapes[-1].x0 == 6.5
    assert list(figure.data[-1].x) == [6.5]
    [said] = [note for note in figure.layout.annotations if "your data" in note.text]
    assert said.x == pytest.approx(math.log10(6.5))
    assert len(density_figure(DENSITY, yours=0.0).layout.shapes) == 1


def test_density_is_said_in_words():
    words = density_alt(DENSITY, yours=6.5)
    assert "Text profile over Popular +8.0% (+1.0% to +20.0%) with 4.00 likes per item" in words
    assert "-20.0% (-30.0% to -10.0%) with 16.00 likes per item" in words
    assert words.endswith("Your data: 6.50 likes per item")
    assert density_alt(DENSITY.iloc[2:]) == "Nothing could be measured"


@pytest.mark.parametrize(
    "figure",
    [tuning_figure(TRIALS, "ndcg"), cold_start_figure(CURVE), lens_figure(LENS, "ndcg"), density_figure(DENSITY, 5.0)],
)
def test_every_chart_is_see_through_and_names_its_axes(figure):
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == theme.CLEAR
    assert figure.layout.xaxis.title.text
    assert figure.layout.height >= 200
