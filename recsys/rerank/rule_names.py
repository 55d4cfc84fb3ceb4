"""What the names in business rules stand for in one catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.rerank.mix import Mix
from recsys.rerank.rule_lines import What
from recsys.text.scripts import HAN, script_of

Mask = NDArray[np.bool_]
MAX_KEPT = 500
"""Names whose items are remembered per dataset."""


@dataclass(frozen=True, eq=False)
class Names:
    """Looks up items, categories and words of titles, in any case, and categories in Chinese as well."""

    data: Dataset
    categories: list[str]
    """Main category of each item, "" where it has none: what a cap counts."""
    _rows: dict[str, int]
    _columns: dict[str, list[int]]
    """Columns of ``Mix`` by name of the category, lower case or Chinese."""
    _titles: list[str]
    _kept: dict[tuple[What, str], Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Dataset) -> Names:
        """Collect the names of ``data``; once per dataset."""
        return data.once(cls, lambda: cls._collected(data))

    @classmethod
    def _collected(cls, data: Dataset) -> Names:
        columns: dict[str, list[int]] = {}
        for column, name in enumerate(Mix.of(data).names):
            for called in {name, data.chinese_tags.get(name, "")} - {""}:
                columns.setdefault(called.casefold(), []).append(column)
        # An id wins over another one that differs in case only where it is written exactly.
        rows = {item_id.casefold(): row for item_id, row in data.row_of.items()} | data.row_of
        titles = [
            f"{data.field(r, Items.TITLE)}\n{data.field(r, Items.TITLE_ZH)}".casefold() for r in range(data.n_items)
        ]
        categories = [name.strip() for name in data.column(Items.CATEGORY)]
        return cls(data, categories, rows, columns, titles)

    def row(self, item_id: str) -> int:
        """Row of an item, -1 for an unknown one."""
        return self._rows.get(item_id, self._rows.get(item_id.casefold(), -1))

    def item_or_category(self, name: str) -> Mask:
        """(n_items,) bool: the item of that id or, where there is none, the items of that category."""
        return self.meant(What.ITEM if self.row(name) >= 0 else What.CATEGORY, name)

    def hidden(self, what: What, name: str) -> Mask:
        """(n_items,) bool: what a rule hides; a name without a kind is an item's id or else a category."""
        return self.item_or_category(name) if what == What.ITEM else self.meant(what, name)

    def meant(self, what: What, name: str) -> Mask:
        """(n_items,) bool: what ``name`` stands for; nothing for an unknown name."""
        key = (what, name)
        found = self._kept.get(key)
        if found is None:
            found = {What.ITEM: self._item, What.CATEGORY: self._category, What.WORD: self._word}[what](name)
            found.setflags(write=False)
            if len(self._kept) < MAX_KEPT:
                self._kept[key] = found
        return found

    def _item(self, name: str) -> Mask:
        return np.asarray(np.arange(self.data.n_items) == self.row(name))

    def _category(self, name: str) -> Mask:
        shares = Mix.of(self.data).shares[:, self._columns.get(name.casefold(), [])]
        return np.asarray(shares.any(axis=1))

    def _word(self, name: str) -> Mask:
        """Titles with this word; Chinese words stand anywhere, as nothing parts them."""
        word = re.escape(name.casefold())
        pattern = re.compile(word if script_of(name) == HAN else rf"(?<!\w){word}(?!\w)")
        return np.array([pattern.search(title) is not None for title in self._titles], dtype=bool)
