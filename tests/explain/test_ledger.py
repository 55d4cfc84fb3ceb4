"""Every number of the ledger is a ranking done again; and the heatmap, the lines and the replay agree."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from causes_world import TEXTS, Counting, in_world, liked, sessions
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.data import decided_rows
from recsys.explain.ledger import MOST, Measure, ledger, states, what_if, what_if_undone
from recsys.explain.situation import Situation
from recsys.live import movement, query_from, recommend
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import build, ranks, shared, top_k
from recsys.rerank.mmr import Mmr
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
K = 6
MODELS = ("switching", "ease", "ltr", "text_profile")
SESSION = (*liked("f0", "f3", "f6"), Event("d", Kind.DISLIKE, 9.0, "f5"), Event("w", Kind.WISH, 10.0, text="snow"))


situation = partial(in_world, k=K)


def listed(films, name, query) -> tuple[str, ...]:
    popular = shared(build("popularity"), films)
    return recommend(films, shared(build(name), films), query, K, when_silent=popular).item_ids


@limits(max_examples=25)
@given(data=st.data(), name=st.sampled_from(MODELS), typed=st.sampled_from(["", TEXTS[0]]))
def test_any_ledger_holds_what_ranking_again_says(films, data, name, typed):
    session = data.draw(sessions(films.item_ids))
    now = situation(films, name, session, typed)
    found = ledger(now)
    assert found.item_ids == listed(films, name, query_from((), session, typed))
    assert [line.key for line in found.lines] == [e.event_id for e in session] + (["typed"] if typed else [])
    for place, line in enumerate(found.lines[: len(session)]):
        before, after = (listed(films, name, query_from((), session[:n])) for n in (place, place + 1))
        assert line.step == movement(before, after)
    full = query_from((), session, typed)
    for place, line in enumerate(found.lines):
        assert line.stands == (line.key == "typed" or line.key in {e.event_id for e in full.events})
        if not line.stands:
            assert not found.places[place].any()
            continue
        query = Query(tuple(e for e in full.events if e.event_id != line.key), "" if line.key == "typed" else typed)
        scores = now.answer(query).scores
        order = ranks(scores, decided_rows(full.events, films))
        for column, item_id in enumerate(found.item_ids):
            rank = int(order[films.row(item_id)])
            expected = rank - column - 1 if rank else np.nan
            assert found.places[place, column] == pytest.approx(expected, nan_ok=True)


def test_lists_are_those_of_the_app_before_and_after_the_typed_words(films):
    found = ledger(situation(films, "switching", SESSION, "ships"))
    typed = found.lines[-1]
    assert (typed.key, typed.kind, typed.label, typed.event) == ("typed", "typed", "ships", None)
    before = listed(films, "switching", query_from((), SESSION))
    assert typed.step == movement(before, found.item_ids)


def test_a_line_of_the_ledger_and_a_column_of_the_heatmap_are_the_same_numbers(films):
    now = situation(films, "ease", SESSION)
    found = ledger(now)
    reasons = now.now.contributions(now.now.rows)
    assert found.measure is Measure.CONTRIBUTIONS
    for column, item_id in enumerate(found.item_ids):
        for row, (line, places, score) in enumerate(found.of_item(item_id)):
            assert (places, score) == (found.places[row, column], found.scores[row, column])
            told = [float(reasons.values[column, n]) for n, p in enumerate(reasons.parts) if p.key == line.key]
            assert score == pytest.approx(sum(told), abs=1e-6)
            assert found.position(line.key) == row
    assert found.scores.sum(axis=0) == pytest.approx(now.now.scores[now.now.rows], abs=1e-6)
    assert found.of_item("f99") == ()
    assert found.position("gone") is None


def test_a_model_that_names_no_events_is_measured_by_differences(films):
    now = situation(films, "ltr", SESSION[:3])
    found = ledger(now)
    assert found.measure is Measure.DIFFERENCES
    without = now.answer(now.without({"e1"})).scores
    rows = now.now.rows
    assert found.scores[1] == pytest.approx(now.now.scores[rows].astype(float) - without[rows], abs=1e-6)


def test_an_event_that_lifts_an_item_has_a_number_above_zero(films):
    found = ledger(situation(films, "ease", liked("f0", "f1")))
    sea, mountain = (np.array([int(item[1:]) % 2 == side for item in found.item_ids]) for side in (0, 1))
    assert found.scores[0, sea].mean() > found.scores[0, mountain].mean()
    assert found.places[0, sea].sum() > found.places[0, mountain].sum()


def test_what_came_because_of_an_event_is_new_in_its_movement(films):
    found = ledger(situation(films, "ease", liked("f0", "f2", "f1")))
    for row, line in enumerate(found.lines):
        came = {item for item, step in line.leave_one_out.steps.items() if step is None}
        beyond = {
            item
            for item, gain, rank in zip(found.item_ids, found.places[row], range(1, K + 1), strict=True)
            if np.isnan(gain) or gain + rank > K
        }
        assert came == beyond


def test_only_the_newest_events_get_a_line_and_the_rest_are_counted(films):
    session = tuple(Event(f"e{n}", Kind.CLICK, float(n), f"f{n % 20}") for n in range(MOST + 5))
    found = ledger(situation(films, "ease", session))
    assert [line.key for line in found.lines] == [f"e{n}" for n in range(5, MOST + 5)]
    assert found.n_left_out == 5
    assert ledger(situation(films, "ease", session), most=0).lines == ()


def test_a_ledger_costs_two_passes_a_line_and_one_more(films):
    counting = Counting(shared(build("ease"), films))
    now = Situation(Ranking(films, counting, k=K), Known(session=liked("f0", "f3", "f6")))
    found = ledger(now)
    assert counting.n == found.n_passes == 2 * 3 + 1


def test_an_opinion_that_was_replaced_stands_no_more_and_comes_back_when_undone(films):
    session = (Event("a", Kind.LIKE, 1.0, "f0"), Event("b", Kind.DISLIKE, 2.0, "f0"), *liked("f1", prefix="c"))
    now = situation(films, "text_profile", session)
    found = ledger(now)
    assert [line.stands for line in found.lines] == [False, True, True]
    assert now.without({"b"}).events == session[2:]
    assert now.undone({"b"}).events == (session[0], session[2])
    assert what_if_undone(now, "b").item_ids == listed(films, "text_profile", query_from((), (session[0], session[2])))


def test_an_item_that_only_comes_back_is_no_cause(films):
    """Undoing a like brings its item back to the list; the effect of the like is measured without that."""
    session = liked("f0", "f2")
    now = situation(films, "ease", session)
    without = now.among_the_same(now.answer(now.without({"e0"})))
    assert without.place(0) is None
    assert now.answer(now.undone({"e0"})).place(0) is not None


@pytest.mark.parametrize("kind", [Kind.LIKE, Kind.DISLIKE, Kind.CLICK])
def test_a_preview_is_the_list_that_follows_and_costs_one_pass(films, kind):
    counting = Counting(shared(build("ease"), films))
    now = Situation(Ranking(films, counting, k=K), Known(session=liked("f0")))
    before, event = now.now.item_ids, Event("new", kind, 5.0, "f7")
    asked = counting.n
    preview = what_if(now, event)
    assert counting.n == asked + 1
    assert preview.item_ids == listed(films, "ease", query_from((), (*now.session, event)))
    assert preview.moved == movement(before, preview.item_ids)
    assert set(preview.came) == set(preview.item_ids) - set(before)
    assert now.session == liked("f0")


def test_states_are_the_list_at_every_moment_ranked_only_when_looked_at(films):
    counting = Counting(shared(build("ease"), films))
    popular = shared(build("popularity"), films)
    now = Situation(Ranking(films, counting, k=K, when_silent=popular), Known(session=liked("f0", "f3", "f6")))
    found = states(now)
    assert (len(found), counting.n) == (4, 0)
    for place, state in enumerate(found):
        assert state.position == place
        assert state.item_ids == listed(films, "ease", query_from((), now.session[:place]))
    assert counting.n == 4
    assert found[-1].item_ids == now.now.item_ids
    assert found[0].moved.n_moved == 0
    assert [state.position for state in found[1:3]] == [1, 2]
    with pytest.raises(IndexError):
        found[4]


def test_states_follow_the_lines_of_a_log_with_its_undos(films):
    one, two = liked("f0", "f3")
    now = situation(films, "ease", (two,))
    found = states(now, [(one,), (one, two), (two,)])
    assert [len(state.events) for state in found] == [0, 1, 2, 1]
    assert found[3].item_ids == now.now.item_ids


def test_a_person_without_a_session_has_an_empty_ledger(films):
    found = ledger(situation(films, "switching", ()))
    assert (found.lines, found.places.shape, len(found.item_ids)) == ((), (0, K), K)
    assert len(states(situation(films, "switching", ()))) == 1


def test_re_ranking_is_part_of_every_list(films):
    def backwards(candidates, k):
        return candidates.rows[: 2 * K][::-1][:k].tolist()

    now = situation(films, "ease", liked("f0", "f3"), rerank={"backwards": backwards})
    plain = situation(films, "ease", liked("f0", "f3")).now
    assert now.now.rows.tolist() == top_k(plain.listable, 2 * K)[::-1][:K].tolist()
    assert now.now.place(int(now.now.rows[0])) == 1
    assert now.now.place(int(top_k(plain.listable, 1)[0])) == K + 1  # best by score, first behind the list
    assert ledger(now).item_ids == now.now.item_ids


def test_a_chain_of_strategies_gives_the_list_of_the_app(films):
    strategies = {"mmr": Mmr(diversity=0.7)}
    now = situation(films, "ease", liked("f0", "f3", "f6"), rerank=strategies)
    shown = recommend(films, now.scorer, now.query, K, rerank=strategies)
    assert now.now.item_ids == shown.item_ids
    assert now.now.item_ids != situation(films, "ease", now.session).now.item_ids
    found = ledger(now)
    without = recommend(films, now.scorer, query_from((), now.session[:2]), K, rerank=strategies)
    assert found.lines[2].step == movement(without.item_ids, shown.item_ids)


@limits(max_examples=30)
@given(data=st.data())
def test_the_place_of_an_item_is_its_rank_and_history_counts_too(films, data):
    history, session = liked("f9", "f11", prefix="h"), data.draw(sessions(films.item_ids))
    now = situation(films, "ease", session, history=history)
    order = ranks(now.now.scores, decided_rows(now.query.events, films))
    assert [now.now.place(row) or 0 for row in range(films.n_items)] == order.tolist()
    assert set(now.keys) >= set(now.session_keys)


def test_a_list_has_at_least_one_place(films):
    with pytest.raises(ValueError, match="k should be at least 1, is now 0"):
        Situation(Ranking(films, shared(build("ease"), films), k=0))
