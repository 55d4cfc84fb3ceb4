"""Fusing encoders: what is learned, on what, and when the result is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.splits import split
from recsys.errors import DataError
from recsys.settings import settings
from recsys.text import Reader, VectorStore, made, reader, registry
from recsys.text.made import Made
from recsys.train import fuse, sealed
from recsys.train.fuse import JOINED, LATER, NEW, SCORES, Fuse, better, validation, verdict
from recsys.train.fuse_learn import AddedUp, read_by, weights_of_scores, weights_of_vectors
from recsys.train.job import Desk, Job
from recsys.train.recipes import recipe_class
from recsys.types import Query
from tests.train.half_readers import Letters, world

BOTH = (("early", ""), ("late", ""))


@pytest.fixture(scope="module")
def halves() -> Dataset:
    return world()


@pytest.fixture(scope="module")
def readers(tmp_path_factory) -> Iterator[Reader]:
    """A reader with two encoders of one half each, and a shelf of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECSYS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        settings.cache_clear()
        one = Reader(VectorStore())
        one._loaded |= {"early": Letters("early", 0), "late": Letters("late", 15), "twin": Letters("twin", 0)}
        patch.setattr(registry, "_reader", one)
        yield one
    settings.cache_clear()


@pytest.fixture(scope="module")
def fused(halves, readers, tmp_path_factory) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp("desk") / "fuse-1"
    return dict(Fuse(BOTH).run(halves, Desk(folder))), folder


def gain(result: dict, split_name: str, way: str) -> dict:
    part = next(part for part in result["parts"] if part["split"] == split_name)
    return next(one for one in part["gains"] if one["name"] == way)


def test_two_halves_together_are_found_better_than_either(fused):
    result, _ = fused
    assert json.loads(json.dumps(result)) == result
    for way in (SCORES, JOINED):
        assert all(weight > 0 for weight in result[way].values())
        assert gain(result, NEW, way)["found"]
        assert gain(result, NEW, way)["low"] > 0
    assert "On Halves the joined encoder is better than" in result["verdict"]
    by_name = {row["name"]: row["value"] for row in result["parts"][0]["rows"]}
    assert by_name[JOINED] > by_name[result["best"]] > by_name["random"]


@pytest.mark.parametrize("climbed", [weights_of_scores, weights_of_vectors])
def test_the_climb_takes_in_the_other_half_and_leaves_a_twin_out(halves, readers, climbed):
    exams = validation(halves, (NEW,), 0, 20)[:1]
    found = climbed(exams, ("early", "late", "twin"), {"early": 1.0, "late": 0.0, "twin": 0.0})
    assert found["late"] > 0  # ties are broken by any weight
    assert found["twin"] == 0


def test_what_was_found_better_is_on_the_shelf_and_reads(halves, fused, readers):
    result, _ = fused
    one = made.find(result["kept"])
    assert one is not None
    assert (one.kind, one.dataset, one.name) == ("fused", "halves", "fused-halves")
    read = halves.read_by(one.name)
    assert reader().main(read) == one.name
    space = reader().space(read, one.name)
    assert space.items.shape == (halves.n_items, result["dim"])
    nearest = space.similarity(space.items[:1])[0].argsort()[-6:]
    assert {halves.item_ids[row][:2] for row in nearest} == {"ap"}


def test_going_on_learns_nothing_again_and_opens_the_test_parts_once(halves, fused, readers, monkeypatch):
    result, folder = fused
    monkeypatch.setattr(fuse, "_learn", None)
    again = dict(Fuse(BOTH).run(halves, Desk(folder)))
    assert again == result
    assert [len(sealed.openings(halves, name, 0)) for name in (NEW, LATER)] == [1, 1]


def test_an_encoder_and_its_twin_give_nothing(halves, readers, tmp_path):
    result = Fuse((("early", ""), ("twin", ""))).run(halves, Desk(tmp_path))
    assert result["kept"] == ""
    assert result["verdict"] == "On Halves no way of fusing was found better than early alone: nothing is kept."
    assert not gain(dict(result), NEW, SCORES)["found"]


def test_validation_sees_no_event_of_either_test_part(halves, readers):
    cold, later = split(halves, NEW, 0).candidates, split(halves, LATER, 0)
    last = later.train.events[Events.AT].max()
    exams = validation(halves, (NEW, LATER), 0, 1000)
    assert [exam.cut.name for exam in exams] == [NEW, NEW, NEW, LATER]
    for exam in exams:
        asked_rows = np.concatenate([person.relevant for person in exam.people])
        assert not np.isin(asked_rows, cold).any()
        assert not np.isin(exam.cut.train.event_rows, cold).any()
        assert exam.cut.train.events[Events.AT].max() <= last
        assert all(event.at <= last for person in exam.people for event in person.query.events)


def test_added_scores_of_one_encoder_rank_as_it_does(halves, readers):
    query = Query(halves.history("u01")[:3])
    alone = read_by(halves, "late").score(query)
    added = AddedUp({"early": 0.0, "late": 0.7}).fit(halves).score(query)
    np.testing.assert_allclose(np.corrcoef(alone, added)[0, 1], 1, atol=1e-6)


def test_an_encoder_that_knows_the_likes_is_left_out(halves, readers, tmp_path):
    def shelve(name: str, dataset: str, **about: str) -> None:
        files = tmp_path / name
        files.mkdir()
        made.keep(Made(name, name, "Made.", "onnx", "minilm", "1", dataset=dataset, about=about), files)

    shelve("tuned", "halves")
    shelve("small", "halves", learned_from="texts")
    shelve("visitor", "video")
    try:
        assert Fuse.usual(halves).names == ("minilm", "wordllama", "lexical", "small", "visitor")
    finally:
        for name in ("tuned", "small", "visitor"):
            made.discard(name)


def test_one_encoder_alone_cannot_be_fused(halves, readers, tmp_path):
    with pytest.raises(DataError, match=r"needs two encoders that read Halves, here are 1\. .*nobody"):
        Fuse((("early", ""), ("nobody", ""))).run(halves, Desk(tmp_path))


def test_a_test_part_that_asks_nobody_is_left_out(halves, readers, tmp_path):
    at_once = replace(halves, events=halves.events.assign(at=1.0))
    result = Fuse(BOTH, max_users=12).run(at_once, Desk(tmp_path))
    assert [part["split"] for part in result["parts"]] == [NEW]


@pytest.mark.parametrize(
    ("found", "kept"),
    [([], False), ([(0.1, True), (0.2, False)], True), ([(0.1, False)], False), ([(0.1, True), (-0.1, True)], False)],
)
def test_it_is_better_when_found_so_once_and_never_worse(found, kept):
    parts = [{"gains": [{"name": JOINED, "value": value, "found": sure}]} for value, sure in found]
    assert better(parts, JOINED) is kept
    assert verdict(parts, False, "minilm", "Films").startswith("On Films no way of fusing was found better than MiniLM")


def test_the_recipe_can_be_named_and_asked_for(halves, readers):
    recipe = Fuse.usual(halves)
    assert recipe_class("fuse") is Fuse
    assert Job.of(recipe, halves).folder.name.startswith("fuse-")
