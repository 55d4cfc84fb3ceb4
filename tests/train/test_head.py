"""The head in closed form: solved exactly, learned without the items it is tested on, the same in both of its forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.splits import split
from recsys.errors import EncoderError, UnknownIdError
from recsys.evaluate.lists import asked
from recsys.models import build, shared
from recsys.settings import settings
from recsys.text import Reader, VectorStore, made, reader, registry
from recsys.text.onnx_encoder import OnnxEncoder
from recsys.text.space import TextSpace
from recsys.train import student
from recsys.train.closed_form import Lesson, Linear, regression
from recsys.train.encoder_worth import AFTER, UNTOUCHED
from recsys.train.head import COLD, Head
from recsys.train.job import Desk
from recsys.train.linear import folders, with_layer
from recsys.train.moved import moved
from recsys.train.recipes import recipe_class
from tests.train.half_readers import N_EACH, world
from tests.train.tiny_encoder import shelved

DIM = 10
QUICK = Head(l2=(0.1, 1.0), dim=(DIM, 4), share=(0.5, 1.0))


@pytest.fixture(scope="module")
def words() -> dict[str, np.ndarray]:
    """Letters that say what people like speak softly, numbers that say nothing speak loudly."""
    rng = np.random.default_rng(3)
    soft = {letter * 3: rng.normal(size=DIM) for letter in "abcdpqrs"}
    loud = {str(number): 3 * rng.normal(size=DIM) for number in range(N_EACH)}
    return {"?": np.zeros(DIM), **soft, **loud}


@pytest.fixture(scope="module")
def data(words, tmp_path_factory) -> Iterator[Dataset]:
    """A world read by a tiny encoder from a shelf of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECSYS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        settings.cache_clear()
        patch.setattr(registry, "_reader", Reader(VectorStore(tmp_path_factory.mktemp("store") / "vectors.sqlite")))
        shelved(words, tmp_path_factory.mktemp("files") / "tiny")
        yield world().read_by("tiny")
    settings.cache_clear()


@pytest.fixture(scope="module")
def space(data) -> TextSpace:
    return reader().space(data, reader().main(data))


@pytest.fixture(scope="module")
def result(data, tmp_path_factory) -> dict:
    return dict(QUICK.run(data, Desk(tmp_path_factory.mktemp("desk") / "head")))


@given(st.integers(0, 10_000), st.floats(0.01, 100.0))
def test_the_regression_is_the_ridge_of_scikit_learn(seed, l2):
    rng = np.random.default_rng(seed)
    vectors, target = rng.normal(size=(12, 5)), rng.normal(size=(12, 3))
    theirs = Ridge(alpha=l2, fit_intercept=False, tol=1e-12).fit(vectors, target).coef_.T
    np.testing.assert_allclose(regression(vectors, l2) @ target, theirs, atol=1e-8)


def test_texts_predict_both_ends_of_a_link_of_ease(data, space):
    lesson = Lesson.of(data, space, "ease")
    links = np.asarray(shared(build("ease"), data).links_, dtype=np.float64)
    links = (links + links.T) / 2

    def ridge(target):
        return Ridge(alpha=0.5, fit_intercept=False, tol=1e-12).fit(lesson.vectors, target).coef_.T

    np.testing.assert_allclose(lesson.expected(0.5), ridge(ridge(links).T), atol=1e-8)


def test_texts_predict_the_factors_of_als(data, space):
    lesson = Lesson.of(data, space, "ials")
    factors = np.asarray(shared(build("ials"), data).items_, dtype=np.float64)
    map_ = Ridge(alpha=0.5, fit_intercept=False, tol=1e-12).fit(lesson.vectors, factors).coef_.T
    np.testing.assert_allclose(lesson.expected(0.5), map_ @ map_.T, atol=1e-8)


