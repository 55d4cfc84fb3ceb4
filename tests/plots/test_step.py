"""The picture of one step."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.plots.step import step_alt, step_figure

DOTS = np.array([[0, 0], [10, 0], [0, 10]], dtype=np.float32)
TITLES = ["a", "b", "c"]


def test_an_arrow_leads_from_here_to_there_and_fills_the_picture():
    figure = step_figure(DOTS, TITLES, np.array([1, 1], dtype=np.float32), np.array([3, 1], dtype=np.float32))
    arrow = figure.layout.annotations[0]
    assert ((arrow.ax, arrow.ay), (arrow.x, arrow.y)) == ((1, 1), (3, 1))
    low, high = figure.layout.xaxis.range
    assert (low + high) / 2 == 2
    assert high - low == pytest.approx(24)


@pytest.mark.parametrize("dots", [DOTS, DOTS[:1], DOTS[:0]])
def test_who_has_no_place_yet_gets_a_star_without_an_arrow(dots):
    figure = step_figure(dots, TITLES[: len(dots)], None, np.array([1, 1], dtype=np.float32))
    assert not figure.layout.annotations
    assert figure.data[-1].marker.symbol == "star"
    assert np.ptp(figure.layout.yaxis.range) > 0


def test_the_picture_is_said_in_words():
    assert "arrow" in step_alt(False)
    assert "first place" in step_alt(True)
