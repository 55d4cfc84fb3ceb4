"""EASE with a text prior and with links for new items, against ridge regressions."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from matrices import FOREVER, checkerboard, dataset_of, liked, some_likes
from sklearn.linear_model import Ridge

from recsys.models import fit, top_k
from recsys.models.ease import inverse_gram
from recsys.models.ease_text import prior_links, text_map
from recsys.text import reader
from recsys.types import Event, Kind, Query

TALL, WIDE = (60, 12), (8, 30)


def unit_rows(n: int, dim: int = 6, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dim))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def text_links(vectors: np.ndarray, l2_text: float) -> np.ndarray:
    """C: each item's vector rebuilt from those of all others, one ridge regression an item."""
    n = len(vectors)
    out = np.zeros((n, n))
    for j in range(n):
        others = np.arange(n) != j
        ridge = Ridge(alpha=l2_text, fit_intercept=False, solver="svd").fit(vectors[others].T, vectors[j])
        out[others, j] = ridge.coef_
    return out


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("strength", [0.0, 0.7, 3.0])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_every_column_is_a_ridge_regression_around_the_text_links(shape, strength, dropout):
    likes, l2, l2_text = some_likes(1, *shape), 20.0, 2.0
    vectors = unit_rows(shape[1])
    vectors[3] = 0  # an item without text
    prior = strength * text_links(vectors, l2_text)
    found = prior_links(inverse_gram(sp.csr_matrix(likes), l2, dropout), vectors, l2 * strength, l2_text)
    # dropout adds a penalty of its own: one more row per item, with nothing to rebuild
    extra = np.diag(np.sqrt(dropout / (1 - dropout) * likes.sum(axis=0)))
    inputs = np.vstack([likes, extra])
    for j in range(shape[1]):
        others = np.arange(shape[1]) != j
        target = np.concatenate([likes[:, j], np.zeros(shape[1])]) - inputs[:, others] @ prior[others, j]
        ridge = Ridge(alpha=l2, fit_intercept=False, solver="svd").fit(inputs[:, others], target)
        np.testing.assert_allclose(found[others, j], prior[others, j] + ridge.coef_, atol=1e-10)
        assert found[j, j] == 0


def test_new_links_are_ridge_regressions_on_the_text():
    vectors = unit_rows(14, seed=2)
    known = np.arange(14) < 11
    links = np.random.default_rng(3).normal(size=(11, 11))
    weights = text_map(vectors, known, ~known, rho=1.7)
    assert not weights[:, ~known].any()
    design = np.column_stack([vectors, np.ones(14)])
    into = Ridge(alpha=1.7, fit_intercept=False, solver="svd").fit(design[known], links.T)
    out_of = Ridge(alpha=1.7, fit_intercept=False, solver="svd").fit(design[known], links)
    np.testing.assert_allclose(links @ weights[:, known].T, into.predict(design[~known]).T, atol=1e-10)
    np.testing.assert_allclose(weights[:, known] @ links, out_of.predict(design[~known]), atol=1e-10)


@pytest.fixture(scope="module")
def data():
    """24 items, two of which nobody liked."""
    likes = some_likes(4, n_people=50, n_items=24)
    likes[:, [5, 17]] = 0
    return dataset_of(likes)


