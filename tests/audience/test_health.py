"""Each illness, planted: the check finds it, its cure leaves out exactly that, and healthy data are called healthy."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.audience.health import CHECKS, Check, health
from recsys.columns import Facts, Items
from recsys.data import Dataset
from tests.audience.diary import DAY, HOUR, MONDAY, diary


def calm(n_users: int = 40, n_events: int = 8) -> list[tuple[str, str, float]]:
    """Everybody touches as many different items, one a day, everybody other ones."""
    return [(f"u{u:02}", f"i{(u + n) % 20}", n * DAY + u * 60.0) for u in range(n_users) for n in range(n_events)]


ITEMS = "abcdefghijklmnopqrst"


def check(name: str, data: Dataset) -> Check:
    return next(one for one in health(data) if one.name == name)


def test_healthy_data_are_called_healthy():
    found = health(diary(calm(), ITEMS))
    assert len(found) == len(CHECKS)
    assert not [one.name for one in found if one.ill]


def test_a_thing_done_again_within_minutes_is_found_and_its_first_time_kept():
    lines = [*calm(), *[(user, item, at + 60) for user, item, at in calm()[:50]]]
    found = check("repeats", diary(lines, ITEMS))
    assert found.ill
    assert found.out.sum() == 50
    assert found.finding.value == pytest.approx(50 / 370)
    assert found.finding.low < 50 / 370 < found.finding.high
    assert len(found.finding.user_ids) == len({user for user, _, _ in calm()[:50]})


def test_events_before_publication_are_found_and_others_are_not():
    published = ["2026-01-07T00:00:00Z"] + ["2020-01-01"] * 18 + ["no date"]
    data = diary(calm(), ITEMS, **{str(Facts.PUBLISHED_AT): published})
    found = check("early", data)
    at = data.events["at"].to_numpy()
    expected = (data.events["item_id"] == "i0").to_numpy() & (at < MONDAY + 2 * DAY)
    assert expected.any()
    assert (found.out == expected).all()


def test_without_publication_times_the_check_says_that_it_cannot_be_made():
    found = check("early", diary(calm(), ITEMS))
    assert "cannot be checked" in found.finding.sentence
    assert not found.curable


def test_three_things_in_one_second_are_a_burst_and_two_are_not():
    lines = [*calm(), *[("u00", f"i{n}", 20 * DAY) for n in range(3)], *[("u01", f"i{n}", 21 * DAY) for n in range(2)]]
    assert check("bursts", diary(lines, ITEMS)).out.sum() == 3


def test_later_likes_of_known_items_are_counted():
    lines = [*calm(), *[(user, item, 30 * DAY) for user, item, _ in calm()[:80]]]
    found = check("known", diary(lines, ITEMS))
    assert found.ill
    assert found.finding.value > 0.5
    assert not found.out.any()


def test_items_with_the_same_text_are_twins():
    data = diary(calm(), ITEMS)
    titles = data.items[Items.TITLE].tolist()
    titles[3] = titles[4]
    found = check("twins", diary(calm(), ITEMS, **{str(Items.TITLE): titles}))
    assert found.finding.value == pytest.approx(2 / 20)


def test_a_few_who_do_nearly_everything_are_found_and_capped():
    lines = [*calm(), *[("u00", f"i{n % 20}", n * HOUR) for n in range(4000)]]
    found = check("activity", diary(lines, ITEMS))
    assert found.ill
    kept = diary(lines, ITEMS).with_events(~found.out).events["user_id"].value_counts()
    assert kept.max() == int(np.quantile([8] * 39 + [4008], 0.95))


def test_the_cap_keeps_the_newest():
    lines = [*calm(), *[("u00", f"i{n % 20}", n * HOUR) for n in range(400)]]
    data = diary(lines, ITEMS)
    found = check("activity", data)
    mine = (data.events["user_id"] == "u00").to_numpy()
    at = data.events["at"].to_numpy()
    assert at[mine & found.out].max() <= at[mine & ~found.out].min()


def test_people_and_items_with_few_events_are_found():
    lines = [*calm(), *[(f"n{n}", "i0", float(n)) for n in range(20)], ("u00", "i20", 5.0)]
    data = diary(lines, ITEMS + "u")
    assert check("few", data).finding.value == pytest.approx(20 / 60)
    assert check("few", data).ill
    assert check("rare", data).out.sum() == 1


def test_a_program_that_clicks_every_second_is_found_and_a_keen_reader_is_not():
    keen = [("u01", f"i{n % 20}", n * 60.0) for n in range(20)]
    program = [("bot", f"i{n % 20}", 3 * DAY + n) for n in range(300)]
    found = check("bots", diary([*calm(), *keen, *program], ITEMS))
    assert found.finding.user_ids == ("bot",)
    assert found.out.sum() == 300


def test_without_dates_nothing_about_time_is_claimed(toy):
    silent = {one.name for one in health(toy) if np.isnan(one.finding.value)}
    assert {"early", "bursts", "bots"} <= silent
    assert not check("repeats", toy).out.any()


def test_without_events_there_is_nothing_to_check():
    assert health(diary(calm(), ITEMS).with_events(np.zeros(320, dtype=bool))) == ()
