"""Small datasets for the tests of an audience, made of lines of what somebody did when."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset

MONDAY = 1_767_571_200.0
"""Monday, 5 January 2026, 0:00 UTC."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def diary(
    lines: Iterable[tuple[str, str, float]], categories: str = "aabbccdd", kind: str = "like", **columns: list[str]
) -> Dataset:
    """Who did ``kind`` with which item (``i0``, ``i1``, ...) how many seconds after ``MONDAY``.

    Item n is of the category named by letter n of ``categories``; ``columns`` are further ones of the items.
    """
    names = list(categories)
    items = pd.DataFrame(
        {
            Items.ID: [f"i{n}" for n in range(len(names))],
            Items.TITLE: [f"Item {n}" for n in range(len(names))],
            Items.CATEGORY: names,
            **columns,
        }
    )
    rows = [(user, item, kind, MONDAY + at) for user, item, at in lines]
    events = pd.DataFrame(rows, columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    return Dataset.from_tables("diary", items, events)
