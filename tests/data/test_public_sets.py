"""Bing News and Amazon reviews, written small; the real ones where RECSYS_DATASETS points; and what is offered."""

import gzip
import json
import os
from pathlib import Path

import pytest

from recsys import settings as environment
from recsys.columns import Events, Impressions, Items, Table
from recsys.data import catalogue
from recsys.data.loaders import LOADERS, amazon, bing_news
from recsys.errors import DataError

REAL = Path(os.environ.get("RECSYS_DATASETS") or "unset")
needs_data = pytest.mark.skipif(
    "RECSYS_DATASETS" not in os.environ, reason="RECSYS_DATASETS is unset: the real news and reviews were NOT checked"
)
NEWS = (
    'u1\tmoon "cheese" found\t1\t5:The Moon;6:NASA;7:nasa\r\n'
    "u1\ttax rises again\t0\t8:Tax|Office\r\n"
    'u2\tmoon "cheese" found\t1\t5:The Moon\r\n'
    "u2\tgoose wins race\t1\t\r\n"
)
SOAP = {
    "overall": 5.0,
    "reviewerID": "ann",
    "asin": "B1",
    "reviewText": "Smells of rain.",
    "unixReviewTime": 1400000000,
}
REVIEWS = [
    SOAP | {"style": {"Size:": "L"}},
    SOAP | {"style": {"Size:": "S"}},
    SOAP | {"overall": 1.0, "reviewerID": "bob", "reviewText": "Too\nslippery {really}.", "unixReviewTime": 1500000000},
    {"overall": 3.0, "reviewerID": "bob", "asin": "B2", "summary": "Fine", "unixReviewTime": 1500000001},
]


@pytest.fixture
def news(tmp_path) -> Path:
    folder = tmp_path / "bing-news"
    folder.mkdir()
    (folder / "raw_train.txt").write_bytes(NEWS.encode())
    return folder


def test_clicks_are_events_and_what_was_only_shown_is_kept_beside(news):
    data = bing_news.load(news)
    assert data.items[Items.TITLE].tolist() == ['moon "cheese" found', "tax rises again", "goose wins race"]
    assert data.items[Items.TAGS].tolist() == ["The Moon|NASA", "Tax Office", ""]
    assert data.events[[Events.USER, Events.ITEM, Events.AT]].to_numpy().tolist() == [
        ["u1", "n0", 0.0],
        ["u2", "n0", 2.0],
        ["u2", "n2", 3.0],
    ]
    shown = data.tables[Table.IMPRESSIONS]
    assert shown[Impressions.CLICKED].tolist() == [1, 0, 1, 1]
    assert shown[Impressions.ITEM].tolist() == ["n0", "n1", "n0", "n2"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("u\ta title\tyes\t\n", "line 1: the third column should be 0 or 1, it is 'yes'"),
        ("u\ta title\t1\t\nu\n", "raw_train.txt, line 2: expected user, title, clicked, entities"),
    ],
)
def test_a_line_of_news_that_is_none_is_named(news, content, sentence):
    (news / "raw_train.txt").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        bing_news.load(news)


def as_lines(folder: Path) -> Path:
    path = folder / "Soap_5.json.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, REVIEWS)).encode()))
    return path


def as_printed(folder: Path) -> Path:
    path = folder / "SOAP_5.json"
    path.write_text("\n".join(json.dumps(review, indent=2) for review in REVIEWS), encoding="utf-8")
    return path


@pytest.mark.parametrize("written", [as_lines, as_printed])
def test_both_forms_of_reviews_give_the_same_and_repeats_count_once(tmp_path, written):
    data = amazon.load(written(tmp_path), name="soap", label="Soap")
    assert (data.name, data.label, data.private, data.synthetic) == ("soap", "Soap", False, False)
    assert data.item_ids == ("B1", "B2")
    assert data.quality.dropped_duplicate_events == 1
    assert data.events[[Events.USER, Events.STARS, Events.AT]].to_numpy().tolist() == [
        ["ann", 5.0, 1.4e9],
        ["bob", 1.0, 1.5e9],
        ["bob", 3.0, 1500000001.0],
    ]
    assert data.reviews(1) == [(3.0, "Fine")], "the summary stands in for missing words"
    assert data.field(0, Items.DESCRIPTION).startswith("Smells of rain.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no review"),
        (b'{"a": 1}\n{"b": ', "line 2 is not a review as a JSON object"),
        (b'{"a": 1}\n\n[3]', "line 3 should be a review as a JSON object"),
        (b'{"asin": "B1"}', "reviewerID, overall, unixReviewTime"),
        (b"\xff", "cannot be read as reviews in UTF-8"),
    ],
)
def test_a_file_of_reviews_that_is_none_is_told_in_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        amazon.load(path)
    (tmp_path / "x.json.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match="cannot be read"):
        amazon.load(tmp_path / "x.json.gz")


def test_the_catalogue_offers_what_lies_there(news, tmp_path, monkeypatch):
    (tmp_path / "amazon").mkdir()
    as_lines(tmp_path).rename(tmp_path / "amazon" / "All_Beauty_5.json.gz")
    monkeypatch.setenv("RECSYS_DATASETS", str(tmp_path))
    environment.settings.cache_clear()
    refs = {ref.name: ref for ref in catalogue.available() if not ref.synthetic}
    loaded = {name: catalogue.load(name) for name in refs}
    environment.settings.cache_clear()
    assert list(refs) == ["bing-news", "amazon-beauty"]
    assert all(loaded[name].label == refs[name].label for name in refs)
    assert [data.n_items for data in loaded.values()] == [3, 2]


def test_every_public_set_is_read_by_a_format_that_there_is():
    assert {one.loader for one in catalogue.PUBLIC} <= set(LOADERS)
    assert len({one.name for one in catalogue.PUBLIC}) == len(catalogue.PUBLIC)
    assert all(one.line.endswith(".") for one in catalogue.PUBLIC)


@pytest.mark.data
@needs_data
def test_the_real_sets_are_as_they_are_described():
    news = bing_news.load(REAL / "bing-news")
    assert (len(news.tables[Table.IMPRESSIONS]), news.quality.n_dropped) == (10_401, 0)
    assert news.n_items == 8_668
    beauty = amazon.load(REAL / "amazon" / "All_Beauty_5.json.gz")
    assert beauty.quality.n_events + beauty.quality.dropped_duplicate_events == 5_269
    fashion = amazon.load(REAL / "amazon" / "AMAZON_FASHION_5.json")
    assert fashion.quality.n_events + fashion.quality.dropped_duplicate_events == 3_176
