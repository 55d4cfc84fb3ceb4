"""Segments: who is in one, what is left of the data, and the table of people."""

from __future__ import annotations

import pandas as pd

from recsys.audience import Segment
from recsys.audience.segments import MAX_VIEWS, TOP, members, usual, within
from recsys.columns import Events, Table
from recsys.data.summary import Shown
from tests.audience.diary import DAY, diary

LINES = [
    *[("busy", f"i{n % 8}", n * DAY) for n in range(30)],
    *[(f"u{n}", f"i{n % 8}", n * DAY) for n in range(19)],
    ("new", "i0", 29 * DAY),
]


def test_the_usual_segments_by_hand():
    found = usual(diary(LINES))
    assert found["active"].user_ids[0] == "busy"
    assert len(found["active"]) == 3  # a tenth of 21, rounded up
    assert found["new"].user_ids == ("new",)
    assert len(found["few"]) == 20


def test_a_segment_of_everybody_or_nobody_is_not_offered():
    assert usual(diary([("u", f"i{n}", n * DAY) for n in range(8)])) == {}


def test_the_data_of_a_segment_are_its_events_and_the_same_object_each_time():
    data, few = diary(LINES), Segment.of("two", ["u1", "new"])
    mine = within(data, few)
    assert set(mine.events[Events.USER]) == {"u1", "new"}
    assert within(data, few) is mine
    assert within(data, None) is data
    for n in range(MAX_VIEWS):
        within(data, Segment.of(f"s{n}", [f"u{n}"]))
    assert len(data.memo["views"]) == MAX_VIEWS


def test_the_table_of_people_has_the_busiest_first_with_their_categories():
    table = members(diary(LINES), ["new", "busy", "nobody"])
    assert table[Events.USER].tolist() == ["busy", "new"]
    assert table[Shown.N_EVENTS].tolist() == [30, 1]
    assert table[Shown.FIRST].tolist() == ["2026-01-05", "2026-02-03"]
    # 30 events over 8 items in turn: items 0 to 5 four times, 6 and 7 three times
    assert table[TOP].tolist() == ["a, b, c", "a"]


def test_names_are_shown_where_the_data_have_them():
    data = diary(LINES)
    people = pd.DataFrame({"user_id": ["busy"], "name": ["Ada"]})
    named = type(data).from_tables("diary", data.items, data.events, tables={Table.PEOPLE: people})
    assert members(named, ["busy", "new"])["name"].tolist() == ["Ada", ""]
