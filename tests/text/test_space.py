"""A catalogue under one encoder: centred, unit, immutable, with a sensible unit of similarity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.text import LEXICAL, MINILM, TextSpace, reader
from recsys.text.space import SCALE_SAMPLE, centred


def _unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _space(raw):
    return TextSpace.build(object(), np.array(raw, dtype=np.float32), lambda texts: np.zeros((len(texts), 3)))


@pytest.mark.parametrize("name", [MINILM, LEXICAL])
def test_the_centre_is_the_mean_of_the_catalogue(toy, minilm, name):
    space = reader().space(toy, name)
    np.testing.assert_allclose((space.raw - space.centre).mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(space.items, axis=1), 1, atol=1e-5)


def test_rows_without_text_stay_zero_and_do_not_move_the_centre():
    read = _unit(np.random.default_rng(0).normal(size=(6, 3)) + 1)
    with_gaps = np.vstack([read[:2], np.zeros((2, 3), dtype=np.float32), read[2:]])
    space = _space(with_gaps)
    np.testing.assert_allclose(space.centre, read.mean(axis=0), atol=1e-6)
    assert not space.items[2:4].any()
    assert space.has_text.tolist() == [True, True, False, False, True, True, True, True]
    assert space.scale == pytest.approx(_space(read).scale, abs=1e-6)


def test_which_items_have_text_is_looked_up_once():
    space = _space(np.eye(3))
    assert space.has_text is space.has_text
    assert not space.has_text.flags.writeable


def test_arrays_are_read_only(toy, minilm):
    space = reader().space(toy, MINILM)
    for array in (space.raw, space.centre, space.items):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_similarity_counts_in_standard_deviations(shop, minilm):
    space = reader().space(shop, MINILM)
    pairs = space.similarity(space.items)[~np.eye(shop.n_items, dtype=bool)]
    assert pairs.std() == pytest.approx(1, abs=1e-3)
    assert abs(pairs.mean()) < 0.2, "centred: unrelated items are about 0"


@pytest.mark.parametrize("n", [SCALE_SAMPLE, SCALE_SAMPLE + 1, 2 * SCALE_SAMPLE - 1, 3 * SCALE_SAMPLE + 7])
def test_the_scale_looks_at_no_more_than_its_sample(n, monkeypatch):
    sizes = []
    real = np.eye
    monkeypatch.setattr(np, "eye", lambda size, **options: sizes.append(size) or real(size, **options))
    _space(_unit(np.random.default_rng(0).normal(size=(n, 3))))
    assert SCALE_SAMPLE / 2 <= sizes[0] <= SCALE_SAMPLE


@pytest.mark.parametrize(
    "raw",
    [
        np.zeros((0, 3)),
        np.zeros((3, 3)),
        [[1, 0, 0]],
        [[1, 0, 0], [0, 1, 0]],
        np.eye(3),
        np.tile(_unit(np.array([[0.3, 0.5, 0.7]])), (7, 1)),
    ],
    ids=["none", "no text", "one", "two", "equally far apart", "all the same"],
)
def test_a_degenerate_catalogue_has_a_usable_unit(raw):
    space = _space(raw)
    assert space.scale == 1
    assert np.isfinite(space.items).all()


def test_items_that_all_say_the_same_have_no_direction():
    same = np.tile(_unit(np.random.default_rng(1).normal(size=(1, 384))), (9, 1))
    assert not _space(same).items.any()


@limits(max_examples=50)
@given(arrays(np.float32, (7, 4), elements=st.floats(-1, 1, width=32)))
def test_centring_gives_rows_of_length_one_or_zero(raw):
    space = _space(raw)
    assert space.scale > 0
    lengths = np.linalg.norm(space.items, axis=1)
    assert ((np.abs(lengths - 1) < 1e-4) | (lengths == 0)).all()
    np.testing.assert_array_equal(centred(raw, space.centre), space.items)


def test_a_text_is_centred_like_an_item(toy, minilm):
    space = reader().space(toy, MINILM)
    np.testing.assert_allclose(space.vectors([toy.latin_texts[3]])[0], space.items[3], atol=1e-5)
    assert not space.vectors([" "]).any()
