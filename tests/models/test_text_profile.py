"""The signed, ageing taste: what each event and each knob does to the order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sessions import queries

from recsys.models import fit, ranks
from recsys.models.evidence import decayed_weights
from recsys.text import DICTIONARY, MINILM, reader
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")

# each item and its nearest neighbour in the toy catalogue
NEIGHBOURS = [("shoe", "trail"), ("over", "buds"), ("pan", "knife")]


def did(kind: Kind, item: str | None, n: int = 0, stars: float | None = None, text: str = "") -> Event:
    return Event(f"e{n}", kind, float(n), item, stars, text)


def scores(toy, query: Query, **knobs: float) -> dict[str, float]:
    return dict(zip(toy.item_ids, fit("text_profile", toy, **knobs).score(query).tolist(), strict=True))


def order(toy, query: Query, **knobs: float) -> list[str]:
    found = scores(toy, query, **knobs)
    return sorted(found, key=lambda item: -found[item])


@pytest.mark.parametrize(("item", "neighbour"), NEIGHBOURS)
@pytest.mark.parametrize(("kind", "stars"), [(Kind.LIKE, None), (Kind.CLICK, None), (Kind.REVIEW, 5.0)])
def test_a_liked_item_lifts_its_neighbours(toy, item, neighbour, kind, stars):
    query = Query((did(kind, item, stars=stars),))
    assert scores(toy, query)[neighbour] > scores(toy, Query())[neighbour] + 0.5
    assert set(order(toy, query, prior=0)[:2]) == {item, neighbour}


@pytest.mark.parametrize(("item", "neighbour"), NEIGHBOURS)
@pytest.mark.parametrize(("kind", "stars"), [(Kind.DISLIKE, None), (Kind.RATING, 1.0)])
def test_a_disliked_item_sinks_its_neighbours(toy, item, neighbour, kind, stars):
    query = Query((did(kind, item, stars=stars),))
    assert scores(toy, query)[neighbour] < scores(toy, Query())[neighbour] - 0.5
    assert set(order(toy, query, prior=0)[-2:]) == {item, neighbour}


def test_a_dislike_after_a_like_elsewhere_moves_only_its_own_corner(toy):
    liked = Query((did(Kind.LIKE, "shoe", 0),))
    both = Query((*liked.events, did(Kind.DISLIKE, "pan", 1)))
    place = {item: n for n, item in enumerate(order(toy, both))}
    assert place["shoe"] < place["over"] < place["pan"]
    assert place["trail"] < place["pot"]


@pytest.mark.parametrize(("stars", "sign"), [(5.0, 1), (3.0, 0), (1.0, -1)])
def test_the_words_of_a_review_count_with_its_stars(toy, stars, sign):
    query = Query((did(Kind.REVIEW, "tent", stars=stars, text="wireless music sound"),))
    assert np.sign(round(scores(toy, query)["radio"] - scores(toy, Query())["radio"], 6)) == sign


def test_a_wish_pulls(toy):
    wish = Event("w", Kind.WISH, 0.0, None, None, "a sharp blade for vegetables")
    assert order(toy, Query((wish,)))[0] == "knife"


@pytest.mark.parametrize("query", [Query(typed="no soup"), Query((did(Kind.WISH, None, text="no soup"),))])
def test_a_refusal_typed_or_kept_sinks_what_is_near_it_and_moves_nothing_else(toy, query):
    before, after = scores(toy, Query()), scores(toy, query)
    assert after["pot"] < before["pot"] - 0.5
    assert [item for item in before if after[item] > before[item] + 1e-6] == []
    assert [after[item] - before[item] for item in ("shoe", "trail", "over", "buds")] == pytest.approx([0] * 4)


def test_a_kept_wish_that_wants_and_refuses_does_both(toy):
    kept = Query((did(Kind.WISH, None, text="running shoes, no soup"),))
    after = scores(toy, kept)
    assert after["shoe"] > scores(toy, Query())["shoe"] + 0.5 > after["pot"] + 1


def test_a_chinese_wish_is_read_by_the_dictionary_and_adds_to_english_clicks(toy):
    model = fit("text_profile", toy)
    query = Query((did(Kind.LIKE, "over"),), typed="想要一双适合雨天跑步的鞋")
    assert set(model.texts(query)) == {DICTIONARY}
    assert model.encoder_names == (MINILM, DICTIONARY)
    assert order(toy, query)[0] == "shoe"
    assert {"over", "buds"} & set(order(toy, query)[1:5])


@limits(max_examples=60)
@given(query=queries())
def test_it_is_the_formula_of_its_docstring(toy, query):
    model = fit("text_profile", toy, half_life=4, dislike_strength=0.5, typed_share=0.6, prior=0.3)
    weights = decayed_weights(query.events, 4, 0.5)
    pieces: list[tuple[float, int | str]] = []
    place_of: dict[int, int] = {}
    for event, weight in zip(query.events, weights, strict=True):
        if weight and event.item_id in toy.row_of:
            pieces.append((weight, toy.row_of[event.item_id]))
        if weight and event.text.strip():
            place_of[id(event)] = len(pieces)
            pieces.append((weight, event.text))
    wishes = [place for place, event in enumerate(query.events) if event.kind is Kind.WISH]
    if query.typed.strip():
        so_far = sum(abs(weight) for weight, _ in pieces)
        pieces.append((so_far * 0.6 / 0.4 if so_far else 1.0, query.typed))
    elif wishes:
        judged = {e.item_id for e in query.events[wishes[-1] + 1 :] if e.kind not in (Kind.VIEW, Kind.CLICK)}
        wish = query.events[wishes[-1]]
        place = place_of.get(id(wish))
        if len(judged) < 3 and place is not None:
            so_far = sum(abs(weight) for at, (weight, _) in enumerate(pieces) if at != place)
            pieces[place] = (so_far * 0.6 / 0.4 if so_far else 1.0, wish.text)
    total = sum(abs(weight) for weight, _ in pieces)
    expected = 0.3 * np.log1p(toy.like_counts) / np.log1p(toy.like_counts).max()
    for weight, piece in pieces:
        name = MINILM if isinstance(piece, int) else reader().route(piece, toy)
        space = reader().space(toy, name)
        vector = space.items[piece : piece + 1] if isinstance(piece, int) else space.vectors([piece])
        expected = expected + weight / total * (space.items @ vector[0]) / space.scale
    np.testing.assert_allclose(model.score(query), expected, atol=1e-4)


def test_a_very_short_memory_knows_only_the_newest_event(toy):
    events = (did(Kind.LIKE, "pan", 0), did(Kind.FAVOURITE, "over", 1), did(Kind.CLICK, "shoe", 2))
    newest = scores(toy, Query(events[-1:]))
    for item, score in scores(toy, Query(events), half_life=0.01).items():
        assert score == pytest.approx(newest[item], abs=1e-6)


def test_a_very_long_memory_forgets_nothing(toy):
    events = (did(Kind.LIKE, "pan", 0), did(Kind.LIKE, "over", 1))
    forth, back = Query(events), Query(tuple(reversed(events)))
    one, other = scores(toy, forth, half_life=1e9), scores(toy, back, half_life=1e9)
    assert one == pytest.approx(other, abs=1e-5)
    assert scores(toy, forth, half_life=1)["buds"] > scores(toy, back, half_life=1)["buds"]


def test_dislike_strength_zero_ignores_dislikes(toy):
    liked = did(Kind.LIKE, "shoe", 1)
    ignored = (did(Kind.DISLIKE, "pan", 0), liked, did(Kind.REVIEW, "over", 2, 1.0, "harsh sound"))
    alone = scores(toy, Query((liked,)), dislike_strength=0)
    assert scores(toy, Query(ignored), dislike_strength=0) == pytest.approx(alone, abs=1e-5)


def test_typed_share_zero_lets_the_history_decide_but_a_stranger_still_types(toy):
    history = (did(Kind.LIKE, "shoe"),)
    silent = scores(toy, Query(history), typed_share=0)
    assert scores(toy, Query(history, typed="soup"), typed_share=0) == pytest.approx(silent, abs=1e-6)
    assert order(toy, Query(typed="soup"), typed_share=0)[0] == "pot"


@pytest.mark.parametrize("typed", ["soup for dinner", "music on the bus", "想要一双适合雨天跑步的鞋"])
def test_typed_share_at_its_top_orders_by_the_typed_words_alone(toy, typed):
    history = (did(Kind.FAVOURITE, "tent", 0), did(Kind.DISLIKE, "pot", 1))
    alone, together = Query(typed=typed), Query(history, typed)
    typed_only, mixed = scores(toy, alone, prior=0), scores(toy, together, typed_share=0.99, prior=0)
    assert order(toy, together, typed_share=0.99, prior=0)[:3] == order(toy, alone, prior=0)[:3]
    # the hundredth that is left to the history can only swap items that the words place side by side
    largest = 1 / min(space.scale for space in fit("text_profile", toy).readers.spaces.values())
    assert all(abs(mixed[item] - 0.99 * typed_only[item]) <= 0.01 * largest + 1e-5 for item in mixed)


@given(share=st.floats(0.01, 0.99))
def test_typed_share_is_the_share_of_all_weight(toy, share):
    query = Query((did(Kind.FAVOURITE, "tent", 0), did(Kind.DISLIKE, "pot", 1)), "soup")
    parts = fit("text_profile", toy, typed_share=share).contributions(query, np.arange(1)).parts
    sizes = {part.key: abs(part.weight) for part in parts}
    assert sizes["typed"] / sum(sizes.values()) == pytest.approx(share)


@pytest.mark.parametrize(
    ("knob", "values", "query", "item", "direction"),
    [
        (
            "dislike_strength",
            [0, 0.5, 1, 2],
            Query((did(Kind.LIKE, "shoe", 0), did(Kind.DISLIKE, "pan", 1))),
            "pan",
            -1,
        ),
        ("typed_share", [0, 0.3, 0.6, 0.9], Query((did(Kind.LIKE, "tent"),), "quiet headphones"), "over", 1),
        ("prior", [0, 0.5, 1, 2], Query((did(Kind.LIKE, "tent"),)), "shoe", 1),
        ("half_life", [0.5, 1, 5, 50], Query((did(Kind.LIKE, "pan", 0), did(Kind.LIKE, "shoe", 1))), "knife", 1),
    ],
)
def test_more_of_a_knob_is_more_of_what_it_is_named_for(toy, knob, values, query, item, direction):
    found = [scores(toy, query, **{knob: value}) for value in values]
    assert all(direction * (more[item] - less[item]) > 0 for less, more in pairwise(found))


def test_the_prior_orders_what_nothing_else_can(toy):
    places = ranks(fit("text_profile", toy).score(Query()))
    popular = ranks(fit("popularity", toy).score(Query()))
    np.testing.assert_array_equal(places, popular)


def test_events_that_say_nothing_change_nothing(toy):
    neutral = (did(Kind.RATING, "pan", 0, 3.0), did(Kind.REVIEW, "tent", 1, 3.0, "it is a tent"))
    assert scores(toy, Query(neutral)) == scores(toy, Query())
