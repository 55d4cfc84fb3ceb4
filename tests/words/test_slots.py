"""Descriptions by template: right grammar, every slot from the record, no gap where a field is missing."""

from __future__ import annotations

import re
from itertools import combinations

import pandas as pd
import pytest

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.words.evidence import evidence_of
from recsys.words.slots import article, described, listed, spaced

FULL = {
    "category": "Books", "brand": "Ink & Co", "price": "12 EUR", "year": "1995", "minutes": "90", "director": "Ann Li",
    "actors": "Bo|Cy|Di|Ed", "tags": "Books|quiet|black and white|rain|sea|sun",
}  # fmt: skip


def record(**fields) -> Dataset:
    items = pd.DataFrame([{Items.ID: "x", Items.TITLE: "Thing", **fields}])
    return Dataset.from_tables("one", items, pd.DataFrame(columns=list(map(str, Events))))


def texts(data: Dataset, language="en") -> list[str]:
    return [claim.text for claim in described(data, 0, language)]


def test_a_full_record_reads_well_in_both_languages():
    assert texts(record(**FULL)) == [
        "A Books title by Ink & Co for 12 EUR from 1995, 90 minutes long, directed by Ann Li.",
        "With Bo, Cy and Di.",
        "Tagged quiet, black and white, rain, and sea.",
    ]
    assert texts(record(**FULL), "zh") == [
        "Books 类，品牌 Ink & Co，价格 12 EUR，1995 年，时长 90 分钟，导演 Ann Li。",
        "主演 Bo、Cy、Di。",
        "标签：quiet、black and white、rain、sea。",
    ]


def test_the_shop_and_the_films(shop, video):
    assert texts(shop) == ["A Running item by Puddlefoot for $129.00.", "Tagged rain, waterproof, road and commute."]
    assert texts(shop, "zh") == ["跑步类，品牌 Puddlefoot，价格 $129.00。", "标签：防雨、防水、路跑、通勤。"]
    assert texts(video)[0] == "A Crime & heist title from 1955, 118 minutes long."
    assert texts(video, "zh")[0] == "犯罪类，1955 年，时长 118 分钟。"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_fields_may_be_missing(language):
    for n in range(len(FULL) + 1):
        for names in combinations(FULL, n):
            data = record(**{name: FULL[name] for name in names})
            claims = described(data, 0, language)
            known = {one.evidence_id for one in evidence_of(data, 0, language)}
            assert {cited for claim in claims for cited in claim.cites} <= known
            assert bool(claims) == bool(names)
            for claim in claims:
                assert claim.cites
                assert claim.text[-1] in ".。"
                assert not re.search(r"\s[,.，。]|  |,,|，，|^[,，、]|[,，、][.。]|\{|\bNone\b|nan", claim.text), (
                    claim.text
                )
            if language == "en" and claims and set(claims[0].cites) - {"f.tags", "f.actors"}:
                assert re.match("An? ", claims[0].text)


@pytest.mark.parametrize("name", ["shop", "video"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_slot_of_every_item_stands_in_the_field_it_cites(name, language, request):
    data = request.getfixturevalue(name)
    frame = set("a an item title by for from minutes long directed with tagged and".split())  # noqa: SIM905
    for row in range(data.n_items):
        by_id = {one.evidence_id: one.text.casefold() for one in evidence_of(data, row, language)}
        for claim in described(data, row, language):
            fields = " ".join(by_id[cited] for cited in claim.cites)
            signs = claim.text.casefold()
            pieces = re.findall(r"[^\s,.，。、：]+", re.sub("类|品牌|价格|年(?=[，。])|时长|分钟|标签", " ", signs))
            assert not [piece for piece in pieces if piece not in frame and piece not in fields], claim.text


def test_values_that_fit_no_sentence_are_left_out():
    odd = {"category": "Home > Kitchen > " * 9, "year": "nineties", "minutes": "2h10", "brand": "Ink"}
    assert texts(record(**odd)) == ["A title by Ink."]
    assert texts(record(price="9.5")) == ["An item for 9.5."]
    assert described(record(), 0, "en") == described(record(), 0, "zh") == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Running item", "a"), ("Outdoor item", "an"), ("Audio item", "an"), ("USB hub", "a"), ("FM radio", "an"),
        ("LED lamp", "an"), ("NASA item", "a"), ("UK item", "a"), ("hour", "an"), ("house", "a"), ("unique", "a"),
        ("unimpressed", "an"), ("umbrella", "an"), ("used car", "a"), ("European", "a"), ("one-room", "a"),
        ("8 mm", "an"), ("11 x", "an"), ("18 x", "an"), ("1895 x", "an"), ("110 x", "a"),
        ("180 x", "a"), ("7 x", "a"), ("item", "an"),
    ],
)  # fmt: skip
def test_the_article_follows_the_sound(words, expected):
    assert article(words) == expected


def test_lists_and_spaces():
    assert [listed(values) for values in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert spaced("Drama类，价格$5，90分钟") == "Drama 类，价格 $5，90 分钟"
