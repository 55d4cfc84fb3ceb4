"""A description by template: every slot is a field of the record, and a field that is missing leaves no gap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recsys.columns import Facts, Items
from recsys.data import Dataset
from recsys.words.contract import Claim, Language
from recsys.words.evidence import field_id, fields_of

BRAND, YEAR, MINUTES, DIRECTOR, ACTORS = "brand", "year", "minutes", "director", "actors"
OF_A_WORK = (YEAR, MINUTES, DIRECTOR, ACTORS)
"""Fields that only something to watch, read or hear has: it is called a title, anything else an item."""
N_TAGS, N_ACTORS = 4, 3
LONGEST_SLOT = 60
_LIST = ", "
_SOUNDS_LIKE_A = re.compile(r"(?:uni(?!n|m)|us[aeiu]|u(?=[-\s]|$)|eu|one\b|once\b|ubiq|uto|ufo)", re.IGNORECASE)
_SOUNDS_LIKE_AN = re.compile(r"[aeiou]|hour|honest|honou?r|heir|8|1[18](?=\D|$|\d{2}(?!\d))", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z]{2,}(?![a-z])")


@dataclass(frozen=True, slots=True)
class _Slots:
    """Fields fit for a sentence, and the ids under which the ones used are cited."""

    fields: Mapping[str, str]

    def one(self, column: str, form: str = "{}", numeric: bool = False) -> str:
        """The field in its place in ``form``; "" where it is missing, too long, or should be a number and is none."""
        value = self.fields.get(column, "")
        fits = 0 < len(value) <= LONGEST_SLOT and (value.isdecimal() or not numeric)
        return form.format(value) if fits else ""

    def several(self, column: str, n: int) -> list[str]:
        """The first ``n`` short values of a field that lists some, without the category and repeats."""
        values = dict.fromkeys(self.fields.get(column, "").split(_LIST))
        category = self.fields.get(Items.CATEGORY, "").casefold()
        return [value for value in values if 0 < len(value) <= LONGEST_SLOT and value.casefold() != category][:n]


def described(data: Dataset, row: int, language: Language) -> tuple[Claim, ...]:
    """At most three sentences about the item in ``row``, each with the fields it took its slots from.

    Kind, maker and price or year; who plays in it; its first tags. () where the record has nothing but a title.
    """
    slots = _Slots(fields_of(data, row, language))
    told = _in_chinese(slots) if language == "zh" else _in_english(slots)
    return tuple(Claim(text, tuple(map(field_id, columns))) for text, columns in told if text)


def _in_english(slots: _Slots) -> list[tuple[str, list[str]]]:
    noun = "title" if any(slots.fields.get(column) for column in OF_A_WORK) else "item"
    parts = {
        Items.CATEGORY: slots.one(Items.CATEGORY),
        BRAND: slots.one(BRAND, "by {}"),
        Facts.PRICE: slots.one(Facts.PRICE, "for {}"),
        YEAR: slots.one(YEAR, "from {}", numeric=True),
        MINUTES: slots.one(MINUTES, ", {} minutes long", numeric=True),
        DIRECTOR: slots.one(DIRECTOR, ", directed by {}"),
    }
    used = [str(column) for column, said in parts.items() if said]
    words = " ".join(filter(None, (parts.pop(Items.CATEGORY), noun, *parts.values()))).replace(" ,", ",")
    actors, tags = slots.several(ACTORS, N_ACTORS), slots.several(Items.TAGS, N_TAGS)
    return [
        (f"{article(words).capitalize()} {words}." if used else "", used),
        (f"With {listed(actors)}." if actors else "", [ACTORS]),
        (f"Tagged {listed(tags)}." if tags else "", [Items.TAGS]),
    ]


def _in_chinese(slots: _Slots) -> list[tuple[str, list[str]]]:
    parts = {
        Items.CATEGORY: slots.one(Items.CATEGORY, "{}类"),
        BRAND: slots.one(BRAND, "品牌{}"),
        Facts.PRICE: slots.one(Facts.PRICE, "价格{}"),
        YEAR: slots.one(YEAR, "{}年", numeric=True),
        MINUTES: slots.one(MINUTES, "时长{}分钟", numeric=True),
        DIRECTOR: slots.one(DIRECTOR, "导演{}"),
    }
    used = [str(column) for column, said in parts.items() if said]
    actors, tags = slots.several(ACTORS, N_ACTORS), slots.several(Items.TAGS, N_TAGS)
    return [
        (spaced(f"{'，'.join(filter(None, parts.values()))}。") if used else "", used),
        (spaced(f"主演{'、'.join(actors)}。") if actors else "", [ACTORS]),
        (spaced(f"标签：{'、'.join(tags)}。") if tags else "", [Items.TAGS]),
    ]


def article(words: str) -> str:
    """``a`` or ``an``, by how ``words`` begin when said aloud.

    >>> [article(w) for w in ("Running item", "Outdoor item", "USB hub", "FM radio", "hour", "unique pan", "8 mm film")]
    ['a', 'an', 'a', 'an', 'an', 'a', 'an']
    """
    letters = _LETTERS.match(words)
    if letters and (len(letters[0]) < 4 or not re.search("[AEIOU]", letters[0])):
        return "an" if words[0] in "AEFHILMNORSX" else "a"
    return "an" if _SOUNDS_LIKE_AN.match(words) and not _SOUNDS_LIKE_A.match(words) else "a"


def listed(values: Sequence[str]) -> str:
    """Values as English lists them; a comma stands before the last ``and`` where a value has one inside.

    >>> listed(["rain", "road"]), listed(["a", "b", "c"]), listed(["odd", "black and white", "new"])
    ('rain and road', 'a, b and c', 'odd, black and white, and new')
    """
    if len(values) < 2:
        return "".join(values)
    comma = "," if any(" and " in value for value in values) else ""
    return f"{', '.join(values[:-1])}{comma} and {values[-1]}"


def spaced(text: str) -> str:
    """Chinese text with the usual space between a Han character and a Latin word or number.

    >>> spaced("价格$129.00，1953年")
    '价格 $129.00，1953 年'
    """
    text = re.sub(r"(?<=[\u3400-\u9fff])(?=[A-Za-z0-9$€£¥])", " ", text)
    return re.sub(r"(?<=[A-Za-z0-9])(?=[\u3400-\u9fff])", " ", text)
