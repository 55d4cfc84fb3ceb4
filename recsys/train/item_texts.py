"""Other texts to read items by: reviews, facts and a translated twin beside the text, or two readings averaged."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np

from recsys.columns import TAG_SEPARATOR, Items
from recsys.data import Dataset
from recsys.models.setting import Setting
from recsys.models.text_profile import TextProfile
from recsys.text import chinese, reader
from recsys.text.dictionary import spoken_in
from recsys.text.space import TextSpace, unit_rows
from recsys.types import Matrix
from recsys.words.enrich import enriched, said_by_people
from recsys.words.evidence import fields_of

CHINESE = (Items.TITLE_ZH, Items.DESCRIPTION_ZH, Items.CATEGORY_ZH, Items.TAGS_ZH)
_READ = frozenset(map(str, Items))


def with_reviews(data: Dataset, rng: np.random.Generator) -> Dataset:
    """With the most telling sentences of an item's reviews at the end of its description."""
    return enriched(data, said_by_people(data))


def with_facts(data: Dataset, rng: np.random.Generator, numbers: float) -> Dataset:
    """With the fields that models do not read, such as who directed a film, told at the end of the description.

    Fields without a letter (a year, a price) are told too where ``numbers`` is above 0.
    """
    return enriched(data, tuple(facts_told(data, row, numbers > 0) for row in range(data.n_items)))


def facts_told(data: Dataset, row: int, numbers: bool) -> str:
    """The fields of an item beside those of ``Items``, one after the other; "" without any.

    Those without a letter are left out unless ``numbers``.
    """
    further = ((name, text) for name, text in fields_of(data, row, "en").items() if name not in _READ)
    told = (f"{name.replace('_', ' ')}: {text}." for name, text in further if numbers or any(map(str.isalpha, text)))
    return " ".join(told)


def with_twin(data: Dataset, rng: np.random.Generator) -> Dataset:
    """With the Chinese text of an item, put into English word for word, at the end of its English description."""
    return enriched(data, twin_texts(data))


def twin_texts(data: Dataset) -> tuple[str, ...]:
    """Per item: its Chinese title, description, category and tags in English (:mod:`recsys.text.chinese`)."""
    spoken = spoken_in(data.latin_texts)
    columns = [column for column in CHINESE if column in data.items.columns]
    texts = (". ".join(filter(None, (data.field(row, column) for column in columns))) for row in range(data.n_items))
    return tuple(chinese.in_english(text.replace(TAG_SEPARATOR, ", "), spoken) for text in texts)


def averaged(setting: Setting, data: Dataset, rng: np.random.Generator, how: Mapping[str, float]) -> TextProfile:
    """A fitted text profile that reads items in English and, with weight ``share``, their Chinese put into English."""
    model = cast(TextProfile, setting.build().fit(data))
    readers, space = model.readers, model.readers.main
    twins = reader().store.catalogue(space.encoder, twin_texts(data), keep=not data.private)
    mixed = TextSpace.build(space.encoder, mean_vectors(space.raw, twins, how["share"]), space.read)
    read_twice = copy.copy(model)
    read_twice.readers_ = replace(readers, spaces={**readers.spaces, readers.names[0]: mixed})
    return read_twice


def mean_vectors(ours: Matrix, twins: Matrix, share: float) -> Matrix:
    """(n, dim) unit rows along (1 - share) ``ours`` + share ``twins``; where one is all zeros, along the other."""
    both = ours.any(axis=1, keepdims=True) & twins.any(axis=1, keepdims=True)
    mixed = np.where(both, (1 - share) * ours + share * twins, ours + twins)
    return np.asarray(unit_rows(mixed), dtype=np.float32)
