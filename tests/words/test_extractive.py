"""The writer that quotes: every claim stands in its source, central and varied, with both sides where they differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.words import extractive
from recsys.words.contract import Evidence, Job
from recsys.words.evidence import DESCRIPTION, evidence_of, is_record, side, stars_of
from recsys.words.extractive import Extractive, sentence_vectors


def job(evidence, task="describe", **more) -> Job:
    return Job(task, "a lamp", tuple(evidence), **more)


def said(*texts: str, source: str = DESCRIPTION, item: str = "x") -> list[Evidence]:
    return [Evidence(f"{source[0]}{place}{source[-7:-6]}", text, source, item) for place, text in enumerate(texts)]


@pytest.mark.parametrize("name", ["shop", "video"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_claim_about_every_item_stands_in_the_source_it_cites(name, language, request, monkeypatch):
    monkeypatch.setattr(
        extractive, "sentence_vectors", extractive._word_vectors
    )  # which sentences is all the same here
    data = request.getfixturevalue(name)
    for row in range(data.n_items):
        evidence = evidence_of(data, row, language)
        by_id = {one.evidence_id: one for one in evidence}
        texts = [data.field(row, "description"), data.field(row, "description_zh")]
        written = Extractive().write(job(evidence, language=language))
        assert 1 <= len(written.claims) <= 3
        assert by_id[written.claims[0].cites[0]].source == DESCRIPTION
        for claim in written.claims:
            (cited,) = claim.cites
            source = by_id[cited]
            assert claim.text == source.text
            assert not is_record(source)
            assert any(claim.text in text for text in [*texts, *(text for _, text in data.reviews(row))])


def naive(vectors: np.ndarray, relevance: np.ndarray, n: int) -> list[int]:
    """MMR as it is written, one number at a time."""
    low, high = relevance.min(), relevance.max()
    scaled = [(one - low) / (high - low) if high > low else 0.0 for one in relevance.tolist()]
    chosen = [max(range(len(scaled)), key=lambda at: (relevance[at], -at))]
    while len(chosen) < n:
        gains = {}
        for at in set(range(len(scaled))) - set(chosen):
            nearest = max(round(float(vectors[at] @ vectors[other]), 6) for other in chosen)
            gains[at] = 0.7 * scaled[at] - 0.3 * nearest
        chosen.append(max(sorted(gains), key=lambda at: (gains[at], relevance[at], -at)))
    return chosen


@given(st.integers(0, 10_000), st.integers(3, 8), st.integers(1, 4))
def test_sentences_are_chosen_by_centre_and_marginal_relevance(seed, n, n_claims):
    vectors = np.random.default_rng(seed).normal(size=(n + 1, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[-1] = 0  # nothing wanted
    told = said(*[f"a sentence that is long enough to count, number {at}" for at in range(n)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractive, "sentence_vectors", lambda texts: vectors)
        claims = Extractive().write(job(told, n_claims=n_claims)).claims
    centre = vectors[:n].mean(axis=0)
    centre /= np.linalg.norm(centre)
    expected = naive(vectors[:n], np.round(vectors[:n] @ centre, 4), min(n, n_claims))
    assert [claim.text for claim in claims] == [told[at].text for at in sorted(expected)]


def test_of_two_sentences_the_first_one_is_taken():
    texts = ("The lamp is bright and warm all through the night.", "The strap is made of very soft and brown leather.")
    for told in (said(*texts), said(*texts[::-1])):
        assert Extractive().write(job(told, n_claims=1)).text == told[0].text


def test_without_evidence_there_are_no_claims():
    for task in ("describe", "why_these", "label"):
        written = Extractive().write(job([], task))
        assert (written.claims, written.text, written.wrote.engine) == ((), "", "extractive")
    record = [Evidence("f.price", "price: $5.00", "record", "x")]
    assert Extractive().write(job(record)).claims == ()
    assert Extractive().write(job(said("  ", "Something."), n_claims=0)).claims == ()


def test_praise_and_complaint_both_have_a_word_where_reviews_disagree(shop):
    n_both = 0
    for row in range(60):
        evidence = evidence_of(shop, row, "en")
        by_id = {one.evidence_id: one for one in evidence}
        english = [one for one in evidence if not is_record(one) and one.text.isascii()]
        quoted = [by_id[claim.cites[0]] for claim in Extractive().write(job(evidence)).claims]
        if {1, -1} <= {side(stars_of(one)) for one in english}:
            n_both += 1
            assert {1, -1} <= {side(stars_of(one)) for one in quoted}, row
            assert quoted[0].source == DESCRIPTION
    assert n_both > 30


def test_two_claims_do_not_force_a_side():
    told = said("A lamp made of brass for the desk.") + said("It is a good lamp.", source="review, 5 stars")
    told += said("It broke on day one.", source="review, 1 star")
    assert len(Extractive().write(job(told, n_claims=2)).claims) == 2
    assert len({claim.cites for claim in Extractive().write(job(told)).claims}) == 3


def test_why_these_quotes_every_item_before_any_twice():
    told = [
        one
        for item in "abc"
        for one in said(*[f"The lamp {item} is bright, says line {n}." for n in range(4)], item=item)
    ]
    told = [Evidence(f"e{at}", one.text, one.source, one.item_id) for at, one in enumerate(told)]
    items = {one.evidence_id: one.item_id for one in told}
    for n in (1, 2, 3, 5):
        claims = Extractive().write(job(told, "why_these", n_claims=n)).claims
        assert len(claims) == n
        assert len({items[claim.cites[0]] for claim in claims}) == min(n, 3)


def test_the_wanted_draws_the_quote_to_itself():
    told = said(
        "The strap is made of soft brown leather.",
        "The battery lasts for two full days.",
        "The screen is easy to read.",
    )
    quoted = [
        Extractive().write(job(told, n_claims=1, wanted=wanted)).text
        for wanted in ("long battery life", "leather strap")
    ]
    assert quoted == [told[1].text, told[0].text]


def test_quotes_are_in_the_language_asked_for_where_it_has_any():
    told = said("The lamp is bright and warm.", "这盏灯很亮，也很暖和，晚上看书不累。")
    assert Extractive().write(job(told, language="zh")).text == told[1].text
    assert Extractive().write(job(told, language="en")).text == told[0].text
    assert Extractive().write(job(told[:1], language="zh")).text == told[0].text


def test_labels_are_the_tags_most_items_have_and_cite_all_of_them():
    told = [
        Evidence("a.tags", "tags: rain, road", "record", "a"),
        Evidence("b.tags", "tags: trail, rain", "record", "b"),
        Evidence("b.price", "price: rain", "record", "b"),
    ]
    claims = Extractive().write(job(told, "label", n_claims=2)).claims
    assert [(claim.text, claim.cites) for claim in claims] == [("rain", ("a.tags", "b.tags")), ("road", ("a.tags",))]
    assert Extractive().write(job(told, "label", n_claims=0)).claims == ()


def test_the_text_is_told_to_who_listens():
    heard: list[str] = []
    written = Extractive().write(job(said("The lamp is bright.")), heard.append)
    assert heard == ["The lamp is bright."] == [written.text]
    assert written.wrote.ms > 0


def test_where_only_words_can_be_read_quotes_come_all_the_same(fresh_reader, shop):
    fresh_reader(RECSYS_ENCODER="lexical")
    assert len(Extractive().write(job(evidence_of(shop, 0, "zh"), language="zh")).claims) == 3
    vectors = sentence_vectors(["a blue lamp", "lamp of blue", "", "蓝色的灯"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 1], abs=1e-6)
    assert sentence_vectors(["", ""]).shape[0] == 2


def test_chinese_and_english_that_mean_the_same_are_near():
    vectors = sentence_vectors(["wireless headphones", "无线耳机", "a soup pot"])
    assert vectors[0] @ vectors[1] > 0.6 > vectors[0] @ vectors[2]
