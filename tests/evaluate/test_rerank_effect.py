"""Is it worth it? Knowing the future helps, turning lists round harms, and doing nothing is told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from recsys.columns import Events
from recsys.data.splits import cuts
from recsys.errors import DataError
from recsys.evaluate.rerank_effect import Effect, effect_of
from recsys.metrics.significance import Interval
from recsys.models import build
from recsys.ranking import top_k
from recsys.rerank import Candidates
from recsys.rerank.interest import Interest
from recsys.rerank.mmr import Mmr
from recsys.types import Query
from tests.evaluate.town import town

TOWN = town(n_users=60)


@dataclass(frozen=True)
class Backwards:
    """Puts what is best by relevance last."""

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        return candidates.rows[top_k(-candidates.scores, k)].tolist()


@dataclass(frozen=True)
class Foresight:
    """Knows what everybody will like."""

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        relevant = cuts(TOWN, "per_user_time", 0)[0].test[candidates.query.user_id]
        return candidates.rows[top_k(np.isin(candidates.rows, relevant).astype(np.float32), k)].tolist()


@dataclass(frozen=True)
class Idle:
    """Changes nothing and says so."""

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        return candidates.rows[:k].tolist()

    def note(self, candidates: Candidates) -> str:
        return "Nothing to go on."


@pytest.fixture(scope="module")
def model():
    return build("item_knn")


def test_a_strategy_that_knows_the_future_is_worth_it(model):
    effect = effect_of(Foresight(), TOWN, model)
    assert effect.after == 1.0
    assert effect.worth_it is True
    assert effect.difference.value == pytest.approx(effect.after - effect.before)
    assert "leave it on" in effect.words
    assert 0 < effect.n_changed <= effect.difference.n == 60


def test_a_strategy_that_turns_lists_round_is_not(model):
    effect = effect_of(Backwards(), TOWN, model)
    assert effect.worth_it is False
    assert "that is its price" in effect.words


def test_a_strategy_that_does_nothing_is_told_with_its_reason(model):
    effect = effect_of(Idle(), TOWN, model)
    assert (effect.n_changed, effect.worth_it) == (0, None)
    assert effect.difference.value == 0
    assert effect.words == "It changed none of the 60 lists, so leave it off. Nothing to go on."


def test_where_the_interval_covers_zero_the_advice_is_off():
    effect = Effect(Interval(0.01, -0.02, 0.04, 100), 0.2, 0.21, 50, 10)
    assert effect.worth_it is None
    assert "no difference found" in effect.words
    assert "leave it off" in effect.words


def test_it_is_ndcg_by_hand(model):
    """One relevant item each: 1 / log2(rank + 1) where it is in the list, in its old or its new place."""
    wanted = {user: rows[0] for user, rows in cuts(TOWN, "leave_last_out", 0)[0].test.items()}
    gains: list[tuple[float, float]] = []

    class Watch(Backwards):
        def __call__(self, candidates, k):
            after = super().__call__(candidates, k)
            lists = (candidates.rows[:k].tolist(), after)
            row = wanted[candidates.query.user_id]
            gains.append(tuple(1 / np.log2(rows.index(row) + 2) if row in rows else 0.0 for rows in lists))
            return after

    effect = effect_of(Watch(), TOWN, model, split="leave_last_out", k=5, pool=10)
    before, after = np.array(gains).T
    assert (effect.before, effect.after) == (pytest.approx(before.mean()), pytest.approx(after.mean()))
    assert effect.difference.value == pytest.approx((after - before).mean())
    assert effect.difference.low < effect.difference.value < effect.difference.high


def test_interest_is_given_its_chances_and_people_are_capped(model):
    class Lucky:
        def probability(self, query, rows):
            relevant = cuts(TOWN, "per_user_time", 0)[0].test[query.user_id]
            return np.isin(rows, relevant).astype(np.float32)

    shares = []
    effect = effect_of(
        Interest(1.0), TOWN, model, interest=Lucky(), max_users=20, progress=lambda share, _: shares.append(share)
    )
    assert effect.after == 1.0
    assert effect.difference.n == 20
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert "changes nothing" in effect_of(Interest(1.0), TOWN, model, max_users=20).words


def test_lists_are_asked_for_at_the_time_of_the_first_held_out_like(model):
    hour = TOWN.events[Events.AT] + 7 * 3600
    data = TOWN.with_events(np.ones(len(TOWN.events), dtype=bool))
    data.events[Events.AT] = hour
    seen: list[Query] = []

    class Watch(Idle):
        def __call__(self, candidates, k):
            seen.append(candidates.query)
            return super().__call__(candidates, k)

    effect_of(Watch(), data, model, max_users=5, device="phone")
    assert {query.context["hour"] for query in seen} == {"7"}
    assert {query.context["weekday"] for query in seen} == {"3"}
    assert {query.context["device"] for query in seen} == {"phone"}


def test_the_same_seed_gives_the_same_numbers(model):
    one, again = (effect_of(Mmr(0.5), TOWN, model, max_users=30, seed=4) for _ in range(2))
    assert (one.difference, one.words) == (again.difference, again.words)


def test_errors_say_what_is_wrong(model):
    with pytest.raises(ValueError, match="k should be from 1 to the 5 candidates"):
        effect_of(Idle(), TOWN, model, k=10, pool=5)
    with pytest.raises(DataError, match="nobody"):
        effect_of(Idle(), TOWN.with_events(np.arange(len(TOWN.events)) < 1), model, split="random")
