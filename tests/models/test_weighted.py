"""The blend set by hand."""

from __future__ import annotations

import numpy as np
import pytest
from camps import camps
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sessions import queries

from recsys.models import fit, top_k
from recsys.models.blend import SOURCES
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
OFF = {name: 0.0 for name in ("behaviour", "tastes", "text", "keywords", "popularity")}
SESSION = Query((Event("a", Kind.LIKE, 1.0, "i4"), Event("b", Kind.LIKE, 2.0, "i7")), typed="snow")


@pytest.fixture(scope="module")
def people():
    return camps()


@pytest.mark.parametrize("name", OFF)
def test_all_weight_on_one_list_gives_its_ranking(people, name):
    alone = SOURCES[name].build(50.0).fit(people).score(SESSION)
    blended = fit("weighted", people, **{**OFF, name: 1.0}).score(SESSION)
    np.testing.assert_array_equal(top_k(blended, 60), top_k(alone, 60))


def test_only_the_ratios_of_the_weights_matter(people):
    one = fit("weighted", people, behaviour=0.8, tastes=0.5, text=0.4, keywords=0.2, popularity=0.6).score(SESSION)
    half = fit("weighted", people, behaviour=0.4, tastes=0.25, text=0.2, keywords=0.1, popularity=0.3).score(SESSION)
    np.testing.assert_allclose(one, 2 * half, rtol=1e-5, atol=1e-6)


def test_words_alone_are_enough(people):
    scores = fit("weighted", people).score(Query(typed="climbing in the snow"))
    assert np.isfinite(scores).all()
    assert np.mean(top_k(scores, 10) % 2) > 0.8


def test_behaviour_pulls_to_the_side_of_the_likes(people):
    liked = Query(tuple(Event(f"e{n}", Kind.LIKE, float(n), f"i{n}") for n in (1, 3, 5)))
    rows = top_k(fit("weighted", people).score(liked), 10, np.array([1, 3, 5]))
    assert np.mean(rows % 2) > 0.8


def test_no_weight_at_all_scores_nothing(people):
    assert np.isnan(fit("weighted", people, **OFF).score(SESSION)).all()


def test_its_reasons_are_the_events_of_the_person(people):
    scorer = fit("weighted", people)
    reasons = scorer.contributions(SESSION, np.arange(60))
    assert [part.key for part in reasons.parts] == ["a", "b", "typed", "prior", "model:average"]
    assert [part.label for part in reasons.parts[:3]] == ["Film 4", "Film 7", "snow"]
    np.testing.assert_allclose(reasons.values.sum(axis=1), scorer.score(SESSION), atol=1e-5)
    even, odd = reasons.values[::2, 0].mean(), reasons.values[1::2, 0].mean()
    assert even > odd  # the like of an even item speaks for even items


@limits(max_examples=40)
@given(query=queries(), weights=st.tuples(*[st.sampled_from([0.0, 0.3, 1.0])] * 5))
def test_reasons_sum_to_the_score_whatever_the_weights(toy, query, weights):
    scorer = fit("weighted", toy, **dict(zip(OFF, weights, strict=True)))
    scores, rows = scorer.score(query), np.arange(toy.n_items)
    told = np.isfinite(scores)
    sums = scorer.contributions(query, rows).values.sum(axis=1)
    np.testing.assert_allclose(sums[told], scores[told], atol=1e-5)


def test_the_average_item_part_is_the_same_for_all_items(people):
    reasons = fit("weighted", people).contributions(SESSION, np.arange(60))
    assert np.ptp(reasons.values[:, -1]) < 1e-4
