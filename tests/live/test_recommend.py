"""One list: the best of the catalogue, its reasons, and a receipt that tells what really ran."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.live import EventLog, Seat, new_id, query_from, recommend
from recsys.models import MODELS, fit, top_k
from recsys.types import Event, Explains, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
LIKED = Query((Event("1", Kind.LIKE, 0.0, "shoe"),))


@pytest.fixture(params=sorted(MODELS), scope="module")
def scorer(request, toy):
    return fit(request.param, toy)


@limits(max_examples=25)
@given(k=st.integers(1, 15), typed=st.sampled_from(["", "rain", "汤锅"]), liked=st.sampled_from([(), LIKED.events]))
def test_the_list_is_the_best_k_by_score(toy, scorer, k, typed, liked):
    query = Query(liked, typed)
    ranked = recommend(toy, scorer, query, k, exclude_decided=False)
    scores = scorer.score(query)
    assert ranked.rows.tolist() == top_k(scores, k).tolist()
    assert ranked.item_ids == tuple(toy.item_ids[row] for row in ranked.rows)
    np.testing.assert_array_equal(ranked.scores, scores[ranked.rows])
    assert len(ranked) == min(k, ranked.receipt.n_scored)
    assert ranked.receipt.n_scored == np.isfinite(scores).sum()
    assert ranked.contributions.values.shape == (len(ranked), len(ranked.contributions.parts))
    if isinstance(scorer, Explains):
        np.testing.assert_allclose(ranked.contributions.values.sum(axis=1), ranked.scores, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "stays"),
    [(kind, kind in (Kind.VIEW, Kind.CLICK, Kind.WISH)) for kind in Kind],
    ids=lambda value: str(value),
)
def test_what_a_person_has_an_opinion_on_is_left_out_and_what_they_looked_at_stays(toy, kind, stays):
    scorer = fit("text_profile", toy)
    query = Query((Event("1", kind, 0.0, "pan", 2.0 if kind in (Kind.RATING, Kind.REVIEW) else None),))
    assert set(recommend(toy, scorer, query, 100).item_ids) == set(toy.item_ids) - ({"pan"} if not stays else set())
    assert set(recommend(toy, scorer, query, 100, exclude_decided=False).item_ids) == set(toy.item_ids)


def test_an_opinion_on_an_item_the_catalogue_does_not_know_leaves_nothing_out(toy):
    ranked = recommend(toy, fit("text_profile", toy), Query((Event("1", Kind.LIKE, 0.0, "gone"),)), 100)
    assert set(ranked.item_ids) == set(toy.item_ids)


def test_an_empty_list_cannot_be_asked_for(toy):
    with pytest.raises(ValueError, match="k should be at least 1, is now 0"):
        recommend(toy, fit("popularity", toy), Query(), 0)


def test_an_opinion_on_everything_gives_an_empty_list_with_a_receipt(toy):
    seen = Query(tuple(Event(item, Kind.LIKE, 0.0, item) for item in toy.item_ids))
    ranked = recommend(toy, fit("text_profile", toy), seen)
    assert len(ranked) == 0
    assert ranked.contributions.values.shape[0] == 0
    assert ranked.receipt.n_scored == toy.n_items


def test_the_receipt_times_every_stage(toy):
    ms = recommend(toy, fit("text_profile", toy), LIKED).receipt.ms
    assert set(ms) == {"read", "score", "rank", "reasons", "total"}
    assert all(value >= 0 for value in ms.values())
    assert ms["total"] == pytest.approx(sum(value for stage, value in ms.items() if stage != "total"), abs=1e-6)


class Flipped:
    """Turns the candidates around."""

    def __call__(self, candidates, k):
        return [int(row) for row in candidates.rows[::-1][:k]]


class Known:
    """A chance for every item: its row in percent."""

    def probability(self, query, rows):
        return (rows / 100).astype(np.float32)


def test_re_ranking_orders_the_candidates_and_leaves_scores_and_reasons_with_their_items(toy):
    scorer = fit("text_profile", toy)
    plain = recommend(toy, scorer, LIKED, 100)
    ranked = recommend(toy, scorer, LIKED, 3, rerank={"flip": Flipped()}, interest=Known())
    assert ranked.item_ids == plain.item_ids[::-1][:3]
    np.testing.assert_array_equal(ranked.scores, plain.scores[::-1][:3])
    np.testing.assert_allclose(ranked.contributions.values.sum(axis=1), ranked.scores, atol=1e-5)
    np.testing.assert_allclose(ranked.chances, ranked.rows / 100)
    assert ranked.chain.moved_by(int(ranked.rows[0])) == (("flip", len(plain) - 1),)
    assert set(ranked.receipt.ms) == {"read", "score", "rank", "re-rank", "reasons", "total"}


def test_a_list_without_re_ranking_has_no_chain_and_can_have_chances(toy):
    scorer = fit("text_profile", toy)
    assert recommend(toy, scorer, LIKED, 3).chain is None
    assert recommend(toy, scorer, LIKED, 3).chances is None
    ranked = recommend(toy, scorer, LIKED, 3, interest=Known())
    np.testing.assert_allclose(ranked.chances, ranked.rows / 100)


def test_the_receipt_counts_texts_read_now_and_texts_known(toy):
    scorer, text = fit("text_profile", toy), f"a wish nobody made before {new_id()}"
    first = recommend(toy, scorer, Query(typed=text)).receipt
    again = recommend(toy, scorer, Query(typed=text)).receipt
    assert (first.texts_read, first.cache_hits) == (1, 0)
    assert (again.texts_read, again.cache_hits) == (0, 1)


@pytest.mark.parametrize(
    ("model", "query", "encoder"),
    [
        ("text_profile", Query(typed="rain"), "minilm"),
        ("text_profile", Query(typed="汤锅"), "dictionary+minilm"),
        ("text_profile", Query((Event("1", Kind.WISH, 0.0, text="soup"),), "汤锅"), "minilm + dictionary+minilm"),
        ("text_profile", LIKED, "minilm"),
        ("text_mean", Query(typed="汤锅"), "minilm"),
        ("popularity", Query(typed="rain"), "none needed"),
        ("random", Query(typed="rain"), "none needed"),
    ],
)
def test_the_receipt_names_who_read(toy, model, query, encoder):
    receipt = recommend(toy, fit(model, toy), query).receipt
    assert receipt.encoder == encoder
    assert receipt.model == MODELS[model].label
    assert receipt.fallbacks == ()


def test_a_model_with_nothing_to_go_on_lets_another_rank_and_says_so(toy):
    mean, popular = fit("text_mean", toy), fit("popularity", toy)
    ranked = recommend(toy, mean, Query(), 3, when_silent=popular)
    itself = recommend(toy, popular, Query(), 3)
    assert ranked.item_ids == itself.item_ids
    assert ranked.receipt.fallbacks == (
        f"{MODELS['text_mean'].label} has nothing to go on yet: showing what is popular",
    )
    assert (ranked.receipt.model, ranked.receipt.encoder) == (MODELS["popularity"].label, "none needed")
    assert ranked.contributions.parts == itself.contributions.parts
    np.testing.assert_array_equal(ranked.contributions.values, itself.contributions.values)
    np.testing.assert_allclose(ranked.contributions.values.sum(axis=1), ranked.scores, atol=1e-6)


def test_a_model_may_be_called_by_another_name(toy):
    mean, popular = fit("text_mean", toy), fit("popularity", toy)
    assert recommend(toy, mean, LIKED, 3, model="Mine · tuned").receipt.model == "Mine · tuned"
    (said,) = recommend(toy, mean, Query(), 3, model="Mine · tuned", when_silent=popular).receipt.fallbacks
    assert said.startswith("Mine · tuned has nothing to go on yet")


def test_a_model_that_can_score_is_not_replaced(toy):
    mean, popular = fit("text_mean", toy), fit("popularity", toy)
    assert recommend(toy, mean, LIKED, 3, when_silent=popular).receipt.fallbacks == ()


def test_without_a_stand_in_the_list_is_empty(toy):
    ranked = recommend(toy, fit("text_mean", toy), Query(), 3)
    assert len(ranked) == 0
    assert ranked.receipt.n_scored == 0


def test_a_like_moves_its_neighbour_up(toy):
    scorer = fit("text_profile", toy)
    before = recommend(toy, scorer, Query(), 10).item_ids
    after = recommend(toy, scorer, Query((Event("1", Kind.LIKE, 0.0, "pot"),)), 10).item_ids
    assert after.index("knife") < before.index("knife")


def test_a_replayed_log_gives_the_same_list(toy, tmp_path):
    log, seat, scorer = EventLog(f"sqlite:///{tmp_path}/log.sqlite"), Seat("a", "toy", "ann"), fit("text_profile", toy)
    log.append(seat, Event("1", Kind.LIKE, 1.0, "shoe"))
    log.append(seat, Event("2", Kind.REVIEW, 2.0, "over", 2.0, "too loud, 声音太大"))
    log.append(seat, Event("3", Kind.DISLIKE, 3.0, "pan"))
    log.undo(seat, "1")
    view = log.append(seat, Event("4", Kind.WISH, 4.0, None, None, "something for the mountains"))
    shown = recommend(toy, scorer, query_from((), log.events(seat), "soup"), 10)
    log.fork(view, "b")
    for replayed in (EventLog(f"sqlite:///{tmp_path}/log.sqlite").events(seat), log.events(Seat("b", "toy", "ann"))):
        again = recommend(toy, fit("text_profile", toy), query_from((), replayed, "soup"), 10)
        assert again.item_ids == shown.item_ids
        np.testing.assert_array_equal(again.scores, shown.scores)
