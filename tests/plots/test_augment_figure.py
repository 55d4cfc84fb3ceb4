"""The charts of augmentation show their numbers around zero, by colour and sign, and say them in words."""

from __future__ import annotations

import pytest

from recsys.plots import theme
from recsys.plots.augment import convergence_alt, convergence_figure, effects_alt, effects_figure, verdict


def row(label: str, value: float, half: float, found: bool, model: str = "ease") -> dict:
    gain = {"value": value, "low": value - half, "high": value + half, "n": 50, "found": found}
    return {"label": label, "model": model, "strength": "10% left out", "gain": gain}


ROWS = [
    row("Dropout", 0.02, 0.01, True),
    row("Fewer likes", -0.03, 0.01, True),
    row("Told facts", 0.001, 0.01, False, "text_profile"),
]
POINTS = [
    {"n": 1, "distance": 0.6, "alone": 0.6, "ndcg": 0.2, "seconds": 0.1},
    {"n": 10, "distance": 0.2, "alone": 0.25, "ndcg": 0.21, "seconds": 1.0},
    {"n": 100, "distance": 0.06, "alone": None, "ndcg": 0.22, "seconds": 9.0},
]


def test_gains_losses_and_nothing_found_differ_in_colour_and_in_sign():
    figure = effects_figure(ROWS, 10)
    looks = {(trace.name, trace.marker.color, trace.marker.symbol) for trace in figure.data}
    assert looks == {
        ("gain found", theme.PULL, "circle"),
        ("loss found", theme.PUSH, "diamond"),
        ("no difference found", theme.NEUTRAL, "circle-open"),
    }
    assert [verdict(one) for one in ROWS] == ["gain found", "loss found", "no difference found"]


def test_whiskers_reach_both_ends_and_a_line_stands_at_zero():
    figure = effects_figure(ROWS, 10)
    gain = figure.data[0]
    assert list(gain.x) == [0.02]
    assert gain.error_x.array[0] == pytest.approx(0.01)
    assert gain.error_x.arrayminus[0] == pytest.approx(0.01)
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0
    assert "NDCG@10" in figure.layout.xaxis.title.text


def test_the_first_change_stands_on_top():
    figure = effects_figure(ROWS, 10)
    assert figure.layout.yaxis.categoryarray[-1] == "Dropout<br>EASE"
    assert figure.layout.yaxis.range[0] < 0 < 2 < figure.layout.yaxis.range[1]


def test_the_effects_are_said_in_words():
    said = effects_alt(ROWS, 10)
    assert "Dropout, EASE +0.0200 from +0.0100 to +0.0300 (gain found)" in said
    assert "Told facts, Text profile +0.0010 from -0.0090 to +0.0110 (no difference found)" in said
    assert effects_alt([], 10) == "Nothing was measured"


def test_copies_are_drawn_by_powers_and_the_mean_of_models_ends_where_it_was_not_solved():
    figure = convergence_figure(POINTS)
    together, alone = figure.data
    assert list(together.x) == [1, 10, 100]
    assert list(together.y) == [0.6, 0.2, 0.06]
    assert list(alone.x) == [1, 10]
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert together.line.dash != alone.line.dash


def test_the_copies_are_said_in_words():
    said = convergence_alt(POINTS)
    assert "60.0% from the closed form after 1 and 6.0% after 100 copies" in said
    assert said.endswith("the mean of a model for each copy 25.0% after 10")
    assert "mean of a model" not in convergence_alt(POINTS[2:])
    assert convergence_alt([]) == "Nothing was measured"
