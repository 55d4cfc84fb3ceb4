"""Quality: every row left out is counted once, under its reason."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data.quality import Quality, inspect
from recsys.types import Kind

ITEM_COLUMNS = ["item_id", "title", "description", "category"]
EVENT_COLUMNS = ["user_id", "item_id", "kind", "at", "stars", "text"]
GOOD_ITEM = ("a", "Tea", "leaves", "drinks")
GOOD_EVENT = ("u", "a", "click", 10.0, None, "")


def quality_of(items, events) -> Quality:
    return inspect(pd.DataFrame(items, columns=ITEM_COLUMNS), pd.DataFrame(events, columns=EVENT_COLUMNS))[2]


@pytest.mark.parametrize(
    ("reason", "bad"),
    [
        ("dropped_items_without_id", ("", "Mug", "", "")),
        ("dropped_items_without_id", (None, "Mug", "", "")),
        ("dropped_items_without_title", ("b", "  ", "", "")),
        ("dropped_items_without_title", ("b", None, "", "")),
        ("dropped_duplicate_items", ("a", "Tea again", "", "")),
        ("dropped_duplicate_items", (" a ", "Tea again", "", "")),
    ],
)
def test_each_reason_to_leave_out_an_item(reason, bad):
    quality = quality_of([GOOD_ITEM, bad], [GOOD_EVENT])
    assert getattr(quality, reason) == quality.n_dropped == 1
    assert quality.n_items == 1


@pytest.mark.parametrize(
    ("reason", "bad"),
    [
        ("dropped_events_of_unknown_items", ("u", "z", "click", 1.0, None, "")),
        ("dropped_events_of_unknown_items", ("u", None, "click", 1.0, None, "")),
        ("dropped_events_without_user_or_time", ("", "a", "click", 1.0, None, "")),
        ("dropped_events_without_user_or_time", ("u", "a", "click", None, None, "")),
        ("dropped_events_without_user_or_time", ("u", "a", "click", float("inf"), None, "")),
        ("dropped_events_without_user_or_time", ("u", "a", "click", 1e15, None, "")),
        ("dropped_events_of_unknown_kind", ("u", "a", "sneeze", 1.0, None, "")),
        ("dropped_duplicate_events", GOOD_EVENT),
        ("dropped_stars_out_of_range", ("u", "a", "rating", 1.0, 0.0, "")),
        ("dropped_stars_out_of_range", ("u", "a", "rating", 1.0, 5.5, "")),
        ("dropped_ratings_without_stars", ("u", "a", "rating", 1.0, None, "")),
        ("dropped_stars_out_of_range", ("u", "a", "review", 1.0, 9.0, "good")),
    ],
)
def test_each_reason_to_leave_out_an_event(reason, bad):
    quality = quality_of([GOOD_ITEM], [GOOD_EVENT, bad])
    assert getattr(quality, reason) == quality.n_dropped == 1
    assert quality.n_events == 1


@pytest.mark.parametrize(
    "event",
    [
        ("u", "a", "rating", 1.0, 0.5, ""),
        ("u", "a", "rating", 1.0, 5.0, ""),
        ("u", "a", "review", 1.0, None, "nice"),
        ("u", "a", "Click", 1.0, None, ""),
        ("u", "a", "click", 0.0, None, ""),
    ],
)
def test_events_at_the_edge_are_kept(event):
    assert quality_of([GOOD_ITEM], [event]).n_dropped == 0


def test_a_row_with_two_defects_is_counted_once():
    quality = quality_of([GOOD_ITEM], [("", "z", "sneeze", None, 9.0, "")])
    assert quality.n_dropped == 1


def test_a_title_in_a_later_row_saves_the_item():
    items, _, quality = inspect(
        pd.DataFrame([("a", "", "", ""), ("a", "Tea", "", "")], columns=ITEM_COLUMNS),
        pd.DataFrame([], columns=EVENT_COLUMNS),
    )
    assert items["title"].tolist() == ["Tea"]
    assert (quality.dropped_items_without_title, quality.dropped_duplicate_items) == (1, 0)


def test_ids_of_a_number_column_with_gaps_still_meet():
    items = pd.DataFrame({"item_id": [1, 2], "title": ["Tea", "Mug"]})
    events = pd.DataFrame({"user_id": [7, 7], "item_id": [1.0, None], "kind": "click", "at": [1, 2]})
    _, kept, quality = inspect(items, events)
    assert kept["item_id"].tolist() == ["1"]
    assert quality.dropped_events_of_unknown_items == 1


def test_counts_of_what_is_kept():
    items = [GOOD_ITEM, ("b", "Mug", "", "")]
    events = [("u", "a", "click", float(at), None, "") for at in range(5)]
    events += [("v", "b", "review", 86_400.0, 4.0, "good")]
    quality = quality_of(items, events)
    assert (quality.n_items, quality.n_users, quality.n_events, quality.n_reviews) == (2, 2, 6, 1)
    assert (quality.items_without_description, quality.items_without_category) == (1, 1)
    assert (quality.users_with_few_events, quality.items_with_few_events) == (1, 1)
    assert quality.density == 6 / 4
    assert quality.dates() == ("1970-01-01", "1970-01-02")


def test_the_table_names_every_count():
    quality = quality_of([GOOD_ITEM], [GOOD_EVENT])
    what = [row[0] for row in quality.rows()]
    assert len(what) == len(set(what)) == 15
    assert sum(count for _, count, fate in quality.rows() if fate == "left out") == quality.n_dropped


texts = st.sampled_from(["", " ", "a", "b", "c", None])
items = st.lists(st.tuples(texts, texts, texts, texts), max_size=12)
events = st.lists(
    st.tuples(
        texts,
        texts,
        st.sampled_from([*Kind, "sneeze", "", None]),
        st.one_of(st.none(), st.floats(allow_nan=True), st.integers(-5, 5)),
        st.one_of(st.none(), st.floats(-1, 7), st.just(float("nan"))),
        texts,
    ),
    max_size=20,
)


@given(items, events)
def test_kept_and_left_out_add_up_to_what_came(item_rows, event_rows):
    kept_items, kept_events, quality = inspect(
        pd.DataFrame(item_rows, columns=ITEM_COLUMNS), pd.DataFrame(event_rows, columns=EVENT_COLUMNS)
    )
    left_out = [(what, count) for what, count, fate in quality.rows() if fate == "left out"]
    assert len(kept_items) + sum(
        count for what, count in left_out if "items with" in what or "duplicate items" in what
    ) == len(item_rows)
    assert len(kept_items) + len(kept_events) + quality.n_dropped == len(item_rows) + len(event_rows)
    assert (len(kept_items), len(kept_events)) == (quality.n_items, quality.n_events)
    assert set(kept_events["item_id"]) <= set(kept_items["item_id"])
    assert kept_items["item_id"].is_unique
    assert not kept_events.duplicated().any()
    assert np.all(np.diff(kept_events["at"]) >= 0)
    assert all(len(day) in (1, 10) for day in quality.dates())


@pytest.mark.slow
@given(items, events)
def test_a_second_inspection_finds_nothing_to_leave_out(item_rows, event_rows):
    first = inspect(pd.DataFrame(item_rows, columns=ITEM_COLUMNS), pd.DataFrame(event_rows, columns=EVENT_COLUMNS))
    again = inspect(*first[:2])
    assert again[2].n_dropped == 0
    pd.testing.assert_frame_equal(again[1], first[1])
