"""The square of agreements shows the numbers it was given, and says them in words."""

from __future__ import annotations

from recsys.plots.compare import Step, agreement_alt, agreement_figure, pipeline_alt, pipeline_figure

LABELS = ["Popular", "EASE", "Blend"]
AGREEMENT = [[1.0, 0.25, 0.5], [0.25, 1.0, 0.125], [0.5, 0.125, 1.0]]
SHARED = [[10, 3, 6], [3, 10, 1], [6, 1, 10]]


def test_cells_hold_the_numbers_and_the_diagonal_is_blank():
    cells = agreement_figure(LABELS, AGREEMENT, SHARED).data[0]
    assert [list(row) for row in cells.z] == [[None, 0.25, 0.5], [0.25, None, 0.125], [0.5, 0.125, None]]
    assert cells.text[0][2] == "<b>0.50</b><br>6 shared"
    assert cells.text[1][1] == ""
    assert list(cells.x) == list(cells.y) == LABELS
    assert (cells.zmin, cells.zmax) == (0, 1)


def test_the_axis_says_what_the_number_is():
    layout = agreement_figure(LABELS, AGREEMENT, SHARED).layout
    assert "0 nothing shared, 1 the same list" in layout.xaxis.title.text
    assert layout.yaxis.autorange == "reversed"


def test_every_two_lists_are_said_once():
    alt = agreement_alt(LABELS, AGREEMENT, SHARED)
    assert "Popular and EASE 0.25, 3 shared; Popular and Blend 0.50, 6 shared; EASE and Blend 0.12, 1 shared" in alt
    assert alt.count("Blend") == 2
    assert agreement_alt(["EASE"], [[1.0]], [[10]]) == "One list, nothing to compare"


STEPS = [Step("Catalogue", 3378, None), Step("Candidates", 300, 1.25), Step("Shown", 10, None)]


def test_bars_are_the_items_left_with_the_time_of_what_ran():
    bar = pipeline_figure(STEPS).data[0]
    assert list(bar.x) == [3378, 300, 10]
    assert list(bar.text) == ["3,378", "300 · 1.2 ms", "10"]
    assert bar.marker.color[0] == bar.marker.color[2] != bar.marker.color[1]
    assert pipeline_figure(STEPS).layout.xaxis.title.text == "items left"


def test_the_steps_in_words():
    assert pipeline_alt(STEPS) == "Items left after each step: Catalogue 3,378, Candidates 300 · 1.2 ms, Shown 10"
    assert pipeline_figure([]).data[0].x == ()
