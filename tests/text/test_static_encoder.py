"""A table of token vectors: the mean of model2vec, read from its folder without its library."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from recsys.errors import EncoderError
from recsys.text import made
from recsys.text.made import Made
from recsys.text.scripts import LATIN
from recsys.text.static import StaticEncoder

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "rain", "shoe", "run", "##ning", "pan", "a", "the", "##s"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from model2vec import StaticModel

    tokenizer = Tokenizer(WordPiece({token: n for n, token in enumerate(TOKENS)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    vectors = np.random.default_rng(0).normal(size=(len(TOKENS), 8)).astype(np.float16)
    folder = tmp_path_factory.mktemp("static")
    StaticModel(vectors, tokenizer, {}, normalize=True, max_length=20).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def encoder(folder):
    return StaticEncoder(folder, "static-toy", "v1")


def test_it_says_what_model2vec_says(folder, encoder):
    from model2vec import StaticModel

    texts = ["rain shoe", "running shoes a pan", "the rain", "unknown rain words", "Running RAIN!"]
    theirs = StaticModel.from_pretrained(folder).encode(texts)
    np.testing.assert_allclose(encoder.encode(texts), theirs, atol=2e-3)  # their mean is of 16 bits


def test_a_text_is_the_mean_of_its_tokens(folder, encoder):
    table = load_file(folder / "model.safetensors")["embeddings"].astype(np.float32)
    mean = (table[6] + table[7] + 2 * table[4]) / 4
    np.testing.assert_allclose(encoder.encode(["rain running rain"])[0], mean / np.linalg.norm(mean), atol=1e-5)


@given(st.lists(st.text(st.one_of(st.sampled_from("rainshoe \n"), st.characters()), max_size=30), max_size=5))
def test_any_text_gives_a_row_of_length_one_or_zero_alone_as_among_others(encoder, texts):
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 8)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert all(length == 0 or abs(length - 1) < 1e-5 for length in lengths)
    for vector, text in zip(vectors, texts, strict=True):
        np.testing.assert_array_equal(encoder.encode([text])[0], vector)


@pytest.mark.parametrize("text", ["", " \n", "雨", "\ud83d", "zzz"])
def test_what_cannot_be_read_is_a_zero_row(encoder, text):
    assert not encoder.encode(["rain", text])[1].any()


def test_the_order_of_words_does_not_matter_and_texts_are_cut_at_the_length_of_the_folder(encoder):
    np.testing.assert_allclose(*encoder.encode(["rain shoe pan", "pan rain shoe"]), atol=1e-6)
    np.testing.assert_array_equal(*encoder.encode(["rain " * 20, "rain " * 20 + "pan " * 90]))


def test_weights_and_shared_vectors_of_a_quantised_folder_are_used(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    few = np.eye(3, 8, dtype=np.float32)
    places = np.array([n % 3 for n in range(len(TOKENS))], dtype=np.int64)
    weights = np.ones(len(TOKENS), dtype=np.float32)
    weights[TOKENS.index("rain")] = 3
    save_file({"embeddings": few, "mapping": places, "weights": weights}, tmp_path / "model.safetensors")
    said = StaticEncoder(tmp_path, "q", "v").encode(["rain shoe"])[0]  # rain is place 4 % 3 = 1, shoe is 2
    np.testing.assert_allclose(said[:3], np.array([0, 3, 1]) / np.sqrt(10), atol=1e-6)


def test_a_table_that_lacks_tokens_is_refused_in_one_sentence(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    save_file({"embeddings": np.zeros((3, 8), dtype=np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(EncoderError, match="3 vectors for 12 tokens"):
        StaticEncoder(tmp_path, "q", "v")
    save_file({"other": np.zeros((3, 8), dtype=np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(EncoderError, match="no table"):
        StaticEncoder(tmp_path, "q", "v")


def test_a_copy_in_another_process_reads_alike(encoder):
    copy = pickle.loads(pickle.dumps(encoder))
    assert (copy.name, copy.version, copy.languages) == ("static-toy", "v1", {LATIN})
    np.testing.assert_array_equal(copy.encode(["rain shoe"]), encoder.encode(["rain shoe"]))


def test_the_shelf_hands_it_out_by_name(folder, tmp_path, fresh_reader):
    reader = fresh_reader(RECSYS_STATE_DIR=str(tmp_path / "state"))
    files = tmp_path / "files"
    files.mkdir()
    for file in folder.iterdir():
        (files / file.name).write_bytes(file.read_bytes())
    made.keep(Made("static-toy", "Toy", "A toy.", "static", "minilm", "v1"), files)
    found = reader.loaded("static-toy")
    assert isinstance(found, StaticEncoder)
    assert found.version == "v1"
    assert found.encode(["rain"]).any()
