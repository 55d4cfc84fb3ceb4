"""Implicit ALS: every step a ridge regression, and the same factors as a library that many use."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
import scipy.sparse as sp
from crowds import crowd
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_info, threadpool_limits

from recsys.data import catalogue, touched_rows
from recsys.data.splits import split
from recsys.models import fit, ials, top_k
from recsys.models.evidence import touched
from recsys.models.factors import Ridges, one_thread
from recsys.models.ials import Ials
from recsys.types import Event, Kind, Query


def half_step(likes, others, *rest, **options):
    """The factors of the rows of ``likes`` when those of its columns are ``others``."""
    return Ridges(likes, others).solved(others, *rest, **options)


def ridge(design, weights, targets, penalty):
    return Ridge(alpha=penalty, fit_intercept=False, tol=1e-14).fit(design, targets, sample_weight=weights).coef_


@limits(max_examples=30)
@given(seed=st.integers(0, 1000), factors=st.sampled_from([1, 3, 8, 20]), alpha0=st.sampled_from([0.01, 0.3, 1.0]))
def test_one_step_is_a_ridge_regression_of_every_row(seed, factors, alpha0):
    rng = np.random.default_rng(seed)
    likes = sp.csr_matrix((rng.random((15, 18)) < rng.random((15, 1))).astype(np.float64))
    others = rng.standard_normal((18, factors))
    priors = rng.standard_normal((15, factors))
    penalties = rng.uniform(0.1, 3.0, 15)
    found = half_step(likes, others, alpha0 * others.T @ others, penalties, priors)
    for row, liked in enumerate(likes.toarray()):
        # (1 - y)^2 + alpha0 y^2 has its minimum at 1 / (1 + alpha0); around a prior the rest is regressed
        weights, targets = alpha0 + liked, liked / (1 + alpha0)
        expected = priors[row] + ridge(others, weights, targets - others @ priors[row], penalties[row])
        np.testing.assert_allclose(found[row], expected, atol=1e-8)


@limits(max_examples=20)
@given(seed=st.integers(0, 1000), precision=st.sampled_from(["float32", "float64"]))
def test_one_step_ends_in_the_same_place_wherever_it_starts(seed, precision):
    rng = np.random.default_rng(seed)
    likes = sp.csr_matrix((rng.random((15, 18)) < rng.random((15, 1))).astype(np.float64))
    others = rng.standard_normal((18, 6)).astype(precision)
    rest = (0.1 * others.T @ others, rng.uniform(0.1, 3.0, 15), np.zeros((15, 6), dtype=precision))
    start = 10 * rng.standard_normal((15, 6)).astype(precision)
    exact, far = half_step(likes, others, *rest), half_step(likes, others, *rest, start=start)
    assert exact.dtype == far.dtype == precision
    np.testing.assert_allclose(far, exact, atol=1e-3 if precision == "float32" else 1e-10)
    loose = half_step(likes, others, *rest, start=start, tolerance=0.3)
    assert np.abs(loose - exact).max() > 1e-6
    again = half_step(likes, others, *rest, start=exact, tolerance=0.3)
    np.testing.assert_allclose(again, exact, atol=1e-5 if precision == "float32" else 1e-12)


def test_rounds_that_are_not_solved_to_the_last_digit_lead_to_the_same_scores(monkeypatch):
    data = crowd(n_users=60, n_items=40, share=0.2)
    query = Query(data.history(data.user_ids[0]))
    found = fit("ials", data, epochs=50).score(query)
    assert ials.TOLERANCE > 1e-5
    monkeypatch.setattr(ials, "TOLERANCE", 0.0)
    np.testing.assert_allclose(found, fit("ials", data, epochs=50).score(query), atol=0.01)


def blas_threads() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_a_fit_multiplies_by_one_thread_and_gives_the_others_back():
    with threadpool_limits(2, user_api="blas"):
        with one_thread(), one_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {2}


def test_the_factors_are_those_of_implicit(monkeypatch):
    monkeypatch.setattr(ials, "TOLERANCE", 0.0)
    als = pytest.importorskip("implicit.cpu.als")
    data = crowd(n_users=60, n_items=40, share=0.2, seed=1)
    factors, alpha0, l2, epochs = 6, 0.2, 0.7, 8
    model = Ials(factors=factors, alpha0=alpha0, l2=l2, nu=0.0, epochs=epochs, seed=3).fit(data)
    likes = data.likes[:, data.like_counts > 0].astype(np.float64)
    start = (np.random.default_rng(3).standard_normal((60, factors)) / factors).astype(np.float32).astype(np.float64)
    # implicit regresses on 1 where this model's minimum is t = 1 / (1 + alpha0): factors differ by sqrt(t)
    root = math.sqrt(1 / (1 + alpha0))
    other = als.AlternatingLeastSquares(
        factors, regularization=l2 * (1 + alpha0) / alpha0, alpha=1 + 1 / alpha0, iterations=epochs - 1,
        use_cg=False, num_threads=1, dtype=np.float64,
    )  # fmt: skip
    other.user_factors = start / root
    first = half_step(
        likes.T.tocsr(), start, alpha0 * start.T @ start, np.full(likes.shape[1], l2), np.zeros((likes.shape[1], 6))
    )
    other.item_factors = first / root
    other.fit(sp.csr_matrix(likes), show_progress=False)
    ours = model.items_[data.like_counts > 0]
    np.testing.assert_allclose(ours, other.item_factors * root, atol=2e-4)
    assert np.abs(ours).max() > 0.1


def loss(model: Ials, data) -> float:
    """The objective of the docstring at the best people for the model's items."""
    likes = data.likes[:, data.like_counts > 0].astype(np.float64)
    items = model.items_[data.like_counts > 0].astype(np.float64)
    n_users, n_items = likes.shape
    per_user = model.l2 * (np.diff(likes.indptr) + model.alpha0 * n_items) ** model.nu
    per_item = model.l2 * (np.diff(likes.tocsc().indptr) + model.alpha0 * n_users) ** model.nu
    people = half_step(likes, items, model.alpha0 * items.T @ items, per_user, np.zeros((n_users, model.factors)))
    guesses, seen = people @ items.T, likes.toarray() > 0
    return float(
        ((1 - guesses[seen]) ** 2).sum()
        + model.alpha0 * (guesses**2).sum()
        + (per_user * (people**2).sum(axis=1)).sum()
        + (per_item * (items**2).sum(axis=1)).sum()
    )


