"""The chart of a training: what was noted is drawn, what was not is left out, and words say the same."""

from __future__ import annotations

import pytest

from recsys.plots.training import training_alt, training_figure, worth_alt, worth_figure

POINTS = [
    {"step": 10, "loss": 2.0},
    {"step": 20, "loss": 1.5},
    {"step": 20, "validation": 0.25},
    {"step": 40, "validation": 0.2},
]
ROWS = [
    {"label": "Fine-tuned", "value": 0.3, "low": 0.25, "high": 0.375, "n": 40, "ours": True},
    {"label": "Popularity", "value": 0.1, "low": 0.0, "high": 0.125, "n": 40, "ours": False},
]


def test_loss_and_validation_have_a_panel_each_over_the_same_steps():
    figure = training_figure(POINTS, "training step")
    loss, validation = figure.data
    assert (list(loss.x), list(loss.y)) == ([10, 20], [2.0, 1.5])
    assert (list(validation.x), list(validation.y)) == ([20, 40], [0.25, 0.2])
    assert loss.yaxis != validation.yaxis
    assert figure.layout.xaxis2.title.text == "training step"
    assert "lower is better" in figure.layout.yaxis.title.text


def test_a_step_noted_again_counts_as_noted_last():
    figure = training_figure([*POINTS, {"step": 10, "loss": 1.75}], "training step")
    assert list(figure.data[0].y) == [1.75, 1.5]


def test_a_training_without_a_loss_has_one_panel():
    figure = training_figure([{"step": 1, "validation": 0.1, "loss": None}], "setting tried")
    assert len(figure.data) == 1
    assert figure.layout.xaxis.title.text == "setting tried"


def test_before_the_first_point_there_is_nothing_and_the_words_say_so():
    assert not training_figure([], "training step").data
    assert training_alt([], "training step") == "Nothing has been measured yet"


def test_the_words_name_the_lowest_loss_and_the_highest_validation():
    said = training_alt(POINTS, "training step")
    assert "loss, lower is better: from 2.000, best 1.500, over 2 points" in said
    assert "validation: from 0.250, best 0.250" in said


def test_dots_carry_their_interval_and_ours_has_a_shape_of_its_own():
    dots = worth_figure(ROWS).data[0]
    assert list(dots.x) == [0.3, 0.1]
    assert list(dots.error_x.array) == pytest.approx([0.075, 0.025])
    assert list(dots.error_x.arrayminus) == pytest.approx([0.05, 0.1])
    assert list(dots.marker.symbol) == ["diamond", "circle"]
    assert worth_alt(ROWS).endswith("Popularity 0.100 [0.000, 0.125]")


def test_no_rows_give_no_dots():
    assert not list(worth_figure([]).data[0].x or [])
    assert worth_alt([]) == "Nobody could be asked"