@given(st.integers(0, 10_000), st.floats(0.0, 1.0), st.integers(1, 6))
def test_products_of_the_head_are_those_of_both_vectors_side_by_side(seed, share, dim):
    rng = np.random.default_rng(seed)
    vectors, half = rng.normal(size=(20, 6)), rng.normal(size=(6, 6))
    expected = half @ half.T
    head = Lesson(np.zeros(6), vectors, lambda k: k).head(expected, dim, share)
    values, axes = np.linalg.eigh(expected)
    mapped = vectors @ axes[:, -dim:] * np.sqrt(values[-dim:])
    mapped *= np.linalg.norm(vectors) / np.linalg.norm(mapped)
    beside = np.hstack([np.sqrt(1 - share) * vectors, np.sqrt(share) * mapped])
    moved_ = vectors @ head.matrix
    np.testing.assert_allclose(moved_ @ moved_.T, beside @ beside.T, atol=1e-8)


def test_without_a_share_the_head_only_takes_the_centre_off():
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(9, 4)).astype(np.float32)
    lesson = Lesson(raw.mean(axis=0), raw - raw.mean(axis=0), lambda k: k)
    for head in (lesson.head(np.eye(4), 4, 0.0), lesson.head(-np.eye(4), 4, 1.0)):
        np.testing.assert_allclose(head.matrix, np.eye(4), atol=1e-12)


def test_vectors_of_the_head_have_unit_length_and_unread_texts_stay_nothing():
    head = Linear(np.ones(3), np.diag([2.0, 1.0, 0.5]))
    found = head(np.array([[1, 2, 3], [0, 0, 0]], dtype=np.float32))
    assert np.linalg.norm(found[0]) == pytest.approx(1)
    assert not found[1].any()


def test_nothing_of_a_held_out_item_enters_the_head(data, space):
    cut = split(data, COLD)
    scrambled = space.raw.copy()
    scrambled[cut.candidates] = scrambled[cut.candidates][::-1]
    before, after = (
        Lesson.of(cut.train, each, "ease") for each in (space, TextSpace.build(space.encoder, scrambled, space.read))
    )
    np.testing.assert_array_equal(before.centre, after.centre)
    np.testing.assert_array_equal(before.expected(1.0), after.expected(1.0))


def test_other_likes_of_the_held_out_items_make_the_same_encoder(data, result, tmp_path):
    cold = np.isin(data.event_rows, split(data, COLD).candidates)
    events = data.events.copy()
    events.loc[cold, Events.USER] = list(events.loc[cold, Events.USER])[::-1]
    other = replace(data, events=events)
    assert QUICK.run(other, Desk(tmp_path / "head"))["version"] == result["version"]


def test_the_head_ranks_new_items_better_where_texts_hide_what_people_like(result):
    assert result["gain"]["found"]
    assert result["gain"]["value"] > 0
    assert result["rows"][AFTER]["value"] > result["rows"]["random"]["high"]
    assert result["student"]["lists"]["students"][AFTER]["loss"]["high"] < 0.5


def test_the_kept_encoder_reads_from_its_graph_what_the_store_was_told(data, result):
    encoder = reader().loaded(result["encoder"])
    assert isinstance(encoder, OnnxEncoder)
    filed = reader().space(data, result["encoder"]).raw
    read = encoder.encode(data.latin_texts)
    assert (np.einsum("nd,nd->n", filed, read) > 0.99999).all()


def test_the_parent_is_as_it_was(data, space, result):
    fresh = OnnxEncoder(made.folder_of("tiny") / "fast", "tiny", "again")
    np.testing.assert_allclose(fresh.encode(data.latin_texts), space.raw, atol=1e-6)
    assert made.find(result["encoder"]).parent == "tiny"


def test_the_result_is_plain_json_and_the_recipe_comes_back_from_its_fields(result):
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    said = json.loads(json.dumps(asdict(QUICK)))
    again = recipe_class("head")(**{key: tuple(v) if isinstance(v, list) else v for key, v in said.items()})
    assert again == QUICK


