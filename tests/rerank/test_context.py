"""Hour, device, freshness, stock: each does what it says, and nothing where the data are silent."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.context import Context
from recsys.rerank.item_facts import ItemFacts
from recsys.rerank.moment import PARTS_OF_DAY, PRIOR_LIKES, Habits, Moment, part_of
from tests.rerank.counters import counter, ids, shelf

HOUR, DAY = 3600.0, 86_400.0
OFF = {"time": 0.0, "device": 0.0, "freshness": 0.0, "stock": 0.0}


def only(**knobs) -> Context:
    return Context(**{**OFF, **knobs})


def minutes_of(data, rows) -> float:
    return float(np.mean([float(data.field(row, "minutes")) for row in rows]))


def likes(n_early: int, n_late: int) -> list[tuple[str, str, str, float]]:
    """Water is liked at 7, baking at 19, on a Thursday."""
    early = [(f"u{n}", "i0", "like", 7 * HOUR) for n in range(n_early)]
    return early + [(f"u{n}", "i1", "like", 19 * HOUR) for n in range(n_late)]


@pytest.mark.parametrize(("where", "knob"), [({"device": "phone"}, "device"), ({"hour": "7"}, "time")])
def test_short_slots_bring_shorter_films_and_more_so_as_the_knob_rises(video, where, knob):
    scores = np.random.default_rng(0).random(video.n_items)
    candidates = counter(video, scores, **where)
    lengths = [minutes_of(video, only(**{knob: s})(candidates, 20)) for s in (0.0, 0.3, 1.0)]
    assert lengths[0] > lengths[1] > lengths[2]


@pytest.mark.parametrize("where", [{"device": "desktop"}, {"device": "tablet"}, {"device": "fridge"}, {}])
def test_other_devices_change_nothing(video, where):
    candidates = counter(video, np.random.default_rng(0).random(video.n_items), **where)
    assert only(device=1.0)(candidates, 20) == candidates.rows[:20].tolist()


def test_habits_are_log_odds_with_a_prior():
    data = shelf(events=likes(30, 10))
    habits = Habits.of(data)
    water = habits.names.index("Water")
    share = 30 / 40
    early = (30 + PRIOR_LIKES * share) / (30 + PRIOR_LIKES)
    late = (0 + PRIOR_LIKES * share) / (10 + PRIOR_LIKES)
    morning, evening = PARTS_OF_DAY.index("in the morning"), PARTS_OF_DAY.index("in the evening")
    assert habits.parts[morning, water] == pytest.approx(math.log(early / (1 - early)) - math.log(3))
    assert habits.parts[evening, water] == pytest.approx(math.log(late / (1 - late)) - math.log(3))
    np.testing.assert_allclose(habits.parts[:, water], -habits.parts[:, 1 - water])
    assert not habits.week.any()  # all on one kind of day: nothing to compare with


def test_what_is_liked_in_the_morning_comes_first_in_the_morning():
    data = shelf(events=likes(300, 300))
    early, late = (only(time=1.0)(counter(data, None, hour=hour), 4) for hour in ("7", "19"))
    assert ids(data, early) == ["i0", "i2", "i4", "i6"]
    assert ids(data, late) == ["i1", "i3", "i5", "i7"]
    assert "Water" in only(time=1.0).note(counter(data, None, hour="7"))


def test_a_few_likes_say_little():
    few, many = (np.abs(Habits.of(shelf(events=likes(n, n))).parts).max() for n in (2, 500))
    assert few < 0.1 < many


@pytest.mark.parametrize(
    ("hour", "part"), [(0, 0), (4, 0), (5, 1), (10, 1), (11, 2), (16, 2), (17, 3), (22, 3), (23, 0)]
)
def test_the_day_has_four_parts(hour, part):
    assert part_of(np.array([hour]))[0] == part


def test_freshness_halves_with_every_half_life():
    days = [0, 10, 20, 40]
    data = shelf(4, added_at=[str(-day * DAY + 1e9) for day in days])
    part = only(freshness=0.4, half_life_days=10.0).parts(counter(data))["freshness"]
    np.testing.assert_allclose(part, [0.4, 0.2, 0.1, 0.025])


@pytest.mark.parametrize(
    ("columns", "dated_by", "days"),
    [
        ({"published_at": ["2024-01-01", "2024-01-11T00:00:00Z", "soon"]}, "published_at", [10, 0, np.nan]),
        ({"added_at": [0, 86400, np.inf], "year": [1990, 2000, 2010]}, "added_at", [1, 0, np.nan]),
        ({"year": ["1999", "", "2001"]}, "year", [2 * 365.25, np.nan, 0]),
        ({"published_at": ["?", "", "-"], "year": [1, 2, 3]}, "year", [730.5, 365.25, 0]),
        ({}, "first event", [2, 1, np.nan]),
    ],
)
def test_age_comes_from_the_best_column_there_is(columns, dated_by, days):
    log = [
        ("u", "i0", "view", 0.0),
        ("u", "i0", "like", 3 * DAY),
        ("v", "i1", "like", DAY),
        ("w", "i1", "view", 9 * DAY),
    ]
    facts = ItemFacts.of(shelf(3, events=log, **columns))
    assert facts.dated_by == dated_by
    if dated_by == "first event":
        days = [1, 0, np.nan]
    np.testing.assert_allclose(facts.age_days, days)


def test_sold_out_is_gone_and_the_last_pieces_go_down():
    data = shelf(6, stock=[0, 1, 3, 5, 100, ""])
    candidates = counter(data)
    adjusted = only(stock=1.0).adjusted(candidates)
    np.testing.assert_allclose(adjusted, [np.nan, -1, -0.5, 0, 0, 0])
    assert data.row("i0") not in only(stock=0.1)(candidates, 6)
    assert only(stock=0.0)(candidates, 6) == list(range(6))


@given(
    context=st.dictionaries(
        st.sampled_from(["hour", "weekday", "device", "x"]),
        st.one_of(st.text(max_size=4), st.sampled_from(["0", "23", "24", "-1", "5", "phone", "²"])),
    ),
    time=st.floats(0, 1),
)
def test_no_context_breaks_it(video, context, time):
    candidates = counter(video, None, **context)
    strategy = Context(time=time)
    adjusted = strategy.adjusted(candidates)
    assert np.isfinite(adjusted).all()
    assert strategy.note(candidates).endswith(".")
    parts = strategy.parts(candidates)
    total = candidates.relevance + sum(parts.values())
    np.testing.assert_allclose(adjusted, total, atol=1e-6)


def test_data_that_say_nothing_change_nothing_and_the_note_lists_what_is_missing():
    data = shelf()
    candidates = counter(data, np.arange(8), device="phone", hour="7")
    np.testing.assert_array_equal(Context().adjusted(candidates), candidates.relevance.astype(np.float32))
    note = Context().note(candidates)
    assert note.startswith("Nothing to go on")
    for missing in ("how long items are", "how new items are", "what is in stock"):
        assert missing in note
    assert "your device" in Context().note(counter(data))
    assert "the time" in Context().note(counter(data))
    bare = Candidates(np.arange(2), np.ones(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    assert Context()(bare, 2) == [0, 1]
    assert "catalogue" in Context().note(bare)


def test_moments_are_read_as_written():
    assert Moment.of({"hour": "23", "weekday": "6", "device": "tablet"}) == Moment(0, True, "tablet")
    assert Moment.of({"hour": "24", "weekday": "7"}) == Moment(None, None, None)


@pytest.mark.parametrize("knobs", [{"time": 2}, {"device": -1}, {"freshness": 2}, {"stock": 2}, {"half_life_days": 0}])
def test_a_knob_out_of_range_is_named(knobs):
    with pytest.raises(ValueError, match=next(iter(knobs))):
        Context(**knobs)
    assert RERANKERS["context"].build() == Context()
