"""EASE against ridge regressions, against dropped-out copies of the data, and against published numbers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from matrices import FOREVER, checkerboard, dataset_of, like_matrices, liked, some_likes
from sklearn.linear_model import Ridge

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.errors import DataError
from recsys.metrics.lists import TopLists
from recsys.metrics.ndcg import ndcg
from recsys.models import fit, top_k
from recsys.models.ease import ease_links, inverse_gram
from recsys.types import Kind, Query

SPLIT = Path(os.environ.get("RECSYS_DATASETS") or "unset") / "ml-100k-mcrec-split"
TALL, WIDE = (60, 12), (8, 30)
"""More people than items, and so few that the inverse is found through the people."""


def links_of(likes: np.ndarray, l2: float, dropout: float = 0.0) -> np.ndarray:
    return ease_links(inverse_gram(sp.csr_matrix(likes), l2, dropout))


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("l2", [1.0, 50.0, 10_000.0])
def test_every_column_is_a_ridge_regression_on_all_other_items(shape, l2):
    likes = some_likes(1, *shape)
    found = links_of(likes, l2)
    for column in range(shape[1]):
        others = np.arange(shape[1]) != column
        ridge = Ridge(alpha=l2, fit_intercept=False, solver="svd").fit(likes[:, others], likes[:, column])
        np.testing.assert_allclose(found[others, column], ridge.coef_, atol=1e-10)
        assert found[column, column] == 0


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("dropout", [0.0, 0.4, 0.9])
def test_both_ways_to_the_inverse_are_exact(shape, dropout):
    likes = some_likes(2, *shape)
    gram = likes.T @ likes
    penalised = gram + 30 * np.eye(shape[1]) + dropout / (1 - dropout) * np.diag(np.diag(gram))
    np.testing.assert_allclose(inverse_gram(sp.csr_matrix(likes), 30, dropout), np.linalg.inv(penalised), atol=1e-12)


@pytest.mark.parametrize("dropout", [0.2, 0.5])
def test_dropout_is_the_mean_of_many_copies_with_likes_dropped_at_random(dropout):
    likes, l2, n_copies = some_likes(3, n_people=40, n_items=6), 5.0, 200_000
    rng = np.random.default_rng(0)
    inputs, targets = np.zeros((6, 6)), np.zeros((6, 6))
    for _ in range(100):
        copies = likes * (rng.random((n_copies // 100, *likes.shape)) >= dropout) / (1 - dropout)
        targets += copies.sum(axis=0).T @ likes / n_copies
        rows = copies.reshape(-1, 6)
        inputs += rows.T @ rows / n_copies
    found = links_of(likes, l2, dropout)
    for column in range(6):
        others = np.arange(6) != column
        expected = np.linalg.solve(inputs[np.ix_(others, others)] + l2 * np.eye(5), targets[others, column])
        np.testing.assert_allclose(found[others, column], expected, atol=0.005 * np.abs(found).max())
    assert np.abs(found - links_of(likes, l2)).max() > 0.05 * np.abs(found).max()


@limits(max_examples=40)
@given(likes=like_matrices(), l2=st.sampled_from([1.0, 200.0]), dropout=st.sampled_from([0.0, 0.5]))
def test_the_model_links_the_items_that_somebody_liked(likes, l2, dropout):
    model = fit("ease", dataset_of(likes), l2=l2, dropout=dropout)
    warm = likes.any(axis=0)
    gram = likes[:, warm].T.astype(float) @ likes[:, warm]
    inverse = np.linalg.inv(gram + l2 * np.eye(len(gram)) + dropout / (1 - dropout) * np.diag(np.diag(gram)))
    expected = np.zeros((likes.shape[1],) * 2)
    expected[np.ix_(warm, warm)] = np.eye(len(gram)) - inverse / np.diag(inverse)
    np.testing.assert_allclose(model.links_, expected, atol=1e-6)
    np.testing.assert_array_equal(np.isfinite(model.score(liked(0))), warm & model.links_[0].any())


def test_on_a_checkerboard_links_stay_within_their_group():
    model = fit("ease", dataset_of(checkerboard()), l2=5)
    people, items = np.indices((20, 20))
    same = (people + items) % 2 == 0
    assert model.links_[same & (people != items)].min() > 0.05
    assert np.abs(model.links_[~same]).max() < 1e-6


def test_more_caution_makes_smaller_links():
    sizes = [np.abs(links_of(some_likes(5), l2)).sum() for l2 in (1, 10, 100, 1000, 10_000)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(("l2", "dropout"), [(0.0, 0.0), (-1.0, 0.0), (1.0, 1.0), (1.0, -0.1)])
def test_impossible_knobs_are_refused(l2, dropout):
    with pytest.raises(ValueError, match=r"l2 should be above 0 and dropout in \[0, 1\), are now"):
        fit("ease", dataset_of(some_likes()), l2=l2, dropout=dropout)


@pytest.mark.parametrize("l2", [1e-13, 1e-12, 1e-9])
@pytest.mark.parametrize("n_people", [6, 60])
def test_caution_that_rounding_swallows_is_refused_with_what_would_do(l2, n_people):
    liked_by_the_same = np.repeat(some_likes(n_people=n_people, n_items=6), 3, axis=1)
    with pytest.raises(ValueError, match=rf"l2 should be at least \de-\d+ to solve for these likes, is now {l2:g}"):
        inverse_gram(sp.csr_matrix(liked_by_the_same), l2)
    penalised = liked_by_the_same.T @ liked_by_the_same + 1e-4 * np.eye(18)
    inverse = inverse_gram(sp.csr_matrix(liked_by_the_same), 1e-4)
    np.testing.assert_allclose(penalised @ inverse, np.eye(18), atol=1e-6)


def test_too_many_items_are_refused_before_the_memory_is_gone(monkeypatch):
    monkeypatch.setattr("recsys.models.ease.MAX_ITEMS", 5)
    with pytest.raises(DataError, match="handles at most 5 liked items, matrix has 12"):
        fit("ease", dataset_of(some_likes()))


@pytest.fixture(scope="module")
def published() -> tuple[Dataset, list[tuple[Query, np.ndarray, np.ndarray]]]:
    """The training part, every rating a click; and (history, known rows, held-out rows) of each person asked."""
    train = pd.read_csv(SPLIT / "ml-100k.train.rating", sep="\t", names=["user", "item", "stars"], dtype=str)
    lines = (SPLIT / "ml-100k.test.rating").read_text().splitlines()
    held = {user: items for user, *items in (line.split() for line in lines)}
    ids = sorted({*train["item"], *(item for items in held.values() for item in items)}, key=int)
    events = pd.DataFrame(
        {
            Events.USER: train["user"],
            Events.ITEM: train["item"],
            Events.KIND: Kind.CLICK.value,
            Events.AT: np.arange(len(train), dtype=float),
        }
    )
    data = Dataset.from_tables("published", pd.DataFrame({Items.ID: ids, Items.TITLE: ids}), events)
    asked = []
    for user, items in held.items():
        history = data.history(user)
        known = np.array([data.row_of[str(event.item_id)] for event in history], dtype=np.int64)
        asked.append((Query(history), known, np.array([data.row_of[item] for item in items])))
    return data, asked


@pytest.mark.data
@pytest.mark.skipif(
    "RECSYS_DATASETS" not in os.environ,
    reason="RECSYS_DATASETS is unset: EASE was NOT checked against published numbers",
)
@pytest.mark.parametrize(
    ("name", "knobs", "precision", "recall", "gain"),
    [
        ("popularity", {}, 0.1907, 0.1180, None),
        ("ease", {"l2": 400.0, "dropout": 0.0, "half_life": FOREVER}, 0.3743, 0.2435, 0.4464),
    ],
)
def test_published_numbers_are_met(published, name, knobs, precision, recall, gain):
    data, asked = published
    model = fit(name, data, **knobs)
    lists = TopLists.of([top_k(model.score(query), 10, known) for query, known, _ in asked], [r for *_, r in asked], 10)
    hits = lists.hits.sum(axis=1)
    assert (hits / 10).mean() == pytest.approx(precision, abs=0.0005)
    assert (hits / lists.n_relevant).mean() == pytest.approx(recall, abs=0.0005)
    assert gain is None or ndcg(lists).mean() == pytest.approx(gain, abs=0.0005)
