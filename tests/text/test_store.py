"""The vector store: nothing encoded twice, nothing lost on disk, nothing mixed up between threads."""

from __future__ import annotations

import hashlib
import sqlite3
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import StorageError
from recsys.text import VectorStore

LONE = "half a pair \ud800"


class Counting:
    """An encoder that counts how often it sees each text."""

    name, languages, dim = "counting", frozenset({"latin"}), 4

    def __init__(self, version="1"):
        self.version = version
        self.seen: list[str] = []

    def encode(self, texts):
        self.seen += texts
        rows = [hashlib.sha256(f"{self.version}{t}".encode("utf-8", "surrogatepass")).digest()[:4] for t in texts]
        return np.array([list(row) for row in rows], dtype=np.float32).reshape(len(texts), 4)


def test_nothing_is_encoded_twice():
    store, encoder = VectorStore(), Counting()
    first = store.vectors(encoder, ["a", "b", "a"])
    second = store.vectors(encoder, ["b", "c", LONE, "a"])
    assert encoder.seen == ["a", "b", "c", LONE]
    np.testing.assert_array_equal(first, Counting().encode(["a", "b", "a"]))
    np.testing.assert_array_equal(second, Counting().encode(["b", "c", LONE, "a"]))


def test_reading_counts_different_texts_as_new_or_known():
    store, encoder = VectorStore(), Counting()
    assert store.read(encoder, ["a", "b", "a"]) == (2, 0)
    assert store.read(encoder, ["a", "c"]) == (1, 1)
    assert store.read(encoder, []) == (0, 0)


def test_two_versions_of_an_encoder_never_share_a_vector():
    store = VectorStore()
    store.vectors(Counting("1"), ["a"])
    newer = Counting("2")
    np.testing.assert_array_equal(store.vectors(newer, ["a"]), Counting("2").encode(["a"]))
    assert newer.seen == ["a"]


@pytest.mark.parametrize("method", ["vectors", "catalogue"])
def test_no_texts_give_no_rows(tmp_path, method):
    store = VectorStore(tmp_path / "v.sqlite")
    assert getattr(store, method)(Counting(), []).shape == (0, 4)


def test_a_catalogue_survives_the_process(tmp_path):
    path, texts = tmp_path / "new" / "v.sqlite", ["a", LONE, "a", "中文", "", "nul\x00"]
    written = VectorStore(path).catalogue(Counting(), texts)
    later = Counting()
    np.testing.assert_array_equal(VectorStore(path).catalogue(later, texts), written)
    assert later.seen == []
    np.testing.assert_array_equal(written, Counting().encode(texts))


def test_only_what_the_file_lacks_is_encoded(tmp_path):
    store, encoder = VectorStore(tmp_path / "v.sqlite"), Counting()
    store.catalogue(encoder, ["a", "b"])
    store.catalogue(encoder, ["b", "c"])
    assert encoder.seen == ["a", "b", "c"]


def test_a_long_catalogue_is_filed_in_steps_that_end_at_one(tmp_path):
    store, steps = VectorStore(tmp_path / "v.sqlite"), []
    texts = [f"text {n}" for n in range(1001)]
    vectors = store.catalogue(Counting(), texts, steps.append)
    np.testing.assert_array_equal(vectors, Counting().encode(texts))
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert len(steps) == 3


def test_what_people_type_is_never_written_to_disk(tmp_path):
    path = tmp_path / "v.sqlite"
    VectorStore(path).vectors(Counting(), ["my secret wish"])
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=12), st.integers(1, 5))
def test_memory_is_bounded_and_always_right(calls, limit):
    store, encoder = VectorStore(memory_entries=limit), Counting()
    for texts in calls:
        np.testing.assert_array_equal(store.vectors(encoder, texts), Counting().encode(texts))
        assert len(store._memory) <= limit


def test_the_least_recently_used_vector_goes_first():
    store, encoder = VectorStore(memory_entries=2), Counting()
    for text in ("a", "b", "a", "c"):
        store.vectors(encoder, [text])
    encoder.seen.clear()
    store.vectors(encoder, ["a"])
    assert encoder.seen == []
    store.vectors(encoder, ["b"])
    assert encoder.seen == ["b"]


def test_a_remembered_row_does_not_hold_its_whole_batch():
    store = VectorStore()
    store.vectors(Counting(), ["a", "b", "c"])
    assert all(vector.base is None for vector in store._memory.values())


def test_eight_threads_read_the_same_texts(tmp_path):
    store, encoder = VectorStore(tmp_path / "v.sqlite", memory_entries=20), Counting()
    texts, problems = [f"t{n}" for n in range(50)], []
    start = threading.Barrier(8)

    def work(seed):
        order = np.random.default_rng(seed).permutation(texts).tolist()
        start.wait()
        try:
            for part in (order[:30], order[10:], order):
                np.testing.assert_array_equal(store.vectors(encoder, part), Counting().encode(part))
                np.testing.assert_array_equal(store.catalogue(encoder, part), Counting().encode(part))
        except BaseException as problem:  # reported by the main thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems[0]


@pytest.mark.parametrize("content", [b"this is no database, and long enough to be sure of it " * 30])
def test_a_broken_file_is_one_sentence_that_names_it(tmp_path, content):
    path = tmp_path / "v.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"v\.sqlite .*delete that file"):
        VectorStore(path)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="RECSYS_CACHE_DIR"):
        VectorStore(tmp_path / "file" / "v.sqlite")
