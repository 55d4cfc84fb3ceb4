"""What may be quoted about an item: sentences of its description and reviews, and the fields of its record."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import cast

from recsys.columns import TAG_SEPARATOR, Events, Facts, Items
from recsys.data import Dataset
from recsys.text.scripts import HAN, LATIN, script_of
from recsys.words.contract import Evidence, Language
from recsys.words.sentences import sentences

__all__ = ["chosen_reviews", "evidence_of", "field_id", "fields_of", "is_record", "sentences", "side", "stars_of"]

DESCRIPTION, RECORD, REVIEW = "description", "record", "review"
"""What ``Evidence.source`` is, or for a review begins with."""
MAX_OF_DESCRIPTION, MAX_OF_REVIEW = 12, 6
"""Sentences read of one text, the first ones."""
LONGEST_FIELD = 200
"""Characters of the longest field that is a fact rather than a text."""
GOOD_STARS, BAD_STARS = 4.0, 2.5
"""Reviews of at least so many stars praise, of at most so many complain."""
KEPT = 4_096
"""Items whose evidence is remembered per dataset."""
_SCRIPTS: dict[Language, str] = {"en": LATIN, "zh": HAN}
_CHINESE = "_zh"
_NO_FACTS = frozenset({*Events, Items.ID, Items.DESCRIPTION, Items.DESCRIPTION_ZH, Facts.MARGIN})
_STARS = re.compile(rf"{REVIEW}, ([\d.]+) stars?$")
_lock = threading.Lock()


def evidence_of(data: Dataset, row: int, language: Language, n_reviews: int = 12) -> tuple[Evidence, ...]:
    """All that may be quoted about the item in ``row``, in reading order.

    Sentences of the description (``d1``, ``d2``, ...) in ``language`` or, where it has none, in the other one; those of
    at most ``n_reviews`` reviews (``r1.1``, ...), see :func:`chosen_reviews`; fields of the record (``f.price``). A
    sentence that stands in two texts counts once. Who wrote a review is no part of it. With nothing but a title, that
    is all: one field.
    """
    kept = cast("dict[object, tuple[Evidence, ...]]", data.memo.setdefault(evidence_of, {}))
    key = row, language, n_reviews
    found = kept.get(key)
    if found is None:
        found = tuple(_unrepeated(data, row, language, n_reviews))
        with _lock:
            kept[key] = found
            if len(kept) > KEPT:
                del kept[next(iter(kept))]
    return found


def chosen_reviews(data: Dataset, row: int, language: Language, n: int) -> list[tuple[float, str]]:
    """At most ``n`` reviews of an item as (stars, text): those in ``language`` first, each group newest first.

    Where those are all for it, or all against it, and an older one or one in the other language is not, the newest such
    review takes the last place: who reads ``n`` reviews should meet both sides.
    """
    newest = data.reviews(row)[::-1]
    own = [review for review in newest if script_of(review[1]) == _SCRIPTS[language]]
    ordered = own + [review for review in newest if script_of(review[1]) != _SCRIPTS[language]]
    chosen, left = ordered[:n], ordered[n:]
    for missing in {-1, 1} - {side(stars) for stars, _ in chosen} if len(chosen) > 1 else ():
        chosen[-1] = next((review for review in left if side(review[0]) == missing), chosen[-1])
    return chosen


def side(stars: float | None) -> int:
    """1 for the stars of praise, -1 for those of a complaint, 0 between them or without any."""
    if stars is None or stars != stars:
        return 0
    return 1 if stars >= GOOD_STARS else -1 if stars <= BAD_STARS else 0


def stars_of(one: Evidence) -> float | None:
    """Stars of the review that a sentence is from; None for other evidence and reviews without stars."""
    found = _STARS.match(one.source)
    return float(found[1]) if found else None


def is_record(one: Evidence) -> bool:
    """Whether it is a field, not a sentence somebody wrote."""
    return one.source == RECORD


def fields_of(data: Dataset, row: int, language: Language) -> dict[str, str]:
    """Every known field of an item's record by column name, in ``language`` where the data has both.

    A Chinese column (``tags_zh``) stands under the name of its twin. Several values are joined by commas, whole numbers
    lose their ``.0``, and the bare prices of the samples get their dollar. Left out: empty fields, ids, and texts.
    """
    out: dict[str, str] = {}
    for column in map(str, data.items.columns):
        twin = column.removesuffix(_CHINESE)
        if column in _NO_FACTS or column.lower().endswith("_id") or (twin != column and twin in data.items.columns):
            continue
        pair = [data.field(row, name).strip() for name in (column, f"{column}{_CHINESE}")]
        value = next(filter(None, pair[::-1] if language == "zh" else pair), "")
        value = _said(column, value, data.synthetic)
        if value and len(value) <= LONGEST_FIELD and "\n" not in value:
            out[column] = value
    return out


def field_id(column: str) -> str:
    """Under which id the field of a column is cited.

    >>> field_id("price"), field_id("Made in")
    ('f.price', 'f.made_in')
    """
    return "f." + re.sub(r"\W+", "_", column.lower()).strip("_")


def _said(column: str, value: str, dollars: bool) -> str:
    if column == Facts.PRICE and dollars and re.fullmatch(r"\d+(\.\d+)?", value):
        return f"${float(value):,.2f}"
    if re.fullmatch(r"\d+\.0", value):
        return value.removesuffix(".0")
    return ", ".join(part.strip() for part in value.split(TAG_SEPARATOR) if part.strip())


def _unrepeated(data: Dataset, row: int, language: Language, n_reviews: int) -> Iterator[Evidence]:
    said: set[str] = set()
    for one in _all(data, row, language, n_reviews):
        if is_record(one) or one.text.casefold() not in said:
            said.add(one.text.casefold())
            yield one


def _all(data: Dataset, row: int, language: Language, n_reviews: int) -> Iterator[Evidence]:
    item_id = data.item_ids[row]
    texts = [data.field(row, column) for column in (Items.DESCRIPTION, Items.DESCRIPTION_ZH)]
    text = next(filter(str.strip, texts[::-1] if language == "zh" else texts), "")
    for place, sentence in enumerate(sentences(text)[:MAX_OF_DESCRIPTION], start=1):
        yield Evidence(f"d{place}", sentence, DESCRIPTION, item_id)
    for number, (stars, words) in enumerate(chosen_reviews(data, row, language, n_reviews), start=1):
        source = REVIEW if stars != stars else f"{REVIEW}, {stars:g} star{'' if stars == 1 else 's'}"
        for place, sentence in enumerate(sentences(words)[:MAX_OF_REVIEW], start=1):
            yield Evidence(f"r{number}.{place}", sentence, source, item_id)
    fields = {field_id(column): (column, value) for column, value in reversed(fields_of(data, row, language).items())}
    for cited, (column, value) in reversed(fields.items()):
        yield Evidence(cited, f"{column.replace('_', ' ')}: {value}", RECORD, item_id)
