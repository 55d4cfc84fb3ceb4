"""Rules: which branch is taken and what it means."""

from __future__ import annotations

import numpy as np
import pytest
from camps import camps

from recsys.models import fit, top_k
from recsys.models.blend import SOURCES
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")


def likes(n: int, typed: str = "") -> Query:
    return Query(tuple(Event(f"e{k}", Kind.LIKE, float(k), f"i{2 * k}") for k in range(n)), typed=typed)


@pytest.fixture(scope="module")
def people():
    return camps()


@pytest.fixture(scope="module")
def switching(people):
    return fit("switching", people, cold_until=3)


@pytest.mark.parametrize(
    ("query", "branch"),
    [
        (Query(), "popular"),
        (Query(typed="  \n"), "popular"),
        (Query((Event("v", Kind.VIEW, 1.0, "i2"),)), "popular"),
        (Query((Event("x", Kind.LIKE, 1.0, "no such item"),)), "popular"),
        (Query(typed="snow"), "typed"),
        (Query((Event("w", Kind.WISH, 1.0, text="ships"),)), "typed"),
        (likes(1), "cold"),
        (likes(3), "cold"),
        (likes(3, "snow"), "typed"),
        (likes(4), "warm"),
        (likes(20, "snow"), "typed"),
    ],
)
def test_the_rule_that_applies(switching, query, branch):
    assert switching.branch(query) == branch
    assert switching.contributions(query, np.arange(2)).parts[-1].key == f"model:{branch}"


def test_one_item_liked_twice_is_one_opinion(switching):
    twice = tuple(Event(f"e{n}", Kind.LIKE, float(n), "i2") for n in range(9))
    assert switching.branch(Query(twice)) == "cold"


def test_the_threshold_is_a_knob(people):
    assert fit("switching", people, cold_until=10).branch(likes(8)) == "cold"


@pytest.mark.parametrize(("query", "source"), [(Query(), "popularity")])
def test_a_stranger_gets_one_model_alone(people, switching, query, source):
    alone = SOURCES[source].build(50.0).fit(people).score(query)
    np.testing.assert_array_equal(top_k(switching.score(query), 60), top_k(alone, 60))


def test_typed_words_move_a_warm_list(switching):
    before, after = switching.score(likes(9)), switching.score(likes(9, "climbing mountains in snow"))
    moved = (after - before)[1::2].mean() - (after - before)[::2].mean()
    assert moved > 0.2


def test_reasons_sum_to_the_score(switching):
    for query in (Query(), Query(typed="snow"), likes(2), likes(9), likes(9, "snow")):
        values = switching.contributions(query, np.arange(60)).values
        np.testing.assert_allclose(values.sum(axis=1), switching.score(query), atol=1e-5)
