"""The lens: one model, one dataset, one rule of fitting, and numbers that only the protocol moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.columns import Events
from recsys.data.splits import cuts
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate.lens import N_SAMPLED, lens, rules, spread
from recsys.evaluate.lists import asked, metric_values
from recsys.evaluate.protocol import Protocol
from recsys.metrics import mean_interval
from recsys.models import build
from tests.evaluate import spies
from tests.evaluate.spies import SEEN


@pytest.fixture(scope="module")
def table(shop) -> pd.DataFrame:
    return lens(shop, "ease", Protocol(max_users=80))


def row(table: pd.DataFrame, split: str, liked_from: float = 4.0, sampled: int = 0, metric: str = "ndcg") -> pd.Series:
    found = table[
        (table["split"] == split)
        & (table["liked_from"] == liked_from)
        & (table["sampled"] == sampled)
        & (table["metric"] == metric)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_every_protocol_has_a_label_and_a_sentence_of_its_own(shop, table):
    assert list(table.columns) == [
        *("protocol", "line", "split", "liked_from", "sampled", "metric", "value", "low", "high", "n_users")
    ]
    chosen = rules(shop)
    assert {one.split for one in chosen} == {"global_time", "per_user_time", "leave_last_out", "random"}
    assert len({one.label for one in chosen}) == len(chosen) == 8
    assert list(table["protocol"]) == [one.label for one in chosen for _ in range(2)]
    assert all(one.line.endswith(".") and one.line.count(".") == 1 for one in chosen)


@pytest.mark.parametrize(
    ("split", "liked_from", "sampled"),
    [("global_time", 4.0, None), ("random", 4.0, None), ("global_time", 5.0, None), ("leave_last_out", 4.0, 100)],
)
def test_a_row_is_the_plain_measurement_under_its_protocol(shop, table, split, liked_from, sampled):
    cut = cuts(shop.liked_from(liked_from), split, 0, 80)[0]
    values = metric_values(build("ease").fit(cut.train), asked(cut), cut, ("ndcg", "hit_rate"), 10, sampled=sampled)
    for column, metric in enumerate(("ndcg", "hit_rate")):
        expected, found = mean_interval(values[:, column]), row(table, split, liked_from, sampled or 0, metric)
        assert tuple(found[["value", "low", "high", "n_users"]]) == pytest.approx(
            (expected.value, expected.low, expected.high, expected.n)
        )


@pytest.mark.parametrize("split", ["global_time", "leave_last_out"])
@pytest.mark.parametrize("metric", ["ndcg", "hit_rate"])
def test_ranking_a_sample_flatters_the_same_model(table, split, metric):
    full, sample = (row(table, split, sampled=n, metric=metric) for n in (0, N_SAMPLED))
    assert sample["value"] > full["value"]
    assert sample["n_users"] == full["n_users"]


def test_one_fit_serves_the_protocols_that_learn_from_the_same(shop, monkeypatch):
    spies.register(monkeypatch)
    lens(shop, "spy", Protocol(max_users=20))
    assert sorted(data.liked_stars for data, _ in SEEN) == [3, 4, 4, 4, 4, 5]


def test_stars_are_varied_only_where_there_are_stars_and_never_to_what_they_are(shop, toy):
    plain = toy.with_events((toy.events[Events.KIND] == "like").to_numpy())
    assert all(one.liked_from is None for one in rules(plain))
    assert [one.liked_from for one in rules(shop.liked_from(3.0)) if one.liked_from] == [4.0, 5.0]
    lower, higher = (next(o for o in rules(shop) if o.liked_from == stars) for stars in (3.0, 5.0))
    assert "lower bar" in lower.line
    assert "higher bar" in higher.line


def test_a_protocol_that_leaves_nobody_says_so_and_the_others_stand(shop):
    # Everything in one second: there is no past to learn from.
    at_once = replace(shop, events=shop.events.assign(**{str(Events.AT): 1.0}))
    table = lens(at_once, "popularity", Protocol(max_users=20))
    lost = row(table, "global_time")
    assert np.isnan(lost["value"])
    assert lost["n_users"] == 0
    assert lost["line"].startswith("Cannot be measured: ")
    assert "too few events" in lost["line"]
    assert row(table, "random")["value"] > 0


def test_no_protocol_at_all_is_said_in_one_sentence(toy):
    alone = toy.with_events(np.arange(len(toy.events)) < 1)
    with pytest.raises(DataError, match="too few likes for any protocol: nobody can be asked"):
        lens(alone, "popularity")


def test_wrong_names_are_told_before_any_work(shop):
    with pytest.raises(UnknownIdError, match="no model 'charm'"):
        lens(shop, "charm")
    with pytest.raises(ValueError, match="ease has no knob 'charm'"):
        lens(shop, "ease", knobs={"charm": 1})
    with pytest.raises(ValueError, match="novelty does not say how well lists hit"):
        lens(shop, "ease", metrics=("novelty",))


def test_the_same_question_gives_the_same_table(shop, table):
    assert lens(replace(shop), "ease", Protocol(max_users=80)).equals(table)


def test_progress_ends_at_one(shop):
    told: list[float] = []
    lens(shop, "popularity", Protocol(max_users=5), progress=lambda share, _line: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_the_spread_is_the_lowest_and_highest_number(table):
    values = table.loc[table["metric"] == "ndcg", "value"]
    assert spread(table, "ndcg") == (values.min(), values.max())
    assert spread(table, "ndcg")[1] > 1.5 * spread(table, "ndcg")[0]