def test_every_round_lowers_the_objective():
    data = crowd(n_users=60, n_items=40, share=0.2)
    losses = [loss(Ials(factors=5, epochs=epochs).fit(data), data) for epochs in (1, 2, 3, 5, 10, 20)]
    assert all(later < earlier for earlier, later in zip(losses, losses[1:], strict=False))


@pytest.mark.parametrize("dislike_strength", [0.0, 0.8])
def test_a_stranger_is_placed_by_a_weighted_ridge_regression(dislike_strength):
    data = crowd(n_users=60, n_items=40, share=0.2)
    model = Ials(factors=5, half_life=3, dislike_strength=dislike_strength, nu=0.6, alpha0=0.2).fit(data)
    kinds = (Kind.LIKE, Kind.DISLIKE, Kind.FAVOURITE, Kind.CLICK)
    query = Query(tuple(Event(f"e{n}", kind, float(n), f"i{3 * n:02}") for n, kind in enumerate(kinds)))
    found = touched(query.events, data, 3, dislike_strength)
    assert len(found) == (4 if dislike_strength else 3)
    sizes, targets = np.zeros(data.n_items), np.zeros(data.n_items)
    sizes[found.rows] = np.abs(found.weights)
    targets[found.rows] = np.where(found.weights > 0, sizes[found.rows] / (0.2 + sizes[found.rows]), 0.0)
    warm = data.like_counts > 0
    penalty = model.l2 * (sizes.sum() + 0.2 * warm.sum()) ** 0.6
    person = ridge(model.items_[warm], 0.2 + sizes[warm], targets[warm], penalty)
    np.testing.assert_allclose(model.score(query)[warm], (model.items_ @ person)[warm], atol=1e-5)


def test_people_of_the_training_data_fold_back_onto_themselves():
    data = crowd(n_users=60, n_items=40, share=0.2)
    model = Ials(factors=5, half_life=math.inf).fit(data)
    warm = data.like_counts > 0
    items, likes = model.items_[warm].astype(np.float64), data.likes[:, warm].astype(np.float64)
    penalties = model.l2 * (np.diff(likes.indptr) + model.alpha0 * items.shape[0])
    people = half_step(likes, items, model.alpha0 * items.T @ items, penalties, np.zeros((60, 5)))
    for position, user in enumerate(data.user_ids):
        scores = model.score(Query(data.history(user)))
        np.testing.assert_allclose(scores[warm], items @ people[position], atol=1e-5)


def test_a_dislike_takes_away_from_its_own_corner_and_is_shown_doing_so(toy):
    model = fit("ials", toy, dislike_strength=1.0, factors=3, l2=0.01)
    liked = Event("1", Kind.LIKE, 0.0, "shoe")
    query = Query((liked, Event("2", Kind.DISLIKE, 1.0, "jacket")))
    row = toy.row_of["jacket"]
    reasons = model.contributions(query, np.array([row]))
    assert [part.key for part in reasons.parts] == ["1", "2"]
    assert reasons.values[0, 0] > 0 > reasons.values[0, 1]
    alone = Query((liked, Event("2", Kind.VIEW, 1.0, "tent")))
    assert model.score(query)[row] < model.score(alone)[row]


def test_items_nobody_liked_and_sessions_without_a_like_are_unknown(toy):
    model = fit("ials", toy)
    scores = model.score(Query((Event("1", Kind.LIKE, 0.0, "shoe"),)))
    np.testing.assert_array_equal(np.isnan(scores), toy.like_counts == 0)
    assert np.isnan(model.score(Query((Event("1", Kind.DISLIKE, 0.0, "shoe"),)))).all()
    assert np.isnan(model.score(Query((Event("1", Kind.LIKE, 0.0, "tent"),)))).all()


@pytest.mark.parametrize("knob", ["alpha0", "l2", "factors", "epochs"])
def test_a_knob_of_zero_is_refused_by_name(toy, knob):
    with pytest.raises(ValueError, match=knob):
        fit("ials", toy, **{knob: 0})


@pytest.mark.data
@pytest.mark.skipif(not os.environ.get("RECSYS_DATASETS"), reason="RECSYS_DATASETS is not set: no public data")
def test_on_real_films_it_ranks_as_published():
    cut = split(catalogue.load("movielens-100k"), "random")
    model = fit("ials", cut.train)
    gains, found = 1 / np.log2(np.arange(2, 12)), []
    for user, rows in cut.test.items():
        history = cut.train.history(user)
        listed = top_k(model.score(Query(history)), 10, touched_rows(history, cut.train))
        found.append(gains[np.isin(listed, rows)].sum() / gains[: len(rows)].sum())
    assert np.mean(found) > 0.28
