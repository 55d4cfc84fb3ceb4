"""Which layers stay, that teaching helps and goes on after a stop, and that the result is an ordinary folder."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from recsys.text import made, reader
from recsys.train import Desk
from recsys.train.prune import Prune
from recsys.train.taught import BATCH, _batches

pytestmark = pytest.mark.usefixtures("tiny")

SMALL = {"base": "tiny", "layers": 2, "n_texts": 24, "max_users": 20, "n_items": 40}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def told(shop, desk):
    return Prune(**SMALL, steps=60).run(shop, desk)


@pytest.mark.slow
def test_the_layers_that_agree_most_stay_and_teaching_brings_them_nearer(told):
    json.dumps(told, allow_nan=False)
    assert sorted(way["layers"] for way in told["ways"]) == [[0, 1], [0, 2], [1, 2]]
    best = max(told["ways"], key=lambda way: way["overlap_asked"])
    assert told["layers"] == best["layers"] == told["before"]["layers"]
    assert told["after"]["cosine_mean"] > told["before"]["cosine_mean"]
    assert told["steps"] == 60
    assert told["bytes"] < told["full_bytes"]


def test_it_is_an_ordinary_folder_whose_graph_says_the_same(told):
    from sentence_transformers import SentenceTransformer

    folder = made.folder_of(told["name"])
    assert json.loads((folder / "config.json").read_text())["num_hidden_layers"] == 2
    texts = ["rain running shoe", "a large pot with a lid", "x"]
    ours = SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(reader().loaded(told["name"]).encode(texts), ours, atol=1e-5)


def test_words_keep_the_vectors_they_had(told):
    from safetensors.numpy import load_file

    tables = [load_file(made.folder_of(name) / "model.safetensors") for name in ("tiny", told["name"])]
    before, after = (table["embeddings.word_embeddings.weight"] for table in tables)
    np.testing.assert_array_equal(before, after)


@pytest.mark.slow
def test_a_stopped_training_goes_on_from_its_last_step(told, shop, desk, tmp_path):
    shutil.copyfile(desk.folder / "state.pt", tmp_path / "state.pt")
    ways = [{**told["ways"][0], "known": True}]
    (tmp_path / "ways.json").write_text(json.dumps(ways))
    resumed = Desk(tmp_path)
    again = Prune(**SMALL, steps=62).run(shop, resumed)
    assert [point["step"] for point in resumed.points] == [61, 62]
    assert again["ways"] == ways


def test_after_a_stop_the_batches_are_those_that_would_have_come():
    texts = ["x" * (n % 17) for n in range(5 * BATCH + 3)]
    every, late = _batches(texts, 3, 0), _batches(texts, 3, 8)
    first = [next(every) for _ in range(14)]
    assert sorted(place for batch in first[:6] for place in batch) == list(range(len(texts)))
    assert [next(late) for _ in range(6)] == first[8:]


def test_more_layers_than_there_are_are_refused(shop, tmp_path):
    with pytest.raises(ValueError, match="1 to 2, is now 3"):
        Prune(**SMALL | {"layers": 3}).run(shop, Desk(tmp_path))
