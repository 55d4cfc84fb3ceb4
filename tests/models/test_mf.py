"""Predicted stars: ridge regressions, stars that events mean, and the error on real ratings."""

from __future__ import annotations

import math
import os
import warnings

import numpy as np
import pandas as pd
import pytest
from crowds import crowd
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries
from sklearn.linear_model import Ridge

from recsys.columns import Events
from recsys.data import Dataset, catalogue
from recsys.models import fit
from recsys.models.factors import Ridges
from recsys.models.mf import MatrixFactorisation
from recsys.models.stars import item_stars, opinions, rated
from recsys.types import Event, Kind, PredictsStars, Query


def gave(*stars: tuple[str, float]) -> Query:
    return Query(tuple(Event(f"e{n}", Kind.RATING, float(n), item, value) for n, (item, value) in enumerate(stars)))


def test_somebody_new_is_placed_by_a_ridge_regression_of_their_stars():
    data = crowd(n_users=40, n_items=20, stars=True)
    model = MatrixFactorisation(factors=4, l2=0.3).fit(data)
    given_stars = [("i01", 5.0), ("i07", 1.0), ("i12", 3.5)]
    rows = [data.row_of[item] for item, _ in given_stars]
    design = np.column_stack([np.ones(3), model.items_[rows]])
    rest = [stars - model.mean_ - model.biases_[data.row_of[item]] for item, stars in given_stars]
    person = Ridge(alpha=0.3 * 3, fit_intercept=False, tol=1e-14).fit(design, rest).coef_
    expected = model.mean_ + model.biases_ + person[0] + model.items_ @ person[1:]
    np.testing.assert_allclose(model.score(gave(*given_stars)), expected, atol=1e-6)


def test_every_step_of_the_fit_is_a_ridge_regression():
    data = crowd(n_users=40, n_items=20, stars=True)
    model = MatrixFactorisation(factors=3, l2=0.2)
    stars = rated(data)
    model.mean_ = 3.0
    others = np.random.default_rng(5).standard_normal((data.n_items, 4))
    found = model._half_step(Ridges(stars, others), others)
    for row, (counted, values) in enumerate(zip(_where(stars), _values(stars), strict=True)):
        design = np.column_stack([np.ones(len(counted)), others[counted, 1:]])
        alpha = 0.2 * len(counted)
        expected = Ridge(alpha=alpha, fit_intercept=False, tol=1e-14).fit(design, values - 3.0 - others[counted, 0])
        np.testing.assert_allclose(found[row], expected.coef_, atol=1e-8)


def _where(stars):
    return [stars.indices[a:b] for a, b in zip(stars.indptr[:-1], stars.indptr[1:], strict=True)]


def _values(stars):
    return [stars.data[a:b] for a, b in zip(stars.indptr[:-1], stars.indptr[1:], strict=True)]


def test_without_factors_only_habits_are_left():
    data = crowd(n_users=40, n_items=20, stars=True)
    model = MatrixFactorisation(factors=0, l2=1e-6, epochs=50).fit(data)
    stars = rated(data)
    filled = np.diff(stars.tocsc().indptr) > 0
    # at the minimum of the squared error the rest of each person and of each item is 0 on average
    people = np.array([model._shares(opinions(data.history(u), data)).sum() for u in data.user_ids])
    rest = stars.copy()
    rest.data = stars.data - model.mean_ - model.biases_[stars.indices] - np.repeat(people, np.diff(stars.indptr))
    np.testing.assert_allclose(np.asarray(rest.sum(axis=1)).ravel(), 0, atol=1e-3)
    np.testing.assert_allclose(np.asarray(rest.sum(axis=0)).ravel()[filled], 0, atol=1e-3)


def test_more_stars_for_one_thing_promise_more_for_what_the_same_people_like():
    data = crowd(n_users=40, n_items=20, stars=True, seed=3)
    model = fit("mf", data)
    low, high = model.score(gave(("i01", 1.0))), model.score(gave(("i01", 5.0)))
    assert high[1] > low[1]


def test_a_session_without_an_opinion_gets_what_an_item_usually_gets():
    data = crowd(n_users=40, n_items=20, stars=True)
    model = fit("mf", data)
    for query in (Query(), Query((Event("1", Kind.VIEW, 0.0, "i01"),)), Query((Event("1", Kind.WISH, 0.0, None),))):
        np.testing.assert_allclose(model.score(query), model.mean_ + model.biases_, atol=1e-6)
    assert np.isnan(model.score(Query())[-1])
    assert np.isfinite(model.score(Query())[:-1]).all()


