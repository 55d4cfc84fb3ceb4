"""The articles' formula against the same formula written down once more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries

from recsys.models import fit
from recsys.models.text_mean import TextMean
from recsys.types import Event, Kind, Query


@pytest.fixture(scope="module")
def model(toy, minilm):
    return fit("text_mean", toy)


@limits(max_examples=60)
@given(query=queries())
def test_it_is_the_cosine_with_the_mean_of_all_records(model, minilm, toy, query):
    catalogue = minilm.encode(toy.latin_texts).astype(np.float64)
    records = []
    for event in query.events:
        if event.item_id in toy.item_ids:
            records.append(catalogue[toy.item_ids.index(event.item_id)])
        if event.text.strip():
            records.append(minilm.encode([event.text])[0].astype(np.float64))
    if query.typed.strip():
        records.append(minilm.encode([query.typed])[0].astype(np.float64))
    if not records:
        assert np.isnan(model.score(query)).all()
        return
    mean = np.mean(records, axis=0)
    expected = [mean @ item / (np.linalg.norm(mean) * np.linalg.norm(item)) for item in catalogue]
    np.testing.assert_allclose(model.score(query), expected, atol=1e-5)


def test_a_disliked_item_counts_like_a_liked_one(model):
    liked, disliked = (Query((Event("1", kind, 0.0, "shoe"),)) for kind in (Kind.LIKE, Kind.DISLIKE))
    np.testing.assert_array_equal(model.score(liked), model.score(disliked))


def test_age_does_not_count(model):
    events = [Event(str(n), Kind.CLICK, float(n), item) for n, item in enumerate(["shoe", "pan", "tent"])]
    forth, back = Query(tuple(events)), Query(tuple(reversed(events)))
    np.testing.assert_allclose(model.score(forth), model.score(back), atol=1e-6)


def test_the_encoder_can_be_named(toy):
    scorer = TextMean(encoder="lexical").fit(toy)
    assert scorer.encoder_names == ("lexical",)
    assert toy.item_ids[scorer.score(Query(typed="汤锅")).argmax()] == "pot"


def test_records_nobody_can_read_give_no_score(toy):
    scorer = TextMean(encoder="lexical").fit(toy)
    unreadable = Query(typed="ζζζ")
    assert np.isnan(scorer.score(unreadable)).all()
    assert np.isnan(scorer.contributions(unreadable, np.arange(2)).values).all()
