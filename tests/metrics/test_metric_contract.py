"""What every metric of the registry promises: range, best value, one number per user, silence for nothing."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys.metrics
from recsys.metrics import ACCURACY, BEYOND, METRICS, NO_ITEM, STARS
from recsys.metrics.influence import star_pairs
from tests.metrics.worlds import N_ITEMS, answer, crowds, nobody, shelf, some_categories, some_likes, together

NAMES = list(METRICS)
OF_HITS = [name for name in NAMES if METRICS[name].group == ACCURACY]
PER_USER = [name for name in NAMES if METRICS[name].per_user]


def values(name, crowd, catalogue=None) -> np.ndarray:
    """What the metric says, with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return METRICS[name].compute(crowd, shelf() if catalogue is None else catalogue)


def permuted(crowd, order):
    return together(*(crowd.of(np.arange(crowd.lists.n_users) == user) for user in order))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(crowd=crowds(), categories=some_categories, likes=some_likes)
def test_every_metric_stays_within_its_bounds(name, crowd, categories, likes):
    found = values(name, crowd, shelf(likes, categories))
    assert found.shape == (crowd.lists.n_users,)
    assert not np.isinf(found).any()
    known = found[~np.isnan(found)]
    if len(known):
        checked = known if METRICS[name].per_user else np.array([known.mean()])
        low, high = METRICS[name].bounds
        assert ((checked >= low - 1e-5) & (checked <= high + 1e-5)).all()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(crowd=crowds(min_size=2), data=st.data())
def test_permuting_the_people_permutes_their_numbers(name, crowd, data):
    order = data.draw(st.permutations(range(crowd.lists.n_users)))
    assert values(name, permuted(crowd, order)) == pytest.approx(values(name, crowd)[list(order)], nan_ok=True)


@pytest.mark.parametrize("name", PER_USER)
@settings(max_examples=20)
@given(crowd=crowds(min_size=2))
def test_a_number_of_one_person_does_not_depend_on_the_others(name, crowd):
    first = np.arange(crowd.lists.n_users) == 0
    assert values(name, crowd.of(first)) == pytest.approx(values(name, crowd)[:1], nan_ok=True)


@pytest.mark.parametrize("name", OF_HITS)
@given(relevant=st.sets(st.integers(0, N_ITEMS - 1), min_size=1, max_size=6))
def test_the_perfect_list_has_the_best_value(name, relevant):
    perfect = sorted(relevant)
    others = [row for row in range(N_ITEMS) if row not in relevant]
    crowd = together(answer(perfect + others, perfect, len(perfect)))
    assert values(name, crowd) == pytest.approx([1.0], abs=1e-12)
    assert METRICS[name].higher_is_better


@pytest.mark.parametrize(
    ("name", "ranked", "liked", "best"),
    [
        ("serendipity", [10, 11], [], 1.0),  # the two least liked, both hits
        ("calibration", [3, 4], [0, 1], 0.0),  # categories 0 and 1, as liked
        ("category_diversity", [0, 1], [], 1.0),
        ("popularity_lift", [0, 3], [1, 2], 0.0),  # likes 12 and 9 against 11 and 10
    ],
)
def test_other_metrics_reach_their_best_or_neutral_value(name, ranked, liked, best):
    assert values(name, together(answer(ranked, ranked, 2, liked=liked))).tolist() == [best]


@pytest.mark.parametrize("name", NAMES)
def test_nobody_and_nothing_give_no_number_and_no_warning(name):
    assert values(name, nobody()).shape == (0,)
    empty = together(answer([], [], 3), answer([], [], 3))
    bare = shelf(likes=[0] * N_ITEMS, categories=[NO_ITEM] * N_ITEMS, n_people=0)
    found = values(name, empty, bare)
    expected = 0.0 if name in ("precision", "coverage") else math.nan  # empty places are misses, and cover nothing
    assert found == pytest.approx([expected] * 2, nan_ok=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_catalogue_of_one_item_is_no_accident(name):
    only = together(answer([0], [0], 1, n_items=1, actual=[4], predicted=[4]))
    assert values(name, only, shelf(likes=[1], categories=[0], n_items=1)).shape == (1,)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "precision" and METRICS[name].group == ACCURACY])
def test_without_anything_relevant_a_metric_of_hits_is_silent(name):
    assert np.isnan(values(name, together(answer([1, 2], [], 2)))).all()


@given(crowds())
def test_the_length_of_the_list_means_nothing_to_metrics_of_the_full_ranking(crowd):
    for name, spec in METRICS.items():
        if spec.full_ranking:
            assert values(name, crowd.at(1)) == pytest.approx(values(name, crowd), nan_ok=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_says_what_it_is(name):
    spec = METRICS[name]
    assert spec.name == name
    assert 1 <= len(spec.label) <= 24
    assert spec.unit
    assert spec.line.endswith(".")
    assert spec.group in (ACCURACY, BEYOND, STARS)
    assert spec.direction.endswith("better.")
    assert spec.bounds[0] < spec.bounds[1]


def test_the_main_metric_comes_first_and_labels_differ():
    assert NAMES[0] == "ndcg"
    assert len({spec.label for spec in METRICS.values()}) == len(NAMES)


def test_better_follows_the_direction_of_the_metric():
    assert METRICS["ndcg"].better(0.1) is True
    assert METRICS["rmse"].better(0.1) is False
    assert METRICS["rmse"].better(-0.1) is True
    assert METRICS["popularity_lift"].better(0.1) is None
    assert METRICS["ndcg"].better(0.0) is None


def test_a_part_of_the_answers_keeps_everything_of_its_people():
    crowd = together(
        answer([1, 2], [2], 2, known=[5], liked=[5], actual=[4], predicted=[3]),
        answer([3], [3], 2, known=[6, 7], liked=[7], actual=[2], predicted=[1]),
    )
    second = crowd.of(np.array([False, True]))
    assert second.lists.rows.tolist() == [[3, NO_ITEM]]
    assert [part[0].tolist() for part in (second.relevant, second.ranks, second.known, second.liked)] == [
        [3],
        [1],
        [6, 7],
        [7],
    ]
    assert [array.tolist() for array in star_pairs(second)] == [[2], [1], [0]]
    assert (second.n_candidates.tolist(), second.n_ranked.tolist()) == ([N_ITEMS - 2], [1])


@pytest.mark.parametrize("module", [name for _, name, _ in pkgutil.iter_modules(recsys.metrics.__path__)])
def test_the_numbers_of_the_docstrings_are_true(module):
    result = doctest.testmod(importlib.import_module(f"recsys.metrics.{module}"))
    assert not result.failed
