"""Engines side by side: what is compared, what is left out, and that a stopped measurement goes on."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from recsys.errors import EncoderError, RecsysError
from recsys.metrics import NO_ITEM
from recsys.text import made
from recsys.text.export import MODEL_FILE
from recsys.text.minilm import export_folder
from recsys.train import Desk, engine_shelf, engine_speed, engines
from recsys.train.engine_reading import Reading, Task, agreement, cosines, read_by
from recsys.train.engine_speed import speeds
from recsys.train.engines import Engines, best, quality
from recsys.train.recipes import recipe_class

TWO = Engines((("minilm", ""), ("lexical", "")), k=3, n_items=6, n_texts=6)


@pytest.fixture(scope="module")
def measured(toy, minilm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("engines")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_speed, "ROUNDS", 1)
        patch.setattr(engines, "memory_mb", lambda name, *_: {"minilm": 163.5}.get(name))
        return folder, TWO.run(toy, Desk(folder))


def test_the_recipe_is_registered_and_is_plain_json(measured):
    assert recipe_class("engines") is Engines
    assert json.loads(json.dumps(measured[1], allow_nan=False)) == measured[1]


def test_the_full_model_loses_nothing_against_itself(measured):
    full = measured[1]["engines"][0]
    assert full["name"] == "minilm"
    assert full["cosine"]["least"] == pytest.approx(1)
    assert full["neighbours"] == 1
    assert all(ends["value"] == 0 and not ends["found"] for ends in full["loss"].values())


def test_an_engine_of_another_kind_has_no_cosine_but_neighbours(measured):
    words = measured[1]["engines"][1]
    assert words["name"] == "lexical"
    assert words["cosine"] is None
    assert 0 < words["neighbours"] < 1


def test_every_engine_has_a_size_and_a_time(measured):
    for one in measured[1]["engines"]:
        assert one["megabytes"] > 0
        assert 0 < one["p50_ms"] <= one["p95_ms"]
        assert one["texts_per_s"] > 0
        assert one["core_hours"] > 0
    full, words = measured[1]["engines"]
    assert full["megabytes"] > 80 > words["megabytes"]
    assert (full["memory_mb"], words["memory_mb"]) == (163.5, None)


def test_memory_is_what_a_fresh_process_grows_by(toy):
    found = engine_speed.memory_mb("lexical", toy, toy.latin_texts)
    assert found is None or 0 < found < 50


def test_a_split_that_asks_nobody_is_left_out_with_its_reason(measured):
    found = measured[1]
    assert set(found["n_people"]) | set(found["without"]) == set(engines.SPLITS)
    assert not set(found["n_people"]) & set(found["without"])
    assert all(found["without"].values())


def test_a_stopped_measurement_goes_on_with_what_it_has(toy, measured, monkeypatch):
    folder, before = measured
    monkeypatch.setattr(engine_speed, "ROUNDS", 1)
    monkeypatch.setattr(engines, "read_by", lambda *_: pytest.fail("read again"))
    monkeypatch.setattr(engines, "memory_mb", lambda *_: pytest.fail("weighed again"))
    again = TWO.run(toy, Desk(folder))
    assert [one["neighbours"] for one in again["engines"]] == [one["neighbours"] for one in before["engines"]]


def test_what_cannot_be_loaded_is_left_out_with_its_reason(toy, measured, monkeypatch):
    monkeypatch.setattr(engine_speed, "ROUNDS", 1)
    gone = replace(TWO, names=(*TWO.names, ("never-made", "1")))
    found = gone.run(toy, Desk(measured[0]))
    assert [one["name"] for one in found["engines"]] == ["minilm", "lexical"]
    assert "never-made" in found["left_out"]["never-made"]


def test_without_the_full_model_there_is_nothing_to_compare(toy, monkeypatch, tmp_path):
    def missing(name, _data):
        raise EncoderError(f"{name} is not here")

    monkeypatch.setattr(engine_shelf, "opened", missing)
    with pytest.raises(EncoderError, match="nothing to compare with: minilm is not here"):
        TWO.run(toy, Desk(tmp_path))


def test_an_engine_made_again_asks_afresh(fresh_reader, tmp_path):
    fresh_reader(RECSYS_STATE_DIR=str(tmp_path))
    assert ("small", "1") not in Engines.usual().names
    _made(tmp_path, "1")
    first = Engines.usual()
    assert ("small", "1") in first.names
    _made(tmp_path, "2")
    assert Engines.usual() != first


def test_a_made_engine_is_read_weighed_and_named(toy, fresh_reader, tmp_path):
    fresh_reader(RECSYS_STATE_DIR=str(tmp_path))
    _made(tmp_path, "1")
    assert engine_shelf.label_of("small") == "Smaller"
    assert engine_shelf.bytes_on_disk("small", toy) == engine_shelf.bytes_on_disk("minilm", toy)
    assert not engine_shelf.learned_from("small", toy)
    task = Task.of(toy, ("cold_items",), engines.Protocol(k=3), 6, 6)
    ours, full = (read_by(task, name, lambda *_: None) for name in ("small", "minilm"))
    assert np.array_equal(ours.neighbours, full.neighbours)
    assert cosines(ours.vectors, full.vectors).min() == pytest.approx(1)
    made.discard("small")
    assert engine_shelf.bytes_on_disk("small", toy) is None


def _made(folder, version):
    """An engine whose files are those of MiniLM."""
    files = folder / f"files-{version}"
    (files / "fast").mkdir(parents=True)
    for file in export_folder().iterdir():
        (files / "fast" / file.name).symlink_to(file)
    assert (files / "fast" / MODEL_FILE).exists()
    made.keep(made.Made("small", "Smaller", "The same, for a test.", "onnx", "minilm", version), files)


def test_two_spaces_are_one_only_when_texts_find_themselves():
    rng = np.random.default_rng(0)
    full = rng.normal(size=(40, 16)).astype(np.float32)
    near = full + 0.1 * rng.normal(size=full.shape).astype(np.float32)
    turned = full @ np.linalg.qr(rng.normal(size=(16, 16)))[0]
    found = cosines(near, full)
    assert found is not None
    assert found.min() > 0.9
    assert cosines(turned, full) is None
    assert cosines(full[:, :8], full) is None


def test_agreement_counts_items_and_not_empty_places():
    ours = np.array([[1, 2, NO_ITEM], [4, 5, 6], [NO_ITEM] * 3])
    full = np.array([[2, 1, NO_ITEM], [6, 7, 8], [NO_ITEM] * 3])
    assert agreement(ours, full)[:2] == pytest.approx([1, 1 / 3])
    assert np.isnan(agreement(ours, full)[2])


def test_what_was_read_comes_back_from_its_file(tmp_path):
    one = Reading(np.eye(2), np.array([[1]]), np.array([[0], [1]]), {"cold_items": np.array([0.5, np.nan])})
    one.save(tmp_path / "a.npz")
    back = Reading.load(tmp_path / "a.npz")
    assert np.array_equal(back.vectors, one.vectors)
    assert np.array_equal(back.lists, one.lists)
    assert np.array_equal(back.hits["cold_items"], one.hits["cold_items"], equal_nan=True)


class Told:
    """An engine that notes who read when."""

    def __init__(self, name, order):
        self.name, self._order = name, order

    def encode(self, texts):
        if len(texts) > 1:
            self._order.append(self.name)


@pytest.mark.slow
def test_engines_take_turns_and_begin_by_turns():
    order: list[str] = []
    speeds({name: Told(name, order) for name in "abc"}, ["short"] * 20, ["long", "long"], lambda _share: None)
    assert "".join(order) == "abcbcacababcbca"


def test_times_need_texts():
    with pytest.raises(ValueError, match="texts to read"):
        speeds({}, [], [], lambda _share: None)


def test_on_the_line_is_whom_nobody_beats_in_both():
    def one(name, ms, hits):
        return {"name": name, "p50_ms": ms, "lists": None, "hits": {"cold_items": {"value": hits}} if hits else {}}

    three = [one("slow", 10.0, 0.3), one("worse", 12.0, 0.2), one("quick", 0.1, 0.25), one("silent", 0.01, None)]
    assert best(three, "cold_items") == ["quick", "slow"]
    assert best(three, "lists") == []
    assert quality(three[0], "global_time")["value"] is None


def test_no_text_at_all_is_said(toy):
    blank = toy.items.assign(title=" ", description="", category="")
    with pytest.raises(RecsysError, match="nothing to read"):
        Task.of(replace(toy, items=blank), ("cold_items",), engines.Protocol(), 5, 5)
