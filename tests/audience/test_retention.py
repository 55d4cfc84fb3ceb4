"""Who comes back, against tables by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.audience.retention import Back, Retention
from tests.audience.diary import DAY, diary


def visits(*of: tuple[str, list[int]]) -> list[tuple[str, str, float]]:
    return [(user, "i0", day * DAY + 5.0) for user, days in of for day in days]


@pytest.fixture
def three_weeks():
    """a, b, c join in week 0, d in week 1; data from a Monday to the Sunday of week 2 and a day of week 3."""
    twelve = [(f"x{n}", [0, 7]) for n in range(9)]  # so that groups are large enough for weeks
    eleven = [(f"y{n}", [8]) for n in range(10)]
    ten = [(f"z{n}", [15]) for n in range(10)]
    extra = [("late", [28 + 4 * 7])]
    return diary(visits(("a", [0, 7, 14]), ("b", [1]), ("c", [2, 15]), ("d", [9, 16]), *twelve, *eleven, *ten, *extra))


def test_the_table_by_hand(three_weeks):
    found = Retention.of(three_weeks)
    assert found.unit == "week"
    rows = {
        (row[Back.JOINED], row[Back.SINCE]): (row[Back.N_PEOPLE], row[Back.N_JOINED])
        for row in found.table.to_dict("records")
    }
    assert rows["2026-01-05", 0] == (12, 12)
    assert rows["2026-01-05", 1] == (10, 12)  # a and the nine
    assert rows["2026-01-05", 2] == (2, 12)  # a and c
    assert rows["2026-01-12", 1] == (1, 11)  # d
    assert rows["2026-01-19", 0] == (10, 10)


def test_shares_and_intervals_belong_to_the_counts(three_weeks):
    table = Retention.of(three_weeks).table
    assert np.allclose(table[Back.SHARE], table[Back.N_PEOPLE] / table[Back.N_JOINED])
    assert ((table[Back.LOW] <= table[Back.SHARE]) & (table[Back.SHARE] <= table[Back.HIGH])).all()


def test_the_people_behind_every_cell_are_as_many_as_it_says(three_weeks):
    found = Retention.of(three_weeks)
    assert found.people("2026-01-05", 2) == ("a", "c")
    for row in found.table.to_dict("records"):
        assert len(found.people(row[Back.JOINED], row[Back.SINCE])) == row[Back.N_PEOPLE]


def test_a_span_that_the_data_do_not_cover_whole_is_left_out(three_weeks):
    table = Retention.of(three_weeks).table
    assert table[Back.SINCE].max() == 7
    assert "2026-03-02" not in set(table[Back.JOINED])  # the week of the last event has one day


def test_short_data_are_grouped_by_day_and_long_data_by_years():
    crowd = [(f"u{day}-{n}", [day, day + 1]) for day in range(14) for n in range(12)]
    assert Retention.of(diary(visits(*crowd))).unit == "day"
    years = [(f"u{year}-{n}", [364 * year + n]) for year in range(20) for n in range(12)]
    assert Retention.of(diary(visits(*years))).unit == "year"


def test_without_events_there_is_no_table():
    data = diary([("u", "i0", 0.0)]).with_events(np.zeros(1, dtype=bool))
    assert Retention.of(data).table.empty
