"""When text pays: the same test at every density, gains as ratios of means, and no guess beyond what was measured."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.splits import cuts
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate import density
from recsys.evaluate.density import density_curve, expected_gain, gain_in_words, standing, trend_in_words
from recsys.evaluate.lists import asked, metric_values
from recsys.evaluate.protocol import Protocol
from recsys.metrics.significance import relative_gain, resample_weights
from recsys.models import build
from tests.evaluate import spies
from tests.evaluate.spies import SEEN

PAIR = (("ease", "popularity"),)

MEASURED = pd.DataFrame(
    {
        "share": [1.0, 0.25, 1.0, 0.25],
        "events_per_item": [16.0, 4.0, 16.0, 4.0],
        "model": ["ease_text", "ease_text", "ials_text", "ials_text"],
        "against": ["ease", "ease", "ials", "ials"],
        "gain": [0.02, 0.10, np.nan, 0.5],
        "low": [-0.02, 0.06, np.nan, 0.4],
        "high": [0.06, 0.20, np.nan, 0.6],
    }
)


@pytest.fixture
def spy(monkeypatch):
    spies.register(monkeypatch)


@pytest.fixture(scope="module")
def table(shop) -> pd.DataFrame:
    return density_curve(shop, PAIR, (1.0, 0.5, 0.1), Protocol(max_users=80))


def pairs(data: Dataset) -> set[tuple[str, str]]:
    return set(zip(data.events[Events.USER], data.events[Events.ITEM], strict=True))


def test_one_row_per_share_and_pair_densest_first(shop, table):
    assert list(table.columns) == [
        *("share", "events_per_item", "model", "against", "metric", "value", "against_value"),
        *("gain", "low", "high", "n_users"),
    ]
    assert list(table["share"]) == [1.0, 0.5, 0.1]
    assert table["n_users"].nunique() == 1
    assert table["gain"].to_numpy() == pytest.approx((table["value"] / table["against_value"] - 1).to_numpy())
    assert (table["low"] <= table["gain"]).all()
    assert (table["gain"] <= table["high"]).all()


def test_the_whole_training_part_is_the_plain_measurement(shop, table):
    cut = cuts(shop, "random", 0, 80)[0]
    people = asked(cut)
    ours, theirs = (
        metric_values(build(name).fit(cut.train), people, cut, ("ndcg",), 10)[:, 0] for name in ("ease", "popularity")
    )
    gain = relative_gain(ours, theirs, resample_weights(len(people)))
    expected = (ours.mean(), theirs.mean(), gain.value, gain.low, gain.high)
    assert tuple(table.iloc[0][["value", "against_value", "gain", "low", "high"]]) == pytest.approx(expected)


def test_the_density_is_what_somebody_knows_of_their_own_data(shop, table):
    assert table["events_per_item"].iloc[0] == standing(shop)
    assert (table["events_per_item"] / standing(shop)).to_numpy() == pytest.approx([1, 0.5, 0.1], abs=0.02)
    likes = shop.events.loc[shop.is_like, [Events.USER, Events.ITEM]].drop_duplicates()
    assert standing(shop) == pytest.approx(len(likes) / shop.n_items)


@pytest.mark.usefixtures("spy")
def test_less_is_learned_and_shown_and_the_question_stays(shop):
    density_curve(shop, (("spy", "popularity"),), (0.05, 1.0, 0.25), Protocol(max_users=30))
    train = cuts(shop, "random", 0, 30)[0].train
    learned = [pairs(data) for data, _ in SEEN]
    assert learned[0] == pairs(train)
    assert learned[0] > learned[1] > learned[2]
    assert [len(one) / len(learned[0]) for one in learned] == pytest.approx([1, 0.25, 0.05], abs=0.01)
    for data, queries in SEEN:
        assert [query.user_id for query in queries] == [query.user_id for query in SEEN[0][1]]
        assert all(query.events == data.history(query.user_id) for query in queries)


def test_what_was_known_stays_out_of_the_lists_when_it_is_thinned_away(shop):
    cut = cuts(shop, "random", 0, 30)[0]
    people = asked(cut)
    thin, shown = density._thinned(cut, people, np.zeros(len(cut.train.events), dtype=bool))
    assert len(thin.train.events) == 0
    for before, after in zip(people, shown, strict=True):
        assert after.query.events == ()
        assert (after.known == before.known).all()
        assert (after.relevant == before.relevant).all()


def test_a_wrong_name_or_knob_is_told_before_any_work(shop):
    told: list[float] = []
    with pytest.raises(UnknownIdError, match="no model 'charm'"):
        density_curve(shop, (*PAIR, ("charm", "ease")), progress=lambda share, _line: told.append(share))
    with pytest.raises(ValueError, match="ease has no knob 'charm'"):
        density_curve(shop, PAIR, knobs={"ease": {"charm": 1}}, progress=lambda share, _line: told.append(share))
    assert not told


@pytest.mark.usefixtures("spy")
def test_a_model_of_several_pairs_is_measured_once_per_share(shop):
    density_curve(shop, (("ease", "spy"), ("popularity", "spy")), (1.0, 0.5), Protocol(max_users=5))
    assert [len(queries) for _, queries in SEEN] == [5, 5]


def test_both_models_of_a_pair_get_the_budget_and_what_was_found(shop, monkeypatch):
    asked_for: list[tuple[str, int, int]] = []

    def chosen(name, data, *, budget, **_):
        asked_for.append((name, budget, len(data.events)))
        return SimpleNamespace(knobs={"l2": 5.0} if name == "ease" else {})

    monkeypatch.setattr(density, "tuned", chosen)
    found = density_curve(shop, PAIR, (1.0, 0.5), Protocol(max_users=80), budget=7)
    sizes = [len(cuts(shop, "random", 0, 80)[0].train.events)]
    assert [one[:2] for one in asked_for] == [("ease", 7), ("popularity", 7)] * 2
    assert asked_for[0][2] == asked_for[1][2] == sizes[0] > asked_for[2][2]
    by_hand = density_curve(shop, PAIR, (1.0, 0.5), Protocol(max_users=80), knobs={"ease": {"l2": 5.0}})
    assert found.equals(by_hand)


def test_tuning_runs_inside_the_thinned_training_part(shop):
    table = density_curve(shop, PAIR, (0.5,), Protocol(max_users=30), budget=3)
    assert table["value"].notna().all()


def test_the_same_question_gives_the_same_table(shop, table):
    assert density_curve(replace(shop), PAIR, (0.1, 1.0, 0.5), Protocol(max_users=80)).equals(table)
    assert not density_curve(shop, PAIR, (1.0, 0.5, 0.1), Protocol(max_users=80, seed=1)).equals(table)


@pytest.mark.parametrize("shares", [(), (0.0, 1.0), (1.5,)])
def test_shares_are_parts_of_a_whole(shop, shares):
    with pytest.raises(ValueError, match="shares should be above 0 and at most 1"):
        density_curve(shop, PAIR, shares)


def test_nobody_to_ask_is_said_in_one_sentence(toy):
    with pytest.raises(DataError, match="leaves nobody|too few events"):
        density_curve(toy.with_events(np.arange(len(toy.events)) < 1), PAIR)


def test_progress_ends_at_one(shop):
    told: list[tuple[float, str]] = []
    density_curve(shop, PAIR, (1.0, 0.5), Protocol(max_users=5), progress=lambda *news: told.append(news))
    assert [share for share, _ in told] == [0.0, 0.5, 1.0]
    assert told[1][1] == "EASE against Popular: 50% of the events"


def test_a_gain_is_a_ratio_of_means():
    weights = resample_weights(4, 200)
    gain = relative_gain(np.array([1.0, 0.5, 0.0, np.nan]), np.array([0.5, 0.0, 0.5, 1.0]), weights)
    assert gain.value == pytest.approx(3 / 2 - 1)
    assert gain.n == 3


def test_half_as_much_again_for_everybody_is_sure():
    theirs = np.linspace(0.1, 1, 30)
    gain = relative_gain(1.5 * theirs, theirs, resample_weights(30, 200))
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.5, 0.5, 0.5))


def test_no_hit_to_compare_with_is_no_number():
    gain = relative_gain(np.array([1.0, 0.5]), np.zeros(2), resample_weights(2, 50))
    assert math.isnan(gain.value)
    assert gain.n == 0


def test_an_expectation_is_read_off_between_the_points():
    assert expected_gain(MEASURED, 16.0) == pytest.approx((0.02, -0.02, 0.06))
    assert expected_gain(MEASURED, 4.0) == pytest.approx((0.10, 0.06, 0.20))
    assert expected_gain(MEASURED, 8.0) == pytest.approx((0.06, 0.02, 0.13))
    assert expected_gain(MEASURED, 4.0, "ials_text") == pytest.approx((0.5, 0.4, 0.6))


@pytest.mark.parametrize("outside", [0.0, 3.9, 16.1, 1e9])
def test_nothing_is_expected_outside_the_measured_range(outside):
    assert expected_gain(MEASURED, outside) is None
    assert expected_gain(MEASURED, 8.0, "ials_text") is None
    assert expected_gain(MEASURED, 8.0, "charm") is None
    assert expected_gain(MEASURED.iloc[:0], 8.0) is None


@given(st.floats(4.0, 16.0))
def test_an_expectation_lies_between_its_neighbours(events_per_item):
    value, low, high = expected_gain(MEASURED, events_per_item)
    assert 0.02 - 1e-12 <= value <= 0.10 + 1e-12
    assert low <= value <= high


def test_a_dataset_finds_itself_on_its_own_curve(shop, table):
    assert expected_gain(table, standing(shop)) == pytest.approx(tuple(table.iloc[0][["gain", "low", "high"]]))


def test_a_dataset_without_likes_stands_at_zero(toy):
    assert standing(toy.with_events(np.zeros(len(toy.events), dtype=bool))) == 0.0


def curve_of(*points: tuple[float, float, float, float]) -> pd.DataFrame:
    names = ["events_per_item", "gain", "low", "high"]
    return pd.DataFrame(points, columns=names).assign(model="ease_text", against="ease")


def test_harm_is_said_as_harm_and_help_as_help():
    both = curve_of((16.0, 0.2, 0.1, 0.3), (4.0, 0.01, -0.1, 0.1), (1.5, -0.113, -0.217, -0.001))
    words = gain_in_words(both, "ease_text")
    assert words == (
        "EASE + text against EASE: texts help at 16 likes per item (by +20%); texts harm at 1.5 likes per item "
        "(by -11%); no difference at the other."
    )
    assert "the opposite for EASE + text" in trend_in_words(both)
    nothing = curve_of((16.0, 0.1, -0.1, 0.3), (1.0, 0.2, -0.2, 0.5))
    assert gain_in_words(nothing, "ease_text").endswith("neither help nor harm found at any of the 2 densities.")
    assert trend_in_words(nothing).startswith("Not shown here")
    assert "yes for EASE + text" in trend_in_words(curve_of((16.0, 0.0, -0.1, 0.1), (1.0, 0.4, 0.2, 0.6)))
