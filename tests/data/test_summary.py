"""Tables of the Data page: counted right, complete, and sensible when there is nothing."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset, summary
from recsys.data.splits import split
from recsys.data.summary import MAX_BARS, Shown
from recsys.types import Kind

THURSDAY = 1_767_225_600.0
"""2026-01-01 00:00 UTC, a Thursday: its week began on 2025-12-29."""


def dataset(times: list[float], kinds: list[str] | None = None, stars: list[float] | None = None) -> Dataset:
    items = pd.DataFrame({Items.ID: ["a", "b"], Items.TITLE: ["Tea", "Mug"]})
    log = {
        Events.USER: [f"u{n}" for n in range(len(times))],
        Events.ITEM: ["a"] * len(times),
        Events.KIND: kinds or ["like"] * len(times),
        Events.AT: times,
        Events.STARS: stars or [math.nan] * len(times),
    }
    return Dataset.from_tables("tiny", items, pd.DataFrame(log))


def test_weeks_begin_on_monday():
    found = summary.timeline(dataset([THURSDAY, THURSDAY + 3 * 86_400, THURSDAY + 4 * 86_400, THURSDAY - 3 * 86_400]))
    assert found.unit == "week"
    assert found.table[Shown.START].tolist() == ["2025-12-29", "2026-01-05"]
    assert found.table[Shown.N_EVENTS].tolist() == [3, 1]


def test_kinds_are_counted_apart():
    table = summary.timeline(dataset([THURSDAY] * 3, ["view", "like", "view"])).table
    assert dict(zip(table[Events.KIND], table[Shown.N_EVENTS], strict=True)) == {"view": 2, "like": 1}


@pytest.mark.parametrize(
    ("years", "unit", "first"), [(1, "week", "2025-12-29"), (5, "month", "2026-01-01"), (30, "year", "2026-01-01")]
)
def test_long_histories_get_longer_spans(years, unit, first):
    found = summary.timeline(dataset([THURSDAY, THURSDAY + years * 365.25 * 86_400]))
    assert found.unit == unit
    assert found.table[Shown.START].iloc[0] == first


@given(st.lists(st.tuples(st.floats(-6e10, 2.5e11), st.sampled_from(list(Kind))), min_size=1, max_size=30))
def test_every_event_is_in_exactly_one_bar(events):
    kinds = [kind.value for _, kind in events]
    data = dataset([at for at, _ in events], kinds, [3.0] * len(events))
    found = summary.timeline(data)
    assert found.table[Shown.N_EVENTS].sum() == len(data.events)
    assert not found.table.duplicated([Shown.START, Events.KIND]).any()
    starts = [date.fromisoformat(start) for start in found.table[Shown.START]]
    assert starts == sorted(starts)
    if found.unit == "week":
        assert all(start.weekday() == 0 for start in starts)
        assert len(set(starts)) <= MAX_BARS


def test_no_events_no_bars():
    assert summary.timeline(dataset([])).table.empty


def test_the_order_of_rows_is_not_a_date():
    assert not summary.has_dates(dataset([0.0, 1.0, 2.0]))
    assert not summary.has_dates(dataset([]))
    assert summary.has_dates(dataset([THURSDAY]))
    assert summary.people(dataset([0.0, 1.0]))[Shown.FIRST].tolist() == ["", ""]


def test_popularity_falls_and_counts_people_once(toy):
    table = summary.popularity(toy)
    assert table[Shown.RANK].tolist() == list(range(1, 11))
    # shoe 3; jacket, over and pan 1 each
    assert table[Shown.N_PEOPLE].tolist() == [3, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert summary.share_of_top(table, 0.1) == pytest.approx(3 / 6)
    assert summary.share_of_top(table, 0.11) == pytest.approx(4 / 6)  # 1.1 items: two


def test_the_share_of_nothing_is_unknown():
    assert math.isnan(summary.share_of_top(summary.popularity(dataset([]))))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.floats(0.01, 1))
def test_the_top_holds_at_least_its_fair_share(counts, share):
    likes = np.sort(counts)[::-1]
    table = pd.DataFrame({Shown.RANK: range(1, len(likes) + 1), Shown.N_PEOPLE: likes})
    held = summary.share_of_top(table, share)
    assert math.isnan(held) if not any(counts) else min(share, 1) - 1e-9 <= held <= 1
    assert math.isnan(held) or summary.share_of_top(table, 1.0) == 1


def test_stars_are_counted_by_halves():
    data = dataset([THURSDAY + n for n in range(5)], ["rating"] * 5, [5, 5, 0.5, 3.4, 3.6])
    table = summary.stars(data)
    assert table[Events.STARS].tolist() == [0.5, 3.5, 5.0]
    assert table[Shown.N_EVENTS].tolist() == [1, 2, 2]
    assert summary.stars(dataset([THURSDAY])).empty


def test_items_carry_their_counts(toy):
    table = summary.items(toy)
    shoe = table.iloc[0]
    assert shoe[Items.TITLE] == "Rain running shoe"
    assert shoe[Items.TITLE_ZH] == "雨天跑鞋"
    assert (shoe[Shown.N_LIKES], shoe[Shown.N_EVENTS], shoe[Shown.N_REVIEWS]) == (3, 3, 1)
    assert table[Shown.N_EVENTS].sum() == len(toy.events)


def test_people_carry_their_counts_and_days(shop):
    table = summary.people(shop)
    assert table[Events.USER].tolist() == list(shop.user_ids)
    assert table[Shown.N_EVENTS].sum() == shop.quality.n_events
    assert table[Shown.N_REVIEWS].sum() == shop.quality.n_reviews
    assert table[Shown.N_LIKES].sum() == shop.like_counts.sum()
    assert (table[Shown.FIRST].min(), table[Shown.LAST].max()) == shop.quality.dates()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("running", ["shoe", "trail", "jacket"]),
        ("RUNNING  rain", ["shoe", "jacket"]),
        ("防水", ["shoe", "jacket"]),
        ("camping", ["tent"]),
        ("nothing like it", []),
        (".*", []),
    ],
)
def test_search_needs_every_word_in_any_language(toy, text, ids):
    assert [toy.item_ids[row] for row in summary.search(toy, text)] == ids


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_search_finds_everything(toy, text):
    assert summary.search(toy, text).tolist() == list(range(toy.n_items))


def test_the_quality_table_is_the_report(toy):
    table = summary.quality(toy)
    assert sorted((what, count) for what, count, _ in toy.quality.rows()) == sorted(
        zip(table[Shown.WHAT], table[Shown.COUNT], strict=True)
    )
    assert not (table[Shown.COUNT] == 0).diff().fillna(False).eq(True).sum() > 1  # what was found stands first
    assert (table.loc[table[Shown.COUNT] == 0, Shown.BECAME] == "—").all()
    assert (table.loc[table[Shown.COUNT] > 0, Shown.BECAME] != "—").all()


def test_activity_groups_every_person_once(shop):
    table = summary.activity(shop)
    assert table[Shown.N_PEOPLE].sum() == len(shop.user_ids)
    assert (table[Shown.FROM].iloc[1:].to_numpy() == table[Shown.TO].iloc[:-1].to_numpy() + 1).all()
    assert summary.activity(shop.with_events(shop.is_like & False)).empty


def test_the_newest_fifth_begins_where_the_test_of_the_future_does(shop):
    cut = split(shop, "global_time")
    assert summary.newest_fifth(shop) > summary.day(shop, shop.events["at"].min())
    last_known = summary.day(shop, float(cut.train.events["at"].max()))
    assert last_known <= summary.newest_fifth(shop) <= shop.quality.dates()[1]
