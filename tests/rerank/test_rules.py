"""House rules: what is said is done, contradictions have one outcome, and nothing crashes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import RuleError
from recsys.rerank import RERANKERS, Candidates, chained
from recsys.rerank.rule_lines import MAX_RULES, Lines, What, read_lines
from recsys.rerank.rules import Rules
from recsys.rerank.setting import ChainSetting
from tests.rerank.counters import counter, ids

ITEMS = ["shoe", "trail", "jacket", "over", "buds", "radio", "pan", "knife", "pot", "tent"]
CATEGORIES = ["Running", "Audio", "Cooking", "Camping"]
NAMES = st.sampled_from([*ITEMS, *CATEGORIES, "跑步", "nobody", "ghost"])

PINS = st.lists(st.tuples(st.sampled_from([*ITEMS, "ghost"]), st.integers(1, 12)), max_size=4)
BOOSTS = st.lists(st.tuples(NAMES, st.floats(-1, 1).map(lambda x: round(x, 3))), max_size=3)
HIDES = st.lists(st.tuples(st.sampled_from(list(What)), NAMES), max_size=2)
RULES = st.builds(
    lambda pins, boosts, hides, cap: Rules.of(tuple(pins), tuple(boosts), tuple(hides), cap),
    PINS,
    BOOSTS,
    HIDES,
    st.integers(0, 3),
)
SCORE = st.integers(0, 9).flatmap(lambda n: st.floats(-3, 3, width=32) if n else st.just(float("nan")))
SCORES = st.lists(SCORE, min_size=10, max_size=10)


def listed(data, rules: Rules, k=10, scores=None) -> list[str]:
    return ids(data, chained(counter(data, scores), {"rules": rules}, k).rows)


def falling(data) -> np.ndarray:
    """The order of the catalogue."""
    return np.linspace(1, 0, data.n_items)


@given(rules=RULES, scores=SCORES, k=st.integers(1, 10))
def test_no_list_has_more_of_a_category_than_the_cap_except_by_pins(toy, rules, scores, k):
    shown = listed(toy, rules, k, scores)
    pinned = {name for name, _ in rules.lines.pins}
    by_rank, by_pin = (
        Counter(toy.field(toy.row(item), "category") for item in shown if (item in pinned) == is_pin)
        for is_pin in (False, True)
    )
    if rules.lines.cap:
        assert all(count <= max(0, rules.lines.cap - by_pin[name]) for name, count in by_rank.items())
    assert len(set(shown)) == len(shown) <= k


@given(rules=RULES, scores=SCORES)
def test_nothing_hidden_is_ever_shown_not_even_when_pinned(toy, rules, scores):
    shown = listed(toy, rules, 10, scores)
    for what, name in rules.lines.hides:
        if what == What.WORD:
            assert not [item for item in shown if name.lower() in toy.title(item).lower().split()]
        else:
            hidden = {item for item in shown if name in (item, *_categories(toy, item))}
            assert not (hidden - {name} if what == What.CATEGORY else hidden)


def _categories(data, item):
    return data.field(data.row(item), "category"), data.field(data.row(item), "category_zh")


@given(rules=RULES, scores=SCORES)
def test_a_pin_is_at_its_place_unless_something_says_why_not(toy, rules, scores):
    shown = listed(toy, rules, 10, scores)
    note = rules.note(counter(toy, scores))
    for name, place in rules.lines.pins:
        if f"“{name}”" not in note and name in shown:
            assert shown.index(name) == min(place, len(shown)) - 1 or place > len(shown) - len(rules.lines.pins)


@given(rules=RULES, scores=SCORES)
def test_the_others_keep_their_order(toy, rules, scores):
    plain = Rules.of((), rules.lines.boosts)
    boosted = listed(toy, plain, 10, scores)
    pinned = {name for name, _ in rules.lines.pins}
    shown = [item for item in listed(toy, rules, 10, scores) if item not in pinned]
    assert shown == [item for item in boosted if item in shown]


@given(rules=RULES)
def test_what_is_read_is_what_was_written(rules):
    assert Rules.parse(rules.text) == rules
    assert Rules.parse(f"\n  # a remark\n{rules.text.upper().replace('PIN', 'Pin')}\n") is not None


@given(text=st.text(alphabet=st.sampled_from("pin boostcahide 0.5-1\n跑步#"), max_size=60))
def test_any_text_is_read_or_refused_with_the_number_of_its_line(text):
    refused = ""
    try:
        assert read_lines(text).cap >= 0
    except RuleError as error:
        refused = str(error)
    assert refused == "" or refused.startswith("line ")


def test_each_rule_does_what_it_says(toy):
    scores = falling(toy)
    assert listed(toy, Rules("pin tent 1"), 3, scores) == ["tent", "shoe", "trail"]
    assert listed(toy, Rules("boost Camping 1"), 2, scores + np.eye(10)[9] * 0.1)[0] in ("tent", "shoe")
    assert listed(toy, Rules("boost tent 1\nboost Camping 0.5"), 1, scores) == ["tent"]
    assert listed(toy, Rules("boost shoe -1"), 10, scores)[-1] in ("shoe", "tent")
    assert "knife" not in listed(toy, Rules("hide word KNIFE"), 10, scores)
    assert "knife" in listed(toy, Rules("hide word kni"), 10, scores)
    assert listed(toy, Rules("hide Running\nhide over"), 1, scores) == ["buds"]
    assert listed(toy, Rules("cap 1"), 10, scores) == ["shoe", "over", "pan", "tent"]


def test_categories_and_words_may_be_chinese(toy):
    assert listed(toy, Rules("hide category 跑步"), 1, falling(toy)) == ["over"]
    assert listed(toy, Rules("boost 露营 1\nboost tent 0.1"), 1, falling(toy)) == ["tent"]
    assert "knife" not in listed(toy, Rules("hide word 厨刀"))


def test_hide_beats_pin_beats_cap_beats_boost(toy):
    scores = falling(toy)
    assert "tent" not in listed(toy, Rules("pin tent 1\nhide tent"), 10, scores)
    pinned = listed(toy, Rules("pin shoe 1\npin trail 2\npin jacket 3\ncap 1"), 10, scores)
    assert pinned == ["shoe", "trail", "jacket", "over", "pan", "tent"]
    assert listed(toy, Rules("boost Running 1\ncap 1"), 2, scores) == ["shoe", "over"]
    assert listed(toy, Rules("pin trail 1\ncap 1"), 10, scores) == ["trail", "over", "pan", "tent"]


def test_pins_that_contradict_each_other_are_settled_and_said(toy):
    rules = Rules("pin tent 1\npin pot 1\npin tent 5\npin ghost 2\npin knife 99\nhide knife\nboost Fridges 0.5")
    assert listed(toy, rules, 3, falling(toy)) == ["tent", "pot", "shoe"]
    note = rules.note(counter(toy))
    assert "Place 1 has two pins: “pot” goes to the next free place." in note
    assert "“tent” is pinned twice: place 1 counts." in note
    assert "“ghost” cannot be pinned: there is no such item." in note
    assert "“knife” is pinned and hidden: it stays hidden." in note
    assert "Nothing here is called “Fridges”." in note


def test_a_pin_beyond_the_end_comes_last_and_an_absent_item_is_said(toy):
    assert listed(toy, Rules("pin shoe 50"), 10, falling(toy))[-1] == "shoe"
    some = Candidates.of(toy, counter(toy).query, falling(toy).astype(np.float32), 3)
    assert "not among the items" in Rules("pin tent 1").note(some)
    assert "only 4 items are left" in Rules("cap 1").note(counter(toy))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cap 3\npin s001", "line 2, “pin s001”: this needs more words"),
        ("pin s001 first", "whole number from 1 on, ends with 'first'"),
        ("pin s001 0", "whole number"),
        ("boost Toys 2", "from -1 to 1, ends with '2'"),
        ("boost Toys nan", "from -1 to 1"),
        ("show everything", "a rule is pin"),
        ("cap", "more words"),
        ("hide " + "x" * 300, "at most 200 characters"),
        ("cap 3\n" * (MAX_RULES + 1), "at most 200 can be kept"),
    ],
)
def test_what_cannot_be_read_is_named(text, complaint):
    with pytest.raises(RuleError, match=None) as error:
        Rules(text)
    assert complaint in str(error.value)


def test_without_rules_or_a_catalogue_nothing_changes(toy):
    assert Rules().lines == Lines()
    candidates = counter(toy, falling(toy))
    assert Rules()(candidates, 10) == list(range(10))
    assert "no rules yet" in Rules().note(candidates)
    bare = Candidates(np.arange(2), np.ones(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    assert Rules("cap 1")(bare, 2) == [0, 1]
    assert RERANKERS["rules"].build(text="cap 3").lines.cap == 3


@given(rules=RULES)
def test_rules_travel_in_a_link(rules):
    setting = ChainSetting.holding({"rules": rules})
    assert ChainSetting.parse(setting.word).build()["rules"] == rules
