"""What may be quoted: sentences are exact pieces, reviews show both sides, and nobody's id is among them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.words.evidence import chosen_reviews, evidence_of, fields_of, is_record, side, stars_of
from recsys.words.sentences import LONGEST, LONGEST_HAN, sentences

PIECES = st.sampled_from(
    ["Size", "No", "5", "2.5 kg", "U.S", "Dr", "it", "It", "e.g", "1", "好", "很好用", "“真的", "”", "(", ")", '"', "'"]
    + ["…", "...", ".", ". ", "。", "！", "! ", "?", "，", ", ", "；", "\n", " ", "\t", "\x1c", "\u3000", "\ud800"]
    + ["\U0001f60d", "\U0001f44d\U0001f3fd"]
)
PROSE = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, min_size=200).map("".join))


def bare(text: str) -> str:
    return "".join(text.split())


@given(PROSE)
def test_sentences_are_pieces_of_the_text_in_order_and_leave_nothing_out(text):
    at = 0
    for sentence in sentences(text):
        assert sentence
        assert sentence == sentence.strip()
        found = text.find(sentence, at)
        assert found >= 0
        assert not text[at:found].strip()
        at = found + len(sentence)
    assert not text[at:].strip()
    assert bare("".join(sentences(text))) == bare(text)


@given(
    st.lists(st.sampled_from(["well, ", "word ", "and so; ", "很好，", "不错；"]), min_size=1, max_size=400).map(
        "".join
    )
)
def test_no_sentence_runs_on_where_there_is_a_place_to_cut(text):
    assert all(len(one) <= LONGEST for one in sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("no stop at all", ["no stop at all"]),
        ("Size No. 5 fits. It is 2.5 kg.", ["Size No. 5 fits.", "It is 2.5 kg."]),
        ("It is 12 in. wide and 2 kg. Made by Lo Inc. Paris", ["It is 12 in. wide and 2 kg.", "Made by Lo Inc. Paris"]),
        ("No. I would not.", ["No.", "I would not."]),
        ("Made in the U.S. It fits. The U.S. Army too.", ["Made in the U.S.", "It fits.", "The U.S. Army too."]),
        ("Dr. Wu, e.g. in St. Ives, said so.", ["Dr. Wu, e.g. in St. Ives, said so."]),
        ("J. R. R. Tolkien wrote it.", ["J. R. R. Tolkien wrote it."]),
        ("Well... it works... Really.", ["Well... it works...", "Really."]),
        ("obviously. november to march", ["obviously.", "november to march"]),
        ("great.Loved it!Would buy. Node.js too", ["great.", "Loved it!", "Would buy.", "Node.js too"]),
        ("He said “Go. Now.” and left. Fine.", ["He said “Go. Now.” and left.", "Fine."]),
        ('"Go!" he said. "Why?" Silence.', ['"Go!" he said.', '"Why?"', "Silence."]),
        ("(It is loud. Very.) Bad :( Not good.", ["(It is loud. Very.)", "Bad :( Not good."]),
        ("Love it.😍😍 Next! 👍 Yes", ["Love it.😍😍", "Next! 👍", "Yes"]),
        ("See www.a.com/x?b=1.5 now", ["See www.a.com/x?b=1.5 now"]),
        ("一。二！三？四", ["一。", "二！", "三？", "四"]),
        ("那个说“再逛。”的人，请了假。好", ["那个说“再逛。”的人，请了假。", "好"]),
        ("嗯……还行吧！！下次再买.真的", ["嗯……还行吧！！", "下次再买.", "真的"]),
        ("重2.5公斤.好", ["重2.5公斤.", "好"]),
        ("- one\n- two\n\nthree", ["- one", "- two", "three"]),
        ("1. First. 2. Second.", ["1. First.", "2. Second."]),
        ("I don't. Use it", ["I don't.", "Use it"]),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_reader_would_end_it(text, expected):
    assert sentences(text) == expected


def test_long_run_ons_are_cut_at_the_strongest_mark():
    english = "it is good, really good and cheap; " * 20
    assert all(one.endswith("cheap;") for one in sentences(english))
    chinese = sentences("很好，真不错；" * 40)
    assert all(one.endswith("；") and len(one) <= LONGEST_HAN for one in chinese)
    assert sentences("好" * 500) == ["好" * 500]
    assert max(map(len, sentences("word " * 200))) <= LONGEST


def reviewed(reviews, **item) -> Dataset:
    """One item with (stars, text) reviews, oldest first, by users whose ids can be told."""
    items = pd.DataFrame([{Items.ID: "x", Items.TITLE: "Lamp", **item}])
    rows = [(f"user-{at}", "x", "review", float(at), stars, text) for at, (stars, text) in enumerate(reviews)]
    events = pd.DataFrame(rows, columns=list(map(str, Events)))
    return Dataset.from_tables("one", items, events)


def test_reviews_are_the_newest_in_the_language_first():
    data = reviewed([(5, "old one"), (4, "很亮"), (5, "new one")])
    assert [text for _, text in chosen_reviews(data, 0, "en", 3)] == ["new one", "old one", "很亮"]
    assert [text for _, text in chosen_reviews(data, 0, "zh", 2)] == ["很亮", "new one"]
    assert chosen_reviews(data, 0, "en", 0) == []


def test_the_last_place_goes_to_the_side_that_would_be_silent():
    data = reviewed([(1, "it broke"), (2, "it burns"), *[(5, f"fine {n}") for n in range(20)]])
    chosen = chosen_reviews(data, 0, "en", 12)
    assert len(chosen) == 12
    assert chosen[-1] == (2.0, "it burns")
    assert [side(stars) for stars, _ in chosen[:-1]] == [1] * 11


@pytest.mark.parametrize("name", ["shop", "video"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_evidence_of_the_samples_stands_in_its_source_and_names_no_user(name, language, request):
    data = request.getfixturevalue(name)
    users = set(data.user_ids)
    for row in range(data.n_items):
        evidence = evidence_of(data, row, language)
        ids = [one.evidence_id for one in evidence]
        assert len(set(ids)) == len(ids)
        written = [data.field(row, Items.DESCRIPTION), data.field(row, Items.DESCRIPTION_ZH)]
        reviews = [text for _, text in data.reviews(row)]
        for one in evidence:
            assert one.item_id == data.item_ids[row]
            assert not users & set(one.text.split())
            if not is_record(one):
                sources = written if one.source == "description" else reviews
                assert any(one.text in source for source in sources)
        assert {"f.title", "f.category", "f.tags"} <= set(ids)


def test_fields_read_as_name_and_value_in_the_language(shop, video):
    assert fields_of(shop, 0, "en") == {
        "title": "Gutterjump Waterproof Road Shoe",
        "category": "Running",
        "tags": "rain, waterproof, road, commute, reflective",
        "brand": "Puddlefoot",
        "price": "$129.00",
        "stock": "23",  # and no margin, which is the shop's own business
    }
    assert fields_of(shop, 0, "zh")["tags"] == "防雨, 防水, 路跑, 通勤, 反光"
    assert {"year": "1955", "minutes": "118", "genres": "犯罪, 惊悚"}.items() <= fields_of(video, 0, "zh").items()
    (price,) = (one for one in evidence_of(shop, 0, "en") if one.evidence_id == "f.price")
    assert (price.text, price.source) == ("price: $129.00", "record")


def test_an_item_with_nothing_but_a_title_gives_its_title():
    (one,) = evidence_of(reviewed([]), 0, "zh")
    assert (one.evidence_id, one.text, one.source) == ("f.title", "title: Lamp", "record")


def test_odd_columns_keep_their_ids_apart_and_texts_are_no_facts():
    extras = {"Made in": "Leeds", "made_in": "York", "seller_id": "s9", "year": 1995.0, "story": "x" * 300, "stock": ""}
    data = reviewed([], **extras)
    ids = [one.evidence_id for one in evidence_of(data, 0, "en")]
    assert ids == ["f.title", "f.made_in", "f.year"]
    assert fields_of(data, 0, "en")["year"] == "1995"


def test_the_description_is_in_the_other_language_where_there_is_no_own_one():
    data = reviewed([], description="Bright. Warm.", description_zh="")
    assert [one.text for one in evidence_of(data, 0, "zh")][:2] == ["Bright.", "Warm."]
    data = reviewed([], description="Bright.", description_zh="很亮。")
    assert [one.text for one in evidence_of(data, 0, "zh")][0] == "很亮。"


def test_what_is_said_twice_is_evidence_once_and_stars_can_be_read_back():
    data = reviewed([(3.5, "Great. Warm."), (1, "great."), (None, "Just so.")], description="Bright.")
    told = [(one.evidence_id, one.text, stars_of(one)) for one in evidence_of(data, 0, "en") if not is_record(one)]
    assert told == [
        ("d1", "Bright.", None),
        ("r1.1", "Just so.", None),
        ("r2.1", "great.", 1.0),
        ("r3.2", "Warm.", 3.5),
    ]


def test_evidence_is_gathered_once_per_dataset(shop):
    assert evidence_of(shop, 3, "en") is evidence_of(shop, 3, "en")
    assert len(evidence_of(shop, 3, "en", 1)) < len(evidence_of(shop, 3, "en"))
