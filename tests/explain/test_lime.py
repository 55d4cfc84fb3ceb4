"""LIME finds an additive model's own parts again, and says so when a straight line does not fit."""

from __future__ import annotations

import numpy as np
import pytest
from causes_world import Counting, liked, sessions, world
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from recsys.errors import UnknownIdError
from recsys.explain.ledger import Measure
from recsys.explain.lime import MAX_FEATURES, drawn, features_of, fitted, kernel, lime, spearman
from recsys.explain.situation import Situation
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import build, fit, shared

pytestmark = pytest.mark.usefixtures("minilm")
FOREVER = 1e9


@pytest.fixture(scope="module")
def films():
    return world()


@pytest.mark.parametrize("name", ["ease", "item_knn"])
@pytest.mark.parametrize("n_events", [1, 4, 9])
def test_of_an_additive_model_it_finds_the_parts_to_the_last_digit(films, name, n_events):
    scorer = fit(name, films, half_life=float("inf"), prior=0.5)
    now = Situation(Ranking(films, scorer), Known(session=liked(*(f"f{2 * n}" for n in range(n_events)))))
    for item_id in now.now.item_ids[:3]:
        found = lime(now, item_id, budget_ms=FOREVER)
        assert found.measure is Measure.CONTRIBUTIONS
        np.testing.assert_allclose(found.coefficients, found.exact, atol=1e-6)
        assert found.r2 == pytest.approx(1.0, abs=1e-6)
        assert found.max_difference < 1e-6
        assert found.intercept + found.coefficients.sum() == pytest.approx(
            float(now.now.scores[films.row(item_id)]), abs=1e-6
        )
        assert np.abs(found.exact).max() > 1e-3
        assert found.n_samples == min(100, 2**n_events)


def test_of_keywords_it_finds_the_words(films):
    """A keyword's share is that of all words typed, so leaving words out is not additive, but their order is right."""
    now = Situation(Ranking(films, shared(build("bm25"), films)), Known(typed="ships snow"))
    found = lime(now, "f1", budget_ms=FOREVER)
    assert [feature.label for feature in found.features] == ["ships", "snow"]
    assert found.coefficients[1] > found.coefficients[0]


@pytest.mark.slow
def test_of_trees_the_line_is_not_the_whole_truth(films):
    now = Situation(
        Ranking(films, shared(build("ltr"), films)),
        Known(session=liked("f0", "f2", "f5", "f4", "f8"), typed="ships sea"),
    )
    fits = [lime(now, item_id, budget_ms=FOREVER) for item_id in now.now.item_ids[:4]]
    assert all(found.measure is Measure.DIFFERENCES for found in fits)
    assert all(-1 <= found.r2 <= 1 for found in fits)
    assert min(found.r2 for found in fits) < 0.999
    assert all(found.max_difference > 0 for found in fits)


def test_with_fading_events_it_differs_from_the_parts_and_shows_by_how_much(films):
    scorer = fit("ease", films, half_life=1.0)
    now = Situation(Ranking(films, scorer), Known(session=liked("f0", "f2", "f4", "f6")))
    found = lime(now, now.now.item_ids[0], budget_ms=FOREVER)
    assert found.max_difference == pytest.approx(np.abs(found.coefficients - found.exact).max())
    assert found.max_difference > 1e-3
    assert found.r2 < 1 - 1e-6


@limits(max_examples=25)
@given(data=st.data(), name=st.sampled_from(["switching", "text_profile", "ease"]))
def test_any_session_gets_an_answer_and_the_same_seed_the_same(films, data, name):
    session = data.draw(sessions(films.item_ids))
    typed = data.draw(st.sampled_from(["", "ships", "ships in a storm", "word " * 30]))
    now = Situation(Ranking(films, shared(build(name), films)), Known(session=session, typed=typed))
    item_id = data.draw(st.sampled_from(films.item_ids))
    one, other = (lime(now, item_id, 40, seed=3, budget_ms=FOREVER) for _ in range(2))
    assert len(one.features) == len(one.coefficients) == len(one.exact) <= MAX_FEATURES
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert np.isfinite(one.coefficients).all()
    assert np.isnan(one.r2) or one.r2 <= 1
    assert np.isnan(one.rank_correlation) or -1 - 1e-9 <= one.rank_correlation <= 1 + 1e-9


def test_words_left_out_are_really_left_out(films):
    texts = []

    class Listening(Counting):
        def score(self, query):
            texts.append((query.typed, tuple(event.event_id for event in query.events)))
            return super().score(query)

    now = Situation(
        Ranking(films, Listening(shared(build("text_profile"), films))), Known(session=liked("f0"), typed="quiet sea")
    )
    found = lime(now, "f2", budget_ms=FOREVER)
    assert [feature.key for feature in found.features] == ["e0", "word:0", "word:1"]
    asked = {(typed, events) for typed, events in texts}
    assert asked == {(t, e) for t in ("quiet sea", "quiet", "sea", "") for e in (("e0",), ())}


