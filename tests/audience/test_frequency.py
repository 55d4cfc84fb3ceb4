"""What people do and when, against counts by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.audience.frequency import (
    Often,
    busiest,
    by_kind,
    hour_of_week,
    hours,
    in_cells,
    session_findings,
    session_lengths,
    sessions,
    whole_days,
)
from recsys.columns import Events
from tests.audience.diary import DAY, HOUR, MINUTE, diary


def test_kinds_are_counted_by_events_and_by_people(toy):
    table = by_kind(toy).set_index(Events.KIND)
    assert table.loc["like"].tolist() == [2, 2]
    assert table[Often.N_EVENTS].sum() == len(toy.events)


def test_an_hour_of_the_week_begins_on_monday_at_midnight_utc():
    data = diary([("u", "i0", 0.0), ("u", "i0", HOUR), ("u", "i0", 2 * DAY + 13.5 * HOUR), ("u", "i0", 7 * DAY - 1)])
    assert hour_of_week(data).tolist() == [0, 1, 2 * 24 + 13, 167]


def test_a_session_ends_with_a_pause_of_more_than_half_an_hour():
    lines = [("u", "i0", 0.0), ("u", "i1", 30 * MINUTE), ("u", "i2", 61 * MINUTE), ("v", "i3", 31 * MINUTE)]
    table = sessions(diary(lines))
    assert table[[str(Events.USER), str(Often.N_EVENTS), str(Often.MINUTES)]].to_numpy().tolist() == [
        ["u", 2, 30.0],
        ["u", 1, 0.0],
        ["v", 1, 0.0],
    ]


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("uvw"), st.integers(0, 40)), min_size=1, max_size=30))
def test_every_event_is_in_one_session_and_every_session_in_one_group(found):
    data = diary([(user, "i0", at * 10 * MINUTE) for user, at in found])
    table, groups = sessions(data), session_lengths(data)
    assert table[Often.N_EVENTS].sum() == len(data.events)
    assert groups[Often.N_SESSIONS].sum() == len(table)
    sizes = table[Often.N_EVENTS].to_numpy()
    for low, high, n in zip(groups[Often.FROM], groups[Often.TO], groups[Often.N_SESSIONS], strict=True):
        assert ((sizes >= low) & (sizes <= high)).sum() == n


def test_findings_on_sessions_are_ratios_over_people():
    lines = [("u", "i0", 0.0), ("u", "i1", MINUTE), ("v", "i0", 0.0), ("v", "i0", DAY)]
    size, single, minutes = session_findings(diary(lines))
    assert size.value == pytest.approx(4 / 3)
    assert single.value == pytest.approx(2 / 3)
    assert minutes.value == pytest.approx(1 / 3)
    assert size.low < 4 / 3 < size.high


def test_the_first_and_last_day_are_left_out_unless_nothing_else_is():
    data = diary([("u", "i0", 5 * HOUR), ("u", "i0", DAY), ("u", "i0", 2 * DAY), ("u", "i0", 2 * DAY + HOUR)])
    assert whole_days(data).tolist() == [False, True, False, False]
    assert whole_days(diary([("u", "i0", 5.0), ("u", "i0", DAY)])).all()


def test_hours_hold_all_events_of_whole_days_and_shares_sum_to_one():
    rng = np.random.default_rng(0)
    data = diary([(f"u{rng.integers(9)}", "i0", float(rng.uniform(0, 21 * DAY))) for _ in range(500)])
    table = hours(data)
    assert len(table) == 168
    assert table[Often.N_EVENTS].sum() == whole_days(data).sum()
    assert table[Often.SHARE].sum() == pytest.approx(1)
    assert (table[Often.LOW] <= table[Often.SHARE]).all()


def planted(rng: np.random.Generator, weekday: int, times: int) -> list[tuple[str, str, float]]:
    """A visit of each of 60 people on every weekday for 12 weeks with the same chance, ``times`` it on ``weekday``."""
    lines = []
    for person in range(60):
        for day in range(84):
            chance = 0.1 * (times if day % 7 == weekday else 1)
            if rng.random() < chance:
                lines.append((f"u{person:02}", "i0", day * DAY + float(rng.uniform(0, DAY))))
    return lines


def test_a_planted_busy_weekday_is_found_with_the_people_behind_it():
    data = diary(planted(np.random.default_rng(1), 3, 3))
    day, _ = busiest(data)
    assert day.sure
    assert "Thursday" in day.sentence
    assert set(day.user_ids) == set(in_cells(data, (hour_of_week(data) // 24 == 3) & whole_days(data)))


def test_one_crowded_day_is_no_busy_weekday():
    lines = planted(np.random.default_rng(2), 3, 1)
    crowd = [(f"u{person:02}", "i1", 45 * DAY + HOUR * person / 4) for person in range(60)]
    assert not busiest(diary(lines + crowd))[0].sure


@pytest.mark.slow
def test_where_nothing_is_planted_a_weekday_is_seldom_called_busy():
    found = [busiest(diary(planted(np.random.default_rng(seed), 0, 1)))[0].sure for seed in range(40)]
    assert sum(found) <= 5


def test_nothing_happens_where_there_are_no_events():
    data = diary([("u", "i0", 0.0)])
    empty = data.with_events(np.zeros(1, dtype=bool))
    assert by_kind(empty).empty
    assert sessions(empty).empty
    assert session_lengths(empty).empty
    assert session_findings(empty) == ()
    assert isinstance(hours(empty), pd.DataFrame)
