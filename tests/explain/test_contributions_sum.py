"""Every score that claims to be a sum is one, for any session, on two datasets; and the summands are the right ones."""

from __future__ import annotations

from itertools import combinations
from math import factorial, fsum

import numpy as np
import pytest
from causes_world import TEXTS, liked, sessions, world
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.explain.additive import exact
from recsys.models import MODELS, build, fit, shared
from recsys.types import Explains, Query

pytestmark = pytest.mark.usefixtures("minilm")
EXPLAINING = sorted(name for name in MODELS if isinstance(build(name), Explains))


@pytest.fixture(scope="module")
def films():
    return world()


def test_every_model_but_chance_explains_itself():
    assert set(MODELS) - set(EXPLAINING) == {"random"}


@pytest.mark.slow
@pytest.mark.parametrize("source", ["films", "shop"])
@pytest.mark.parametrize("name", EXPLAINING)
@limits(max_examples=12)
@given(data=st.data())
def test_the_parts_of_any_session_sum_to_the_score(request, name, source, data):
    dataset = request.getfixturevalue(source)
    scorer = shared(build(name), dataset)
    query = Query(data.draw(sessions(dataset.item_ids[:40])), data.draw(st.sampled_from(("", *TEXTS))))
    rows = np.random.default_rng(data.draw(st.integers(0, 9))).permutation(dataset.n_items)[:8]
    scores, reasons = scorer.score(query)[rows], scorer.contributions(query, rows)
    told = np.isfinite(scores)
    np.testing.assert_allclose(reasons.values.sum(axis=1, dtype=np.float64)[told], scores[told], atol=1e-5)
    for one, score in zip(exact(reasons, scores, rows), scores, strict=True):
        if np.isnan(score):
            assert np.isnan(one.score)
            continue
        assert one.score == fsum(part.value for part in one.parts)
        assert one.score == pytest.approx(float(score), abs=1e-6)
        assert abs(one.rounding) < 1e-5
        sizes = [abs(part.value) for part in one.parts]
        assert sizes == sorted(sizes, reverse=True)


def shapley(value, n: int) -> np.ndarray:
    """Shapley values of ``n`` players by their definition: the mean gain over all orders of arrival."""
    out = np.zeros(n)
    for player in range(n):
        others = [other for other in range(n) if other != player]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for group in combinations(others, size):
                out[player] += weight * (value({*group, player}) - value(set(group)))
    return out


FIVE = liked("f0", "f2", "f5", "f7", "f10")


@pytest.mark.parametrize("name", ["item_knn", "ease", "rp3beta"])
@pytest.mark.parametrize("row", [1, 4, 8, 11])
def test_parts_of_an_additive_model_are_its_shapley_values(films, name, row):
    scorer = fit(name, films, half_life=float("inf"))

    def value(group):
        score = scorer.score(Query(tuple(FIVE[place] for place in sorted(group))))[row]
        return 0.0 if np.isnan(score) else float(score)

    parts = scorer.contributions(Query(FIVE), np.array([row]))
    told = {part.key: float(amount) for part, amount in zip(parts.parts, parts.values[0], strict=True)}
    expected = shapley(value, len(FIVE))
    assert np.abs(expected).max() > 1e-4
    np.testing.assert_allclose([told.get(event.event_id, 0.0) for event in FIVE], expected, atol=1e-6)


def test_parts_of_a_text_profile_are_shapley_values_before_its_weights_are_brought_to_one(films):
    scorer = fit("text_profile", films, half_life=float("inf"), prior=0.0)

    def value(group):
        """Total of the weights times the score: the score alone is a mean, and a mean is no sum."""
        return len(group) * float(scorer.score(Query(tuple(FIVE[place] for place in sorted(group))))[4])

    parts = scorer.contributions(Query(FIVE), np.array([4]))
    assert [part.key for part in parts.parts][:5] == [event.event_id for event in FIVE]
    np.testing.assert_allclose(len(FIVE) * parts.values[0, :5], shapley(value, len(FIVE)), atol=1e-5)


def test_treeshap_sums_to_what_the_trees_predict(films):
    scorer = shared(build("ltr"), films)
    assert scorer.booster_ is not None
    query = Query(FIVE, "ships")
    rows, table = scorer._candidates(query)
    predicted = scorer.booster_.predict(table, num_threads=1)
    told = exact(scorer.contributions(query, rows), scorer.score(query)[rows], rows)
    np.testing.assert_allclose([one.score for one in told], predicted, atol=1e-6)
    assert any(part.part.kind == "feature" for part in told[0].parts)
