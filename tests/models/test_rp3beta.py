"""The random walk, step by step in loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from matrices import FOREVER, dataset_of, like_matrices, liked, some_likes

from recsys.models import fit
from recsys.models.rp3beta import walks
from recsys.types import Query


def brute_walk(likes: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """(n_items, n_items): from the row item over every person who likes it to the column item."""
    n_people, n_items = likes.shape
    out = np.zeros((n_items, n_items))
    for a in range(n_items):
        for person in range(n_people):
            if not likes[person, a]:
                continue
            to_person = 1 / likes[:, a].sum()
            for i in range(n_items):
                if likes[person, i]:
                    to_item = 1 / likes[person].sum()
                    out[a, i] += (to_person * to_item) ** alpha / likes[:, i].sum() ** beta
    return out


def links(likes: np.ndarray, **knobs: float) -> np.ndarray:
    return fit("rp3beta", dataset_of(likes), **knobs).links_.toarray()


@limits(max_examples=60)
@given(
    likes=like_matrices(),
    alpha=st.sampled_from([0.1, 0.5, 1.0, 2.0]),
    beta=st.sampled_from([0.0, 0.4, 1.5]),
    neighbours=st.integers(1, 9),
)
def test_links_are_the_walk_in_loops(likes, alpha, beta, neighbours):
    data = dataset_of(likes)
    walked = brute_walk(likes, alpha, beta)
    np.testing.assert_allclose(walks(data, alpha, beta)(slice(0, data.n_items)), walked.T, rtol=1e-10)
    np.fill_diagonal(walked, 0)
    weakest = np.sort(walked, axis=0)[::-1][min(neighbours, len(walked)) - 1]
    walked[walked < weakest * (1 - 1e-12)] = 0
    found = links(likes, alpha=alpha, beta=beta, neighbours=neighbours)
    np.testing.assert_allclose(found, walked / (walked.max() or 1), atol=1e-6)


def test_a_plain_walk_spreads_all_of_itself():
    likes = some_likes()
    steps = walks(dataset_of(likes), alpha=1, beta=0)(slice(0, likes.shape[1]))
    np.testing.assert_allclose(steps.sum(axis=0), 1, rtol=1e-12)


def test_the_strongest_link_is_one():
    assert links(some_likes()).max() == 1


def test_more_rarity_holds_popular_items_back():
    likes = some_likes(2, n_people=60, share=0.15)
    likes[:50, 0] = 1
    query = liked(3, 5)
    places = []
    for beta in (0.0, 0.5, 1.0, 1.5):
        scores = fit("rp3beta", dataset_of(likes), beta=beta, half_life=FOREVER).score(query)
        places.append((scores > scores[0]).sum())
    assert places[0] == 0
    assert places == sorted(places)
    assert places[-1] > places[0]


def test_more_directness_prefers_people_with_few_likes():
    likes = np.zeros((2, 8))
    likes[0, [0, 1]] = 1  # somebody who likes only this
    likes[1, [0, 2, 3, 4, 5, 6, 7]] = 1  # and somebody who likes everything
    ratios = [found[0, 1] / found[0, 2] for found in (links(likes, alpha=alpha) for alpha in (0.1, 0.5, 1.0, 2.0))]
    assert ratios == sorted(ratios)
    assert ratios[0] > 1


def test_items_nobody_liked_say_nothing():
    likes = some_likes()
    likes[:, 2] = 0
    model = fit("rp3beta", dataset_of(likes))
    assert np.flatnonzero(np.isnan(model.score(liked(1)))).tolist() == [2]
    assert np.isnan(model.score(liked(2))).all()
    assert np.isnan(model.score(Query())).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1)])
def test_likes_that_lead_nowhere_give_no_list(shape):
    model = fit("rp3beta", dataset_of(np.zeros(shape)))
    assert np.isnan(model.score(liked(0))).all()
