"""The charts of re-ranking show every move and every trade, not by colour alone, and say themselves in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.plots.bump import EMPTY, LINE, bump_alt, bump_figure
from recsys.plots.objective import trade_alt, trade_figure, triangle_alt, triangle_figure
from recsys.rerank.effects import Move
from recsys.rerank.objective import Objective

MOVES = (Move(7, 1, 1), Move(3, 9, 2), Move(4, 2, 5), Move(5, 3, None, hidden_by="rules"))
TITLES = {7: "Stays <b>bold</b>", 3: "A title that is far too long for a phone", 4: "Sinks", 5: "Hidden"}
FRONTIER = pd.DataFrame(
    [
        (1.0, 0.0, 0.0, 0.7, 0.5, 2.0, True),
        (0.5, 0.5, 0.0, 0.6, 0.6, 2.5, False),
        (0.0, 1.0, 0.0, 0.3, 0.9, 3.0, True),
        (0.0, 0.0, 1.0, 0.1, 0.6, 5.0, True),
    ],
    columns=["accuracy", "diversity", "novelty", "hits", "ild", "bits", "efficient"],
)


def lines(figure):
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_each_item_goes_from_its_old_place_to_its_new_one():
    figure = bump_figure(MOVES, TITLES, 2)
    ends = [(trace.y[0], trace.y[-1]) for trace in lines(figure)]
    assert ends == [(1, 1), (4, 2), (2, 3), (3, 4)]  # the hidden one at the very end
    assert all((trace.x[0], trace.x[-1]) == (0, 1) for trace in lines(figure))
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.yaxis.range[0] > 4  # the first at the top
    assert figure.layout.height == round(4 * LINE)


def test_lines_never_overshoot_their_ends():
    for trace in lines(bump_figure(MOVES, TITLES, 2)):
        steps = np.diff(trace.y)
        assert (steps >= 0).all() or (steps <= 0).all()


def test_directions_are_told_by_colour_and_by_marker_and_places_stand_on_both_sides():
    figure = bump_figure(MOVES, TITLES, 2)
    assert len({trace.line.color for trace in lines(figure)}) == 3
    assert [trace.marker.symbol[-1] for trace in lines(figure)] == ["circle", "triangle-up", "triangle-down", "x"]
    assert list(figure.layout.yaxis.ticktext) == ["1", "2", "3", "9"]
    assert list(figure.layout.yaxis2.ticktext) == ["1", "2", "5", "✕"]


def test_titles_are_literal_on_touch():
    drawn = lines(bump_figure(MOVES, TITLES, 2))
    assert drawn[0].hovertemplate.startswith("Stays &lt;b&gt;bold")
    assert "far too long for a phone<br>from 9 to 2" in drawn[1].hovertemplate
    assert "taken out" in drawn[3].hovertemplate


def test_the_end_of_the_list_is_marked_where_there_is_more():
    before, after = bump_figure(MOVES, TITLES, 2).layout.shapes
    assert before.y0 == after.y0 == 2.5
    assert not bump_figure(MOVES[:1], TITLES, 5).layout.shapes


def test_moves_in_words_and_nothing_to_move():
    words = bump_alt(MOVES, TITLES)
    assert "Stays <b>bold</b> stays 1" in words
    assert "Sinks from 2 to 5" in words
    assert "Hidden from 3 taken out" in words
    assert bump_alt((), TITLES) == EMPTY
    assert not lines(bump_figure((), TITLES, 5))


def test_a_dot_of_the_triangle_carries_its_weights():
    _, plain, ringed = triangle_figure(FRONTIER).data
    assert [list(one) for one in ringed.customdata] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert [list(one) for one in plain.customdata] == [[0.5, 0.5, 0]]


def test_the_triangle_has_a_dot_per_point_ringed_where_efficient():
    figure = triangle_figure(FRONTIER, Objective(1, 1, 0))
    names, plain, ringed, chosen = figure.data
    assert list(ringed.a) == [1, 0, 0]
    assert list(ringed.b) == [0, 1, 0]
    assert list(ringed.c) == [0, 0, 1]
    assert list(ringed.marker.color) == [0.7, 0.3, 0.1]
    assert ringed.marker.line.width > plain.marker.line.width
    assert (plain.marker.cmin, plain.marker.cmax) == (ringed.marker.cmin, ringed.marker.cmax) == (0.1, 0.7)
    assert (chosen.a[0], chosen.b[0], chosen.c[0]) == (0.5, 0.5, 0)
    assert chosen.marker.symbol == "x"
    assert list(zip(names.text, zip(names.a, names.b, names.c, strict=True), strict=True)) == [
        ("Accuracy", (1, 0, 0)),
        ("Variety", (0, 1, 0)),
        ("Discovery", (0, 0, 1)),
    ]


def test_the_triangle_in_words():
    words = triangle_alt(FRONTIER, Objective(1, 1, 0), "NDCG@10")
    assert "all accuracy gives NDCG@10 0.70, variety 0.50, novelty in bits 2.00" in words
    assert "3 of 4 points are beaten by none. Chosen: accuracy 50%, variety 50%, discovery 0%" in words


def test_the_trade_shows_variety_against_accuracy_with_intervals_where_there_are_some():
    figure = trade_figure(FRONTIER, Objective(0, 0.1, 0.9))
    plain, efficient, chosen = figure.data
    assert list(efficient.x) == [0.5, 0.9, 0.6]
    assert list(efficient.y) == [0.7, 0.3, 0.1]
    assert efficient.marker.size[2] > efficient.marker.size[0]
    assert plain.marker.symbol != efficient.marker.symbol
    assert plain.error_y.array is None
    assert (chosen.x[0], chosen.y[0]) == (0.6, 0.1)  # the nearest point of the table
    sure = FRONTIER.assign(hits_low=FRONTIER["hits"] - 0.1, hits_high=FRONTIER["hits"] + 0.2, ild_low=0.0, ild_high=1.0)
    assert list(trade_figure(sure).data[0].error_y.array) == pytest.approx([0.2])
    assert list(trade_figure(sure).data[0].error_y.arrayminus) == pytest.approx([0.1])
    assert "the most varied has estimated accuracy 0.30" in trade_alt(FRONTIER)


def test_without_numbers_the_charts_are_empty_and_say_so():
    nothing = FRONTIER.assign(hits=np.nan)
    assert [trace.mode for trace in triangle_figure(nothing, Objective()).data] == ["markers+text"]  # the corners
    assert not trade_figure(nothing, Objective()).data
    assert triangle_alt(nothing) == trade_alt(nothing) == "Nothing could be measured"
    textless = FRONTIER.assign(ild=np.nan, bits=np.nan)
    assert not trade_figure(textless, Objective()).data
    assert "all accuracy gives estimated accuracy 0.70," in triangle_alt(textless) + ","
