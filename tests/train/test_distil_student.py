"""The static student: a closed form that is the ridge it claims to be, chosen on texts it did not learn from."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.text import made
from recsys.text.minilm import model_dir
from recsys.text.static import StaticEncoder
from recsys.train import Desk, distil
from recsys.train.distil import Distil, agreed, cut_texts, name_for
from recsys.train.recipes import recipe_class
from recsys.train.token_table import Lesson, bags, by_rank, rarity, shares_of, tokens_alone

RNG = np.random.default_rng(0)


def some(data: Dataset, n: int) -> Dataset:
    """The first ``n`` items of ``data`` and what was done with them."""
    items = data.items.iloc[:n]
    return Dataset.from_tables(data.name, items, data.events[data.events["item_id"].isin(items["item_id"])])


@pytest.fixture
def lesson():
    counts = bags([RNG.integers(0, 15, size=RNG.integers(1, 9)) for _ in range(12)], 20)
    alone, vectors = RNG.normal(size=(20, 6)).astype(np.float32), RNG.normal(size=(12, 6)).astype(np.float32)
    return Lesson(alone, shares_of(counts, rarity(counts)), vectors)


def test_the_table_is_the_ridge_of_what_the_map_leaves(lesson):
    table = lesson.table(0.5, 0.1)
    matrix, bias = lesson._mapped(0.1)
    rows = lesson.shares.toarray().astype(np.float64)
    l2 = 0.5 * np.trace(rows @ rows.T) / len(rows)
    rest = lesson.vectors - rows @ lesson.alone @ matrix - bias
    moved = np.linalg.solve(rows.T @ rows + l2 * np.eye(20), rows.T @ rest)
    np.testing.assert_allclose(table, lesson.alone @ matrix + bias + moved, atol=1e-4)


def test_a_token_that_no_text_has_keeps_what_it_means_alone(lesson):
    matrix, bias = lesson._mapped(0.1)
    np.testing.assert_allclose(lesson.table(0.1, 0.1)[15:], lesson.alone[15:] @ matrix + bias, atol=1e-5)


def test_a_weak_ridge_says_the_lesson_and_a_strong_one_only_the_map(lesson):
    np.testing.assert_allclose(lesson.shares @ lesson.table(1e-5, 0.1), lesson.vectors, atol=1e-2)
    matrix, bias = lesson._mapped(0.1)
    np.testing.assert_allclose(lesson.table(1e7, 0.1), lesson.alone @ matrix + bias, atol=1e-4)


def test_counts_weights_and_shares_of_tokens():
    counts = bags([np.array([1, 1, 2]), np.array([], dtype=np.int64), np.array([2])], 4)
    assert counts.toarray().tolist() == [[0, 2, 1, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    weights = rarity(counts)
    np.testing.assert_allclose(weights, np.log([4 / 1, 4 / 2, 4 / 3, 4 / 1]) + 1, rtol=1e-6)
    shares = shares_of(counts, np.array([1, 2, 4, 1], dtype=np.float32)).toarray()
    np.testing.assert_allclose(shares, [[0, 1 / 2, 1 / 2, 0], [0, 0, 0, 0], [0, 0, 1, 0]])
    assert (np.diff(by_rank(50, 1e-4)) > 0).all()


def test_every_token_is_read_between_start_and_end_and_only_once(tmp_path):
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "rain", "shoe"]
    Tokenizer(WordPiece({token: n for n, token in enumerate(tokens)}, unk_token="[UNK]")).save(
        str(tmp_path / "tokenizer.json")
    )
    table = RNG.normal(size=(6, 4)).astype(np.float32)
    whole, ids, mask = "sentence_vector", "input_ids", "attention_mask"
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", ids], ["read"]),
            helper.make_node("ReduceMean", ["read", "axes"], [whole], keepdims=0),
        ],
        "mean",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"]) for name in (ids, mask)],
        [helper.make_tensor_value_info(whole, TensorProto.FLOAT, ["n", 4])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, tmp_path / "model.onnx")
    kept = tmp_path / "kept"
    kept.mkdir()
    alone = tokens_alone(tmp_path, kept, lambda share: None)
    np.testing.assert_allclose(alone, (table + table[2] + table[3]) / 3, atol=1e-6)
    for file in kept.glob("*.npy"):
        np.save(file, np.load(file) * 2)
    np.testing.assert_allclose(tokens_alone(tmp_path, kept, lambda share: None), 2 * alone)


def test_texts_are_cut_into_three_parts_without_a_text_in_two():
    parts = cut_texts(101, 0)
    assert [len(part) for part in parts] == [71, 15, 15]
    assert sorted(np.concatenate(parts).tolist()) == list(range(101))
    assert cut_texts(101, 1)[2].tolist() != parts[2].tolist()
    assert len(cut_texts(20_000, 0)[0]) == distil.MOST_TEXTS


def test_the_teacher_agrees_with_itself_and_with_nobody_at_random():
    vectors, rows = RNG.normal(size=(80, 16)).astype(np.float32), np.arange(20)
    own = agreed(3 * vectors, vectors, rows, np.arange(20, 80))
    assert own == pytest.approx(dict.fromkeys(own, 1.0))
    other = agreed(RNG.normal(size=(80, 16)), vectors, rows, np.arange(20, 80))
    assert other["cosine_mean"] < 0.3
    assert other["overlap_items"] < 0.4


@pytest.fixture(scope="module")
def made_here(tmp_path_factory, shop, minilm):
    """What the recipe returns for a small shop, tokens starting before the first layer: to read them takes a minute."""
    folder = tmp_path_factory.mktemp("desk")
    alone = load_file(model_dir() / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
    recipe = Distil(token_ridges=(0.1, 1.0), map_ridges=(1.0,), max_users=20, n_items=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distil, "tokens_alone", lambda *_: alone)
        patch.setattr(distil, "N_SHORT", 10)
        yield recipe, some(shop, 120), recipe.run(some(shop, 120), Desk(folder))


@pytest.mark.slow
def test_the_student_learns_and_is_judged_on_texts_it_never_saw(made_here):
    _, _, told = made_here
    assert told["held_out"]["cosine_mean"] > told["held_out_plain"]["cosine_mean"] + 0.2
    assert told["cosine_mean"] == told["held_out"]["cosine_mean"] < 0.99
    assert told["n_held_out"] == 18
    assert [one["tuned"] for one in told["trials"]] == [False, True, True]
    assert told["chosen"] == max(told["trials"], key=lambda one: one["overlap_items"])
    json.dumps(told, allow_nan=False)


def test_it_stands_on_the_shelf_beside_its_loss_its_size_and_its_time(made_here):
    _, data, told = made_here
    assert told["name"] == name_for(data) == "static-shop"
    one = made.find("static-shop")
    assert one is not None
    assert (one.kind, one.parent, one.dataset) == ("static", "minilm", "shop")
    assert told["bytes"] == pytest.approx(30_522 * 384 * 2, rel=0.05)
    assert told["times_faster"] > 5
    loss = told["hits"]["cold_items"]["loss"]
    assert loss["low"] <= loss["value"] <= loss["high"]
    assert (told["loss"], told["loss_low"], told["found"]) == (loss["value"], loss["low"], loss["found"])
    encoder = StaticEncoder(made.folder_of("static-shop"), "static-shop", one.version)
    rain, pan, shoe = encoder.encode(["a rain jacket", "a frying pan", "a waterproof coat for rain"])
    assert rain @ shoe > rain @ pan


def test_data_that_minilm_does_not_read_or_without_texts_teach_nothing(tmp_path, toy):
    with pytest.raises(DataError, match="10 different texts, 30 are needed"):
        Distil().run(toy, Desk(tmp_path))
    chinese = toy.items.assign(title=toy.items["title_zh"], description=toy.items["description_zh"], category="跑步")
    with pytest.raises(DataError, match="MiniLM does not read"):
        Distil().run(replace(toy, items=chinese), Desk(tmp_path))


def test_the_name_is_one_that_the_shelf_takes(toy):
    assert made.NAME.fullmatch(name_for(replace(toy, name="Ünï_Code ml/100K" * 5)))
    assert recipe_class("distil") is Distil
