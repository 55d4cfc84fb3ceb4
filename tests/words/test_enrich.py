"""What people say of an item as more text for the encoder: word for word, by script, from the given events alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.words.enrich import N_SENTENCES, N_WORDS, enriched, said_by_people
from recsys.words.sentences import sentences


def shop_of(reviews: dict[str, list[str]], **columns: str) -> Dataset:
    """A catalogue of the keys of ``reviews``, each with what is said of it."""
    items = pd.DataFrame(
        [{"item_id": name, "title": name.title(), "description": "A thing.", **columns} for name in reviews]
    )
    said = [
        (f"u{n}", name, "review", float(n), 4.0, text)
        for name, texts in reviews.items()
        for n, text in enumerate(texts)
    ]
    return Dataset.from_tables("said", items, pd.DataFrame(said, columns=list(map(str, Events))))


TWO = {
    "tent": ["The zip jams in rain.", "It was good.", "The zip jams and the poles bend."],
    "pan": ["It was good.", "Pancakes never stick.", "It was fine, the handle warms."],
}


def test_the_sentences_are_word_for_word_and_the_most_telling_ones(shop):
    for row, text in enumerate(said_by_people(shop)):
        for line in filter(None, text.split("\n")):
            own = [one for _, review in shop.reviews(row) for one in sentences(review)]
            assert sum(one in line for one in own) >= 1
    tent, pan = said_by_people(shop_of(TWO))
    assert tent.startswith("The zip jams in rain. The zip jams and the poles bend.")
    assert "It was good." not in tent
    assert "Pancakes never stick." in pan


def test_the_words_after_them_are_those_the_others_do_not_say():
    tent, _ = said_by_people(shop_of(TWO))
    assert "zip" in tent.rpartition(". ")[2].split(", ")
    assert "good" not in tent.rpartition(". ")[2]


def test_the_text_of_an_item_is_short(shop):
    for text in said_by_people(shop):
        for line in filter(None, text.split("\n")):
            assert line.count(", ") <= N_WORDS + line.count(". ") * 20 + 40
            assert len(line) <= N_SENTENCES * 300 + N_WORDS * 60


def test_an_item_without_reviews_has_no_text(toy):
    generated = said_by_people(toy)
    assert len(generated) == toy.n_items
    assert [item for item, text in zip(toy.item_ids, generated, strict=True) if text] == ["shoe", "jacket"]


def test_chinese_reviews_join_the_chinese_description(toy):
    richer = enriched(toy, said_by_people(toy))
    shoe, jacket = toy.row("shoe"), toy.row("jacket")
    assert "雨天也不打滑" in richer.field(shoe, Items.DESCRIPTION_ZH)
    assert richer.field(shoe, Items.DESCRIPTION) == toy.field(shoe, Items.DESCRIPTION)
    assert "dry on every wet run" in richer.field(jacket, Items.DESCRIPTION)
    assert richer.field(jacket, Items.DESCRIPTION_ZH) == toy.field(jacket, Items.DESCRIPTION_ZH)


def test_without_a_chinese_column_both_languages_join_the_one_description():
    data = shop_of({"pan": ["不粘锅很好用。", "Never sticks."], "tent": ["Wet."]})
    richer = enriched(data, said_by_people(data))
    assert Items.DESCRIPTION_ZH not in richer.items.columns
    assert "不粘锅很好用。" in richer.field(0, Items.DESCRIPTION)
    assert "Never sticks." in richer.field(0, Items.DESCRIPTION)


def test_only_the_descriptions_change_and_the_source_stays_as_it_was(shop):
    before = shop.items.copy()
    richer = enriched(shop, said_by_people(shop))
    texts = [str(Items.DESCRIPTION), str(Items.DESCRIPTION_ZH)]
    pd.testing.assert_frame_equal(richer.items.drop(columns=texts), shop.items.drop(columns=texts))
    pd.testing.assert_frame_equal(shop.items, before)
    assert richer.events is shop.events
    assert richer.catalogue_version != shop.catalogue_version
    assert all(
        new.startswith(old)
        for new, old in zip(richer.items[Items.DESCRIPTION], shop.items[Items.DESCRIPTION], strict=True)
    )


def test_no_text_at_all_changes_nothing(toy):
    assert enriched(toy, [""] * toy.n_items).catalogue_version == toy.catalogue_version


def test_a_wrong_number_of_texts_is_told(toy):
    with pytest.raises(ValueError, match="one generated text for each of 10 items, got 2"):
        enriched(toy, ["a", "b"])


def test_a_visitors_data_stay_private(toy):
    from dataclasses import replace

    assert enriched(replace(toy, private=True), ["x"] * toy.n_items).private


@given(reviews=st.lists(st.lists(st.text(), max_size=4), min_size=1, max_size=4))
def test_any_reviews_give_one_text_per_item_twice_the_same(reviews):
    data = shop_of({f"i{n}": texts for n, texts in enumerate(reviews)})
    first = said_by_people(data)
    assert len(first) == data.n_items
    assert first == said_by_people(data)
    assert enriched(data, first).n_items == data.n_items


def test_reviews_that_are_taken_out_are_not_said(shop):
    keep = np.zeros(len(shop.events), dtype=bool)
    keep[::2] = True
    left = shop.with_events(keep)
    gone = set(shop.events.loc[~keep, Events.TEXT]) - set(left.events[Events.TEXT]) - {""}
    everything = " ".join(said_by_people(left))
    assert gone
    assert not [one for text in gone for one in sentences(text) if len(one) > 25 and one in everything]