@limits(max_examples=40)
@given(query=queries())
def test_stars_are_the_score_cut_to_the_scale(toy, query):
    model = fit("mf", toy, l2=0.001)
    assert isinstance(model, PredictsStars)
    rows = np.arange(toy.n_items)
    np.testing.assert_array_equal(model.stars(query, rows), np.clip(model.score(query), 0.5, 5.0))


def test_the_cut_is_needed_and_made():
    data = crowd(n_users=40, n_items=20, stars=True)
    model = fit("mf", data, l2=0.001)
    query = gave(("i01", 5.0), ("i02", 5.0), ("i03", 5.0), ("i04", 0.5))
    rows = np.arange(data.n_items - 1)
    assert model.score(query)[rows].max() > 5
    assert model.stars(query, rows).max() == 5


@pytest.mark.parametrize(
    ("kind", "stars"), [(Kind.FAVOURITE, 5.0), (Kind.LIKE, 4.5), (Kind.CLICK, 4.0), (Kind.DISLIKE, 1.5)]
)
def test_events_without_stars_mean_some(toy, kind, stars):
    assert opinions((Event("1", kind, 0.0, "pan"),), toy).stars.tolist() == [stars]
    meant = toy.events[toy.events[Events.KIND] == str(kind)].iloc[0]
    user, row = toy.user_ids.index(meant[Events.USER]), toy.row_of[meant[Events.ITEM]]
    assert rated(toy)[user, row] == stars


def test_the_newest_opinion_of_an_item_is_the_one_that_counts(toy):
    events = (
        Event("1", Kind.LIKE, 0.0, "pan"),
        Event("2", Kind.RATING, 1.0, "pan", 2.0),
        Event("3", Kind.VIEW, 2.0, "pan"),
    )
    found = opinions(events, toy)
    assert found.stars.tolist() == [2.0]
    assert found.parts[0].key == "2"
    again = toy.events.iloc[[0]].assign(kind="rating", stars=2.0, at=99.0)  # ann liked the shoe before
    changed = rated(Dataset.from_tables("changed", toy.items, pd.concat([toy.events, again])))
    assert changed[toy.user_ids.index("ann"), toy.row_of["shoe"]] == 2.0


def test_likes_alone_are_worth_the_same_for_everything():
    data = crowd()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = fit("mf", data).score(Query((Event("1", Kind.LIKE, 0.0, "i01"),)))
    np.testing.assert_allclose(scores[:-1], 4.5, atol=1e-6)
    assert math.isnan(scores[-1])


def test_the_mean_stars_of_an_item_are_damped_towards_all(toy):
    # in stars: shoe 4.5 4.5 4, jacket 5, over 5, buds 2, pan 1.5 4; their mean is 30.5 / 8
    mean = 30.5 / 8
    expected = {"shoe": (13 + 5 * mean) / 8, "jacket": (5 + 5 * mean) / 6, "buds": (2 + 5 * mean) / 6}
    found = dict(zip(toy.item_ids, item_stars(toy), strict=True))
    assert {item: found[item] for item in expected} == pytest.approx(expected)
    assert math.isnan(found["tent"])
    popular = fit("popularity", toy)
    assert isinstance(popular, PredictsStars)
    np.testing.assert_allclose(popular.stars(Query(), np.array([toy.row_of["shoe"]])), expected["shoe"], rtol=1e-6)


@pytest.mark.parametrize(("knob", "value"), [("factors", -1), ("epochs", 0), ("l2", 0.0)])
def test_a_knob_out_of_range_is_named(toy, knob, value):
    with pytest.raises(ValueError, match=knob):
        fit("mf", toy, **{knob: value})


@pytest.mark.data
@pytest.mark.skipif(not os.environ.get("RECSYS_DATASETS"), reason="RECSYS_DATASETS is not set: no public data")
def test_on_real_ratings_hidden_tastes_beat_habits():
    data = catalogue.load("movielens-100k")
    held = np.zeros(len(data.events), dtype=bool)
    held[np.random.default_rng(0).permutation(len(held))[: len(held) // 5]] = True
    train, test = data.with_events(~held), data.events[held]

    def error(model) -> float:
        rest = []
        for user, rows in test.groupby(Events.USER):
            at = np.array([train.row_of[item] for item in rows[Events.ITEM]])
            rest.append(model.stars(Query(train.history(user)), at) - rows[Events.STARS].to_numpy())
        return float(np.sqrt(np.nanmean(np.concatenate(rest) ** 2)))

    tastes, habits = error(fit("mf", train)), error(fit("mf", train, factors=0, l2=0.02))
    popular = error(fit("popularity", train))
    assert 0.90 < tastes < 0.93
    assert tastes < habits - 0.01
    assert habits < popular - 0.03
