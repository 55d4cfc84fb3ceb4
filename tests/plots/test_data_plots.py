"""Charts of a dataset show the tables' numbers, and say them in words."""

from __future__ import annotations

import pandas as pd
import pytest

from recsys.columns import Events
from recsys.data import summary
from recsys.data.summary import Shown, Timeline
from recsys.plots import data as plots
from recsys.types import Kind

TIMELINE = Timeline(
    pd.DataFrame(
        {
            Shown.START: ["2026-01-05", "2026-01-05", "2026-01-12"],
            Events.KIND: ["like", "view", "view"],
            Shown.N_EVENTS: [2, 3, 7],
        }
    ),
    "week",
)
LIKES = pd.DataFrame({Shown.RANK: [1, 2, 3, 4], Shown.N_PEOPLE: [9, 4, 1, 0]})
STARS = pd.DataFrame({Events.STARS: [0.5, 4.0], Shown.N_EVENTS: [1, 1200]})


def test_every_kind_has_a_name_a_pattern_and_a_colour_of_its_own():
    assert set(plots.KINDS) == set(Kind)
    assert len({pattern for _, pattern in plots.KINDS.values()}) == len(Kind)
    assert len(plots.KINDS) <= len(plots.theme.PALETTE)


def test_bars_are_stacked_by_kind():
    figure = plots.timeline_figure(TIMELINE)
    assert figure.layout.barmode == "stack"
    assert {bar.name: (list(bar.x), list(bar.y)) for bar in figure.data} == {
        "views": (["2026-01-05", "2026-01-12"], [3, 7]),
        "likes": (["2026-01-05"], [2]),
    }
    assert figure.layout.showlegend
    assert figure.layout.xaxis.title.text == "week (UTC)"
    assert figure.layout.yaxis.title.text == "events per week"


def test_the_timeline_in_words():
    alt = plots.timeline_alt(TIMELINE)
    assert "from 2026-01-05 to 2026-01-12: 10 views, 2 likes" in alt
    assert "the week from 2026-01-12 with 7" in alt
    assert plots.timeline_alt(Timeline(TIMELINE.table.head(0), "week")) == "No events"


def test_the_curve_is_the_table_and_the_top_is_filled():
    top, curve = plots.popularity_figure(LIKES, 2).data
    assert (list(curve.x), list(curve.y)) == ([1, 2, 3, 4], [9, 4, 1, 0])
    assert (list(top.x), list(top.y)) == ([1, 2], [9, 4])
    assert top.fill == "tozeroy"
    assert "9 for the most liked to 1 for the middle one and 0 for the last. Half." in plots.popularity_alt(
        LIKES, "Half."
    )


def test_stars_are_bars_with_their_counts():
    (bar,) = plots.stars_figure(STARS).data
    assert list(bar.x) == ["0.5 ★", "4 ★"]
    assert list(bar.text) == ["1", "1,200"]
    assert plots.stars_alt(STARS) == "Stars given: 1 times 0.5, 1,200 times 4"
    assert plots.stars_alt(STARS.head(0)) == "Nobody gave stars"


@pytest.mark.parametrize("name", ["shop", "video"])
def test_samples_are_drawn_completely(name, request):
    data = request.getfixturevalue(name)
    drawn = plots.timeline_figure(summary.timeline(data))
    assert sum(sum(bar.y) for bar in drawn.data) == data.quality.n_events
    for figure in (
        drawn,
        plots.popularity_figure(summary.popularity(data), 26),
        plots.stars_figure(summary.stars(data)),
    ):
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