def test_a_slow_model_gets_fewer_samples_not_a_slow_page(films):
    now = Situation(Ranking(films, shared(build("ease"), films)), Known(session=liked(*(f"f{n}" for n in range(12)))))
    found = lime(now, "f20", 400, budget_ms=0.0)
    assert 0 < found.n_samples < 100


def test_features_are_the_newest_and_old_ones_stay_where_they_are(films):
    session = liked(*(f"f{n}" for n in range(20)))
    scorer = shared(build("text_profile"), films)
    found = features_of(Situation(Ranking(films, scorer), Known(session=session, typed="quiet sea")))
    assert [feature.key for feature in found] == [f"e{n}" for n in range(10, 20)] + ["word:0", "word:1"]
    whole = features_of(Situation(Ranking(films, scorer), Known(session=session, typed="quiet sea")), with_words=False)
    assert [feature.key for feature in whole][-1] == "typed"
    of_history = features_of(Situation(Ranking(films, scorer), Known(history=session)))
    assert [feature.key for feature in of_history] == [f"e{n}" for n in range(8, 20)]


def test_samples_are_all_there_are_or_random_ones_with_everything_present_first():
    assert drawn(0, 10, 0).shape == (1, 0)
    assert {tuple(row) for row in drawn(3, 8, 0)} == {(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)}
    some = drawn(12, 50, 1)
    assert some.shape == (50, 12)
    assert some[0].all()
    assert not some[1:].all(axis=1).any()
    np.testing.assert_array_equal(some, drawn(12, 50, 1))
    assert (some != drawn(12, 50, 2)).any()


def test_a_sample_weighs_less_the_more_is_missing():
    weights = kernel(np.tri(6, dtype=bool)[::-1])
    assert weights[0] == 1
    assert (np.diff(weights) < 0).all()
    assert kernel(np.array([[True, True, True, False]]), 0.25)[0] == pytest.approx(
        np.exp(-(((1 - 0.75**0.5) / 0.25) ** 2))
    )


@limits(max_examples=40)
@given(seed=st.integers(0, 999))
def test_the_fit_is_weighted_least_squares(seed):
    rng = np.random.default_rng(seed)
    masks, scores, weights = rng.random((30, 4)) < 0.5, rng.normal(size=30), rng.random(30) + 0.1
    intercept, coefficients, r2 = fitted(masks, scores, weights, 0.0)
    design = np.column_stack([np.ones(30), masks]) * np.sqrt(weights)[:, None]
    expected = np.linalg.lstsq(design, scores * np.sqrt(weights), rcond=None)[0]
    guessed = intercept + masks @ coefficients
    np.testing.assert_allclose(guessed, expected[0] + masks @ expected[1:], atol=1e-8)
    mean = np.average(scores, weights=weights)
    assert r2 == pytest.approx(
        1 - np.average((scores - guessed) ** 2, weights=weights) / np.average((scores - mean) ** 2, weights=weights)
    )


def test_more_ridge_means_smaller_coefficients():
    masks, scores = drawn(3, 8, 0), np.arange(8.0)
    sizes = [np.abs(fitted(masks, scores, np.ones(8), ridge)[1]).sum() for ridge in (0.0, 1.0, 100.0)]
    assert sizes[0] > sizes[1] > sizes[2] > 0


def test_no_samples_too_few_and_nothing_to_explain():
    intercept, coefficients, r2 = fitted(np.zeros((0, 2), dtype=bool), np.zeros(0), np.zeros(0), 1e-8)
    assert (np.isnan(intercept), coefficients.tolist(), np.isnan(r2)) == (True, [0.0, 0.0], True)
    assert np.isnan(fitted(drawn(3, 2, 0), np.array([1.0, 2.0]), np.ones(2), 1e-8)[2])
    assert fitted(drawn(2, 4, 0), np.full(4, 2.5), np.ones(4), 1e-8)[2] == 1.0


@limits(max_examples=100)
@given(hnp.arrays(np.int64, (2, 6), elements=st.integers(-3, 3)))
def test_the_rank_correlation_is_spearmans_with_ties(pair):
    one, other = pair.astype(float)
    if np.ptp(one) and np.ptp(other):
        assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    else:
        assert np.isnan(spearman(one, other))


def test_a_stranger_has_nothing_to_leave_out(films):
    found = lime(Situation(Ranking(films, shared(build("popularity"), films))), "f0")
    assert (found.features, found.n_samples, found.max_difference) == ((), 1, 0.0)
    assert found.intercept == pytest.approx(
        float(
            shared(build("popularity"), films).score(
                Situation(Ranking(films, shared(build("popularity"), films))).query
            )[0]
        )
    )


@pytest.mark.parametrize("wrong", [{"n_samples": 0}, {"kernel_width": 0.0}, {"ridge": -1.0}])
def test_settings_that_make_no_sense_are_refused(films, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        lime(Situation(Ranking(films, shared(build("ease"), films))), "f0", **wrong)


def test_an_item_of_another_catalogue_is_unknown(films):
    with pytest.raises(UnknownIdError):
        lime(Situation(Ranking(films, shared(build("ease"), films))), "gone")
