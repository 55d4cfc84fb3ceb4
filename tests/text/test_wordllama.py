"""WordLlama read from its package: the numbers of the library itself, and nothing else of it."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data import Dataset
from recsys.errors import EncoderError, MissingDependencyError
from recsys.settings import ROOT
from recsys.text import wordllama
from recsys.text.scripts import LATIN
from recsys.text.wordllama import MAX_TOKENS, TOKENIZER_FILE, WEIGHTS_FILE, WordLlama


@pytest.fixture(scope="module")
def encoder() -> WordLlama:
    return WordLlama()


@pytest.fixture(scope="module")
def folder(encoder):
    return encoder._folder


def test_the_vectors_are_those_of_the_library_itself(encoder, folder, sentences):
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    (table,) = load_file(folder / WEIGHTS_FILE).values()
    library = WordLlamaInference(table, Tokenizer.from_file(str(folder / TOKENIZER_FILE)))
    short = [text for text in sentences if len(text) < MAX_TOKENS]
    np.testing.assert_allclose(encoder.encode(short), library.embed(short, norm=True), atol=1e-6)
    assert len(short) > 200


def test_nothing_of_the_library_is_imported():
    code = (
        "import sys; from recsys.text.wordllama import WordLlama; WordLlama().encode(['a quiet film']);"
        "print({'wordllama', 'torch', 'transformers', 'requests'} & set(sys.modules) or 'light')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "light"


def test_what_reads_alike_is_near(encoder):
    shoe, boot, pan = encoder.encode(["a waterproof running shoe", "shoes for runners in the rain", "a frying pan"])
    assert shoe @ boot > 2 * (shoe @ pan)


@given(texts=st.lists(st.text(max_size=40), max_size=6))
def test_rows_are_of_unit_length_or_zero_whatever_is_written(encoder, texts):
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 256)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    for text, length in zip(texts, lengths, strict=True):
        assert length == pytest.approx(1.0 if text.strip() else 0.0, abs=1e-5)


def test_a_text_reads_the_same_alone_and_among_others(encoder, sentences):
    some = sentences[:150]
    np.testing.assert_array_equal(encoder.encode(some)[[3, 77, 149]], encoder.encode([some[3], some[77], some[149]]))


def test_broken_letters_are_read_as_question_marks(encoder):
    np.testing.assert_array_equal(encoder.encode(["a \ud800 b"]), encoder.encode(["a ? b"]))


def test_what_comes_after_the_limit_is_not_read(encoder):
    long = "rain " * (MAX_TOKENS + 500)
    np.testing.assert_allclose(encoder.encode([long + "pan " * 900]), encoder.encode([long]), atol=1e-6)


def test_it_does_not_claim_chinese_which_it_reads_worse_than_characters_do(encoder, shop):
    from recsys.text.lexical import Lexical
    from recsys.text.space import centred

    pairs = zip(shop.column("title_zh"), shop.column("description_zh"), strict=True)
    texts = [f"{title} {more}" for title, more in pairs]
    kinds = np.array(shop.column("category"))

    def right(vectors: np.ndarray) -> float:
        near = centred(vectors, vectors.mean(axis=0))
        alike = near @ near.T
        np.fill_diagonal(alike, -9)
        return float((kinds[alike.argmax(axis=1)] == kinds).mean())

    assert encoder.languages == {LATIN}
    assert right(encoder.encode(texts)) < right(Lexical.fit(texts).encode(texts))


def test_threads_read_the_same(encoder, sentences):
    found: list[np.ndarray] = [np.zeros(0)] * 4

    def read(place: int) -> None:
        found[place] = encoder.encode(sentences[:100])

    threads = [threading.Thread(target=read, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found:
        np.testing.assert_array_equal(one, encoder.encode(sentences[:100]))


def test_a_copy_in_another_process_reads_the_same(encoder):
    sent = pickle.dumps(encoder)
    assert len(sent) < 1000
    np.testing.assert_array_equal(pickle.loads(sent).encode(["rain"]), encoder.encode(["rain"]))


def test_its_absence_names_the_package_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="pip install wordllama"):
        WordLlama()
    assert not wordllama.available()


def test_other_weights_are_not_taken_for_the_published_ones(tmp_path, folder):
    for file in (WEIGHTS_FILE, TOKENIZER_FILE):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    with (tmp_path / WEIGHTS_FILE).open("r+b") as weights:
        weights.seek(5000)
        weights.write(b"\x01\x02")
    with pytest.raises(EncoderError, match="not the published one"):
        WordLlama(tmp_path)
    (tmp_path / WEIGHTS_FILE).unlink()
    with pytest.raises(EncoderError, match="cannot be read"):
        WordLlama(tmp_path)


def test_the_reader_lets_it_read_by_name(toy: Dataset, fresh_reader):
    reads = fresh_reader(RECSYS_ENCODER="wordllama")
    assert reads.main(toy) == "wordllama"
    assert reads.space(toy, "wordllama").encoder.version == WordLlama.version
    assert reads.route("想要一双跑步的鞋", toy) != "wordllama"


def test_without_the_package_the_words_read_and_the_reason_is_said(toy: Dataset, fresh_reader, monkeypatch):
    reads = fresh_reader(RECSYS_ENCODER="wordllama")
    monkeypatch.setattr(wordllama, "_installed", _absent)
    assert reads.main(toy) == "lexical"
    assert "pip install wordllama" in reads.default().fallback


def _absent():
    raise MissingDependencyError("wordllama", "the encoder WordLlama")
