"""The picture of engines: where each dot is, how large, and who is on the line."""

from __future__ import annotations

import math

import pytest

from recsys.plots.engines import LEAST, PER_ROOT_MB, engines_alt, engines_figure


def engine(name: str, ms: float, hits: float | None, megabytes: float | None = 4.0) -> dict:
    ends = {} if hits is None else {"cold_items": {"value": hits, "low": hits - 0.1, "high": hits + 0.05}}
    return {"name": name, "label": name.title(), "p50_ms": ms, "lists": 0.5, "hits": ends, "megabytes": megabytes}


ENGINES = [engine("full", 4.0, 0.4, 90.0), engine("int8", 2.0, 0.39, 25.0), engine("off", 3.0, 0.2, None)]
BEST = ["int8", "full"]


def dots(figure) -> dict:
    return {trace.name: trace for trace in figure.data if trace.name}


def test_dots_are_at_time_and_quality_with_their_interval():
    found = dots(engines_figure(ENGINES, "cold_items", BEST))
    assert (found["Full"].x[0], found["Full"].y[0]) == (4.0, 0.4)
    assert found["Full"].error_y.arrayminus[0] == pytest.approx(0.1)
    assert found["Full"].error_y.array[0] == pytest.approx(0.05)


def test_sizes_follow_the_megabytes_by_area():
    found = dots(engines_figure(ENGINES, "cold_items", BEST))
    assert found["Full"].marker.size == pytest.approx(LEAST + PER_ROOT_MB * math.sqrt(90))
    assert found["Off"].marker.size == LEAST


def test_the_line_goes_through_those_that_nobody_beats_and_they_are_named():
    figure = engines_figure(ENGINES, "cold_items", BEST)
    line = figure.data[0]
    assert list(zip(line.x, line.y, strict=True)) == [(2.0, 0.39), (4.0, 0.4)]
    found = dots(figure)
    assert "text" in found["Int8"].mode
    assert "text" not in found["Off"].mode


def test_time_is_on_a_logarithmic_axis_with_its_unit():
    layout = engines_figure(ENGINES, "cold_items", BEST).layout
    assert layout.xaxis.type == "log"
    assert "milliseconds" in layout.xaxis.title.text
    assert "NDCG" in layout.yaxis.title.text


def test_an_engine_without_the_quality_is_not_drawn():
    figure = engines_figure([*ENGINES, engine("mute", 1.0, None)], "cold_items", BEST)
    assert "Mute" not in dots(figure)
    assert "Mute" in dots(engines_figure([engine("mute", 1.0, None)], "lists", []))


def test_colour_is_not_the_only_sign():
    found = dots(engines_figure(ENGINES, "cold_items", BEST))
    assert len({trace.marker.symbol for trace in found.values()}) == 3


def test_levels_to_compare_with_are_drawn_and_named():
    figure = engines_figure(ENGINES, "cold_items", BEST, {"What is popular": 0.1})
    assert figure.layout.shapes[0].y0 == 0.1
    assert figure.layout.annotations[0].text == "What is popular"


def test_the_words_say_every_engine_and_who_is_beaten_by_none():
    said = engines_alt(ENGINES, "cold_items", BEST)
    assert "Full 0.400 at 4 ms, 90 MB" in said
    assert "size not known" in said
    assert said.endswith("Beaten by none in both: Int8, Full")


def test_nothing_measured_draws_no_dot_and_says_so():
    assert not dots(engines_figure([], "lists", []))
    assert engines_alt([], "lists", []) == "Nothing could be measured"
