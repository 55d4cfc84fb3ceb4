"""Somebody's own likes in EASE: every update equals solving again with that person in the data."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from matrices import dataset_of, liked, some_likes

from recsys.models import fit
from recsys.models.ease import ease_links, inverse_gram
from recsys.models.ease_user import added_likes, inverse_rows, links_from, own_links, updated
from recsys.types import Event, Kind, Query

N_ITEMS = 12


def solved(likes: np.ndarray, l2: float, dropout: float) -> np.ndarray:
    return inverse_gram(sp.csr_matrix(likes, dtype=np.float64), l2, dropout)


def people(seed: int, n_people: int) -> np.ndarray:
    """(n_people, N_ITEMS) of 0 and 1, everybody with a like at least."""
    found = np.random.default_rng(seed).random((n_people, N_ITEMS)) < 0.3
    found[np.arange(n_people), np.arange(n_people) % N_ITEMS] = True
    return found.astype(np.float64)


@limits(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    n_new=st.integers(1, 5),
    l2=st.sampled_from([0.5, 20.0, 500.0]),
    dropout=st.sampled_from([0.0, 0.3, 0.9]),
)
def test_adding_people_is_solving_again_with_them(seed, n_new, l2, dropout):
    before, new = some_likes(seed, n_items=N_ITEMS), people(seed, n_new)
    items = np.flatnonzero(new.any(axis=0))
    inverse = solved(before, l2, dropout)
    rows, diagonal = updated(inverse[items], np.diag(inverse), items, added_likes(new[:, items], dropout))
    expected = solved(np.vstack([before, new]), l2, dropout)
    np.testing.assert_allclose(rows, expected[items], atol=1e-10)
    np.testing.assert_allclose(diagonal, np.diag(expected), atol=1e-10)


@limits(max_examples=60, deadline=None)
@given(seed=st.integers(0, 999), n_out=st.integers(1, 5), dropout=st.sampled_from([0.0, 0.3, 0.9]))
def test_taking_people_out_is_solving_again_without_them(seed, n_out, dropout):
    left, gone = some_likes(seed, n_items=N_ITEMS), people(seed + 1, n_out)
    items = np.flatnonzero(gone.any(axis=0))
    inverse = solved(np.vstack([left, gone]), 20.0, dropout)
    rows, diagonal = updated(inverse[items], np.diag(inverse), items, -added_likes(gone[:, items], dropout))
    expected = solved(left, 20.0, dropout)
    np.testing.assert_allclose(rows, expected[items], atol=1e-10)
    np.testing.assert_allclose(diagonal, np.diag(expected), atol=1e-10)


def test_without_dropout_one_person_is_the_rank_one_update():
    inverse, person = solved(some_likes(1, n_items=N_ITEMS), 20.0, 0.0), people(1, 1)[0]
    items = np.flatnonzero(person)
    rows, _ = updated(inverse[items], np.diag(inverse), items, added_likes(np.ones((1, len(items))), 0.0))
    walked = inverse @ person
    expected = inverse - np.outer(walked, walked) / (1 + person @ walked)
    np.testing.assert_allclose(rows, expected[items], atol=1e-12)


def test_added_and_taken_out_again_leaves_what_was_there():
    inverse, items = solved(some_likes(2, n_items=N_ITEMS), 20.0, 0.3), np.array([1, 4, 7])
    change = added_likes(np.ones((1, 3)), 0.3)
    rows, diagonal = updated(inverse[items], np.diag(inverse), items, change)
    again, diagonal = updated(rows, diagonal, items, -change)
    np.testing.assert_allclose(again, inverse[items], atol=1e-12)
    np.testing.assert_allclose(diagonal, np.diag(inverse), atol=1e-12)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_links_of_one_person_are_those_of_a_model_that_knows_them(dropout):
    before, person = some_likes(3, n_items=N_ITEMS), people(3, 1)
    inverse = solved(before, 20.0, dropout)
    diagonal = np.diag(inverse).copy()
    links = ease_links(inverse).astype(np.float32)
    rows = np.array([5, *np.flatnonzero(person[0])[::-1]])
    rows = rows[np.sort(np.unique(rows, return_index=True)[1])]
    found = own_links(links, diagonal, rows, person[0, rows] > 0, dropout)
    expected = ease_links(solved(np.vstack([before, person]), 20.0, dropout))
    np.testing.assert_allclose(found, expected[rows], atol=1e-6)
    assert np.abs(found - links[rows]).max() > 1e-3


def test_somebody_who_likes_nothing_changes_nothing():
    inverse = solved(some_likes(4, n_items=N_ITEMS), 20.0, 0.3)
    diagonal = np.diag(inverse).copy()
    links = ease_links(inverse)
    rows = np.array([2, 3])
    np.testing.assert_allclose(own_links(links, diagonal, rows, np.zeros(2, dtype=bool), 0.3), links[rows], atol=1e-15)
    nobody = np.zeros(0, dtype=np.int64)
    assert own_links(links, diagonal, nobody, np.zeros(0, dtype=bool), 0.3).shape == (0, N_ITEMS)


def test_the_links_say_the_inverse_again():
    inverse = solved(some_likes(5, n_items=N_ITEMS), 20.0, 0.3)
    diagonal, rows = np.diag(inverse).copy(), np.array([3, 0, 11])
    links = ease_links(inverse.copy())
    np.testing.assert_allclose(inverse_rows(links, diagonal, rows), inverse[rows], atol=1e-15)
    np.testing.assert_allclose(links_from(inverse[rows], diagonal, rows), links[rows], atol=1e-15)


def test_who_was_never_in_cannot_be_taken_out():
    inverse = solved(np.zeros((3, N_ITEMS)), 1.0, 0.0)
    with pytest.raises(ValueError, match="should be among those the model has learned from"):
        updated(inverse[:2], np.diag(inverse), np.arange(2), -added_likes(np.ones((1, 2)), 0.0))


def test_an_impossible_dropout_is_refused():
    with pytest.raises(ValueError, match=r"dropout should be in \[0, 1\), is now 1"):
        added_likes(np.ones((1, 2)), 1.0)


@limits(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.integers(0, N_ITEMS - 1), min_size=1, max_size=6, unique=True),
    dropout=st.sampled_from([0.0, 0.3]),
)
def test_a_model_that_joins_ranks_as_if_it_had_been_fitted_with_that_person(rows, dropout):
    before = some_likes(6, n_items=N_ITEMS)
    before[:, 9] = 0  # nobody likes it yet
    person = np.zeros((1, N_ITEMS))
    person[0, rows] = 1
    knobs = {"l2": 20.0, "dropout": dropout, "half_life": 4.0}
    joined = fit("ease", dataset_of(before), join="on", **knobs).score(liked(*rows))
    again = fit("ease", dataset_of(np.vstack([before, person])), **knobs).score(liked(*rows))
    told = np.isfinite(joined)
    np.testing.assert_allclose(joined[told], again[told], atol=1e-5)
    assert told.sum() >= (N_ITEMS - 1 if set(rows) - {9} else 0)


def test_the_reasons_of_a_model_that_joins_sum_to_the_score():
    model = fit("ease", dataset_of(some_likes(7, n_items=N_ITEMS)), l2=20.0, join="on", prior=0.2, dislike_strength=0.5)
    events = (*liked(1, 4, 7).events, Event("d", Kind.DISLIKE, 9.0, "2"))
    reasons, scores = model.contributions(Query(events), np.arange(N_ITEMS)), model.score(Query(events))
    np.testing.assert_allclose(reasons.values.sum(axis=1), scores, atol=1e-5)
    assert len(reasons.parts) == 5


def test_only_likes_join_and_a_look_does_not():
    data = dataset_of(some_likes(8, n_items=N_ITEMS))
    looked = Query((Event("v", Kind.VIEW, 1.0, "3"), Event("d", Kind.DISLIKE, 2.0, "5")))
    knobs = {"l2": 20.0, "dislike_strength": 1.0}
    on, off = fit("ease", data, join="on", **knobs), fit("ease", data, **knobs)
    np.testing.assert_allclose(on.score(looked), off.score(looked), atol=1e-6)
    assert np.abs(on.score(liked(3, 5)) - off.score(liked(3, 5))).max() > 1e-3


def test_nothing_known_is_nothing_known_whether_it_joins_or_not():
    data = dataset_of(some_likes(8, n_items=N_ITEMS))
    assert np.isnan(fit("ease", data, join="on").score(Query())).all()
