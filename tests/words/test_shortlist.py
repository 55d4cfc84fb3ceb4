"""Why these ten: every number counted again, every slot a piece of the evidence, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from recsys.live import recommend
from recsys.models import build, shared
from recsys.types import Contributions, Query, Ranked, Receipt
from recsys.words.shortlist import N_DOINGS, N_SHARED, said, why_these

LANGUAGES = ("en", "zh")
NOTHING = Receipt("", "", 0, {})


def listed(data, persona=0, model="text_profile", k=10, typed=""):
    query = Query(data.personas[persona].events, typed)
    return recommend(data, shared(build(model), data), query, k), query


def by_hand(data, ids):
    """A list of these items that nothing speaks for."""
    rows = np.array([data.row(item) for item in ids], dtype=np.int64)
    nothing = Contributions((), np.zeros((len(rows), 0), dtype=np.float32))
    return Ranked(rows, tuple(ids), np.zeros(len(rows), dtype=np.float32), nothing, NOTHING)


def pieces(job, letter):
    return [one for one in job.evidence if one.evidence_id.startswith(letter)]


def tags_in(data, row, language):
    return {(data.chinese_tags.get(tag, tag) if language == "zh" else tag).casefold() for tag in data.tags(row)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["shop", "video"])
@pytest.mark.parametrize("persona", [0, 2, 4])
def test_what_they_share_is_counted_in_the_list_and_in_the_catalogue(request, name, persona, language):
    data = request.getfixturevalue(name)
    ranked, query = listed(data, persona)
    shared_things = pieces(why_these(data, ranked, query, language), "c")
    assert 1 <= len(shared_things) <= N_SHARED
    for one in shared_things:
        term, _, value = one.text.rpartition(": ")
        here = sum(term.casefold() in tags_in(data, row, language) for row in ranked.rows.tolist())
        everywhere = sum(term.casefold() in tags_in(data, row, language) for row in range(data.n_items))
        numbers = [int(number) for number in re.findall(r"\d+", value)]
        wanted = [here, 10, everywhere, data.n_items] if language == "en" else [10, here, data.n_items, everywhere]
        assert numbers == wanted
        assert here / 10 > everywhere / data.n_items


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", ["text_profile", "switching"])
def test_every_slot_of_a_sentence_is_a_piece_of_its_evidence(shop, model, language):
    ranked, query = listed(shop, model=model)
    job = why_these(shop, ranked, query, language)
    texts = {one.evidence_id: one.text for one in job.evidence}
    claims = said(job)
    assert claims
    assert len(claims) <= job.n_claims
    for claim in claims:
        quoted = " ".join(texts[cited] for cited in claim.cites)
        for cited in claim.cites:
            name, _, value = texts[cited].rpartition(": ")
            assert name in claim.text
            assert value in claim.text
        assert set(re.findall(r"\d+", claim.text)) <= set(re.findall(r"\d+", quoted))


def test_what_they_rest_on_is_what_the_person_did(shop):
    ranked, query = listed(shop)
    doings = pieces(why_these(shop, ranked, query), "p")
    titles = [shop.title(event.item_id) for event in query.events if event.item_id]
    assert 1 <= len(doings) <= N_DOINGS
    assert all(any(title in one.text for title in titles) for one in doings)
    assert all(1 <= int(one.text.rpartition("reason for ")[2].split()[0]) <= 10 for one in doings)


def test_typed_words_are_among_what_they_rest_on_and_what_is_wanted(shop):
    ranked, query = listed(shop, typed="a quiet keyboard, no wireless")
    job = why_these(shop, ranked, query)
    assert "you typed “a quiet keyboard, no wireless”" in pieces(job, "p")[0].text
    assert job.wanted == "a quiet keyboard"


def test_an_item_that_has_nothing_of_what_is_shared_stands_apart(toy):
    job = why_these(toy, by_hand(toy, ["shoe", "trail", "jacket", "pan"]), Query())
    assert pieces(job, "c")[0].text == "running: 3 of 4 here, 3 of 10 in the catalogue"
    [odd] = pieces(job, "o")
    assert (odd.text, odd.item_id) == ("Cast iron pan: Cooking", "pan")
    assert [claim.text for claim in said(job)] == [
        "They share running (3 of 4 here, 3 of 10 in the catalogue).",
        "Cast iron pan (Cooking) stands apart from them.",
    ]


def test_the_same_list_in_chinese_has_chinese_titles_and_tags(toy):
    job = why_these(toy, by_hand(toy, ["shoe", "trail", "jacket", "pan"]), Query(), "zh")
    assert [claim.text for claim in said(job)] == [
        "它们的共同点：跑步（这 4 件中 3 件，全部 10 件中 3 件）。",
        "铸铁平底锅（厨具）与它们不同。",
    ]


def test_nothing_stands_apart_where_as_many_do_as_do_not(toy):
    assert not pieces(why_these(toy, by_hand(toy, ["shoe", "trail", "pan", "over"]), Query()), "o")


def test_items_come_in_the_order_of_the_list_with_their_own_ids(shop):
    ranked, query = listed(shop)
    job = why_these(shop, ranked, query)
    assert [one.item_id for one in pieces(job, "i")] == list(ranked.item_ids)
    assert [one.item_id for one in pieces(job, "d")] == list(ranked.item_ids)
    for one in pieces(job, "d"):
        assert one.text in shop.field(shop.row(one.item_id), "description")


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_ids_are_unique(shop, language):
    ranked, query = listed(shop)
    ids = [one.evidence_id for one in why_these(shop, ranked, query, language).evidence]
    assert len(ids) == len(set(ids))


def test_an_empty_list_says_nothing(toy):
    job = why_these(toy, by_hand(toy, []), Query())
    assert job.evidence == ()
    assert said(job) == ()


def test_one_item_shares_nothing_with_itself(toy):
    job = why_these(toy, by_hand(toy, ["tent"]), Query())
    assert not pieces(job, "c")
    assert said(job) == ()


def test_no_more_sentences_than_asked_for(shop):
    ranked, query = listed(shop)
    assert len(said(replace(why_these(shop, ranked, query), n_claims=1))) == 1
