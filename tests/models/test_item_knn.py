"""Item neighbourhoods, by likes alone and with text: against loops, and against the package ``implicit``."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from matrices import FOREVER, checkerboard, dataset_of, like_matrices, liked, some_likes

from recsys.models import fit, top_k
from recsys.models.item_item import strongest
from recsys.models.item_knn import like_cosines
from recsys.text import reader
from recsys.types import Event, Kind, Query


def dense(model) -> np.ndarray:
    return model.links_.toarray()


def brute_cosines(likes: np.ndarray, shrink: float) -> np.ndarray:
    n_items = likes.shape[1]
    out = np.zeros((n_items, n_items))
    for a in range(n_items):
        for i in range(n_items):
            both = sum(1 for person in likes if person[a] and person[i])
            length = (likes[:, a].sum() * likes[:, i].sum()) ** 0.5 + shrink
            out[a, i] = both / length if both and a != i else 0.0
    return out


def kept(links: np.ndarray, neighbours: int) -> np.ndarray:
    """Zero what is weaker than the ``neighbours``-th strongest link into the same item."""
    weakest = np.sort(links, axis=0)[::-1][min(neighbours, len(links)) - 1]
    return np.where(links >= weakest, links, 0.0)


@limits(max_examples=60)
@given(likes=like_matrices(), neighbours=st.integers(1, 9), shrink=st.sampled_from([0.0, 0.5, 20.0]))
def test_links_are_the_formula_in_loops(likes, neighbours, shrink):
    model = fit("item_knn", dataset_of(likes), neighbours=neighbours, shrink=shrink)
    expected = kept(brute_cosines(likes, shrink), neighbours)
    np.testing.assert_allclose(dense(model), expected, atol=1e-6)


def test_without_shrinkage_it_is_the_cosine_of_implicit():
    from implicit.nearest_neighbours import CosineRecommender

    likes = some_likes(3, n_people=60, n_items=30)
    peer = CosineRecommender(K=30, num_threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it passes itself another format than it asks for
        peer.fit(sp.csr_matrix(likes), show_progress=False)
    theirs = peer.similarity.toarray()
    np.fill_diagonal(theirs, 0.0)
    np.testing.assert_allclose(dense(fit("item_knn", dataset_of(likes), neighbours=30, shrink=0)), theirs, atol=1e-6)


@pytest.mark.parametrize("neighbours", [1, 4, 11])
def test_the_strongest_links_are_those_implicit_keeps(neighbours):
    from implicit.nearest_neighbours import CosineRecommender

    likes = some_likes(4, n_people=60, n_items=30)
    peer = CosineRecommender(K=neighbours + 1, num_threads=1)  # it counts an item among its own neighbours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it passes itself another format than it asks for
        peer.fit(sp.csr_matrix(likes), show_progress=False)
    theirs = peer.similarity.toarray()
    np.fill_diagonal(theirs, 0.0)
    ours = dense(fit("item_knn", dataset_of(likes), neighbours=neighbours, shrink=0))
    np.testing.assert_allclose(np.sort(ours, axis=0)[-neighbours:], np.sort(theirs.T, axis=0)[-neighbours:], atol=1e-6)
    assert ((ours > 0).sum(axis=0) >= neighbours).all()


def test_scores_are_the_weighted_sum_of_links():
    likes = some_likes(5)
    model = fit("item_knn", dataset_of(likes), half_life=2)
    query = Query((*liked(1, 4).events, Event("f", Kind.FAVOURITE, 9.0, "7")))
    expected = 0.5 * dense(model)[1] + 0.5**0.5 * dense(model)[4] + 2 * dense(model)[7]
    np.testing.assert_allclose(model.score(query), expected, atol=1e-6)


@pytest.mark.parametrize("name", ["item_knn", "rp3beta", "ease"])
def test_on_a_checkerboard_everybody_gets_the_one_item_their_group_has_left(name):
    board = checkerboard()
    model = fit(name, dataset_of(board), half_life=FOREVER)
    for person, row in enumerate(board):
        known = np.flatnonzero(row)
        assert top_k(model.score(liked(*known)), 1, known).tolist() == [person]


def test_items_nobody_liked_and_sessions_of_them_say_nothing():
    likes = some_likes()
    likes[:, [2, 9]] = 0
    model = fit("item_knn", dataset_of(likes))
    scores = model.score(liked(1))
    assert np.flatnonzero(np.isnan(scores)).tolist() == [2, 9]
    assert np.isnan(model.score(liked(2, 9))).all()
    assert np.isnan(model.score(Query())).all()
    np.testing.assert_array_equal(model.score(liked(2, 1)), scores)
    assert len(model.contributions(liked(2, 9), np.arange(3)).parts) == 0


def test_long_catalogues_are_linked_run_by_run(monkeypatch):
    likes = some_likes(6, n_people=30, n_items=23)
    at_once = dense(fit("item_knn", dataset_of(likes), neighbours=5))
    monkeypatch.setattr("recsys.models.item_item.RUN", 4)
    np.testing.assert_array_equal(dense(fit("item_knn", dataset_of(likes), neighbours=5)), at_once)


def test_equally_strong_neighbours_all_stay():
    links = strongest(
        4, 2, lambda targets: np.array([[9, 3, 5, 3], [1, 9, 1, 1], [0, 0, 9, 0], [2, 1, 0, 9.0]])[targets]
    )
    expected = [[0, 1, 0, 2], [3, 0, 0, 1], [5, 1, 0, 0], [3, 1, 0, 0]]
    np.testing.assert_array_equal(links.toarray(), expected)


def test_more_caution_is_less_trust_in_few_people():
    likes = np.zeros((30, 4))
    likes[0, [0, 1]] = 1  # one person, always together
    likes[1:25, 2] = likes[3:, 3] = 1  # many people, nearly together
    careless, careful = (dense(fit("item_knn", dataset_of(likes), shrink=shrink)) for shrink in (0, 20))
    assert careless[0, 1] > careless[2, 3]
    assert careful[0, 1] < careful[2, 3]


@pytest.mark.parametrize(("knob", "value"), [("neighbours", 0), ("shrink", -1)])
def test_impossible_knobs_are_refused(knob, value):
    with pytest.raises(ValueError, match=f"{knob} should be at least .*, is now {value}"):
        fit("item_knn", dataset_of(some_likes()), **{knob: value})


def text_cosines(data) -> np.ndarray:
    items = reader().space(data, reader().main(data)).items.astype(np.float64)
    cosines = np.maximum(items @ items.T, 0)
    np.fill_diagonal(cosines, 0)
    return cosines


@pytest.mark.usefixtures("minilm")
class TestWithText:
    @pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
    @pytest.mark.parametrize("neighbours", [3, 50])
    def test_links_are_the_blend_of_its_docstring(self, share, neighbours):
        likes = some_likes(7)
        likes[:, 4] = 0
        data = dataset_of(likes)
        model = fit("item_knn_text", data, share=share, neighbours=neighbours, shrink=2)
        expected = kept((1 - share) * brute_cosines(likes, 2) + share * text_cosines(data), neighbours)
        np.testing.assert_allclose(dense(model), expected, atol=1e-6)

    def test_without_text_it_is_item_knn(self):
        likes = some_likes(8)
        likes[:, 4] = 0
        data = dataset_of(likes)
        plain, blind = fit("item_knn", data, neighbours=5), fit("item_knn_text", data, neighbours=5, share=0)
        for query in (liked(1, 3), liked(4), Query()):
            np.testing.assert_array_equal(plain.score(query), blind.score(query))

    def test_a_new_item_is_found_by_its_text_and_a_click_on_it_counts(self, toy):
        model = fit("item_knn_text", toy)
        shoe, trail, knife, pan = (toy.row_of[item] for item in ("shoe", "trail", "knife", "pan"))
        assert toy.like_counts[[trail, knife]].tolist() == [0, 0]
        loves_running = model.score(Query((Event("1", Kind.LIKE, 0.0, "shoe"),)))
        assert np.isfinite(loves_running).all()
        assert loves_running[trail] > loves_running[knife]
        clicked_new = model.score(Query((Event("1", Kind.CLICK, 0.0, "knife"),)))
        assert clicked_new[pan] > clicked_new[shoe]

    def test_an_item_nobody_liked_or_described_stays_unknown(self, fresh_reader):
        fresh_reader(RECSYS_ENCODER="lexical")
        likes = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0]])
        data = dataset_of(likes, ["red shoe", "red sock", "!!!", "red hat", "???"])
        for share, unknown in ((0.3, {4}), (1, {2, 4}), (0, {3, 4})):
            linked = fit("item_knn_text", data, share=share).linked_
            assert set(np.flatnonzero(~linked)) == unknown

    def test_a_share_outside_its_range_is_refused(self, toy):
        with pytest.raises(ValueError, match=r"share should be in \[0, 1\], is now 2"):
            fit("item_knn_text", toy, share=2)


def test_cosines_are_exactly_symmetric():
    cosines = like_cosines(dataset_of(some_likes(9)), 3.0)(slice(0, 12))
    np.testing.assert_array_equal(cosines, cosines.T)
