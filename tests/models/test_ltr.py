"""The learned ranker."""

from __future__ import annotations

import pickle
import sys

import numpy as np
import pytest
from camps import camps

from recsys.errors import MissingDependencyError
from recsys.models import fit, shared, top_k
from recsys.models.learned_weights import LearnedWeights
from recsys.models.ltr import Ltr
from recsys.models.ranking_features import ItemFacts, Places, feature_names, feature_part, features, monotone
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
SESSION = Query(tuple(Event(f"e{n}", Kind.LIKE, 1e9 + n, f"i{2 * n}") for n in range(4)), typed="ships")
QUERIES = (Query(), SESSION, Query(SESSION.events), Query(typed="snow"), Query(SESSION.events[:1]))


@pytest.fixture(scope="module")
def people():
    return camps()


@pytest.fixture(scope="module")
def ltr(people):
    scorer = fit("ltr", people, candidates=10)
    assert scorer.note == ""
    return scorer


@pytest.mark.parametrize("query", QUERIES)
def test_reasons_are_features_and_sum_to_the_score(ltr, query):
    reasons = ltr.contributions(query, np.arange(60))
    np.testing.assert_allclose(reasons.values.sum(axis=1), ltr.score(query), atol=1e-5)
    assert {part.kind for part in reasons.parts} <= {"feature", "prior", "model"}
    assert all(part.key.startswith("feature:") for part in reasons.parts if part.kind == "feature")
    assert any(part.kind == "feature" for part in reasons.parts)


def test_candidates_come_first_and_everything_else_follows_in_the_order_of_the_blend(people, ltr):
    scores = ltr.score(SESSION)
    rows, _ = ltr._candidates(SESSION)
    rest = np.setdiff1d(np.arange(60), rows)
    assert 10 <= len(rows) < 60
    assert np.isfinite(scores).all()
    assert scores[rest].max() < scores[rows].min()
    blend = shared(LearnedWeights(), people).score(SESSION)
    np.testing.assert_array_equal(top_k(scores, 60, rows), top_k(blend, 60, rows))


def test_what_is_decided_takes_no_candidate_s_place(ltr):
    rows, _ = ltr._candidates(SESSION)
    assert not {0, 2, 4, 6} & set(rows.tolist())
    known = ltr.contributions(SESSION, np.array([0, 2]))
    assert {part.key for part in known.parts} == {"prior", "model:below"}


def test_it_learned_which_side_somebody_is_on(ltr):
    seen = np.array([0, 2, 4, 6])
    assert np.mean(top_k(ltr.score(Query(SESSION.events)), 6, seen) % 2 == 0) > 0.8


def test_the_same_seed_grows_the_same_trees(ltr):
    again = fit("ltr", camps(), candidates=10)
    np.testing.assert_array_equal(again.score(SESSION), ltr.score(SESSION))


def test_it_survives_a_pickle(ltr):
    copy = pickle.loads(pickle.dumps(ltr))
    np.testing.assert_array_equal(copy.score(SESSION), ltr.score(SESSION))


def test_too_few_likes_leave_it_to_the_blend(toy):
    scorer = fit("ltr", toy)
    assert scorer.note == "too little to learn from, so the weighted blend ranks"
    query = Query(typed="rain")
    np.testing.assert_array_equal(scorer.score(query), shared(LearnedWeights(), toy).score(query))


def test_without_lightgbm_it_names_the_pip_line(people, monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(MissingDependencyError, match="needs the package lightgbm: pip install lightgbm"):
        Ltr().fit(people)


def test_features_have_one_name_a_column_and_a_plain_label(people, ltr):
    rows, table = ltr._candidates(SESSION)
    names = feature_names(Ltr.uses)
    assert table.shape == (len(rows), len(names)) == (len(rows), len(monotone(Ltr.uses)))
    assert len({feature_part(name).label for name in names}) == len(names)
    column = dict(zip(names, table.T, strict=True))
    assert set(column["n_opinions"]) == {4.0}
    assert set(column["typed"]) == {1.0}
    np.testing.assert_allclose(column["item_likes"], np.log1p(people.like_counts[rows]), rtol=1e-6)


@pytest.mark.parametrize(("device", "number"), [("phone", 0.0), ("desktop", 2.0), ("fridge", np.nan), ("", np.nan)])
def test_the_moment_is_read_off_the_newest_event_and_the_context(people, ltr, device, number):
    # 2026-11-22 13:45 UTC is a Sunday
    query = Query((Event("e", Kind.LIKE, 1795355100.0, "i2"),), context={"device": device})
    lists, rows = ltr.lists(query), np.arange(2)
    made = features(query, people, ItemFacts.of(people), Places.of(lists, Ltr.uses, rows), rows, np.ones(len(Ltr.uses)))
    column = dict(zip(feature_names(Ltr.uses), made[0], strict=True))
    assert (column["hour"], column["weekday"]) == (13.0, 6.0)
    np.testing.assert_array_equal(column["device"], np.float32(number))


@pytest.mark.parametrize("at", [float("inf"), 1e300, -1e300, float("nan")])
def test_a_strange_time_is_an_unknown_time(ltr, at):
    scores = ltr.score(Query((Event("e", Kind.LIKE, at, "i2"),)))
    assert np.isfinite(scores).all()


def test_days_since_the_first_and_the_last_event_of_an_item(toy):
    facts = ItemFacts.of(toy).table
    days = {item: facts[toy.row(item), 1:] * 86_400 for item in ("shoe", "pan", "tent")}
    np.testing.assert_allclose(days["shoe"], [8 - 1, 8 - 8], atol=1e-3)
    np.testing.assert_allclose(days["pan"], [8 - 6, 8 - 7], atol=1e-3)
    assert np.isnan(days["tent"]).all()
