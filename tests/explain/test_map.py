"""The map of a catalogue: where things lie, and how true the drawing is."""

from types import SimpleNamespace

import numpy as np
import pytest

from recsys.explain import map as atlas
from recsys.models.text_profile import TextProfile
from recsys.text import TextSpace
from recsys.types import Event, Kind, Query


def space_of(raw: np.ndarray) -> TextSpace:
    """A space of raw vectors that reads no texts."""
    unit = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-12)
    encoder = SimpleNamespace(name="drawn", dim=raw.shape[1], version="1", languages=frozenset())
    return TextSpace.build(encoder, unit.astype(np.float32), lambda texts: np.zeros((len(texts), raw.shape[1])))


@pytest.fixture(scope="module")
def random_space() -> TextSpace:
    return space_of(np.random.default_rng(1).standard_normal((80, 24)))


@pytest.fixture(scope="module")
def profile(toy, minilm) -> TextProfile:
    return TextProfile().fit(toy)


def test_two_dimensions_drawn_as_themselves_keep_every_neighbour():
    points = np.random.default_rng(0).standard_normal((200, 2)).astype(np.float32)

    assert atlas.neighbour_share(points, points) == 1.0
    assert atlas.neighbour_share(points, points * 3 + 1) == pytest.approx(1.0, abs=0.01)


def test_dots_thrown_at_random_keep_neighbours_by_chance_only():
    rng = np.random.default_rng(0)
    vectors, xy = rng.standard_normal((501, 20)), rng.standard_normal((501, 2))

    assert atlas.neighbour_share(vectors, xy) == pytest.approx(10 / 500, abs=0.01)


def test_neighbour_share_counts_by_hand():
    # On a line a-b-c-d, nearest of each by truth: b, a, d, c; in the drawing c and b swap places.
    true = np.array([[0, 0], [1, 0], [3, 0], [4, 0]], dtype=np.float32)
    drawn = true[[0, 2, 1, 3]]

    assert atlas.neighbour_share(true, drawn, n=1) == 0 / 4
    assert atlas.neighbour_share(true, drawn, n=2) == 6 / 8
    assert atlas.neighbour_share(true[:1], drawn[:1]) == 1.0


def test_pca_places_an_item_by_its_dot_product_with_the_axes(random_space):
    drawing = atlas.draw(random_space)

    np.testing.assert_allclose(drawing.axes @ drawing.axes.T, np.eye(2), atol=1e-5)
    expected = [[np.dot(v - drawing.mean, axis) for axis in drawing.axes] for v in random_space.items]
    np.testing.assert_allclose(drawing.xy, expected, atol=1e-5)
    np.testing.assert_allclose(drawing.places(random_space.items), drawing.xy, atol=1e-5)


def test_the_first_axis_has_the_most_variance(random_space):
    shifted = random_space.items - random_space.items.mean(axis=0)
    variance = atlas.draw(random_space).xy.var(axis=0)
    eigenvalues = np.linalg.eigvalsh(np.cov(shifted.T, bias=True))[::-1]

    np.testing.assert_allclose(variance, eigenvalues[:2], rtol=1e-4)


@pytest.mark.parametrize("method", [atlas.PCA, atlas.TSNE_METHOD])
def test_the_same_seed_gives_the_same_frozen_map(random_space, method):
    one, other = atlas.draw(random_space, method), atlas.draw(random_space, method)

    np.testing.assert_array_equal(one.xy, other.xy)
    assert one.xy.dtype == np.float32
    assert not one.xy.flags.writeable
    assert one.share == atlas.neighbour_share(one.vectors, one.xy)
    assert one.chance == 10 / 79


def test_tsne_keeps_more_neighbours_than_pca():
    centres = np.random.default_rng(3).standard_normal((8, 16)) * 3
    raw = np.repeat(centres, 15, axis=0) + np.random.default_rng(4).standard_normal((120, 16))
    space = space_of(raw)

    assert atlas.draw(space, atlas.TSNE_METHOD).share > atlas.draw(space).share + 0.1


def test_tsne_places_a_copy_of_an_item_near_it(random_space):
    drawing = atlas.draw(random_space, atlas.TSNE_METHOD)
    nearest = np.argsort(-(random_space.items @ random_space.items[7]))[:5]
    weights = (random_space.items @ random_space.items[7])[nearest]

    place = drawing.places(random_space.items[7:8])[0]
    np.testing.assert_allclose(place, weights @ drawing.xy[nearest] / weights.sum(), rtol=1e-4)


