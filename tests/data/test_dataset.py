"""``Dataset``: one form, checked once, never changed."""

import math

import numpy as np
import pandas as pd
import pytest

from recsys.data import Dataset, Persona, touched_rows
from recsys.errors import DataError, UnknownIdError
from recsys.types import Event, Kind

ITEMS = pd.DataFrame(
    {
        "item_id": ["a", "b", "c"],
        "title": ["Tea", "Mug", "Kettle"],
        "title_zh": ["茶", "杯子", ""],
        "description": ["green leaves", "", "boils water"],
        "tags": ["warm|drink", "", "steel"],
        "price": [3.5, None, 20.0],
    }
)
EVENTS = pd.DataFrame(
    [
        ("u2", "a", "click", 5.0, None, ""),
        ("u1", "a", "rating", 2.0, 4.0, ""),
        ("u1", "b", "review", 3.0, 3.5, "too small"),
        ("u1", "a", "like", 4.0, None, ""),
        ("u2", "c", "dislike", 1.0, None, ""),
    ],
    columns=["user_id", "item_id", "kind", "at", "stars", "text"],
)


@pytest.fixture
def data() -> Dataset:
    return Dataset.from_tables("toy", ITEMS, EVENTS)


def test_events_stand_oldest_first(data):
    assert data.events["at"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_given_tables_stay_as_they_were(data):
    before = EVENTS.copy()
    data.with_events(np.zeros(5, dtype=bool))
    pd.testing.assert_frame_equal(EVENTS, before)


def test_a_part_of_the_events_is_counted_by_itself(data):
    part = data.with_events(np.array([True, True, False, False, False]))
    assert (part.quality.n_events, part.quality.n_users, part.quality.n_reviews) == (2, 2, 0)
    assert (part.quality.first_at, part.quality.last_at) == (1.0, 2.0)
    assert part.quality.density == 2 / 6
    assert part.quality.items_with_few_events == 3
    nothing = data.with_events(np.zeros(5, dtype=bool)).quality
    assert (nothing.n_events, nothing.users_with_few_events, nothing.dates()) == (0, 0, ("—", "—"))
    assert nothing.n_items == nothing.items_with_few_events == 3


def test_datasets_can_be_compared_and_put_into_sets(data):
    assert data == data
    assert data != data.with_events(np.ones(5, dtype=bool))
    assert len({data, data}) == 1


def test_ids_too_large_for_an_integer_and_numbers_as_column_names_are_read():
    items = pd.DataFrame({"item_id": [1e19, 7.0], "title": ["Tea", "Mug"], 5: ["x", "y"]})
    large = Dataset.from_tables("large", items, pd.DataFrame(columns=EVENTS.columns))
    assert large.item_ids == ("1e+19", "7.0")
    assert large.version != large.catalogue_version


def test_rows_follow_the_items(data):
    assert data.item_ids == ("a", "b", "c")
    assert [data.row(item) for item in "abc"] == [0, 1, 2]
    assert data.title("c") == "Kettle"


def test_unknown_item_is_named(data):
    with pytest.raises(UnknownIdError, match="'z' is not an item of toy"):
        data.row("z")


@pytest.mark.parametrize(
    ("row", "column", "cell"), [(0, "price", "3.5"), (1, "price", ""), (2, "title_zh", ""), (0, "colour", "")]
)
def test_a_cell_is_text_and_empty_when_missing(data, row, column, cell):
    assert data.field(row, column) == cell


def test_texts_hold_what_is_written_in_each_language(data):
    assert data.latin_texts[0] == "Tea. green leaves. warm, drink"
    assert "茶" in data.all_texts[0]
    assert "茶" not in data.latin_texts[0]


def test_likes_are_clicks_likes_and_four_stars(data):
    liked = data.events.loc[data.is_like, ["user_id", "item_id", "kind"]].to_numpy().tolist()
    assert liked == [["u1", "a", "rating"], ["u1", "a", "like"], ["u2", "a", "click"]]


def test_like_counts_are_people_not_events(data):
    assert data.like_counts.tolist() == [2, 0, 0]
    assert data.likes.toarray().tolist() == [[1, 0, 0], [1, 0, 0]]


def test_history_is_oldest_first_and_empty_for_a_stranger(data):
    rating, review, like = data.history("u1")
    assert rating == Event("h0", Kind.RATING, 2.0, "a", 4.0)
    assert review == Event("h1", Kind.REVIEW, 3.0, "b", 3.5, "too small")
    assert like.stars is None
    assert data.history("nobody") == ()


def test_with_events_keeps_the_catalogue(data):
    part = data.with_events((data.events["user_id"] == "u1").to_numpy())
    assert part.item_ids == data.item_ids
    assert part.user_ids == ("u1",)
    assert part.likes.shape == (1, 3)
    assert part.version != data.version
    assert part.catalogue_version == data.catalogue_version


def test_with_personas_keeps_the_tables(data):
    person = Persona("Ann", "Drinks tea.")
    assert data.with_personas([person]).personas == (person,)
    assert data.with_personas([person]).version == data.version


def test_version_is_stable_and_sees_every_cell(data):
    assert Dataset.from_tables("toy", ITEMS.copy(), EVENTS.copy()).version == data.version
    for table, column in ((ITEMS, "description"), (EVENTS, "text")):
        changed = table.copy()
        changed.loc[1, column] = "other"
        tables = (changed, EVENTS) if table is ITEMS else (ITEMS, changed)
        assert Dataset.from_tables("toy", *tables).version != data.version


def test_touched_rows_are_sorted_and_known(data):
    events = [Event("1", Kind.VIEW, 0, "c"), Event("2", Kind.LIKE, 0, "a"), Event("3", Kind.LIKE, 0, "gone")]
    assert touched_rows([*events, *events], data).tolist() == [0, 2]
    assert touched_rows([], data).shape == (0,)


def test_a_catalogue_without_events_is_whole():
    data = Dataset.from_tables("quiet", ITEMS, EVENTS.head(0))
    assert data.user_ids == ()
    assert data.likes.shape == (0, 3)
    assert data.like_counts.tolist() == [0, 0, 0]
    assert data.quality.dates() == ("—", "—")
    assert data.quality.density == 0
    assert math.isnan(data.quality.first_at)
    assert data.history("u1") == ()


@pytest.mark.parametrize(
    ("items", "events", "message"),
    [
        (ITEMS.drop(columns="title"), EVENTS, r"items table needs the column\(s\) title; it has item_id"),
        (ITEMS, EVENTS.drop(columns=["kind", "at"]), r"events table needs the column\(s\) kind, at"),
        (ITEMS.assign(title=""), EVENTS, "toy has no item with an id and a title"),
        (ITEMS.head(0), EVENTS, "toy has no item"),
    ],
)
def test_unusable_tables_are_refused(items, events, message):
    with pytest.raises(DataError, match=message):
        Dataset.from_tables("toy", items, events)


def test_what_is_derived_is_made_once_per_key_and_dataset_even_where_it_is_nothing(data):
    asked = []
    for key in ("a", "a", ("a", 1)):
        assert data.once(key, lambda key=key: asked.append(key)) is None
    assert asked == ["a", ("a", 1)]
    assert data.with_events(data.is_like).once("a", lambda: 2) == 2


def test_every_event_names_its_user_and_row(data):
    assert [data.user_ids[place] for place in data.event_users] == data.events["user_id"].tolist()
    assert [data.item_ids[row] for row in data.event_rows] == data.events["item_id"].tolist()


def test_a_column_is_what_its_cells_are(data):
    for name in ("title_zh", "price", "nowhere"):
        assert data.column(name) == [data.field(row, name) for row in range(data.n_items)]