@pytest.mark.usefixtures("minilm")
class TestModel:
    def test_it_is_the_formula_of_its_docstring(self, data):
        knobs = {"l2": 30.0, "l2_text": 3.0, "dropout": 0.2}
        model = fit("ease_text", data, strength=1.5, rho=2.0, **knobs)
        warm = data.like_counts > 0
        vectors = reader().space(data, reader().main(data)).items.astype(np.float64)
        inverse = inverse_gram(sp.csr_matrix(data.likes[:, warm], dtype=np.float64), 30.0, 0.2)
        walked = inverse @ text_links(vectors[warm], 3.0)
        mean = data.like_counts[warm].mean()
        pull = 30 * 1.5 * mean / (mean + 5)
        known = pull * walked - inverse * ((1 + pull * np.diag(walked)) / np.diag(inverse))
        np.fill_diagonal(known, 0)
        np.testing.assert_allclose(model.links_[np.ix_(warm, warm)], known, atol=1e-6)
        design = np.column_stack([vectors, np.ones(24)])
        ridge = Ridge(alpha=2.0, fit_intercept=False, solver="svd")
        columns = ridge.fit(design[warm], known.T).predict(design[~warm]).T
        rows = ridge.fit(design[warm], known).predict(design[~warm])
        between = ridge.fit(design[warm], columns).predict(design[~warm])
        np.fill_diagonal(between, 0)
        np.testing.assert_allclose(model.links_[np.ix_(warm, ~warm)], columns, atol=1e-6)
        np.testing.assert_allclose(model.links_[np.ix_(~warm, warm)], rows, atol=1e-6)
        np.testing.assert_allclose(model.links_[np.ix_(~warm, ~warm)], between, atol=1e-6)

    def test_without_strength_known_items_score_as_in_ease(self, data):
        warm = data.like_counts > 0
        plain, blind = fit("ease", data), fit("ease_text", data, strength=0)
        query = liked(1, 2, 8)
        np.testing.assert_allclose(blind.score(query)[warm], plain.score(query)[warm], atol=1e-6)

    def test_more_strength_comes_closer_to_the_text(self, data):
        warm = data.like_counts > 0
        space = reader().space(data, reader().main(data))
        alike = (space.items[warm] @ space.items[warm].T)[~np.eye(warm.sum(), dtype=bool)]
        agreement = []
        for strength in (0.0, 0.5, 1.0, 2.0, 5.0):
            links = fit("ease_text", data, strength=strength).links_[np.ix_(warm, warm)]
            agreement.append(np.corrcoef(links[~np.eye(warm.sum(), dtype=bool)], alike)[0, 1])
        assert agreement == sorted(agreement)
        assert agreement[-1] > agreement[0] + 0.1

    def test_a_checkerboard_beats_texts_that_know_nothing_of_it(self):
        board = checkerboard()
        model = fit("ease_text", dataset_of(board), half_life=FOREVER, l2=5.0)
        for person, row in enumerate(board):
            known = np.flatnonzero(row)
            assert top_k(model.score(liked(*known)), 1, known).tolist() == [person]

    def test_a_new_item_is_recommended_to_those_who_like_such_things(self, groups):
        model = fit("ease_text", groups)
        runner, listener = model.score(liked(0, 1)), model.score(liked(4, 5))
        assert runner[NEW_SHOE] > runner[NEW_RADIO]
        assert listener[NEW_RADIO] > listener[NEW_SHOE]

    def test_a_click_on_a_new_item_moves_the_list_towards_things_like_it(self, groups):
        model = fit("ease_text", groups)
        for new, near, far in ((NEW_SHOE, SHOES, RADIOS), (NEW_RADIO, RADIOS, SHOES)):
            scores = model.score(liked(new))
            assert scores[near].min() > scores[far].max()
        clicked = Query((*liked(0).events, Event("n", Kind.CLICK, 9.0, str(NEW_RADIO))))
        gain = model.score(clicked) - model.score(liked(0))
        assert gain[RADIOS].min() > gain[SHOES].max()
        assert {part.key for part in model.contributions(clicked, np.arange(3)).parts} == {"e0", "n"}

    def test_an_item_with_the_same_words_has_the_same_links(self):
        likes = some_likes(6, n_people=50, n_items=10)
        likes[:, [8, 9]] = 0
        names = ["running shoe", "rain boot", "wool sock", "radio", "earbuds", "speaker", "pan", "knife", "new", "new"]
        model = fit("ease_text", dataset_of(likes, names))
        np.testing.assert_allclose(model.links_[:8, 8], model.links_[:8, 9], atol=1e-6)
        np.testing.assert_allclose(model.links_[8, :8], model.links_[9, :8], atol=1e-6)

    def test_items_without_words_live_by_their_likes_and_without_both_not_at_all(self, fresh_reader):
        fresh_reader(RECSYS_ENCODER="lexical")
        likes = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 0, 0]])
        data = dataset_of(likes, ["red shoe", "red sock", "!!!", "red hat", "???"])
        model = fit("ease_text", data)
        assert np.isnan(model.score(liked(0))).tolist() == [False, False, False, False, True]
        assert np.isnan(model.score(liked(4))).all()
        plain = fit("ease", data).links_
        assert np.sign(model.links_[1, 2]) == np.sign(plain[1, 2]) == 1

    @pytest.mark.parametrize(("knob", "value"), [("l2", 0), ("l2_text", 0), ("strength", -1), ("rho", 0)])
    def test_impossible_knobs_are_refused(self, data, knob, value):
        with pytest.raises(ValueError, match=f"{knob} should be"):
            fit("ease_text", data, **{knob: value})


NEW_SHOE, NEW_RADIO = 8, 9
SHOES, RADIOS = np.arange(4), np.arange(4, 8)


@pytest.fixture(scope="module")
def groups():
    """Four shoes and four radios, liked by different people, and one of each that nobody has found yet."""
    names = [
        *("Running shoe for roads", "Trail running shoe", "Walking shoe of leather", "Light racing shoe"),
        *("Kitchen radio", "Portable radio with battery", "Digital radio alarm clock", "Car radio with music"),
        *("Waterproof running shoe", "Pocket radio with speaker"),
    ]
    likes = np.zeros((40, 10))
    rng = np.random.default_rng(0)
    likes[:20, SHOES] = rng.random((20, 4)) < 0.7
    likes[20:, RADIOS] = rng.random((20, 4)) < 0.7
    return dataset_of(likes, names)
