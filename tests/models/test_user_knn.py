"""User neighbourhoods against brute force, with and without text."""

from __future__ import annotations

import math

import numpy as np
import pytest
from crowds import crowd
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sessions import queries

from recsys.models import fit
from recsys.models.evidence import touched
from recsys.text import DICTIONARY, MINILM, reader
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")


def session(*items: str, kind: Kind = Kind.LIKE) -> Query:
    return Query(tuple(Event(f"e{n}", kind, float(n), item) for n, item in enumerate(items)))


def likes_of(data) -> list[set[int]]:
    return [{data.row_of[e.item_id] for e in data.history(user)} for user in data.user_ids]


@limits(max_examples=25)
@given(seed=st.integers(0, 10), neighbours=st.sampled_from([1, 3, 8, 100]), shrink=st.sampled_from([0.0, 2.0]))
def test_the_score_is_the_sum_over_the_most_similar_people(seed, neighbours, shrink):
    data = crowd(seed=seed)
    query = session("i01", "i04", "i07", "i08")
    weights = {data.row_of[i]: 0.5 ** ((3 - n) / 5) for n, i in enumerate(("i01", "i04", "i07", "i08"))}
    length = math.sqrt(sum(w * w for w in weights.values()))
    people = likes_of(data)
    similar = [
        sum(weights.get(row, 0.0) for row in liked) / (length * math.sqrt(len(liked)) + shrink) for liked in people
    ]
    near = sorted(range(len(similar)), key=lambda v: (-similar[v], v))[:neighbours]
    expected = [sum(similar[v] for v in near if row in people[v]) for row in range(data.n_items)]
    scores = fit("user_knn", data, neighbours=neighbours, shrink=shrink, half_life=5).score(query)
    np.testing.assert_allclose(scores[:-1], expected[:-1], atol=1e-5)
    assert np.isnan(scores[-1])  # nobody liked the last item


def test_each_event_is_told_what_it_added_with_the_neighbours_held():
    data = crowd(seed=4)
    model = fit("user_knn", data, neighbours=5, half_life=math.inf)
    both = model.contributions(session("i01", "i04"), np.arange(data.n_items - 1))
    assert [part.key for part in both.parts] == ["e0", "e1"]
    liked = likes_of(data)
    near = np.flatnonzero(model.similarity(session("i01", "i04")))
    chosen = model._nearest(model.similarity(session("i01", "i04")))
    assert set(chosen) <= set(near)
    for column, row in enumerate((1, 4)):
        for item in range(data.n_items - 1):
            expected = sum(
                (row in liked[v]) * (item in liked[v]) / (math.sqrt(2) * math.sqrt(len(liked[v])) + model.shrink)
                for v in chosen
            )
            assert both.values[item, column] == pytest.approx(expected, abs=1e-6)


def test_one_neighbour_lends_exactly_their_likes(toy):
    # only dee clicked the pan; she also liked the shoe
    scores = dict(zip(toy.item_ids, fit("user_knn", toy, neighbours=1).score(session("pan")), strict=True))
    expected = 1 / (math.sqrt(2) + 1)
    assert scores["shoe"] == pytest.approx(expected)
    assert scores["pan"] == pytest.approx(expected)
    assert scores["jacket"] == 0  # ann's, who is not asked
    assert math.isnan(scores["tent"])  # nobody's


def test_when_nobody_is_similar_it_says_nothing(toy):
    model = fit("user_knn", toy)
    assert np.isnan(model.score(session("tent"))).all()
    assert np.isnan(model.score(Query())).all()
    assert np.isnan(model.score(session("shoe", kind=Kind.DISLIKE))).all()


def test_more_caution_prefers_people_with_more_in_common():
    data = crowd(seed=2)
    bold, careful = fit("user_knn", data, shrink=0.0), fit("user_knn", data, shrink=50.0)
    query = session("i01", "i04", "i07")
    overlap = np.array([len(liked & {1, 4, 7}) for liked in likes_of(data)])

    def steepness(model):
        similar = model.similarity(query)
        return similar[overlap >= 2].mean() / similar[overlap == 1].mean()

    assert steepness(careful) > steepness(bold)


def test_a_dislike_takes_neighbours_away():
    data = crowd(seed=3)
    events = (Event("1", Kind.LIKE, 0.0, "i01"), Event("2", Kind.DISLIKE, 1.0, "i04"))
    without, against = (fit("user_knn", data, dislike_strength=s).similarity(Query(events)) for s in (0.0, 1.0))
    dislikers = [4 in liked for liked in likes_of(data)]
    assert (against[dislikers] < without[dislikers]).all()


