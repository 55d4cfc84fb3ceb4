"""What most people liked lately: whose likes count, and until when."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.models import fit
from recsys.models.windowed_popularity import DAY_SECONDS
from recsys.types import Kind, Query

ITEMS = pd.DataFrame({Items.ID: ["a", "b", "c"], Items.TITLE: ["A", "B", "C"]})
did = st.tuples(st.sampled_from("uvw"), st.sampled_from("abc"), st.sampled_from(["like", "view"]), st.integers(0, 400))


def dataset(*events: tuple[str, str, str, float]) -> Dataset:
    """Of events (user, item, kind, day)."""
    table = pd.DataFrame(list(events), columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    table[Events.AT] = table[Events.AT].astype(float) * DAY_SECONDS
    return Dataset.from_tables("window", ITEMS, table)


def people(data: Dataset, days: float) -> list[float]:
    """Number of people behind each score."""
    return np.expm1(fit("windowed_popularity", data, days=days).score(Query())).round(4).tolist()


HISTORY = dataset(
    ("u", "a", "like", 0),
    ("v", "a", "like", 1),
    ("u", "b", "like", 50),
    ("v", "b", "like", 60),
    ("v", "b", "like", 60.5),
)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, [0, 1, 0]), (11, [0, 2, 0]), (59.5, [1, 2, 0]), (59, [0, 2, 0]), (1000, [2, 2, 0])],
)
def test_only_the_last_days_count_and_everybody_once(days, expected):
    assert people(HISTORY, days) == expected


def test_the_window_ends_with_the_newest_event_of_any_kind():
    data = dataset(("u", "a", "like", 0), ("v", "b", "like", 9), ("w", "c", "view", 10))
    assert people(data, 5) == [0, 1, 0]


def test_a_window_without_likes_counts_everything():
    data = dataset(("u", "a", "like", 0), ("v", "a", "like", 1), ("w", "c", "view", 400))
    assert people(data, 30) == [2, 0, 0]


@given(events=st.lists(did, max_size=12), days=st.floats(0.5, 500))
def test_it_is_the_count_of_its_docstring(events, days):
    data = dataset(*events)
    newest = max((day for *_, day in events), default=0)
    lately = {(user, item) for user, item, kind, day in events if kind == Kind.LIKE and day >= newest - days}
    everything = {(user, item) for user, item, kind, _ in events if kind == Kind.LIKE}
    counted = [item for _, item in lately or everything]
    expected = np.log1p([counted.count(item) for item in data.item_ids])
    np.testing.assert_allclose(fit("windowed_popularity", data, days=days).score(Query()), expected, rtol=1e-6)


@given(events=st.lists(did, max_size=12))
def test_a_window_over_all_time_is_popularity(events):
    data = dataset(*events)
    always = fit("windowed_popularity", data, days=3650).score(Query())
    np.testing.assert_array_equal(always, fit("popularity", data).score(Query()))


def test_a_window_of_no_days_is_refused():
    with pytest.raises(ValueError, match="days should be above 0, is now 0"):
        fit("windowed_popularity", HISTORY, days=0)
