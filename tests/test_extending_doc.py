"""The examples of docs/extending.md, taken from the page as they stand: they run, and do what the page says."""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
from types import ModuleType

import numpy as np
import pytest

from recsys import settings as environment
from recsys.columns import Events, Items
from recsys.data import catalogue, loaders
from recsys.errors import DataError
from recsys.metrics import METRICS
from recsys.models import MODELS, fit, top_k
from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.adjuster import Adjuster
from recsys.settings import ROOT
from recsys.train import Desk, Recipe
from recsys.types import Event, Kind, Query, Spec

PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCK = r"```python\n(.*?)```"
FILES = dict(re.findall(rf"^`(recsys/\S+\.py)`:\n\n{BLOCK}", PAGE, re.DOTALL | re.MULTILINE))
"""New file -> what the page puts into it."""


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Function that imports the example of a new file, under a name of its own."""

    def load(path: str) -> ModuleType:
        file = tmp_path / path.replace("/", "_")
        file.write_text(FILES[path], encoding="utf-8")
        found = importlib.util.spec_from_file_location(f"example_{file.stem}", file)
        module = importlib.util.module_from_spec(found)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        found.loader.exec_module(module)
        return module

    return load


def test_the_page_has_one_example_of_each_kind():
    assert [path.split("/")[1] for path in FILES] == ["models", "rerank", "metrics", "data", "train"]


def test_every_file_the_page_names_exists():
    named = set(re.findall(r"(?:recsys|tests|docs)/[\w/]+\.(?:py|md)", PAGE)) - set(FILES)
    assert len(named) > 8
    assert not [path for path in named if not (ROOT / path).is_file()]


def test_the_recommender_scores_what_is_liked_along_and_explains_it(example, toy, monkeypatch):
    spec: Spec = example("recsys/models/together.py").SPEC
    monkeypatch.setitem(MODELS, spec.name, spec)
    model = fit(spec.name, toy)
    query = Query((Event("1", Kind.LIKE, 1.0, "shoe"), Event("2", Kind.LIKE, 2.0, "pan")))
    scores = model.score(query)
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(scores), toy.like_counts == 0)
    links = (toy.likes.T @ toy.likes).toarray()
    np.fill_diagonal(links, 0)
    aged = links[toy.row("shoe")] * 0.5 ** (1 / 50) + links[toy.row("pan")]
    np.testing.assert_allclose(scores, np.where(toy.like_counts > 0, aged, np.nan), rtol=1e-5)
    rows = np.flatnonzero(toy.like_counts)
    np.testing.assert_allclose(model.contributions(query, rows).values.sum(axis=1), scores[rows], atol=1e-5)
    assert np.isnan(model.score(Query())).all()


def test_the_strategy_moves_cheaper_items_up(example, shop, monkeypatch):
    spec: Spec = example("recsys/rerank/affordable.py").SPEC
    monkeypatch.setitem(RERANKERS, spec.name, spec)
    rows = np.arange(20, dtype=np.int64)
    scores = np.linspace(1, 0, 20).astype(np.float32)
    candidates = Candidates(rows, scores, np.zeros((20, 1), dtype=np.float32), Query(), shop)
    build = RERANKERS[spec.name].build
    assert isinstance(build(), Adjuster)
    assert build(strength=0.0)(candidates, 20) == rows.tolist()
    prices = [float(shop.field(row, "price")) for row in build(strength=1.0)(candidates, 20)]
    assert prices == sorted(prices)
    bare = Candidates(rows, scores, candidates.vectors)
    assert build()(bare, 5) == rows[:5].tolist()
    assert build().note(candidates) == ""
    assert build().note(bare).startswith("No price")


def test_the_metric_gives_what_its_example_says(example, monkeypatch):
    module = example("recsys/metrics/top_hit.py")
    monkeypatch.setitem(METRICS, module.SPEC.name, module.SPEC)
    assert doctest.testmod(module).attempted
    assert doctest.testmod(module).failed == 0
    assert METRICS["top_hit"].bounds == (0.0, 1.0)


def test_the_source_of_data_is_found_read_and_refused_in_one_sentence(example, toy, tmp_path, monkeypatch):
    json_lines = example("recsys/data/loaders/json_lines.py")
    line, finder = re.findall(BLOCK, PAGE.partition("json_lines.py`:")[2], re.DOTALL)[1:3]
    (loader,) = eval(f"({line})", {"Loader": loaders.Loader, "json_lines": json_lines})
    monkeypatch.setitem(loaders.LOADERS, loader.name, loader)
    folder = tmp_path / "mine"
    folder.mkdir()
    toy.items.to_json(folder / json_lines.ITEMS, orient="records", lines=True)
    toy.events.to_json(folder / json_lines.EVENTS, orient="records", lines=True)
    monkeypatch.setenv("RECSYS_DATASETS", str(tmp_path))
    environment.settings.cache_clear()
    names = vars(catalogue) | {"json_lines": json_lines}
    exec(finder, names)
    (ref,) = names["_json_lines"]()
    data = catalogue._read(ref)
    environment.settings.cache_clear()
    assert (data.name, data.item_ids) == ("mine", toy.item_ids)
    assert data.events[Events.ITEM].tolist() == toy.events[Events.ITEM].tolist()
    assert top_k(fit("popularity", data).score(Query()), 1).tolist() == [int(np.argmax(toy.like_counts))]
    (folder / json_lines.ITEMS).write_text('{"item_id": "a"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=Items.TITLE):
        loader.load(folder)


def test_the_training_goes_on_where_it_was_stopped(example, toy, tmp_path):
    shuffle = example("recsys/train/shuffle.py").Shuffle(times=3)
    assert isinstance(shuffle, Recipe)
    desk = Desk(tmp_path / "desk")
    desk.note(turn=0)  # what a process noted before it was killed
    assert shuffle.run(toy, desk) == {"n_likes": int(toy.is_like.sum())}
    assert [point["turn"] for point in desk.points] == [0, 1, 2]
