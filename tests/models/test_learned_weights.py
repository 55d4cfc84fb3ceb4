"""Weights found by coordinate ascent on hidden likes."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from camps import camps

from recsys.models import fit
from recsys.models.learned_weights import DEFAULTS, LearnedWeights, _Sheet, climb
from recsys.models.lessons import GROUPS, Lesson, group_of
from recsys.models.ranking_features import Places
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
USES = LearnedWeights.uses


@pytest.fixture(scope="module")
def people():
    return camps()


@pytest.fixture(scope="module")
def learned(people):
    return fit("learned_weights", people)


def lesson(good: list[float], bad: list[float], hits: list[bool], n_relevant: int = 0) -> Lesson:
    """Two lists over the same candidates."""
    z = np.column_stack([good, bad]).astype(np.float32)
    found = np.array(hits)
    return Lesson("few", Query(), np.arange(len(found)), found, n_relevant or sum(hits), Places(z, z))


def test_a_sheet_measures_ndcg():
    sheet = _Sheet.of([lesson([3, 2, 1], [0, 0, 0], [True, False, True])])
    ideal = 1 + 1 / np.log2(3)
    assert sheet.ndcg(np.array([1.0, 0.0])) == pytest.approx((1 + 1 / 2) / ideal, rel=1e-6)


def test_hits_that_are_no_candidates_count_as_missed():
    sheet = _Sheet.of([lesson([3, 2], [0, 0], [True, False], n_relevant=2)])
    assert sheet.ndcg(np.array([1.0, 0.0])) == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_a_tie_is_no_success():
    sheet = _Sheet.of([lesson([1, 1], [0, 0], [True, False])])
    assert sheet.ndcg(np.array([1.0, 0.0])) == pytest.approx(1 / np.log2(3))


def test_only_the_first_ten_places_count():
    sheet = _Sheet.of([lesson(list(range(12, 0, -1)), [0] * 12, [False] * 10 + [True, False])])
    assert sheet.ndcg(np.array([1.0, 0.0])) == 0


def test_the_climb_ends_at_the_list_that_ranks_the_hits():
    rng = np.random.default_rng(0)
    of_group = []
    for _ in range(50):
        hits = rng.permutation(20) < 3
        of_group.append(lesson(hits + rng.normal(0, 0.1, 20), rng.normal(0, 1, 20), hits.tolist()))
    np.testing.assert_allclose(climb(of_group, np.array([0.2, 1.0])), [1.0, 0.0], atol=0.06)


def test_the_weights_can_be_shown_and_not_changed(learned):
    assert learned.weights_.shape == (len(GROUPS), len(USES))
    assert not learned.weights_.flags.writeable
    assert (learned.weights_ >= 0).all()
    np.testing.assert_array_equal(learned.weights_.max(axis=1), 1)
    assert learned.n_lessons_["few"] >= 30
    assert learned.note.endswith("used for: more than 15 opinions")


def test_where_taste_has_two_sides_the_lists_that_know_the_side_outweigh_popularity(learned):
    some = dict(zip(USES, learned.weights_[list(GROUPS).index("some")], strict=True))
    assert some["behaviour"] + some["tastes"] + some["text"] + some["keywords"] > some["popularity"] + some["lately"]


def test_the_same_seed_learns_the_same(people, learned):
    again = fit("learned_weights", camps())
    np.testing.assert_array_equal(again.weights_, learned.weights_)


def test_it_survives_a_pickle(learned):
    query = Query((Event("a", Kind.LIKE, 1.0, "i4"),))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(learned)).score(query), learned.score(query))


def test_too_little_to_learn_from_keeps_the_weights_set_by_hand(toy):
    scorer = fit("learned_weights", toy)
    assert scorer.note.startswith("too little to learn from")
    expected = [[DEFAULTS[group].get(name, 0.0) for name in USES] for group in GROUPS]
    np.testing.assert_allclose(scorer.weights_, expected)


def test_each_query_gets_its_set(people, learned):
    def session(n: int) -> Query:
        return Query(tuple(Event(f"e{k}", Kind.LIKE, float(k), f"i{k}") for k in range(n)))

    assert [group_of(session(n), people) for n in (0, 3, 4, 15, 16)] == ["few", "few", "some", "some", "many"]
    assert learned.group(replace(session(20), typed="snow")) == "typed"
