"""Interest times influence times heat: a product of parts that sum, whose factors say what they are named for."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from towns import AUTHORS, FOLLOWED, GRAPHS, LIKES, PEOPLE, POSTS, SOMEBODY, town, towns

from recsys.data.clock import DAY_SECONDS
from recsys.models import fit
from recsys.models.follow_graph import FollowGraph
from recsys.models.heat import heat
from recsys.models.registry import offered
from recsys.models.shared import turned
from recsys.models.social import Social
from recsys.types import Event, Kind, Query, ReadsText

pytestmark = pytest.mark.usefixtures("minilm")
LIKED_POSTS = st.lists(st.sampled_from([*POSTS, "gone"]), max_size=3)
LIKED = Query((Event("1", Kind.LIKE, 1.0, "post1"),))
RING = [(a, b) for a, b in zip(PEOPLE, PEOPLE[1:] + PEOPLE[:1], strict=True)]
WROTE = [*PEOPLE, "a", "b"]
SOME_LIKES = [("a", "post1"), ("b", "post1"), ("c", "post3"), ("d", "post3"), ("d", "post5")]


def parts_of(model: Social, query: Query) -> dict[str, np.ndarray]:
    reasons = model.contributions(query, np.arange(len(POSTS)))
    return {part.key.removeprefix("feature:"): reasons.values[:, at] for at, part in enumerate(reasons.parts)}


@limits(max_examples=20)
@given(
    data=towns(), follows=FOLLOWED, liked=st.lists(st.sampled_from([*POSTS, "gone"]), max_size=3), typed=st.booleans()
)
def test_parts_sum_to_the_score_in_any_town(data, follows, liked, typed):
    events = tuple(Event(f"e{n}", Kind.LIKE, float(n), post) for n, post in enumerate(liked))
    query = Query(events, "night bread" if typed else "", "a", follows=follows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = fit("social", data)
        scores, reasons = model.score(query), model.contributions(query, np.arange(data.n_items))
    assert (scores.shape, scores.dtype) == ((data.n_items,), np.float32)
    assert not np.isinf(scores).any()
    known = bool(FollowGraph.of(data).follows.nnz)
    assert np.isfinite(scores).all() == known
    assert np.isnan(scores).all() != known
    if known:
        np.testing.assert_allclose(reasons.values.sum(axis=1), scores, atol=1e-5)
        assert {part.kind for part in reasons.parts} == {"feature"}
    np.testing.assert_array_equal(model.score(replace(query, user_id=None)), scores)


@limits(max_examples=25)
@given(follows=GRAPHS, likes=LIKES, authors=AUTHORS, followed=FOLLOWED, person=SOMEBODY)
def test_following_somebody_never_lowers_the_influence_of_their_posts(follows, likes, authors, followed, person):
    model = fit("social", town([*follows, ("a", "b")], likes, authors))
    before, after = (parts_of(model, Query(follows=ids))["influence"] for ids in (followed, (*followed, person)))
    theirs = np.array([author == person for author in authors])
    assert (after[theirs] >= before[theirs] - 1e-6).all()


def test_who_follows_nobody_gets_what_is_hot_from_whom_most_follow():
    model = fit("social", town([("a", "h"), ("b", "h"), ("c", "h")], SOME_LIKES, WROTE))
    found = parts_of(model, Query())
    assert list(found) == ["influence", "heat"]
    assert POSTS[int(found["influence"].argmax())] == "post7", "the one post of the hub"
    assert np.isfinite(model.score(Query())).all()


def test_what_people_you_follow_liked_is_a_part_of_its_own():
    model = fit("social", town(RING, SOME_LIKES, WROTE))
    friends = parts_of(model, replace(LIKED, follows=("c", "d")))["friends"]
    assert POSTS[int(friends.argmax())] == "post3", "d wrote it, and both liked it"
    # Two of four users are followed; post1 has b, its author, and a behind it, post3 its author d and c.
    assert friends[3] == pytest.approx(1.5 * np.log((2 + 0.5) / (2 * 2 / 4 + 0.5)), abs=1e-5)
    assert friends[1] == pytest.approx(1.5 * np.log((0 + 0.5) / (2 * 2 / 4 + 0.5)), abs=1e-5)
    assert friends[2] == pytest.approx(1.5 * np.log((1 + 0.5) / (2 * 1 / 4 + 0.5)), abs=1e-5), "c wrote it"
    assert "friends" not in parts_of(model, LIKED)


def test_without_authors_only_their_likes_count():
    model = fit("social", town(RING, SOME_LIKES))
    friends = parts_of(model, Query(follows=("c", "d")))["friends"]
    assert friends[3] == pytest.approx(1.5 * np.log((2 + 0.5) / (2 * 2 / 4 + 0.5)), abs=1e-5)
    assert friends[2] == 0


def test_without_authors_influence_is_that_of_those_who_liked_it():
    model = fit("social", town(RING, SOME_LIKES))
    standing = FollowGraph.of(model.data_).influence(["d"]) * len(PEOPLE)
    found = parts_of(model, Query(follows=("d",)))["influence"]
    assert found[5] == pytest.approx(np.log((standing[3] + 5) / (1 + 5)), abs=1e-5)
    assert found[0] == 0, "nobody liked it, so nobody stands behind it or against it"


def test_interest_is_a_share_of_the_next_likes_over_that_of_chance():
    model = fit("social", town(RING, SOME_LIKES, WROTE))
    shares = np.exp(parts_of(model, LIKED)["interest"].astype(float)) / len(POSTS)
    assert ((shares > 0) & (shares < 1)).all()
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("gone", ["interest", "influence", "friends", "heat"])
def test_a_part_without_weight_is_gone_and_the_others_stay(gone):
    data, query = town(RING, SOME_LIKES, WROTE), replace(LIKED, follows=("c",))
    whole = parts_of(fit("social", data), query)
    left = parts_of(fit("social", data, **{gone: 0.0}), query)
    assert set(whole) - set(left) == {gone}
    for name, column in left.items():
        np.testing.assert_array_equal(column, whole[name])
    none = fit("social", data, interest=0.0, influence=0.0, friends=0.0, heat=0.0)
    assert np.isnan(none.score(query)).all()
    assert none.contributions(query, np.arange(3)).values.shape == (3, 0)


def test_more_weight_is_more_of_the_part_without_learning_again():
    model, query = fit("social", town(RING, SOME_LIKES, WROTE)), replace(LIKED, follows=("c",))
    twice = turned(model, Social(friends=3.0))
    assert twice.behind_ is model.behind_
    np.testing.assert_allclose(parts_of(twice, query)["friends"], 2 * parts_of(model, query)["friends"], atol=1e-6)


def test_it_is_offered_only_where_somebody_follows_and_reads_what_is_typed(toy):
    data = town(RING, SOME_LIKES, WROTE)
    assert "social" in offered(data)
    assert "social" not in offered(toy)
    model = fit("social", data)
    assert isinstance(model, ReadsText)
    assert model.texts(Query(typed="bread")) == {model.encoder_names[0]: ("bread",)}
    assert np.isnan(fit("social", toy).score(LIKED)).all()


@limits(max_examples=25)
@given(days=st.floats(0.01, 100), ages=st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_heat_is_the_sum_of_likes_halved_by_age(days, ages):
    data = town([], [(PEOPLE[n], "post2") for n in range(len(ages))])
    newest = max(ages)
    events = data.events.assign(at=[(newest - age) * DAY_SECONDS for age in ages])
    data = type(data).from_tables("aged", data.items, events)
    expected = sum(0.5 ** ((age - min(ages)) / days) for age in ages)
    np.testing.assert_allclose(heat(data, days), np.eye(len(POSTS))[2] * expected, rtol=1e-4, atol=1e-6)


def test_nothing_is_hot_without_likes_and_a_half_life_of_none_is_refused():
    data = town([], [])
    np.testing.assert_array_equal(heat(data, 1.0), 0)
    assert heat(town([], SOME_LIKES), float("inf")).tolist()[:4] == [0, 2, 0, 2]
    with pytest.raises(ValueError, match="half_life_days should be above 0, is now 0"):
        heat(data, 0)
