"""Who is served worse: a part made worse is named, a random one hardly ever, and the numbers are those by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from recsys.audience import Segment
from recsys.audience.served import served
from recsys.metrics import mean_interval

MODELS = ("popularity", "text_profile")
USERS = [f"u{n:03}" for n in range(150)]


def measured(seed: int, worse: int = 0, by: float = 0.0) -> pd.DataFrame:
    """Numbers per person as an experiment gives them; the first ``worse`` people lose ``by`` under the text profile."""
    rng = np.random.default_rng(seed)
    tables = []
    for model in MODELS:
        ndcg = np.where(rng.random(len(USERS)) < 0.4, 0.0, rng.beta(2, 3, len(USERS)))
        if model == "text_profile":
            ndcg[:worse] = np.maximum(0, ndcg[:worse] - by)
        tables.append(pd.DataFrame({"model": model, "user_id": USERS, "ndcg": ndcg}))
    return pd.concat(tables, ignore_index=True)


def test_a_part_made_worse_on_purpose_is_named_with_its_model_and_its_people():
    parts = [Segment.of("losers", USERS[:40]), Segment.of("others", USERS[50:90])]
    found = served(measured(0, 40, 0.35), parts, "ndcg", MODELS)
    assert [(part.name, part.model) for part in found if part.found and part.finding.value < 0] == [
        ("losers", "text_profile")
    ]
    (lost,) = [part for part in found if part.name == "losers" and part.model == "text_profile"]
    assert "losers with Text profile: worse served" in lost.finding.sentence
    assert lost.finding.user_ids == tuple(USERS[:40])
    assert lost.finding.p < 0.05


def test_a_random_part_is_hardly_ever_named():
    n_named = 0
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        parts = [Segment.of("any", rng.choice(USERS, 40, replace=False)) for _ in range(2)]
        n_named += any(part.found for part in served(measured(seed), parts, "ndcg", MODELS))
    assert n_named <= 2


def test_the_difference_and_both_means_are_those_by_hand():
    table = measured(3)
    inside = table["user_id"].isin(USERS[:30])
    mine = table["model"] == "popularity"
    here, rest = table[mine & inside]["ndcg"], table[mine & ~inside]["ndcg"]
    (part,) = served(table, [Segment.of("x", USERS[:30])], "ndcg", ("popularity",))
    assert part.here.value == pytest.approx(here.mean())
    assert part.rest.value == pytest.approx(rest.mean())
    assert part.finding.value == pytest.approx(here.mean() - rest.mean())
    assert (part.here.n, part.rest.n, part.n) == (30, 120, 30)
    alone = mean_interval(here.to_numpy())
    assert part.here.high - part.here.low == pytest.approx(alone.high - alone.low, rel=0.25)


def test_more_comparisons_ask_more_of_each():
    table, part = measured(5, 40, 0.15), Segment.of("losers", USERS[:40])
    (one,) = served(table, [part], "ndcg", ("text_profile",))
    many = served(table, [part, *(Segment.of(f"p{n}", USERS[n : n + 30]) for n in range(60, 100, 10))], "ndcg", MODELS)
    same = next(other for other in many if (other.name, other.model) == ("losers", "text_profile"))
    assert same.finding.value == one.finding.value
    assert one.finding.p < same.finding.p <= 10 * one.finding.p + 1e-9


def test_of_two_parts_that_are_everybody_only_the_first_is_compared():
    parts = [Segment.of("new", USERS[:50]), Segment.of("old", USERS[50:])]
    assert {part.name for part in served(measured(0), parts, "ndcg", MODELS)} == {"new"}
    parts[1] = Segment.of("some old", USERS[60:])
    assert {part.name for part in served(measured(0), parts, "ndcg", MODELS)} == {"new", "some old"}


def test_too_few_people_are_not_compared_and_strangers_do_not_count():
    few = Segment.of("few", [*USERS[:9], "stranger"])
    (part,) = served(measured(0), [few], "ndcg", ("popularity",))
    assert part.n == 9
    assert math.isnan(part.finding.p)
    assert math.isnan(part.finding.value)
    assert not part.found
    assert "too few" in part.finding.sentence
    assert served(measured(0), [], "ndcg", MODELS) == ()


def test_people_without_a_number_do_not_count():
    table = measured(0)
    table.loc[table["user_id"].isin(USERS[:5]), "ndcg"] = np.nan
    (part,) = served(table, [Segment.of("x", USERS[:30])], "ndcg", ("popularity",))
    assert part.n == 25
    assert part.finding.user_ids == tuple(USERS[5:30])
    assert not math.isnan(part.finding.p)