@limits(max_examples=40)
@given(query=queries())
def test_share_zero_is_the_model_without_text(toy, query):
    plain, silent = fit("user_knn", toy), fit("user_knn_text", toy, share=0.0)
    np.testing.assert_allclose(silent.score(query), plain.score(query), atol=1e-6)


@limits(max_examples=40)
@given(query=queries(), share=st.sampled_from([0.2, 0.7, 1.0]))
def test_the_similarity_of_texts_is_that_of_mean_vectors(toy, query, share):
    model = fit("user_knn_text", toy, share=share, half_life=4, dislike_strength=0.5, typed_share=0.6)
    found = touched(query.events, toy, 4, 0.5)
    pieces = [(float(part.weight), int(row)) for part, row in zip(found.parts, found.rows, strict=True)]
    newest, place_of = len(query.events) - 1, {}
    for n, event in enumerate(query.events):
        weight = {Kind.VIEW: 0.25, Kind.FAVOURITE: 2.0, Kind.WISH: 2.0, Kind.DISLIKE: -0.5}.get(event.kind, 1.0)
        if event.kind in (Kind.RATING, Kind.REVIEW):
            weight = (event.stars - 3) / 2 if event.stars is not None else 0.0
            weight *= 0.5 if weight < 0 else 1
        weight *= 0.5 ** ((newest - n) / 4)
        if event.text.strip() and weight:
            place_of[n] = len(pieces)
            pieces.append((weight, event.text))
    wishes = [n for n, event in enumerate(query.events) if event.kind is Kind.WISH]
    if query.typed.strip():
        so_far = sum(abs(weight) for weight, _ in pieces)
        pieces.append((so_far * 0.6 / 0.4 if so_far else 1.0, query.typed))
    elif wishes and wishes[-1] in place_of:
        judged = {e.item_id for e in query.events[wishes[-1] + 1 :] if e.kind not in (Kind.VIEW, Kind.CLICK)}
        if len(judged) < 3:
            place = place_of[wishes[-1]]
            so_far = sum(abs(weight) for at, (weight, _) in enumerate(pieces) if at != place)
            pieces[place] = (so_far * 0.6 / 0.4 if so_far else 1.0, query.events[wishes[-1]].text)
    total = sum(abs(weight) for weight, _ in pieces)
    expected = np.zeros(len(toy.user_ids))
    for name in (MINILM, DICTIONARY):
        space = reader().space(toy, name)
        own = [(w, p) for w, p in pieces if (MINILM if isinstance(p, int) else reader().route(p, toy)) == name]
        vectors = [w * (space.items[p] if isinstance(p, int) else space.vectors([p])[0]) for w, p in own]
        taste = np.sum(vectors, axis=0, dtype=np.float64) if vectors else np.zeros(space.items.shape[1])
        if np.linalg.norm(taste) > 1e-9:
            of_people = np.array([space.items[sorted(liked)].mean(axis=0) for liked in _liked(toy)])
            cosines = of_people @ taste / np.linalg.norm(of_people, axis=1) / np.linalg.norm(taste)
            expected += sum(abs(w) for w, _ in own) / total * cosines
    by_likes = fit("user_knn", toy, half_life=4, dislike_strength=0.5).similarity(query)
    expected = (1 - share) * by_likes + share * np.maximum(expected, 0)
    np.testing.assert_allclose(model.similarity(query), expected, atol=1e-5)


def _liked(data) -> list[list[int]]:
    return [np.flatnonzero(row).tolist() for row in data.likes.toarray()]


@pytest.mark.parametrize("typed", ["waterproof shoes for wet running", "雨天跑步防水"])
def test_typed_words_alone_find_people(toy, typed):
    # cai liked headphones, everybody else what one wears when running in the rain
    query = Query(typed=typed)
    scores = dict(zip(toy.item_ids, fit("user_knn_text", toy).score(query), strict=True))
    assert scores["shoe"] > scores["over"] >= 0
    assert np.isnan(fit("user_knn", toy).score(query)).all()


def test_words_that_mean_one_persons_likes_bring_that_person(toy):
    query = Query(typed="headphones that silence trains")
    scores = dict(zip(toy.item_ids, fit("user_knn_text", toy, neighbours=1).score(query), strict=True))
    assert scores["over"] > 0 == scores["shoe"]


@pytest.mark.parametrize(("model", "knob", "value"), [("user_knn", "neighbours", 0), ("user_knn", "shrink", -1.0)])
def test_a_knob_out_of_range_is_named(toy, model, knob, value):
    with pytest.raises(ValueError, match=knob):
        fit(model, toy, **{knob: value})


def test_a_share_above_one_is_refused(toy):
    with pytest.raises(ValueError, match="share"):
        fit("user_knn_text", toy, share=1.5)
