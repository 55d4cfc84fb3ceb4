"""What is read out of a result agrees with the result."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.columns import Evaluation
from recsys.evaluate import Experiment, run
from recsys.evaluate.pairs import Pair
from recsys.evaluate.spread import distribution, edges, n_hits, users
from recsys.evaluate.standing import (
    best_first,
    change,
    frontier,
    leaders,
    listed,
    ordered,
    podium,
    said_against_popular,
    value,
    verdict,
)
from recsys.metrics import METRICS, Estimates, Interval
from recsys.metrics.significance import resample_weights
from tests.evaluate.town import town


@pytest.fixture(scope="module")
def result():
    return run(town(rated=True), Experiment("town", models=("ease", "item_knn"), n_boot=200))


@pytest.mark.parametrize("metric", ["ndcg", "coverage", "calibration"])
def test_every_pair_is_the_difference_of_the_result(result, metric):
    found = result.pairs(metric)
    numbers = result.per_user if metric in result.per_user.columns else result.credits
    of_model = {name: rows[metric].to_numpy() for name, rows in numbers.groupby(Evaluation.MODEL)}
    assert set(found) == {(a, b) for a in result.models for b in result.models if a != b}
    for (ours, theirs), pair in found.items():
        apart = of_model[ours] - of_model[theirs]
        weights = resample_weights(len(apart), result.receipt.n_boot, result.receipt.seed)
        [expected] = Estimates.of(apart[:, None], weights).intervals()
        assert pair.difference.n == expected.n
        for end in ("value", "low", "high"):
            assert getattr(pair.difference, end) == pytest.approx(getattr(expected, end))
    for name in result.challengers:
        assert found[name, "popularity"].p_holm >= result.p_holm(name, metric)


def test_a_pair_from_the_other_side_says_the_opposite():
    pair = Pair("ease", "popularity", "calibration", Interval(-0.2, -0.3, -0.1, 40), 0.001, 0.002)
    assert pair.found
    assert pair.better  # less mismatch is better
    back = pair.turned()
    assert back.difference == Interval(0.2, 0.1, 0.3, 40)
    assert back.better is False
    assert replace(pair, p_holm=0.06).better is None
    assert replace(pair, metric="popularity_lift").better is None


def test_the_best_comes_first_whichever_way_is_better(result):
    ndcg = [value(result, name, "ndcg").value for name in ordered(result, "ndcg")]
    assert ndcg == sorted(ndcg, reverse=True)
    mismatch = [value(result, name, "calibration").value for name in ordered(result, "calibration")]
    assert mismatch == sorted(mismatch)
    assert "random" not in podium(result, "novelty")
    rows = best_first(result.metric("recall"), ("ease", "random"))
    assert list(rows[Evaluation.MODEL])[:2] == ["ease", "random"]
    assert len(rows) == len(result.models)


def test_nobody_on_the_frontier_is_beaten_on_both(result):
    best = frontier(result, "gini", "ndcg")
    assert best
    for name in result.models:
        if name == "random":
            continue
        mine = value(result, name, "ndcg").value, -value(result, name, "gini").value
        others = [
            (value(result, other, "ndcg").value, -value(result, other, "gini").value)
            for other in result.models
            if other not in ("random", name)
        ]
        beaten = any(a >= mine[0] and b >= mine[1] and (a, b) != mine for a, b in others)
        assert (name in best) is not beaten


def test_leaders_put_neighbouring_lengths_together():
    curve = pd.DataFrame(
        [("a", 1, 0.1), ("b", 1, 0.2), ("a", 5, 0.1), ("b", 5, 0.3), ("a", 10, 0.4), ("b", 10, np.nan)],
        columns=["model", "k", "value"],
    )
    assert leaders(curve) == [("b", [1, 5]), ("a", [10])]
    assert leaders(curve.iloc[:0]) == []


@pytest.mark.parametrize("metric", ["ndcg", "hit_rate", "novelty", "auc"])
def test_everybody_with_a_number_is_in_exactly_one_bar(result, metric):
    for model in result.models:
        numbers = users(result, model)[metric]
        bins = distribution(result, model, metric)
        assert sum(one.n for one in bins) == numbers.notna().sum()
        held = sum(one.holds(numbers).astype(int) for one in bins)
        assert held[numbers.notna()].eq(1).all()
    assert edges(result, metric)[0][0] == result.per_user[metric].min()


def test_labels_of_bars_read_well(result):
    labels = [one.label for one in distribution(result, "ease", "ndcg")]
    assert labels[0] == "0"
    assert not any("e-" in label for label in labels)


def test_hits_are_counted_from_precision(result):
    rows = users(result, "ease")
    assert list(n_hits(rows, 10)) == [round(p * 10) for p in rows["precision"]]


def test_a_change_is_paired_by_user(result):
    assert change(result, result, "ease", "ndcg").value == 0
    people = result.per_user.assign(ndcg=result.per_user["ndcg"] + 0.1)
    shuffled = replace(result, per_user=people.iloc[::-1].reset_index(drop=True))
    gap = change(result, shuffled, "ease", "ndcg")
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.1, 0.1, 0.1))


def test_words_under_a_chart_name_every_challenger(result):
    for metric in METRICS:
        if result.measured(metric):
            words = said_against_popular(result, metric)
            assert ("EASE" in words) is (result.difference("ease", metric).n > 0)
            assert ("Random" in words) is (result.difference("random", metric).n > 0)
    assert listed(["ease"]) == "EASE"
    assert listed(["ease", "popularity"]) == "EASE and Popular"
    assert listed([]) == "nobody"


def test_the_verdict_says_how_many_of_a_hundred_and_never_more_than_was_found(result):
    first, second, *others = verdict(result, "item_knn")
    share = round(value(result, "item_knn", "hit_rate").value * min(100, result.receipt.n_users))
    popular = round(value(result, "popularity", "hit_rate").value * min(100, result.receipt.n_users))
    assert first.startswith(f"With Similar items, {share} of ")
    assert first.endswith(f"in their top 10; with what is popular, {popular}.")
    assert ("difference found" in second) is not result.pairs("hit_rate")["item_knn", "popularity"].found
    best = podium(result, "ndcg")[0]
    if best != "item_knn":
        assert ("no difference found" in others[0]) is not result.pairs("ndcg")[best, "item_knn"].found
    weak = not result.pairs("ndcg")["popularity", "random"].found
    assert any("This test is weak" in one for one in (second, *others)) is weak


def test_nothing_is_told_from_few_people_or_from_lists_as_long_as_the_catalogue(result):
    assert result.receipt.caution() == ""
    assert "Nothing can be told from 3 people" in replace(result.receipt, n_users=3).caution()
    assert "lists of 10 out of 12 items" in replace(result.receipt, n_items=12).caution()


def test_the_json_holds_the_numbers(result):
    said = json.loads(result.to_json())
    assert len(said["table"]) == len(result.table)
    assert said["table"][0]["value"] == pytest.approx(result.table["value"].iloc[0])
    assert len(said["differences"]) == len(result.differences)
    assert set(said) >= {"receipt", "config", "curve", "slices", "tuning"}
