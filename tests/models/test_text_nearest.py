"""The nearest texts: what is very alike beats what is a little alike to everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries

from recsys.models import fit
from recsys.models.pieces import Readers
from recsys.models.text_nearest import MAX_PIECES, TextNearest, usual_reach
from recsys.models.text_profile import TextProfile
from recsys.text import MINILM, reader
from recsys.text.space import TextSpace, unit_rows
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")


def liked(*items: str) -> tuple[Event, ...]:
    return tuple(Event(f"e{n}", Kind.LIKE, float(n), item) for n, item in enumerate(items))


@limits(max_examples=40)
@given(query=queries())
def test_it_is_the_formula_of_its_docstring(toy, query):
    knobs = {"half_life": 6.0, "dislike_strength": 0.5, "typed_share": 0.6, "prior": 0.3}
    model, b = fit("text_nearest", toy, sharpness=0.9, **knobs), 0.9
    pieces = fit("text_profile", toy, **knobs)._pieces(query)  # what is said, and its weights, are those of the profile
    total = sum(abs(piece.part.weight) for piece in pieces)
    expected = 0.3 * np.log1p(toy.like_counts) / np.log1p(toy.like_counts).max()
    main = reader().space(toy, MINILM)
    alike = main.items @ main.items.T / main.scale
    np.fill_diagonal(alike, -np.inf)
    usual = np.median(alike.max(axis=1))
    for piece in pieces:
        space = main if piece.row is not None else reader().space(toy, reader().route(piece.text, toy))
        vector = space.items[piece.row] if piece.row is not None else space.vectors([piece.text])[0]
        near = space.items @ vector / space.scale
        reach = usual if piece.row is not None else near.max()
        refused = 3 * np.maximum(near - 0.5 * near.max(), 0)
        pull = refused if piece.refuses else reach * np.exp(b * (near - reach))
        expected = expected + piece.part.weight / total * pull
    np.testing.assert_allclose(model.score(query), expected, rtol=1e-3, atol=1e-4)


def test_what_is_very_like_one_liked_thing_beats_what_is_a_little_like_all_of_them(toy):
    """Three things liked that have nothing in common; one other is nearly the first, one lies between all three."""
    vectors = np.eye(toy.n_items, 16, dtype=np.float32)
    copy, between = 3, 4
    vectors[copy] = vectors[0] + 0.2 * np.eye(16, dtype=np.float32)[15]
    vectors[between] = vectors[0] + vectors[1] + vectors[2]
    encoder = reader().space(toy, MINILM).encoder
    space = TextSpace.build(encoder, unit_rows(vectors), encoder.encode, is_centred=True)

    def scored(model):
        model.readers_, model.popularity_ = Readers(toy, {MINILM: space}), np.zeros(toy.n_items, dtype=np.float32)
        return model.score(Query(liked(*toy.item_ids[:3])))

    nearest = TextNearest(sharpness=0.7, half_life=1e9)
    nearest.reach_ = usual_reach(space)
    sharp, flat = scored(nearest), scored(TextProfile(half_life=1e9))
    assert flat[between] > flat[copy]
    assert sharp[copy] > sharp[between]


def test_words_pull_their_nearest_item_as_hard_as_in_the_profile(toy):
    query = Query(typed="a sharp blade for vegetables")
    sharp, flat = (fit(name, toy, prior=0).score(query) for name in ("text_nearest", "text_profile"))
    knife = toy.row_of["knife"]
    assert sharp.argmax() == flat.argmax() == knife
    assert sharp[knife] == pytest.approx(flat[knife], rel=1e-5)
    np.testing.assert_array_equal(np.argsort(-sharp), np.argsort(-flat))  # of one text, sharpness keeps the order


def test_parts_add_up_when_only_the_strongest_pieces_count(toy):
    names = list(toy.item_ids)
    events = tuple(
        Event(f"e{n}", Kind.LIKE if n % 3 else Kind.DISLIKE, float(n), names[n % len(names)], text="quiet music")
        for n in range(MAX_PIECES)
    )
    query, model = Query(events, typed="soup, no tent"), fit("text_nearest", toy)
    rows = np.arange(toy.n_items)
    parts = model.contributions(query, rows)
    assert len(parts.parts) == MAX_PIECES + 1
    np.testing.assert_allclose(parts.values.sum(axis=1), model.score(query), rtol=1e-4, atol=1e-4)
    assert {"typed", "refused"} <= {part.key for part in parts.parts}


def test_the_usual_reach_is_the_median_of_the_nearest_other_items(toy):
    space = reader().space(toy, MINILM)
    alike = space.items @ space.items.T / space.scale
    np.fill_diagonal(alike, -np.inf)
    assert usual_reach(space) == pytest.approx(np.median(alike.max(axis=1)), rel=1e-5)
    assert fit("text_nearest", toy).reach_ == pytest.approx(usual_reach(space))


def test_a_catalogue_of_one_item_or_without_texts_has_no_reach(toy):
    space = reader().space(toy, MINILM)
    for raw in (space.raw[:1], np.zeros_like(space.raw)):
        assert usual_reach(TextSpace.build(space.encoder, unit_rows(raw), space.read)) == 0.0


@pytest.mark.parametrize("sharpness", [0.0, -1.0])
def test_a_sharpness_that_is_none_is_refused(sharpness):
    with pytest.raises(ValueError, match="sharpness should be above 0"):
        TextNearest(sharpness=sharpness)