def test_every_setting_tried_is_a_point_of_the_chart_even_after_a_stop(data, tmp_path):
    desk = Desk(tmp_path / "head")
    desk.note(step=1, validation=0.5)
    QUICK.run(data, desk)
    steps = [point["step"] for point in desk.points]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) == 1 + 4 + 1


def test_data_that_no_sentence_encoder_reads_are_told_so_before_anything_is_learned(data, tmp_path):
    with pytest.raises(EncoderError, match="needs a sentence encoder"):
        QUICK.run(data.read_by("lexical"), Desk(tmp_path / "head"))


def test_a_target_there_is_not_is_refused():
    with pytest.raises(UnknownIdError, match="choose from ease, ials"):
        Head("magic")


def test_the_teacher_never_sees_what_the_people_it_ranks_for_did_to_new_items(data):
    cut = split(data, COLD)
    people = asked(cut)[:5]
    seen = data.with_events(student._seen(data, cut, people))
    new = {data.item_ids[row] for row in cut.candidates}
    theirs = {person.query.user_id for person in people}
    of_new = seen.events[seen.events[Events.ITEM].isin(new)]
    assert not set(of_new[Events.USER]) & theirs
    assert len(of_new)
    assert len(seen.events) > len(cut.train.events)


def test_a_student_that_is_the_teacher_shares_every_link(data, monkeypatch):
    monkeypatch.setattr(student, "ENOUGH", 2)
    cut = split(data, COLD)
    links = np.asarray(shared(build("ease"), data).links_)
    found = student.links_compared(data, cut, {"same": lambda row: links[:, row]}, 0)
    assert found["students"]["same"]["value"] == 1
    assert 0 < found["chance"] < 1


def test_items_with_too_few_likes_have_no_links_to_compare(data):
    assert student.links_compared(data, split(data, COLD), {"any": lambda row: np.ones(data.n_items)}, 0) == {
        "n": 0,
        "chance": pytest.approx(10 / (split(data, COLD).train.like_counts > 0).sum()),
        "students": {},
    }


def test_neighbours_that_stay_are_told_as_kept_and_others_by_title(data, space):
    assert moved(data, space, space)["kept"] == 1
    flipped = TextSpace.build(space.encoder, space.raw[::-1].copy(), space.read)
    said = moved(data, space, flipped, n=2)
    assert len(said["examples"]) == 2
    assert said["kept"] < 1
    assert said["examples"][0]["kept"] <= said["examples"][1]["kept"]


def test_sentence_transformers_reads_the_folder_as_the_fast_graph_does(minilm, sentences, tmp_path):
    from sentence_transformers import SentenceTransformer

    rng = np.random.default_rng(1)
    weight, bias = rng.normal(size=(384, 384)), rng.normal(size=384)
    with_layer(*folders("minilm"), weight, bias, tmp_path / "head")
    ours = OnnxEncoder(tmp_path / "head" / "fast", "head", "1").encode(sentences[:12])
    theirs = SentenceTransformer(str(tmp_path / "head"), device="cpu").encode(sentences[:12])
    assert (np.einsum("nd,nd->n", ours, theirs) > 0.99999).all()
    raw = minilm.encode(sentences[:12]) @ weight + bias
    assert (np.einsum("nd,nd->n", ours, raw) / np.linalg.norm(raw, axis=1) > 0.99999).all()


def test_a_head_can_be_put_on_a_head(data, result, tmp_path: Path):
    with_layer(*folders(result["encoder"]), np.eye(DIM), np.zeros(DIM), tmp_path / "again")
    twice = OnnxEncoder(tmp_path / "again" / "fast", "again", "1").encode(data.latin_texts)
    np.testing.assert_allclose(twice, reader().space(data, result["encoder"]).raw, atol=1e-5)
    assert result["rows"][UNTOUCHED]["n"] == result["n_people"]
