"""The course of a number and the mood: by hand, a planted trend found where it is, none in shuffled stars."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from recsys.audience import Segment
from recsys.audience.course import course, trend, unit_of
from recsys.audience.mood import ALL, Mood, changes
from recsys.data import Dataset

DAY = 86_400.0
MONDAY = 1_767_571_200.0
"""2026-01-05, 0 h UTC."""


def log(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """A log of (user, days since a Monday, value)."""
    return pd.DataFrame([(u, MONDAY + day * DAY, v) for u, day, v in rows], columns=["user_id", "at", "value"])


def test_the_mean_of_a_week_is_over_what_was_said_in_it():
    rows = [(f"u{n}", n % 7, float(n)) for n in range(6)] + [("u0", 6.9, 10.0), ("u9", 70.0, 4.0)]
    first, last = course(log(rows))
    assert first.day == "2026-01-05"
    assert last.day == "2026-03-16"
    assert first.mean.value == pytest.approx(25 / 7)
    assert (first.n, first.mean.n) == (7, 6)
    assert first.mean.low < 25 / 7 < first.mean.high
    assert first.user_ids == tuple(f"u{n}" for n in range(6))
    assert math.isnan(last.mean.low)  # one person has no interval
    assert course(log([])) == ()


@pytest.mark.parametrize(("days", "unit"), [(20, "D"), (180, "W-SUN"), (800, "M"), (3000, "Q"), (9000, "Y")])
def test_longer_times_are_cut_into_longer_periods(days, unit):
    assert unit_of(log([("a", 0.0, 1.0), ("b", float(days), 1.0)])) == unit


def test_a_straight_line_has_its_own_slope():
    rows = [(f"u{n % 30}", float(n), 2 + 0.5 * n / 30) for n in range(120)]
    found = trend(log(rows))
    assert found.slope.value == pytest.approx(0.5)
    assert found.slope.low == pytest.approx(0.5)
    assert found.p < 0.01
    falling = trend(log([(user, day, -value) for user, day, value in rows]))
    assert falling.slope.value == pytest.approx(-0.5)
    assert falling.p == found.p


def test_too_few_people_or_days_are_not_tested():
    assert math.isnan(trend(log([(f"u{n % 10}", float(n), n) for n in range(100)])).p)
    assert math.isnan(trend(log([(f"u{n}", n / 30, n) for n in range(100)])).p)
    assert math.isnan(trend(log([])).p)


def test_people_who_are_there_for_a_while_and_agree_with_themselves_make_no_trend():
    """All that one person says stands together: tested by the review, this would be found far too often."""
    n_found = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rows = []
        for user in range(40):
            taste, middle = rng.normal(0, 1), rng.uniform(0, 180)
            days = np.clip(middle + rng.normal(0, 10, 8), 0, 180)
            rows += [(f"u{user}", float(day), taste + 0.3 * rng.normal()) for day in days]
        n_found += trend(log(rows)).p < 0.05
    assert n_found <= 8


def opinions(falls: bool, seed: int = 0) -> Dataset:
    """Ninety people give stars in three categories for half a year; in "Tea" they fall by a star where ``falls``."""
    rng = np.random.default_rng(seed)
    categories = ["Tea", "Mugs", "Pots"]
    items = pd.DataFrame({"item_id": ["0", "1", "2"], "title": categories, "category": categories})
    rows = []
    for user in range(90):
        for item in range(3):
            day = rng.uniform(0, 180)
            stars = rng.normal(3.8, 0.7) - (day / 180 if falls and item == 0 else 0)
            rows.append((f"u{user:02}", str(item), "rating", MONDAY + day * DAY, float(np.clip(stars, 0.5, 5)), ""))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
    return Dataset.from_tables("opinions", items, events)


def test_a_planted_fall_is_found_in_its_category_only():
    found = {change.category: change for change in changes(Mood.of(opinions(falls=True)))}
    assert set(found) == {ALL, "Tea", "Mugs", "Pots"}
    assert found["Tea"].finding.sure
    assert found["Tea"].finding.high < 0
    assert found["Tea"].finding.value == pytest.approx(-1 / 6, abs=0.08)
    assert not found["Mugs"].finding.sure
    assert not found["Pots"].finding.sure
    assert "no change found" in found["Pots"].finding.sentence
    assert "falls" in found["Tea"].finding.sentence
    assert len(found["Tea"].finding.user_ids) == 90


def test_nothing_is_found_where_the_stars_are_shuffled():
    n_found = sum(
        any(change.finding.sure for change in changes(Mood.of(opinions(falls=False, seed=seed)))) for seed in range(20)
    )
    assert n_found <= 3


def test_a_segment_has_a_mood_of_its_own():
    data = opinions(falls=True)
    some = Segment.of("some", [f"u{n:02}" for n in range(30)])
    mine = Mood.of(data).by(some, "Tea")
    assert set(mine["user_id"]) == set(some.user_ids)
    assert {change.category: change.n for change in changes(Mood.of(data), some)}["Tea"] == 30
    assert changes(Mood.of(data), Segment.of("few", ["u00"])) == ()


def test_reviews_without_stars_are_read_and_what_nobody_can_tell_is_left_out():
    texts = ["Wonderful, I love it, perfect.", "Terrible, it broke, awful junk.", "It arrived on Tuesday."]
    rows = [(f"u{n}", "a", "review", MONDAY + n * DAY, None, text) for n, text in enumerate(texts)]
    rows.append(("u9", "a", "review", MONDAY, 2.0, texts[0]))  # stars are believed, whatever the words
    rows.append(("u9", "a", "click", MONDAY, None, ""))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
    data = Dataset.from_tables("read", pd.DataFrame({"item_id": ["a"], "title": ["Thing"]}), events)
    mood = Mood.of(data)
    stars = dict(zip(mood.log["user_id"], mood.log["value"], strict=True))
    assert stars["u0"] >= 4
    assert stars["u1"] <= 2
    assert stars["u9"] == 2.0
    assert (mood.n_read, mood.n_unsure) == (2, 1)


def test_over_years_change_is_told_by_the_year():
    rows = [(f"u{n % 40}", "a", "rating", MONDAY + 8 * n * DAY, 1 + n / 100) for n in range(200)]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars"])
    data = Dataset.from_tables("years", pd.DataFrame({"item_id": ["a"], "title": ["Thing"]}), events)
    (everything,) = changes(Mood.of(data))
    assert Mood.of(data).per == "year"
    assert everything.finding.value == pytest.approx(365.25 / 800)
