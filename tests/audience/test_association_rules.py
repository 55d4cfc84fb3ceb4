"""Association rules: counted right, tested right, none in chance, planted ones first."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import combinations

import numpy as np
import planted_people as planted
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact

from recsys.audience import association
from recsys.audience.association import find, rules_of, rules_that_fired
from recsys.audience.baskets import Baskets, Level, Together, usual
from recsys.audience.profiles import shuffled
from recsys.data import Dataset, catalogue
from recsys.errors import MissingDependencyError
from recsys.settings import ROOT


@pytest.fixture(scope="module")
def shop_floor() -> Dataset:
    return planted.visits()


def table_of(rows: list[set[int]], n: int) -> Baskets:
    taken = sp.csr_matrix(np.array([[float(one in row) for one in range(n)] for row in rows]))
    return Baskets(np.arange(len(rows)), taken, tuple(f"t{one}" for one in range(n)))


def test_frequent_sets_are_those_of_counting_by_hand():
    rng = np.random.default_rng(0)
    rows = [set(np.flatnonzero(rng.random(6) < 0.5).tolist()) for _ in range(40)]
    columns = np.arange(6)
    found = association._frequent(table_of(rows, 6).taken, columns, 8, 3)
    counted = {
        frozenset(some): sum(set(some) <= row for row in rows)
        for size in (1, 2, 3)
        for some in combinations(range(6), size)
    }
    assert dict(found) == {some: n for some, n in counted.items() if n >= 8}


def test_a_rule_says_support_confidence_and_lift():
    rows = [{0, 1}] * 18 + [{0}] * 2 + [{2}] * 60 + [{1}] * 20
    rule = find(table_of(rows, 3), Together.VISIT, Level.ITEM).rules[0]
    assert (rule.left, rule.right) == (("t0",), "t1")
    assert (rule.n, rule.n_left, rule.n_right, rule.n_baskets) == (18, 20, 38, 100)
    assert rule.support == 18 / 100
    assert rule.confidence.value == 18 / 20
    assert rule.lift == pytest.approx((18 / 20) / (38 / 100))
    assert rule.confidence.low < 18 / 20 < rule.confidence.high
    assert rule.lift_low == pytest.approx(rule.confidence.low / (38 / 100))


def test_the_plain_test_is_fishers():
    sets = {frozenset((0,)): 20, frozenset((1,)): 38, frozenset((0, 1)): 18}
    ours = association._fisher([(frozenset((0,)), 1)], sets, 100)[0]
    assert ours == pytest.approx(fisher_exact([[18, 2], [20, 60]], alternative="greater").pvalue)


def test_two_on_the_left_have_to_say_more_than_each_alone():
    rng = np.random.default_rng(3)
    # 2 follows 0 whatever else is there; 1 is noise. 5 follows only where 3 and 4 are together.
    rows = []
    for _ in range(600):
        row = set(np.flatnonzero(rng.random(5) < [0.3, 0.3, 0.05, 0.4, 0.4]).tolist())
        row |= {2} if 0 in row and rng.random() < 0.8 else set()
        row |= {5} if {3, 4} <= row and rng.random() < 0.8 else set()
        rows.append(row)
    found = {(rule.left, rule.right) for rule in find(table_of(rows, 6), Together.VISIT, Level.ITEM).rules}
    assert (("t0",), "t2") in found
    assert (("t0", "t1"), "t2") not in found
    assert (("t3", "t4"), "t5") in found


def test_p_is_corrected_for_every_rule_that_was_possible(shop_floor):
    baskets = Baskets.of(shop_floor, Together.VISIT, Level.ITEM)
    columns, least, _ = association._often(baskets.taken)
    sets = association._frequent(baskets.taken, columns, least, 2)
    splits = [(one - {right}, right) for one in sets if len(one) == 2 for right in sorted(one)]
    table, chances = sp.csc_matrix(baskets.taken[:, columns]), baskets.chances(columns)
    n = baskets.taken.shape[0]
    raw = np.maximum(association._fisher(splits, sets, n), association._crowded(splits, sets, table, chances))
    n_possible = len(columns) * (len(columns) - 1)
    whole = false_discovery_control(np.concatenate([raw, np.ones(n_possible - len(raw))]))
    found = rules_of(shop_floor, Together.VISIT)
    expected = {(left, right): p for (left, right), p in zip(splits, whole, strict=False) if p < 0.05}
    ours = {
        (frozenset((int(rule.left[0][1:]),)), int(rule.right[1:])): rule.p
        for rule in found.rules
        if len(rule.left) == 1
    }
    assert ours == pytest.approx(expected)
    assert (frozenset((0,)), 1) in ours


def test_large_baskets_alone_make_no_rule():
    rng = np.random.default_rng(4)
    sizes = np.where(np.arange(400) < 40, 0.8, 0.05)
    rows = [set(np.flatnonzero(rng.random(20) < size).tolist()) for size in sizes]
    baskets = table_of([row for row in rows if row], 20)
    pairs = (baskets.taken.T @ baskets.taken).toarray()
    n, each = baskets.taken.shape[0], np.diag(pairs)
    naive = fisher_exact(
        [[pairs[0, 1], each[0] - pairs[0, 1]], [each[1] - pairs[0, 1], n - each[0] - each[1] + pairs[0, 1]]],
        alternative="greater",
    )
    assert naive.pvalue < 1e-6, "the doubt this test is about"
    assert find(baskets, Together.VISIT, Level.ITEM).rules == ()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_chances_add_up_to_what_there_is(seed):
    rng = np.random.default_rng(seed)
    table = rng.random((30, 8)) < rng.uniform(0.1, 0.6, (30, 1)) * rng.uniform(0.3, 1.0, 8)
    table = table[table.any(axis=1)]
    baskets = Baskets(np.arange(len(table)), sp.csr_matrix(table.astype(float)), tuple("abcdefgh"))
    chances = baskets.chances(np.arange(8))
    assert ((chances >= 0) & (chances <= 1)).all()
    assert chances.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=0.02)
    assert chances.sum(axis=1) == pytest.approx(table.sum(axis=1), abs=0.02)


@pytest.mark.parametrize("together", list(Together))
def test_no_rule_holds_when_everything_is_dealt_anew(shop, together):
    baskets = Baskets.of(shop, together, Level.ITEM)
    for seed in range(4):
        dealt = replace(baskets, taken=shuffled(baskets.taken, np.random.default_rng(seed)))
        assert find(dealt, together, Level.ITEM).rules == ()


@pytest.mark.parametrize("name", ["news", "music", "courses"])
def test_the_planted_pairs_of_the_samples_are_the_first_rules(name):
    truth = json.loads((ROOT / "sample_data" / name / "truth.json").read_text(encoding="utf-8"))["pairs"]
    planted_pairs = {frozenset((one["first"], one["then"])) for one in truth}
    found = rules_of(catalogue.load(name), Together.VISIT).one_way[:10]
    assert planted_pairs <= {frozenset((*rule.left, rule.right)) for rule in found}


def test_a_pair_is_listed_one_way_and_fires_both_ways(shop_floor):
    found = rules_of(shop_floor, Together.VISIT)
    pair = [rule for rule in found.rules if {*rule.left, rule.right} == {"i00", "i01"}]
    assert len(pair) == 2
    assert pair[0] in found.one_way
    assert pair[1] not in found.one_way


def test_rules_fire_beside_a_recommendation_once_they_are_known(shop_floor):
    fresh = planted.visits()
    i00, i01 = fresh.row("i00"), fresh.row("i01")
    assert rules_that_fired(fresh, [i00], i01) is None
    rules_of(fresh, usual(fresh))
    fired = rules_that_fired(fresh, [i00, 5], i01)
    assert fired is not None
    assert [rule.left for rule in fired] == [("i00",)]
    assert rules_that_fired(fresh, [], i01) == ()
    assert rules_that_fired(fresh, [i00], 9) == ()


def test_the_people_behind_a_rule_took_all_of_it(shop_floor):
    found = rules_of(shop_floor, Together.VISIT)
    people = found.owners(found.rules[0], shop_floor)
    assert len(people) == found.rules[0].n
    for user in people:
        assert {*found.rules[0].left, found.rules[0].right} <= {event.item_id for event in shop_floor.history(user)}


def test_an_item_belongs_to_the_visit_in_which_it_was_first_liked():
    items: list[dict[str, object]] = [{"item_id": name, "title": name, "category": "A"} for name in "abc"]
    day = 86_400.0
    lines = [("u", "a", planted.START), ("u", "b", planted.START + 60)]
    lines += [("u", "a", planted.START + day), ("u", "c", planted.START + day + 60)]
    data = planted.dataset(items, lines)
    visits = Baskets.of(data, Together.VISIT, Level.ITEM).taken.toarray().tolist()
    assert visits == [[1, 1, 0], [0, 0, 1]]
    assert Baskets.of(data, Together.PERSON, Level.ITEM).taken.toarray().tolist() == [[1, 1, 1]]
    assert Baskets.of(data, Together.VISIT, Level.CATEGORY).names == ("A",)


def test_no_likes_make_no_rules(toy):
    nobody = toy.with_events(np.zeros(len(toy.events), dtype=bool))
    for together in Together:
        for level in Level:
            assert rules_of(nobody, together, level).rules == ()


def test_a_missing_package_is_one_sentence_with_its_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend.frequent_patterns", None)
    with pytest.raises(MissingDependencyError, match="pip install mlxtend"):
        find(table_of([{0, 1}] * 20 + [{2}] * 20, 3), Together.VISIT, Level.ITEM)
