"""What a query says is read at once: one call of an encoder, however much was written."""

from __future__ import annotations

import pytest

from recsys.models import fit
from recsys.text import DICTIONARY, VectorStore
from recsys.types import Event, Kind, Query

WRITTEN = ("dry feet at last", "too loud for me", "soft and warm")
QUERY = Query(
    tuple(
        Event(str(n), Kind.REVIEW, float(n), item, 5.0, text)
        for n, (item, text) in enumerate(zip(("shoe", "pan", "tent"), WRITTEN, strict=True))
    ),
    typed="something for the rain",
)


@pytest.mark.parametrize("name", ["text_profile", "user_knn_text", "text_mean"])
def test_the_texts_of_a_query_are_read_in_one_call(name, toy, minilm, monkeypatch):
    model, read, calls = fit(name, toy), VectorStore.vectors, []

    def counted(store, encoder, texts):
        calls.append(tuple(texts))
        return read(store, encoder, texts)

    monkeypatch.setattr(VectorStore, "vectors", counted)
    model.score(QUERY)
    assert calls == [(*WRITTEN, QUERY.typed)]


def test_each_encoder_reads_what_is_written_in_its_script(toy, minilm):
    mixed = Query(QUERY.events, typed="防水 鞋")
    texts = fit("text_profile", toy).texts(mixed)
    assert texts == {"minilm": WRITTEN, DICTIONARY: ("防水 鞋",)}
