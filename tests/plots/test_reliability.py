"""The reliability chart shows its bins, and says them in words."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.metrics.probability import reliability_bins
from recsys.plots.reliability import reliability_alt, reliability_figure

BINS = reliability_bins([0.1, 0.14, 0.55, 0.9, 0.92, 0.94], [0, 0, 1, 1, 0, 1])


def traces(figure):
    return {trace.type + (trace.mode or "" if trace.type == "scatter" else ""): trace for trace in figure.data}


def test_dots_are_what_was_said_and_what_came_of_it():
    dots = traces(reliability_figure(BINS))["scatterlines+markers"]
    assert list(dots.x) == pytest.approx([0.12, 0.55, 0.92])
    assert list(dots.y) == pytest.approx([0, 1, 2 / 3])


def test_whiskers_end_at_the_interval():
    dots = traces(reliability_figure(BINS))["scatterlines+markers"]
    assert np.add(dots.y, dots.error_y.array) == pytest.approx([one.observed_high for one in BINS])
    assert np.subtract(dots.y, dots.error_y.arrayminus) == pytest.approx([one.observed_low for one in BINS])


def test_the_diagonal_is_where_chances_can_be_taken_at_their_word():
    line = traces(reliability_figure(BINS))["scatterlines"]
    assert list(line.x) == list(line.y) == [0, 1]


def test_bars_below_count_the_answers_of_each_bin():
    figure = reliability_figure(BINS)
    bars = traces(figure)["bar"]
    assert list(bars.y) == [2, 1, 3]
    assert list(bars.x) == pytest.approx([0.15, 0.55, 0.95])
    assert bars.yaxis == "y2"
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]


def test_axes_are_named_and_in_percent():
    layout = reliability_figure(BINS, average=0.6).layout
    assert layout.xaxis.title.text == "chance we said"
    assert layout.yaxis.title.text == "share they liked"
    assert layout.xaxis.tickformat == layout.yaxis.tickformat == ".0%"
    assert layout.annotations[0].text == "average 60%"


def test_without_answers_it_says_so():
    figure = reliability_figure(())
    assert not figure.data
    assert figure.layout.annotations[0].text == reliability_alt(()) == "No chances to check yet"


def test_the_words_name_every_bin():
    words = reliability_alt(BINS)
    assert "said 12%, liked 0% of 2" in words
    assert "said 92%, liked 67% of 3" in words
