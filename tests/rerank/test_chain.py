"""What every strategy promises, whatever the candidates; and what a chain of them adds up to."""

from __future__ import annotations

import doctest
import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys.rerank
from recsys.data import touched_rows
from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates, chained
from recsys.rerank.context import Context
from recsys.rerank.item_facts import ItemFacts
from recsys.rerank.mmr import Mmr
from recsys.rerank.rules import Rules
from recsys.rerank.seen import Seen
from recsys.types import Adjusts, Query, Reranker, Spec, Tells
from tests.rerank.counters import did

EVERY = pytest.mark.parametrize("name", list(RERANKERS))
HISTORIES = (
    (),
    (("like", "s001"),),
    (("like", "s001"), ("dislike", "s050"), ("view", "s060"), ("favourite", "s100"), ("like", "gone")),
)


def ends(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every knob at each of its ends or choices, the others as they come."""
    for knob in spec.knobs:
        for value in knob.choices or [end for end in (knob.low, knob.high) if end is not None]:
            yield {knob.name: int(value) if knob.whole else value}


BUILT = [pytest.param(spec, {}, id=name) for name, spec in RERANKERS.items()]
BUILT += [
    pytest.param(spec, knobs, id=f"{name}-{knob}={value}")
    for name, spec in RERANKERS.items()
    for knobs in ends(spec)
    for knob, value in knobs.items()
]


@st.composite
def worlds(draw, shop) -> Candidates:
    """Candidates of a shop or bare arrays: equal scores, NaN, zero vectors, one item or none, best first or not."""
    n = draw(st.integers(0, 12))
    values = st.sampled_from([np.nan, -2.0, 0.0, 0.5, 0.5, 1.0, 3.0])
    scores = np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=np.float32)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    rows = rng.permutation(shop.n_items)[:n].astype(np.int64)
    if n and draw(st.booleans()):  # something of the history is among them
        rows[np.flatnonzero(rows == shop.row("s060"))] = rows[0]
        rows[0] = shop.row("s060")
    if draw(st.booleans()):
        order = top_k(scores, max(n, 1))
        rows, scores = rows[order], scores[order]
    vectors = np.zeros((len(rows), 4), dtype=np.float32)
    if draw(st.booleans()) and len(rows):
        vectors = rng.normal(size=(len(rows), 4)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[rng.random(len(rows)) < 0.3] = 0
    chance = rng.random(len(rows)).astype(np.float32) if draw(st.booleans()) else None
    history = did(*draw(st.sampled_from(HISTORIES)))
    context = draw(st.sampled_from([{}, {"hour": "8", "device": "phone"}, {"hour": "?", "device": ""}]))
    query = Query(history, draw(st.sampled_from(["", "rain shoes"])), context=context)
    return Candidates(rows, scores, vectors, query, shop if draw(st.booleans()) else None, chance)


def hidden(strategy: Reranker, candidates: Candidates) -> set[int]:
    """Rows that an event, the stock or a written rule asks ``strategy`` to take out."""
    if candidates.data is None:
        return set()
    if isinstance(strategy, Context) and strategy.stock:
        stock = ItemFacts.of(candidates.data).stock
        return set() if stock is None else set(np.flatnonzero(stock <= 0).tolist())
    if strategy != Seen(1.0):
        return set()
    return set(touched_rows(candidates.query.events, candidates.data).tolist())


def unchanged(candidates: Candidates) -> tuple[bytes, bytes, bytes, Query]:
    return candidates.rows.tobytes(), candidates.scores.tobytes(), candidates.vectors.tobytes(), candidates.query


@pytest.mark.parametrize(("spec", "knobs"), BUILT)
@settings(max_examples=25)
@given(data=st.data(), k=st.integers(1, 15))
def test_a_strategy_lists_candidates_once_each_never_one_without_a_score(shop, spec, knobs, data, k):
    candidates = data.draw(worlds(shop))
    before = unchanged(candidates)
    strategy = spec.build(**knobs)
    with np.errstate(all="raise", under="ignore"):
        rows = strategy(candidates, k)
    scored = {int(row) for row, score in zip(candidates.rows, candidates.scores, strict=True) if score == score}
    scored -= hidden(strategy, candidates)
    assert set(rows) <= scored
    assert len(rows) == len(set(rows)) == min(k, len(scored))
    assert all(type(row) is int for row in rows)
    assert unchanged(candidates) == before
    assert spec.build(**knobs)(candidates, k) == rows
    assert isinstance(strategy, Reranker)
    if isinstance(strategy, Tells):
        assert isinstance(strategy.note(candidates), str)
    if isinstance(strategy, Adjusts):
        adjusted = strategy.adjusted(candidates)
        assert adjusted.dtype == np.float32
        assert adjusted.shape == (len(candidates),)
        assert not np.isinf(adjusted).any()
        assert np.isnan(adjusted)[np.isnan(candidates.scores)].all()


@EVERY
def test_a_strategy_is_immutable_comparable_and_travels(name):
    strategy = RERANKERS[name].build()
    assert is_dataclass(strategy)
    knob = next(iter(fields(strategy))).name
    with pytest.raises(FrozenInstanceError):
        setattr(strategy, knob, 1)
    assert pickle.loads(pickle.dumps(strategy)) == strategy == RERANKERS[name].build()
    assert hash(strategy) == hash(RERANKERS[name].build())


@EVERY
def test_what_a_form_offers_is_what_the_strategy_has(name):
    spec = RERANKERS[name]
    assert spec.name == name
    assert len(spec.label) <= 22
    assert spec.line.endswith(".")
    defaults = spec.build()
    for knob in spec.knobs:
        assert getattr(defaults, knob.name) == knob.default
        assert knob.help.endswith(".")
        if knob.low is not None:
            assert knob.low <= knob.default <= knob.high


@EVERY
def test_names_beyond_the_catalogue_and_a_list_longer_than_the_candidates_are_fine(shop, name):
    rows = np.array([3, 1, 2])
    candidates = Candidates(rows, np.ones(3, dtype=np.float32), np.zeros((3, 2), dtype=np.float32), data=shop)
    assert set(RERANKERS[name].build()(candidates, 50)) == {1, 2, 3}
    empty = Candidates(rows[:0], np.ones(0, dtype=np.float32), np.zeros((0, 2), dtype=np.float32), data=shop)
    assert RERANKERS[name].build()(empty, 5) == []


def some_chain(draw) -> dict[str, Reranker]:
    names = draw(st.lists(st.sampled_from(list(RERANKERS)), max_size=4, unique=True))
    made = {name: RERANKERS[name].build() for name in names}
    if "rules" in made and draw(st.booleans()):
        made["rules"] = Rules.parse("pin s003 1\nhide category Shoes\nhide word steel\ncap 2")
    return made


@settings(max_examples=80)
@given(data=st.data(), k=st.integers(1, 8))
def test_what_the_steps_did_adds_up_to_the_whole_movement(shop, data, k):
    start = data.draw(worlds(shop))
    chain = chained(start, some_chain(data.draw), k)
    old = {int(row): place for place, row in enumerate(start.rows)}
    new = {int(row): place for place, row in enumerate(chain.end.rows)}
    for row, place in new.items():
        assert sum(won for _, won in chain.moved_by(row)) == old[row] - place
    gone = [row for step in chain.steps for row in step.hidden]
    assert len(gone) == len(set(gone))
    assert not set(gone) & set(new)
    assert set(gone) | set(new) == set(old)
    for row in gone:
        with pytest.raises(KeyError):
            chain.moved_by(row)
    assert chain.rows.tolist() == chain.end.rows[:k].tolist()


@given(data=st.data(), k=st.integers(1, 8))
def test_each_step_hands_on_its_list_best_first(shop, data, k):
    start = data.draw(worlds(shop))
    chain = chained(start, some_chain(data.draw), k)
    now = start
    for step in chain.steps:
        assert step.before is now
        now = step.after
        assert (np.diff(now.scores) <= 0).all()
        assert not np.isnan(now.scores).any()
        if now.chance is not None:
            kept = dict(zip(start.rows.tolist(), start.chance.tolist(), strict=True))
            assert now.chance.tolist() == [kept[row] for row in now.rows.tolist()]
    assert chain.end is now


@settings(max_examples=40)
@given(data=st.data(), k=st.integers(1, 8))
def test_a_strategy_alone_in_a_chain_gives_its_own_list(shop, data, k):
    start = data.draw(worlds(shop))
    name = data.draw(st.sampled_from(list(RERANKERS)))
    strategy = RERANKERS[name].build()
    assert chained(start, {name: strategy}, k).rows.tolist() == strategy(start, k)


@given(data=st.data(), k=st.integers(1, 8))
def test_an_empty_chain_changes_nothing(shop, data, k):
    start = data.draw(worlds(shop))
    chain = chained(start, {}, k)
    assert chain.end is start
    assert chain.steps == ()


@given(data=st.data(), k=st.integers(1, 8))
def test_a_strategy_that_does_nothing_keeps_the_order_of_what_has_a_score(shop, data, k):
    start = data.draw(worlds(shop))
    order = top_k(start.scores, max(len(start), 1))
    start = start.ordered(order, start.scores[order])
    chain = chained(start, {"mmr": Mmr(0.0), "rules": Rules.parse("")}, k)
    assert chain.end.rows.tolist() == start.rows.tolist()
    assert all(chain.moved_by(int(row)) == () for row in start.rows)


def test_hidden_items_are_gone_and_the_step_that_hid_them_is_known(shop):
    rows = np.arange(6)
    start = Candidates(rows, np.arange(6, 0, -1, dtype=np.float32), np.zeros((6, 2), dtype=np.float32), data=shop)
    hidden = shop.item_ids[0]
    chain = chained(start, {"mmr": Mmr(0.0), "rules": Rules.parse(f"hide {hidden}")}, 3)
    assert chain.steps[0].hidden == ()
    assert chain.steps[1].hidden == (0,)
    assert chain.rows.tolist() == [1, 2, 3]
    assert chain.moved_by(1) == (("rules", 1),)


def test_the_length_of_a_list_is_at_least_1(shop):
    start = Candidates(np.arange(2), np.ones(2, dtype=np.float32), np.zeros((2, 2), dtype=np.float32), data=shop)
    with pytest.raises(ValueError, match="k should be at least 1, is now 0"):
        chained(start, {}, 0)


ARRANGE = {"flow", "spacing"}
"""Strategies that say how a list is laid out, whatever is on it: nothing but a written rule may undo that."""


def stage(name: str) -> str:
    """When a chain applies a strategy, as what it can do tells."""
    strategy = RERANKERS[name].build()
    if isinstance(strategy, Rules):
        return "5 house rules"
    if name in ARRANGE:
        return "4 arranges what was chosen"
    if hasattr(strategy, "propensities"):
        return "3 leaves room for chance"
    return "1 judges items one by one" if isinstance(strategy, Adjusts) else "2 picks a list"


def test_the_order_of_the_registry_is_adjusters_those_that_pick_chance_those_that_arrange_and_rules():
    stages = [stage(name) for name in RERANKERS]
    assert stages == sorted(stages), dict(zip(RERANKERS, stages, strict=True))
    assert stages.count("5 house rules") == 1
    assert next(iter(RERANKERS)) == "seen"
    assert {"mmr", "dpp", "calibrated", "xquad"} == {name for name in RERANKERS if stage(name).startswith("2")}


@pytest.mark.parametrize("module", [module.name for module in pkgutil.iter_modules(recsys.rerank.__path__)])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(importlib.import_module(f"recsys.rerank.{module}")).failed == 0
