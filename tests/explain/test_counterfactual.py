"""A set that is called verified really takes the item off the list, and one that is proved smallest is."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np
import pytest
from causes_world import Counting, Fickle, in_world, liked, sessions
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.data import decided_rows
from recsys.errors import UnknownIdError
from recsys.explain.counterfactual import Budget, Outcome, counterfactual
from recsys.explain.situation import Situation
from recsys.live import query_from
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import build, shared, top_k
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
K = 5
MODELS = ("ease", "item_knn", "text_profile", "switching", "ltr")
EVERYTHING = Budget(rankings=2000, ms=1e9)


situation = partial(in_world, k=K)


def lists_without(films, name, session, typed, keys):
    """The list with ``keys`` undone, and the one without them among the same competitors: by the scorer itself."""
    scorer, popular = shared(build(name), films), shared(build("popularity"), films)
    full = query_from((), session, typed)
    typed_left = "" if "typed" in keys else full.typed
    kept = tuple(event for event in full.events if event.event_id not in keys)
    undone = query_from((), [event for event in session if event.event_id not in keys], typed_left)
    for query, hidden in (
        (undone, decided_rows(undone.events, films)),
        (Query(kept, typed_left), decided_rows(full.events, films)),
    ):
        scores = scorer.score(query)
        scores = popular.score(query) if np.isnan(scores).all() else scores
        yield [films.item_ids[row] for row in top_k(scores, K, hidden)]


def leaves(films, name, session, typed, keys, item_id) -> bool:
    return all(item_id not in shown for shown in lists_without(films, name, session, typed, keys))


def smallest(films, name, session, typed, keys, item_id) -> int | None:
    for size in range(1, len(keys) + 1):
        for chosen in combinations(keys, size):
            if leaves(films, name, session, typed, set(chosen), item_id):
                return size
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@limits(max_examples=20)
@given(data=st.data())
def test_what_is_verified_is_true_and_what_is_proved_smallest_is(films, name, data):
    session = data.draw(sessions(films.item_ids, most=6))
    typed = data.draw(st.sampled_from(["", "", "ships in a storm"]))
    now = situation(films, name, session, typed)
    item_id = now.now.item_ids[data.draw(st.integers(0, K - 1))]
    found = counterfactual(now, item_id, budget=EVERYTHING)
    expected = smallest(films, name, session, typed, now.keys, item_id)
    assert found.minimal_proved
    assert found.verified == (found.outcome is Outcome.FOUND) == (expected is not None)
    assert found.rank_now == now.now.item_ids.index(item_id) + 1
    if expected is None:
        assert (found.outcome, found.keys) == (Outcome.CANNOT, ())
        return
    assert len(found.keys) == expected
    assert leaves(films, name, session, typed, set(found.keys), item_id)
    assert found.rank_after is None or found.rank_after > K
    assert found.rank_if_undone is None or found.rank_if_undone > K
    assert found.labels == tuple(map(now.label, found.keys))


@pytest.mark.parametrize("name", ["ease", "item_knn", "text_profile"])
@pytest.mark.parametrize("seed", range(4))
def test_with_eight_events_it_is_as_small_as_brute_force_says(films, name, seed):
    rng = np.random.default_rng(seed)
    session = liked(*(f"f{row}" for row in rng.choice(23, 8, replace=False)))
    now = situation(films, name, session)
    sizes = set()
    for item_id in now.now.item_ids:
        found = counterfactual(now, item_id, budget=EVERYTHING)
        assert found.minimal_proved
        expected = smallest(films, name, session, "", now.keys, item_id)
        assert (len(found.keys) or None) == expected
        sizes.add(expected)
    assert name == "text_profile" or sizes != {1}  # of a mean, one piece is often enough


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@limits(max_examples=12)
@given(data=st.data(), rankings=st.integers(1, 30))
def test_a_short_search_is_never_wrong_and_never_longer_than_its_budget(films, name, data, rankings):
    session = data.draw(sessions(films.item_ids, most=12))
    now = situation(films, name, session)
    item_id = now.now.item_ids[data.draw(st.integers(0, K - 1))]
    found = counterfactual(now, item_id, budget=Budget(rankings, 1e9))
    assert found.n_rankings <= rankings + 1  # and one to verify
    if found.verified:
        assert leaves(films, name, session, "", set(found.keys), item_id)
    if found.minimal_proved and len(now.keys) <= 8:
        assert (len(found.keys) or None) == smallest(films, name, session, "", now.keys, item_id)


def test_a_set_that_is_not_proved_smallest_still_has_nothing_to_spare(films):
    session = liked(*(f"f{row}" for row in range(0, 16, 2)))
    now = situation(films, "ease", session)
    sizes = []
    for item_id in now.now.item_ids:
        found = counterfactual(now, item_id, budget=Budget(28, 1e9))
        if found.verified and not found.minimal_proved:
            sizes.append(len(found.keys))
            for key in found.keys:
                assert not leaves(films, "ease", session, "", set(found.keys) - {key}, item_id)
    assert sizes


def test_a_long_history_is_searched_within_the_budget(films):
    history = tuple(
        Event(f"h{n}", Kind.LIKE if n % 3 else Kind.CLICK, float(n), f"f{n * 7 % 11 * 2}") for n in range(300)
    )
    now = situation(films, "text_profile", liked("f1", "f3"), history=history)
    for item_id in now.now.item_ids:
        found = counterfactual(now, item_id, budget=Budget(60, 1e9))
        assert found.n_rankings <= 61
        if found.verified:
            without = now.answer(now.undone(set(found.keys)))
            assert item_id not in without.item_ids


def test_an_item_off_the_list_is_outside_and_costs_nothing(films):
    counting = Counting(shared(build("ease"), films))
    now = Situation(Ranking(films, counting, k=K), Known(session=liked("f0")))
    below = int(top_k(now.now.listable, K + 1)[-1])
    asked = counting.n
    found = counterfactual(now, films.item_ids[below])
    assert (found.outcome, found.rank_now, found.verified, counting.n) == (Outcome.OUTSIDE, K + 1, False, asked)
    decided = counterfactual(now, "f0")
    assert (decided.outcome, decided.rank_now) == (Outcome.OUTSIDE, None)


def test_where_only_popularity_speaks_nothing_can_be_taken_away(films):
    now = situation(films, "popularity", liked("f20", "f21"))
    found = counterfactual(now, now.now.item_ids[0])
    assert (found.outcome, found.keys, found.verified, found.minimal_proved) == (Outcome.CANNOT, (), False, True)
    stranger = situation(films, "ease", ())
    found = counterfactual(stranger, stranger.now.item_ids[0])
    assert (found.outcome, found.n_rankings) == (Outcome.CANNOT, 0)


def test_only_the_keys_that_are_asked_about_are_taken_away(films):
    session = liked("f0", "f2", "f4", "f1")
    now = situation(films, "ease", session, "ships")
    for item_id in now.now.item_ids:
        found = counterfactual(now, item_id, keys=("e0", "e3"), budget=EVERYTHING)
        assert set(found.keys) <= {"e0", "e3"}
        assert (len(found.keys) or None) == smallest(films, "ease", session, "ships", ("e0", "e3"), item_id)


def test_a_model_that_does_not_repeat_itself_is_never_verified(films):
    """Its set passes while searching; the last ranking does not confirm it."""
    outcomes = set()
    for n in range(6):
        now = Situation(Ranking(films, Fickle(films.n_items, n), k=K), Known(session=liked("f7")))
        found = counterfactual(now, now.now.item_ids[0], budget=EVERYTHING)
        outcomes.add(found.outcome)
        assert not found.verified
        assert found.keys == ()
        assert not found.minimal_proved
    assert outcomes == {Outcome.UNSURE}


def test_an_item_of_another_catalogue_is_unknown(films):
    with pytest.raises(UnknownIdError, match="'gone' is not an item"):
        counterfactual(situation(films, "ease", liked("f0")), "gone")


def test_a_budget_of_nothing_is_refused():
    with pytest.raises(ValueError, match="rankings should be at least 1"):
        Budget(rankings=0)
