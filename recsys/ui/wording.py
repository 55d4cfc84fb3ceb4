"""Items in the language of the person: Chinese titles for who writes Chinese, where the data has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import east_asian_width

import pandas as pd

from recsys.columns import Items, People, Table
from recsys.data import Dataset
from recsys.plots.marks import cut
from recsys.text import script_of
from recsys.text.scripts import HAN, LATIN, letter_counts
from recsys.types import Query
from recsys.words.contract import Language

_CHINESE_OF_PEOPLE = {People.NAME: People.NAME_ZH, People.BIO: People.BIO_ZH}
_CHINESE = {Items.TITLE: Items.TITLE_ZH, Items.DESCRIPTION: Items.DESCRIPTION_ZH, Items.CATEGORY: Items.CATEGORY_ZH}


@dataclass(frozen=True, slots=True)
class Wording:
    """How to name the items of ``data``."""

    data: Dataset
    chinese: bool = False

    @classmethod
    def for_query(cls, data: Dataset, query: Query) -> Wording:
        """Chinese as soon as the text in the box, else the newest words the person wrote, has a Chinese character."""
        written = [query.typed, *(event.text for event in reversed(query.events))]
        newest = next((text for text in written if text.strip()), "")
        return cls(data, letter_counts(newest).get(HAN, 0) > 0)

    @property
    def language(self) -> Language:
        """What texts about items are written in."""
        return "zh" if self.chinese else "en"

    def tag(self, tag: str) -> str:
        """Return a tag or category in the person's language."""
        return self.data.chinese_tags.get(tag, tag) if self.chinese else tag

    def tags(self, row: int) -> list[str]:
        """Return the tags and the category of an item in the person's language."""
        return [self.tag(tag) for tag in self.data.tags(row)]

    def reviews(self, row: int, n: int) -> list[tuple[float, str]]:
        """Return up to ``n`` reviews of an item as (stars, text), those in the person's language first, then newest."""
        script = HAN if self.chinese else LATIN
        written = [(stars, text) for stars, text in reversed(self.data.reviews(row))]
        return sorted(written, key=lambda review: script_of(review[1]) != script)[:n]

    def title(self, item_id: str | None) -> str:
        """Return the title of an item, "" for an unknown one."""
        row = self.data.row_of.get(item_id or "")
        return "" if row is None else self.field(row, Items.TITLE)

    def person(self, user_id: str, column: People = People.NAME) -> str:
        """Return a text about somebody in the person's language, their name unless asked otherwise; "" if unknown."""
        known = _people(self.data).get(user_id, {})
        return (known.get(_CHINESE_OF_PEOPLE[column], "") if self.chinese else "") or known.get(column, "")

    def short(self, item_id: str | None, width: int) -> str:
        """Return the title of an item in at most ``width`` letters; a Chinese character takes the room of two."""
        title = " ".join(self.title(item_id).split())
        room = accumulate(2 if east_asian_width(sign) in "WF" else 1 for sign in title)
        return cut(title, sum(taken <= width for taken in room))

    def field(self, row: int, column: Items) -> str:
        """Return a text of an item in the person's language, or in the data's first one."""
        chinese = self.data.field(row, _CHINESE[column]) if self.chinese and column in _CHINESE else ""
        return chinese or self.data.field(row, column)


def _people(data: Dataset) -> Mapping[str, Mapping[str, str]]:
    """What the table ``people`` says of each id, read once."""
    table = data.tables.get(Table.PEOPLE)
    return {} if table is None else data.once(_people, lambda: _by_id(table))


def _by_id(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    rows = table.fillna("").astype(str).to_dict("records")
    return {row[People.ID]: {str(name): cell for name, cell in row.items()} for row in rows}
