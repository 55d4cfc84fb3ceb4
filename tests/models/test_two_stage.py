"""The pipeline: what goes into each stage and what comes out."""

from __future__ import annotations

import numpy as np
import pytest
from camps import camps

from recsys.models import fit, shared, top_k
from recsys.models.learned_weights import LearnedWeights
from recsys.models.spread import dealt, spread_top_k
from recsys.models.two_stage import RANKERS, TwoStage
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
SESSION = Query(tuple(Event(f"e{n}", Kind.LIKE, 1e9 + n, f"i{2 * n}") for n in range(4)), typed="ships")
SEEN = np.array([0, 2, 4, 6])
SIZES = {"n_behaviour": 8, "n_text": 6, "n_popular": 5}


@pytest.fixture(scope="module")
def people():
    return camps()


def test_candidates_are_the_best_of_each_that_are_still_open(people):
    scorer = fit("two_stage", people, **SIZES)
    expected = set()
    for (name, source), size in zip(scorer.proposers_.items(), SIZES.values(), strict=True):
        best = set(top_k(source.score(SESSION), size, SEEN).tolist())
        first = scorer.stages(SESSION)[0]
        assert {row for row, from_ in zip(first.rows_out, first.sources, strict=True) if name in from_} == best
        expected |= best
    assert set(np.flatnonzero(np.isfinite(scorer.score(SESSION))).tolist()) == expected


def test_every_stage_passes_on_what_the_next_one_gets(people):
    candidates, ranker, variety = fit("two_stage", people, diversity=0.5, **SIZES).stages(SESSION)
    assert len(candidates.rows_in) == 60
    assert set(candidates.rows_out.tolist()) == set(ranker.rows_in.tolist())
    assert set(ranker.rows_out.tolist()) == set(ranker.rows_in.tolist())
    assert not set(candidates.rows_out.tolist()) & set(SEEN.tolist())
    np.testing.assert_array_equal(variety.rows_in, ranker.rows_out)
    assert set(variety.rows_out.tolist()) == set(variety.rows_in.tolist())
    for stage in (candidates, ranker, variety):
        assert len(stage.sources) == len(stage.rows_out)
        assert all(stage.sources)
        assert stage.ms >= 0


def test_a_scorer_with_nothing_to_go_on_proposes_nothing(people):
    first = fit("two_stage", people, **SIZES).stages(Query())[0]
    assert set(first.sources) == {"popularity"}
    assert len(first.rows_out) == 5


@pytest.mark.parametrize("name", RANKERS)
def test_without_variety_the_ranker_orders(people, name):
    scorer = fit("two_stage", people, ranker=name, **SIZES)
    alone = shared(RANKERS[name](50.0), people).score(SESSION)
    scores = scorer.score(SESSION)
    told = np.isfinite(scores)
    np.testing.assert_array_equal(scores[told], alone[told])
    np.testing.assert_array_equal(scorer.stages(SESSION)[-1].rows_out, top_k(scores, 60, SEEN))


@pytest.mark.parametrize("diversity", [0.2, 0.6, 1.0])
def test_the_scores_give_the_order_of_the_last_stage(people, diversity):
    scorer = fit("two_stage", people, diversity=diversity, **SIZES)
    np.testing.assert_array_equal(top_k(scorer.score(SESSION), 60, SEEN), scorer.stages(SESSION)[-1].rows_out)


def test_the_last_stage_is_maximal_marginal_relevance(people):
    scorer = fit("two_stage", people, diversity=0.6, **SIZES)
    plain = fit("two_stage", people, **SIZES).score(SESSION)
    plain[SEEN] = np.nan
    expected = spread_top_k(plain, scorer.vectors_, 10, 0.6)
    np.testing.assert_array_equal(scorer.stages(SESSION)[-1].rows_out[:10], expected)
    assert expected.tolist() != top_k(plain, 10).tolist()


@pytest.mark.parametrize("diversity", [0.0, 0.7])
def test_reasons_sum_to_the_score_and_name_the_move(people, diversity):
    scorer = fit("two_stage", people, diversity=diversity, **SIZES)
    scores = scorer.score(SESSION)
    rows = np.flatnonzero(np.isfinite(scores))
    reasons = scorer.contributions(SESSION, rows)
    np.testing.assert_allclose(reasons.values.sum(axis=1), scores[rows], atol=1e-5)
    assert (reasons.parts[-1].key == "model:mmr") is (diversity > 0)
    assert "e0" in {part.key for part in reasons.parts}


def test_a_ranker_that_is_none_is_named(people):
    with pytest.raises(ValueError, match="ranker should be one of learned_weights, ltr, weighted, rrf, is 'magic'"):
        TwoStage(ranker="magic").fit(people)


def test_it_reads_with_the_encoders_of_its_ranker(people):
    scorer = fit("two_stage", people)
    assert scorer.texts(SESSION) == shared(LearnedWeights(), people).texts(SESSION)
    assert scorer.encoder_names


def test_dealing_breaks_ties_in_favour_of_the_order():
    scores = np.array([1, 3, 3, 2, 9], dtype=np.float32)
    order = np.array([3, 1, 0, 2])
    out = dealt(scores, order)
    np.testing.assert_array_equal(top_k(out, 5), [4, 3, 1, 0, 2])
    np.testing.assert_allclose(out, [2, 3, 1, 3, 9], atol=1e-6)
    np.testing.assert_array_equal(scores, [1, 3, 3, 2, 9])
