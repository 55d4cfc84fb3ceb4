"""Keywords against the textbook, term by term."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models import fit, top_k
from recsys.models.bm25 import terms
from recsys.models.pieces import item_pieces, text_pieces, with_wish
from recsys.types import Event, Kind, Query


def textbook(data: Dataset, k1: float, b: float) -> list[dict[str, float]]:
    """Weight of each term in each document, by the formula alone."""
    documents = [Counter(terms(text)) for text in data.all_texts]
    lengths = [sum(document.values()) for document in documents]
    mean = sum(lengths) / len(lengths)
    out = []
    for document, length in zip(documents, lengths, strict=True):
        weights = {}
        for term, tf in document.items():
            n_t = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - n_t + 0.5) / (n_t + 0.5))
            weights[term] = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean))
        out.append(weights)
    return out


@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.0, 0.5), (2.0, 0.0), (0.7, 1.0)])
@pytest.mark.parametrize("typed", ["wireless speaker music", "waterproof running, running!", "防水跑步鞋"])
def test_typed_words_are_scored_as_in_the_textbook(toy, typed, k1, b):
    weights = textbook(toy, k1, b)
    known = [term for term in terms(typed) if any(term in document for document in weights)]
    expected = [sum(document.get(term, 0.0) for term in known) / len(known) for document in weights]
    found = fit("bm25", toy, k1=k1, b=b).score(Query(typed=typed))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.max() > 0


@limits(max_examples=60)
@given(query=queries())
def test_a_session_is_the_mean_of_its_pieces(toy, query):
    model = fit("bm25", toy, terms_per_item=4, half_life=4, dislike_strength=0.5, typed_share=0.6)
    weights = textbook(toy, 1.2, 0.75)
    in_how_many = Counter(term for document in weights for term in document)
    pieces = item_pieces(query, toy, 4, 0.5) + text_pieces(query, 4, 0.5)
    pieces = with_wish(pieces, query, 0.6)
    total = sum(abs(piece.part.weight) for piece in pieces)
    expected, found_any = np.zeros(toy.n_items), False
    for piece in pieces:
        if piece.row is None:
            wanted = [term for term in terms(piece.text) if term in in_how_many]
        else:
            heavy = weights[piece.row]
            own = [term for term in heavy if in_how_many[term] > 1]
            wanted = sorted(own, key=lambda term: -heavy[term])[:4]  # noqa: B023
        for term in wanted:
            found_any = True
            share = piece.part.weight / total / len(wanted)
            expected += [share * document.get(term, 0.0) for document in weights]
    scores = model.score(query)
    if not found_any:
        assert np.isnan(scores).all()
    else:
        np.testing.assert_allclose(scores, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("typed", "item"),
    [("sharp knife", "knife"), ("CAMPING in the mountains", "tent"), ("平底锅", "pan"), ("炖汤", "pot")],
)
def test_the_item_with_the_words_comes_first(toy, typed, item):
    scores = fit("bm25", toy).score(Query(typed=typed))
    assert toy.item_ids[top_k(scores, 1)[0]] == item


def test_a_word_that_all_have_still_counts_above_nothing():
    items = pd.DataFrame({"item_id": list("abc"), "title": ["red pan", "red tent", "red shoe"]})
    events = pd.DataFrame(columns=["user_id", "item_id", "kind", "at"])
    data = Dataset.from_tables("reds", items, events)
    red = fit("bm25", data).score(Query(typed="red"))
    # three of three items: idf = ln(1 + 0.5 / 3.5), every length is the mean
    np.testing.assert_allclose(red, math.log(8 / 7), rtol=1e-6)
    scores = fit("bm25", data).score(Query(typed="red pan"))
    # the pan is in one of three: ln(1 + 2.5 / 1.5), and the score is the mean over two words
    np.testing.assert_allclose(
        scores, [math.log(8 / 7 * 8 / 3) / 2, math.log(8 / 7) / 2, math.log(8 / 7) / 2], rtol=1e-6
    )


@pytest.mark.parametrize("typed", ["", "   ", "zzz qqq", "🙂", "鲸"])
def test_words_that_stand_nowhere_give_nothing_to_go_on(toy, typed):
    assert np.isnan(fit("bm25", toy).score(Query(typed=typed))).all()


def test_an_item_without_a_word_is_unknown():
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["red pan", "🙂"]})
    data = Dataset.from_tables("two", items, pd.DataFrame(columns=["user_id", "item_id", "kind", "at"]))
    scores = fit("bm25", data).score(Query(typed="pan"))
    assert scores[0] > 0
    assert np.isnan(scores[1])


def test_a_dislike_pushes_its_words_away(toy):
    model = fit("bm25", toy)
    query = Query((Event("1", Kind.DISLIKE, 0.0, "shoe"),))
    scores = dict(zip(toy.item_ids, model.score(query), strict=True))
    assert scores["trail"] < 0
    rows = np.array([toy.row_of["trail"]])
    assert model.contributions(query, rows).values[0, 0] == pytest.approx(scores["trail"])


def test_a_longer_text_weighs_no_more_than_a_short_one(toy):
    model = fit("bm25", toy)
    once, often = (model.score(Query(typed=typed)) for typed in ("soup", "soup " * 50))
    np.testing.assert_allclose(once, often, rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dry FEET, dry", ["dry", "feet", "dry"]),
        ("防水的鞋", ["防水", "鞋"]),
        ("無線耳機", ["无线", "耳机"]),
        ("iPhone 15 防水", ["iphone", "15", "防水"]),
        ("USB充电线", ["usb", "充电", "线"]),
        ("iPhone手机壳", ["iphone", "手机", "壳"]),
        ("鞋", ["鞋"]),
        ("的", []),
        ("тихий звук", ["тихий", "звук"]),
        ("a b", ["a", "b"]),
        ("", []),
    ],
)
def test_terms(text, expected):
    assert terms(text) == expected


def test_chinese_finds_titles_in_which_it_touches_latin_letters():
    items = pd.DataFrame({"item_id": ["a", "b", "c"], "title": ["USB充电线", "iPhone手机壳", "木勺"]})
    data = Dataset.from_tables("mixed", items, pd.DataFrame(columns=list(Events)))
    for typed, found in (("充电线", "a"), ("usb", "a"), ("手机壳", "b")):
        assert data.item_ids[int(np.nanargmax(fit("bm25", data).score(Query(typed=typed))))] == found


@pytest.mark.parametrize(("knob", "value"), [("k1", -1.0), ("b", 1.5), ("terms_per_item", -1)])
def test_a_knob_out_of_range_is_named(toy, knob, value):
    with pytest.raises(ValueError, match=knob):
        fit("bm25", toy, **{knob: value})
