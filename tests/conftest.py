"""What every test shares: an environment of its own, one small bilingual catalogue, the samples, many sentences."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import platformdirs
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from recsys.columns import Events
from recsys.data import Dataset
from recsys.settings import ROOT, settings
from recsys.text import forget_reader, reader, registry
from recsys.text.minilm import MiniLM, export_folder

# Deadlines measure the machine, not the code; the first example of a test may load a model.
# Fifty examples of each property find what breaks one; `--hypothesis-profile thorough` looks ten times as long.
for _profile, _examples in (("recsys", 50), ("thorough", 500)):
    hypothesis_settings.register_profile(
        _profile,
        deadline=None,
        max_examples=_examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
hypothesis_settings.load_profile("recsys")

MAKERS = ("export", "onnx_encoder", "minilm", "store")
"""Modules of ``recsys/text`` that decide what MiniLM's vectors are."""

_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Point the app at folders of this run before any test module is imported.

    Only the export of MiniLM and what it read outlive the run, so that they are made once per machine and not by each
    worker: again when the code that makes them changes.
    """
    folder = Path(tempfile.mkdtemp(prefix="recsys-live-"))
    config.stash[_FOLDER] = folder
    code = b"".join((ROOT / "recsys/text" / f"{name}.py").read_bytes() for name in MAKERS)
    digest = hashlib.sha256(code).hexdigest()[:12]
    kept = platformdirs.user_cache_path("recsys-live-tests") / digest
    kept.parent.mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir()
    os.environ["RECSYS_CACHE_DIR"] = str(folder / "cache")
    settings.cache_clear()
    export_folder().symlink_to(kept, target_is_directory=True)
    (folder / "cache" / "vectors.sqlite").symlink_to(kept.with_suffix(".vectors.sqlite"))
    os.environ["RECSYS_STATE_DIR"] = str(folder / "state")
    os.environ["RECSYS_TRAINING"] = "normal"  # idle, it would wait for the other tests
    for name in ("RECSYS_ENCODER", "RECSYS_DATABASE_URL"):
        os.environ.pop(name, None)
    settings.cache_clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a browser shows may be late on a busy machine: such a test gets one more run, and the summary says so."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


TOY_COLUMNS = ["item_id", "title", "description", "category", "title_zh", "description_zh", "category_zh"]
TOY_ITEMS = """
shoe | Rain running shoe | Waterproof shoe for running on wet roads. | Running
    | 雨天跑鞋 | 防水跑步鞋，雨天湿路不打滑。 | 跑步
trail | Trail running shoe | Deep lugs for running on muddy paths. | Running
    | 越野跑鞋 | 泥地越野跑步鞋，抓地牢。 | 跑步
jacket | Running rain jacket | A light waterproof jacket for wet runs. | Running
    | 跑步雨衣 | 轻便防水外套，下雨也能跑。 | 跑步
over | Quiet headphones | Over-ear headphones that silence trains and offices. | Audio
    | 降噪耳机 | 头戴式降噪耳机，地铁办公室都安静。 | 音频
buds | Small earbuds | Wireless earbuds for music on the bus. | Audio
    | 迷你耳塞 | 无线蓝牙耳塞，通勤听音乐。 | 音频
radio | Kitchen radio | A wireless speaker with clear sound for music and news. | Audio
    | 厨房收音机 | 无线音箱，听音乐新闻。 | 音频
pan | Cast iron pan | A heavy frying pan for steak and pancakes. | Cooking
    | 铸铁平底锅 | 厚重煎锅，煎牛排不粘。 | 厨具
knife | Chef's knife | A sharp steel knife for cutting vegetables and meat. | Cooking
    | 主厨刀 | 锋利钢刀，切菜切肉。 | 厨具
pot | Soup pot | A large pot with a lid for soup and stew. | Cooking
    | 汤锅 | 大容量带盖炖汤锅。 | 厨具
tent | Two-person tent | A tent for camping in the mountains with a friend. | Camping
    | 双人帐篷 | 登山露营双人帐篷。 | 露营
"""

TOY_EVENTS = [
    # (user, item, kind, at, stars, text)
    ("ann", "shoe", "like", 1.0, None, ""),
    ("bob", "shoe", "like", 2.0, None, ""),
    ("ann", "jacket", "review", 3.0, 5.0, "dry on every wet run"),
    ("cai", "over", "favourite", 4.0, None, ""),
    ("cai", "buds", "rating", 5.0, 2.0, ""),
    ("bob", "pan", "dislike", 6.0, None, ""),
    ("dee", "pan", "click", 7.0, None, ""),
    ("dee", "shoe", "review", 8.0, 4.0, "雨天也不打滑"),
]


@pytest.fixture(scope="session")
def toy() -> Dataset:
    """Ten items in four groups, in English and Chinese; "shoe" is liked by three people, most by nobody."""
    rows = [line.split(" | ") for line in TOY_ITEMS.strip().replace("\n    |", " |").splitlines()]
    items = pd.DataFrame(rows, columns=TOY_COLUMNS)
    events = pd.DataFrame(TOY_EVENTS, columns=list(map(str, Events)))
    return Dataset.from_tables("toy", items, events)


@pytest.fixture(scope="session")
def shop() -> Dataset:
    from recsys.data import catalogue

    return catalogue.load("shop")


@pytest.fixture(scope="session")
def video() -> Dataset:
    from recsys.data import catalogue

    return catalogue.load("video")


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """Over 200 different texts of the samples: titles and descriptions, English and Chinese, short and long."""
    texts: list[str] = []
    for scenario in ("shop", "video"):
        lines = (ROOT / "sample_data" / scenario / "source" / "catalogue.jsonl").read_text(encoding="utf-8")
        for n, line in enumerate(lines.splitlines()[::6]):
            item = json.loads(line)
            texts += [item["title_en"], item["description_en"]]
            if n % 4 == 0:
                texts += [item["title_zh"], item["description_zh"], f"{item['description_en']} " * 30]
    return list(dict.fromkeys(texts))


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The default encoder; the tests that need it fail, not skip, where it cannot be loaded."""
    choice = reader().default()
    assert choice.name == "minilm", choice.fallback
    encoder = reader()._loaded["minilm"]
    assert isinstance(encoder, MiniLM)
    return encoder


@pytest.fixture
def fresh_reader(monkeypatch):
    """Return a function that sets environment variables and starts a new reader; all is as before afterwards."""
    monkeypatch.setattr(registry, "_reader", None)

    def start(**environment: str) -> registry.Reader:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        forget_reader()
        return reader()

    yield start
    monkeypatch.undo()
    settings.cache_clear()
