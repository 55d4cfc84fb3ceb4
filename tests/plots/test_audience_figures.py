"""Figures of the Audience page: what a click returns is what its place says."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.audience.frequency import by_kind, hours, session_lengths
from recsys.audience.period import of_counts
from recsys.audience.retention import Back, Retention
from recsys.audience.sequence import STOPS, Step, first_steps, transitions
from recsys.audience.walks import Walks
from recsys.plots import audience_activity, audience_periods, audience_sequences
from recsys.plots.audience_grid import Cell, grid_figure
from recsys.plots.audience_sequences import REST


def dots(figure):
    """(x, y, customdata) of everything that can be clicked."""
    return [
        (x, y, tuple(key))
        for trace in figure.data
        if trace.type in ("scatter", "bar") and trace.customdata is not None
        for x, y, key in zip(trace.x, trace.y, trace.customdata, strict=True)
    ]


def test_every_square_of_a_grid_returns_its_own_key():
    cells = [Cell(r, c, r + c / 10, (r, c), "said") for r in range(3) for c in range(4)]
    figure = grid_figure(cells, list("abc"), list("wxyz"), ((0.0, "#fff"), (1.0, "#000")), (0.0, 3.0), 20)
    assert figure.data[0].z[2][3] == pytest.approx(2.3)
    assert all((y, x) == key for x, y, key in dots(figure))


def test_the_hours_of_the_week_are_all_there(shop):
    figure = audience_activity.hours_figure(hours(shop))
    assert {key for _, _, key in dots(figure)} == {(day, hour) for day in range(7) for hour in range(24)}
    assert "168 hours" in audience_activity.hours_alt(hours(shop))


def test_bars_carry_what_they_count(shop):
    kinds, lengths = by_kind(shop), session_lengths(shop)
    assert [key[0] for _, _, key in dots(audience_activity.kinds_figure(kinds))] == kinds["kind"].tolist()
    assert [key[:2] for _, _, key in dots(audience_activity.sessions_figure(lengths))] == [
        tuple(pair) for pair in lengths[["from", "to"]].to_numpy()
    ]


def test_the_span_of_joining_is_left_out_of_who_comes_back(shop):
    found = Retention.of(shop)
    figure = audience_activity.retention_figure(found.table, found.unit)
    keys = {key for _, _, key in dots(figure)}
    table = found.table[found.table[Back.SINCE] > 0]
    assert keys == set(zip(table[Back.JOINED], table[Back.SINCE], strict=True))


def test_a_day_of_the_course_returns_its_number_and_cycles_their_place():
    looked = of_counts(np.random.default_rng(0).poisson(20, 60), start=20_000)
    assert [key for _, _, key in dots(audience_periods.course_figure(looked))] == [(20_000 + n,) for n in range(60)]
    assert len(audience_periods.power_figure(looked).data[0].x) == len(looked.period)
    assert "No period found" in audience_periods.power_alt(looked)
    assert "limit" in audience_periods.correlation_alt(looked)
    figure = audience_periods.cycle_figure(["Monday", "Tuesday"], [40.0, 60.0], [1.0, 1.0], "day")
    assert [key for _, _, key in dots(figure)] == [(0,), (1,)]


def test_every_pair_of_categories_has_its_square(shop):
    table, names = transitions(shop), Walks.of(shop).names
    keys = {key for _, _, key in dots(audience_sequences.lift_figure(table, names))}
    assert keys == {(a, b) for a in names for b in names}


def test_blocks_of_a_place_are_as_high_as_it_has_sessions_and_ribbons_fill_them(shop):
    table, names = first_steps(shop), Walks.of(shop).names
    figure = audience_sequences.flow_figure(table, names)
    first = [shape for shape in figure.layout.shapes if round((shape.x0 + shape.x1) / 2) == 1]
    assert sum(shape.y0 - shape.y1 for shape in first) == pytest.approx(1)
    second = [shape for shape in figure.layout.shapes if round((shape.x0 + shape.x1) / 2) == 2]
    assert sum(shape.y0 - shape.y1 for shape in second) == pytest.approx(1)
    keys = [key for _, _, key in dots(figure)]
    assert len(keys) == len(set(keys))
    assert {name for _, before, after in keys for name in (before, after)} <= {*names, REST, STOPS, ""}
    assert "stop after one item" in audience_sequences.flow_alt(table)


def test_words_for_charts_of_nothing(shop):
    nobody = shop.with_events(np.zeros(len(shop.events), dtype=bool))
    assert audience_sequences.flow_alt(first_steps(nobody)) == "No sessions"
    assert "nothing beyond chance" in audience_sequences.lift_alt(transitions(nobody).astype({str(Step.P): float}))