def test_tsne_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match="10 to 5,000 items, there are 4: use PCA"):
        atlas.draw(space_of(np.eye(4)), atlas.TSNE_METHOD)
    with pytest.raises(ValueError, match="'umap'"):
        atlas.draw(space_of(np.eye(4)), "umap")


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_tiny_catalogues_are_drawn_without_a_fuss(n):
    drawing = atlas.draw(space_of(np.eye(max(n, 1), 5)[:n]))

    assert drawing.xy.shape == (n, 2)
    assert np.isfinite(drawing.xy).all()


def test_items_without_a_text_are_not_on_the_map():
    raw = np.random.default_rng(0).standard_normal((6, 4))
    raw[[1, 4]] = 0
    drawing = atlas.draw(space_of(raw))

    assert drawing.rows.tolist() == [0, 2, 3, 5]
    assert drawing.n_without_text == 2


def test_after_one_like_i_stand_on_the_item(profile, toy):
    drawing = atlas.draw(profile.readers.spaces["minilm"])
    way = atlas.my_way(profile, Query((Event("a", Kind.LIKE, 1.0, "pot"),)), drawing)

    np.testing.assert_allclose(way.trail, drawing.xy[[toy.row("pot")]], atol=1e-5)
    assert way.similarity[toy.row("pot")] == pytest.approx(1)
    assert way.labels == ("like: Soup pot",)


def test_the_trail_has_one_place_per_event_and_each_is_where_that_history_ended(profile):
    drawing = atlas.draw(profile.readers.spaces["minilm"])
    events = (
        Event("a", Kind.LIKE, 1.0, "shoe"),
        Event("b", Kind.DISLIKE, 2.0, "pan"),
        Event("c", Kind.REVIEW, 3.0, "jacket", 5.0, "dry on every wet run"),
        Event("d", Kind.RATING, 4.0, "knife", 3.0),
    )
    whole = atlas.my_way(profile, Query(events), drawing)

    assert len(whole.trail) == 3  # three stars do not move anybody
    for n in (1, 2, 3):
        part = atlas.my_way(profile, Query(events[:n]), drawing)
        np.testing.assert_allclose(part.trail[-1], whole.trail[n - 1], atol=1e-5)


def test_a_dislike_pushes_away_from_the_item(profile, toy):
    drawing = atlas.draw(profile.readers.spaces["minilm"])
    way = atlas.my_way(profile, Query((Event("a", Kind.DISLIKE, 1.0, "pot"),)), drawing)

    assert way.similarity[toy.row("pot")] == pytest.approx(-1)


def test_chinese_words_lead_to_the_items_they_name(profile, toy):
    drawing = atlas.draw(profile.readers.spaces["minilm"])
    way = atlas.my_way(profile, Query(typed="下雨天跑步"), drawing)

    assert toy.item_ids[int(np.nanargmax(way.similarity))] in {"shoe", "trail", "jacket"}


def test_a_stranger_has_no_place(profile):
    assert atlas.my_way(profile, Query(), atlas.draw(profile.readers.spaces["minilm"])) is None


def test_beyond_nine_categories_the_rest_is_other(toy, profile):
    from dataclasses import replace

    names = [f"c{n}" for n in range(10)]
    many = replace(toy, items=toy.items.assign(category=names))
    dots = atlas.dots(many, atlas.draw(profile.readers.spaces["minilm"]))

    assert dots.categories == (*names[:9], atlas.OTHER)
    assert dots.item_ids == toy.item_ids


def test_what_is_chosen_is_listed_most_alike_first(profile, toy):
    drawing = atlas.draw(profile.readers.spaces["minilm"])
    dots = atlas.dots(toy, drawing)
    way = atlas.my_way(profile, Query((Event("a", Kind.LIKE, 1.0, "pot"),)), drawing)
    ids = frozenset({"shoe", "pot", "pan"})

    rows = atlas.chosen(dots, drawing, way, ids)
    assert [dots.item_ids[row] for row in rows] == ["pot", "pan", "shoe"]
    assert [dots.item_ids[row] for row in atlas.chosen(dots, drawing, None, ids)] == ["shoe", "pan", "pot"]
    assert [dots.item_ids[row] for row in atlas.chosen(dots, drawing, way, ids, "Running")] == ["shoe"]
    assert len(atlas.chosen(dots, drawing, way, category="Audio")) == 3
    assert len(atlas.chosen(dots, drawing, way)) == 0
