"""Rules: which branch is taken and what it means."""

from __future__ import annotations

from copy import copy

import numpy as np
import pytest
from camps import camps

from recsys.models import fit, top_k
from recsys.models.blend import SOURCES
from recsys.models.fuse import Scale, weighted_sum
from recsys.models.scored import scored
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


QUERIES = (
    Query(),
    Query(typed="snow"),
    likes(2),
    likes(9),
    likes(9, "snow"),
    Query((Event("w", Kind.WISH, 1.0, text="sea"),)),
)


@pytest.mark.parametrize("name", ["switching", "weighted", "learned_weights"])
def test_a_blend_is_the_weighted_sum_of_what_every_source_says_to_the_last_bit(people, name):
    blend = fit(name, people)
    for query in QUERIES:
        raw = {source: scorer.score(query) for source, scorer in blend.sources_.items()}
        shares = blend.shares(query, raw.__getitem__)
        scales = {source: Scale.of(scores) for source, scores in raw.items()}
        z = {source: scale.z(raw[source]) for source, scale in scales.items() if scale.spread and shares.get(source)}
        np.testing.assert_array_equal(blend.score(query), weighted_sum(z, shares))


class Counted:
    """A source that counts how often it scores the catalogue."""

    def __init__(self, source) -> None:
        self.source, self.n_asked = source, 0

    def score(self, query):
        self.n_asked += 1
        return self.source.score(query)

    def contributions(self, query, rows):
        return self.source.contributions(query, rows)


@pytest.mark.parametrize("query", QUERIES)
def test_a_source_is_asked_once_for_branch_scores_and_reasons_and_not_at_all_without_weight(switching, query):
    counting = copy(switching)
    counting.sources_ = {name: Counted(source) for name, source in switching.sources_.items()}
    said = scored(counting, query)
    rows = np.arange(5)
    np.testing.assert_array_equal(said.scores, switching.score(query))
    np.testing.assert_array_equal(said.reasons(rows).values, switching.contributions(query, rows).values)
    weights = switching.shares(query, switching.asking(query))
    asked = {name: source.n_asked for name, source in counting.sources_.items()}
    assert asked == {name: int(bool(weights.get(name))) for name in asked}


def test_keeping_a_wish_moves_nothing(switching):
    typed = likes(9, "climbing mountains in snow")
    kept = Query((*typed.events, Event("w", Kind.WISH, 2e9, text=typed.typed)))
    np.testing.assert_array_equal(top_k(switching.score(kept), 10), top_k(switching.score(typed), 10))


def test_a_kept_wish_steps_back_after_three_judgements(switching):
    wish = Event("w", Kind.WISH, 2e9, text="climbing mountains in snow")
    later = [Event(f"l{n}", Kind.LIKE, 2e9 + n, f"i{20 + 2 * n}") for n in range(1, 4)]
    events = (*likes(9).events, wish)
    assert switching.branch(Query((*events, *later[:2]))) == "typed"
    assert switching.branch(Query((*events, *later))) == "warm"


def test_what_is_refused_is_pushed_away(switching):
    usual = top_k(switching.score(likes(9)), 10)
    pushed = top_k(switching.score(likes(9, "no harbour, no ships")), 10)
    assert sum(row % 2 for row in pushed) > sum(row % 2 for row in usual)


def test_dislikes_alone_push_away_what_is_like_them(switching):
    disliked = Query(tuple(Event(f"d{n}", Kind.DISLIKE, 1e9 + n, f"i{2 * n}") for n in range(3)))
    first = top_k(switching.score(disliked), 10, np.array([0, 2, 4]))
    assert sum(row % 2 for row in first) > sum(row % 2 for row in top_k(switching.score(Query()), 10))
