"""What comes next: links with a direction, against ridge regressions on moments written out one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from matrices import FOREVER, dataset_of, liked, some_likes
from sklearn.linear_model import Ridge

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.models import top_k
from recsys.models.next_likes import NextLikes, likes_in_order, moments, transition_links
from recsys.types import Event, Kind, Query

N_ITEMS = 7


def sessions_of(seed: int, n_people: int = 12) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.permutation(N_ITEMS)[: rng.integers(1, N_ITEMS + 1)] for _ in range(n_people)]


def by_hand(sessions: list[np.ndarray], past: float, ahead: float) -> tuple[np.ndarray, np.ndarray]:
    before, after = [], []
    for session in sessions:
        for moment in range(1, len(session)):
            x, y = np.zeros(N_ITEMS), np.zeros(N_ITEMS)
            for place, row in enumerate(session):
                if place < moment:
                    x[row] = 0.5 ** ((moment - 1 - place) / past)
                else:
                    y[row] = 0.5 ** ((place - moment) / ahead)
            before.append(x)
            after.append(y)
    return np.array(before).reshape(-1, N_ITEMS), np.array(after).reshape(-1, N_ITEMS)


@limits(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), past=st.sampled_from([2.0, 50.0, FOREVER]), ahead=st.sampled_from([3.0, FOREVER]))
def test_every_like_but_the_first_is_a_moment_between_past_and_future(seed, past, ahead):
    sessions = sessions_of(seed)
    found, expected = moments(sessions, N_ITEMS, past, ahead), by_hand(sessions, past, ahead)
    for one, other in zip(found, expected, strict=True):
        # What weighs less than a fiftieth is left out.
        np.testing.assert_allclose(one.toarray(), np.where(other < 0.02, 0, other), atol=1e-6)


@pytest.mark.parametrize("l2", [1.0, 50.0])
def test_every_column_is_a_ridge_regression_of_what_follows_on_what_was(l2):
    before, after = by_hand(sessions_of(1), 2.0, 5.0)
    found = transition_links(sp.csr_matrix(before), sp.csr_matrix(after), l2)
    for column in range(N_ITEMS):
        ridge = Ridge(alpha=l2, fit_intercept=False, solver="svd").fit(before, after[:, column])
        others = np.arange(N_ITEMS) != column
        np.testing.assert_allclose(found[others, column], ridge.coef_[others], atol=1e-10)
        assert found[column, column] == 0


def series(n_people: int = 30) -> Dataset:
    """Everybody watches the parts 0, 1, 2, 3 of a series in order, and one of two other films first."""
    ids = [str(n) for n in range(6)]
    events = pd.DataFrame(
        [
            (f"u{person:02}", item, Kind.LIKE.value, 100.0 * person + place)
            for person in range(n_people)
            for place, item in enumerate([str(4 + person % 2), "0", "1", "2", "3"])
        ],
        columns=[str(Events.USER), str(Events.ITEM), str(Events.KIND), str(Events.AT)],
    )
    return Dataset.from_tables("series", pd.DataFrame({Items.ID: ids, Items.TITLE: ids}), events)


def test_a_part_leads_to_the_next_one_and_not_back():
    model = NextLikes(l2=1.0, ahead=1.0).fit(series())
    for part in range(3):
        assert model.links_[part, part + 1] > 3 * abs(model.links_[part + 1, part])
        assert top_k(model.score(liked(part)), 1)[0] == part + 1


def test_the_order_of_likes_is_that_of_time_and_each_item_counts_once():
    data = series(2)
    events = pd.concat([data.events, data.events.head(1).assign(at=1e6)]).iloc[::-1]
    again = Dataset.from_tables("again", data.items, events)
    assert [session.tolist() for session in likes_in_order(again)] == [[4, 0, 1, 2, 3], [5, 0, 1, 2, 3]]


def test_items_nobody_liked_are_nan_and_so_is_everything_without_a_like():
    likes = some_likes(n_items=5)
    likes[:, 2] = 0
    model = NextLikes().fit(dataset_of(likes))
    np.testing.assert_array_equal(np.isnan(model.score(liked(0))), np.arange(5) == 2)
    assert np.isnan(model.score(Query())).all()
    assert np.isnan(model.score(Query((Event("v", Kind.LIKE, 1.0, "2"),)))).all()


def test_people_with_one_like_each_teach_nothing_and_break_nothing():
    model = NextLikes().fit(dataset_of(np.eye(4)))
    assert not model.links_.any()
    assert np.isnan(model.score(liked(0))).all()


@pytest.mark.parametrize(("knobs", "message"), [({"l2": 0.0}, "l2 should"), ({"past": 0.0}, "past and ahead should")])
def test_impossible_knobs_are_refused(knobs, message):
    with pytest.raises(ValueError, match=message):
        NextLikes(**knobs).fit(series())


def test_the_model_looks_back_and_ahead_as_far_as_it_says():
    data = series()
    before, after = moments(likes_in_order(data), 6, past=1.0, ahead=8.0)
    expected = transition_links(before, after, 3.0)
    np.testing.assert_allclose(NextLikes(l2=3.0, past=1.0, ahead=8.0).fit(data).links_, expected, atol=1e-6)
