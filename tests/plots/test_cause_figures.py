"""The figures of Causes show the numbers they were given, carry their keys, and say everything in words."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.explain.ledger import Ledger, Line, Measure
from recsys.explain.lime import Feature, Lime
from recsys.explain.why_not import Difference, Hold, WhyNot
from recsys.live import movement
from recsys.plots import ledger as plot
from recsys.plots.lime import lime_alt, lime_figure
from recsys.plots.why_not import OTHER, OURS, paired_bars, why_not_alt, why_not_figure
from recsys.types import Event, Kind, Part

TITLES = ("A very long title that no axis could ever hold", "B <b>&</b>", "C")


@pytest.fixture
def found() -> Ledger:
    still = movement(("a",), ("a",))
    lines = (
        Line("e1", Event("e1", Kind.LIKE, 1.0, "x"), "First film of a long series", True, still, still),
        Line("e2", Event("e2", Kind.DISLIKE, 2.0, "y"), "Second <i>", False, still, still),
        Line("typed", None, "snow", True, still, still),
    )
    places = np.array([[3.0, -2.0, 0.0], [0.0, 0.0, 0.0], [np.nan, 250.0, -1.0]])
    scores = np.array([[1.5, -0.04, 0.0], [0.0, 0.0, 0.0], [0.3, 2.0, -0.5]])
    return Ledger(lines, ("a", "b", "c"), places, scores, Measure.CONTRIBUTIONS, 0, 7, 1.0)


def test_cells_hold_places_and_every_cell_its_pair(found):
    cells, signs = plot.ledger_figure(found, TITLES).data
    assert [list(row) for row in cells.z] == [[3, -2, 0], [0, 0, 0], [None, 250, -1]]
    assert (cells.zmin, cells.zmax) == (-3, 3)
    assert list(signs.text) == ["+3", "−2", "", "", "", "", "new", "+99", "−1"]
    for x, y, pair in zip(signs.x, signs.y, signs.customdata, strict=True):
        assert list(pair) == [found.lines[y].key, found.item_ids[x]]


def test_scores_are_the_other_measure_of_the_same_cells(found):
    cells, signs = plot.ledger_figure(found, TITLES, plot.SCORE).data
    assert list(cells.z[0]) == [1.5, -0.04, 0]
    assert (cells.zmin, cells.zmax) == (-2, 2)
    assert list(signs.text) == ["1.5", "", "", "", "", "", "0.3", "2.0", "−0.5"]
    assert [list(pair) for pair in signs.customdata] == [
        list(pair) for pair in plot.ledger_figure(found, TITLES).data[1].customdata
    ]


def test_colours_are_even_around_zero_and_let_the_text_through():
    assert [stop for stop, _ in plot.SCALE] == [0.0, 0.5, 1.0]
    assert all(float(colour.rstrip(")").split(",")[-1]) <= 0.6 for _, colour in plot.SCALE)


def test_labels_are_short_and_harmless_and_axes_say_what_they_are(found):
    figure = plot.ledger_figure(found, TITLES)
    assert figure.layout.yaxis.ticktext == ("First film of… 👍", "Second &lt;i&gt; 👎", "snow ⌨")
    assert figure.layout.xaxis.ticktext[1] == "2 B &lt;b&gt;&amp;&lt;/b&gt;"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("your list, best first", "what you did")
    hover = figure.data[1].hovertext
    assert "<b>+3 places</b>, +1.50 points" in hover[0]
    assert "replaced by something you did later" in hover[3]
    assert "not on any list without it" in hover[6]
    assert "+250 places" in hover[7]


def test_the_chosen_cell_is_framed_and_a_forgotten_one_is_not(found):
    shape = plot.ledger_figure(found, TITLES, chosen=("typed", "b")).layout.shapes[0]
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (0.5, 1.5, 1.5, 2.5)
    assert not plot.ledger_figure(found, TITLES, chosen=("gone", "b")).layout.shapes


def test_the_heatmap_in_words(found):
    alt = plot.ledger_alt(found, TITLES)
    assert "First film of a long series: A very long title that no axis could ever hold +3 places, B <b>&</b> −2" in alt
    assert "Second <i>: moved nothing" in alt
    assert "snow: B <b>&</b> +250 places, C −1 places" in alt
    assert "+1.50 points" in plot.ledger_alt(found, TITLES, plot.SCORE)


def test_an_empty_ledger_says_what_to_do():
    empty = Ledger((), ("a",), np.zeros((0, 1)), np.zeros((0, 1)), Measure.DIFFERENCES, 0, 1, 0.0)
    assert plot.ledger_figure(empty, ["A"]).layout.annotations[0].text == plot.EMPTY
    assert plot.ledger_alt(empty, ["A"]) == plot.EMPTY


def why() -> WhyNot:
    parts = (
        Difference(Part("e1", "like", "First <i>", 1.0), -0.5, 1.0),
        Difference(Part("prior", "prior", "liked by many", 0.0), 0.25, 0.0),
    )
    return WhyNot("a", 40, 10, -0.25, "b", 1.0, (Hold.OUTSCORED,), ("Other items fit better.",), parts, ())


def test_pairs_of_bars_are_the_two_scores_part_by_part():
    ours, other = why_not_figure(why(), "Asked", "Last").data
    assert (list(ours.x), list(other.x)) == ([-0.5, 0.25], [1.0, 0.0])
    assert (ours.marker.color, other.marker.color) == (OURS, OTHER)
    assert (ours.name, other.name) == ("Asked", "10. Last")
    assert list(ours.text) == ["−0.50", "+0.25"]
    layout = why_not_figure(why(), "Asked", "Last").layout
    assert layout.xaxis.title.text == "points of score"
    assert layout.yaxis.ticktext == ("First &lt;i&gt;", "liked by many")
    assert layout.yaxis.range[0] > layout.yaxis.range[1]
    assert why_not_alt(why(), "Asked", "Last") == (
        "Asked has -0.25, Last at the last place 1.00. First <i> −0.50 against +1.00; liked by many +0.25 against 0.00"
    )


def test_two_parts_of_one_name_stay_two():
    figure = paired_bars(["same", "same"], ("a", [1.0, 2.0]), ("b", [0.0, 0.0]), "points")
    assert list(figure.data[0].y) == [0, 1]


def test_without_two_scores_there_are_no_bars():
    nobody = WhyNot("a", None, 10, float("nan"), "", float("nan"), (Hold.UNLIKED,), ("",), (), ())
    assert why_not_figure(nobody, "A", "").layout.annotations[0].text == why_not_alt(nobody, "A", "")


def line(**more) -> Lime:
    told = {
        "features": (Feature("e1", "First"), Feature("word:0", "snow")),
        "coefficients": np.array([1.0, -0.5]),
        "exact": np.array([0.75, -0.25]),
        "r2": 0.875,
    } | more
    return Lime(
        "a",
        intercept=0.0,
        measure=Measure.CONTRIBUTIONS,
        rank_correlation=1.0,
        max_difference=0.25,
        n_samples=4,
        ms=1.0,
        **told,
    )


def test_lime_stands_beside_the_exact_values():
    exact, guess = lime_figure(line()).data
    assert (exact.name, list(exact.x)) == ("exact", [0.75, -0.25])
    assert (guess.name, list(guess.x)) == ("LIME", [1.0, -0.5])
    assert lime_alt(line()) == (
        "What each adds to the score. LIME explains 88% of its samples. First +0.75, LIME +1.00; snow −0.25, LIME −0.50"
    )
    assert "too few samples" in lime_alt(line(r2=float("nan")))


def test_without_features_lime_says_so():
    none = line(features=(), coefficients=np.zeros(0), exact=np.zeros(0))
    assert lime_figure(none).layout.annotations[0].text == lime_alt(none)


@pytest.mark.parametrize(
    ("value", "digits", "shown"), [(3, 0, "+3"), (-0.25, 2, "−0.25"), (-0.001, 2, "0.00"), (0, 0, "0")]
)
def test_numbers_carry_a_true_sign_and_zero_none(value, digits, shown):
    assert plot.signed(value, digits) == shown
