"""The charts of a search: its tries, what was stopped early, the best so far, and which knobs mattered."""

from __future__ import annotations

import pytest

from recsys.plots.study import importance_alt, importance_figure, study_alt, study_figure, study_table


def point(number, value, best, state="complete", share=1.0, **knobs):
    knobs = {"l2": 200.0, "dropout": 0.3} | knobs
    return {
        "number": number,
        "value": value,
        "best": best,
        "state": state,
        "share": share,
        "seconds": 0.5,
        "knobs": knobs,
    }


POINTS = [
    point(0, 0.2, 0.2),
    point(1, 0.25, 0.25, l2=500.0),
    point(2, 0.3, 0.25, "pruned", 0.25, l2=1.0),
    point(3, 0.1, 0.25, l2=9.0),
    point(4, None, 0.25, "pruned", 0.25, l2=2.0),
]


def test_the_best_so_far_is_a_step_that_tries_stopped_early_do_not_raise():
    best, tries, stopped = study_figure(POINTS, "ease", "ndcg").data
    assert list(best.y) == [0.2, 0.25, 0.25, 0.25, 0.25]
    assert best.line.shape == "hv"
    assert [value for value in tries.y if value == value] == [0.2, 0.25, 0.1]
    assert list(stopped.x) == [2]
    assert list(stopped.y) == [0.3]
    assert stopped.marker.symbol != tries.marker.symbol[1]
    assert "25%" in stopped.customdata[0]


def test_the_chart_says_itself_in_words():
    assert study_alt(POINTS, "ease", "ndcg") == (
        "NDCG of EASE on validation: from 0.200 to 0.250 in 5 tries, 2 of them stopped early"
    )
    assert study_alt([], "ease", "ndcg") == "Nothing has been measured yet"
    assert study_alt([POINTS[4] | {"best": None}], "ease", "ndcg") == "Nothing has been measured yet"


def test_a_search_that_has_just_begun_can_be_drawn():
    figure = study_figure(POINTS[:1], "ease", "ndcg")
    assert list(figure.data[0].y) == [0.2]
    assert "NDCG" in figure.layout.yaxis.title.text
    assert figure.layout.xaxis.title.text


def test_the_table_names_knobs_that_varied():
    table = study_table(POINTS, "ease")
    assert list(table["Try"]) == [0, 1, 2, 3, 4]
    assert list(table["Caution"]) == [200.0, 500.0, 1.0, 9.0, 2.0]
    assert "Dropout" not in table.columns
    assert table["People asked"][2] == "25%"


def test_a_bar_per_knob_the_largest_on_top():
    figure = importance_figure({"dropout": 0.75, "l2": 0.25}, "ease")
    assert list(figure.data[0].x) == [0.75, 0.25]
    assert list(figure.data[0].y) == ["Dropout", "Caution"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(figure.data[0].text) == ["75%", "25%"]
    assert importance_alt({"dropout": 0.75, "l2": 0.25}, "ease").endswith("Dropout 75%, Caution 25%")
    assert figure.layout.height == pytest.approx(160, abs=10)
