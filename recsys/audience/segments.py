"""Segments that every dataset has, who is in one, and the data of one alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd

from recsys.audience.finding import Segment
from recsys.columns import Events, Items, People, Table
from recsys.data import Dataset, summary
from recsys.data.quality import FEW_EVENTS
from recsys.data.summary import Shown

ACTIVE, NEW = 0.1, 0.25
"""Share of the people who count as the most active, and of the days that count as the newest."""
N_TOP = 3
"""Categories named per person."""
TOP = "top_categories"
MAX_VIEWS = 6
"""Segments whose data are kept per dataset; what was computed of each goes with it."""


def usual(data: Dataset) -> dict[str, Segment]:
    """Segments to begin with, by a word for an address; those nobody is in, or everybody, are left out."""
    return data.once(usual, lambda: _usual(data))


def _usual(data: Dataset) -> dict[str, Segment]:
    counts = data.events[Events.USER].value_counts()
    found = {
        "active": Segment.of("The most active tenth", counts.index[: int(np.ceil(ACTIVE * len(counts)))]),
        "new": Segment.of("Newcomers, the last quarter of the days", _newcomers(data)),
        "few": Segment.of(f"Fewer than {FEW_EVENTS} events", counts.index[counts < FEW_EVENTS]),
    }
    return {word: one for word, one in found.items() if 0 < len(one) < len(counts)}


def _newcomers(data: Dataset) -> Iterable[str]:
    if not summary.has_dates(data):
        return ()
    first = data.events.groupby(Events.USER)[Events.AT].min()
    start, end = data.quality.first_at, data.quality.last_at
    return cast("Iterable[str]", first.index[first > end - NEW * (end - start)])


def within(data: Dataset, segment: Segment | None) -> Dataset:
    """``data`` with the events of ``segment`` only, the same object each time; ``data`` itself for everybody."""
    if segment is None:
        return data
    views = cast("OrderedDict[Segment, Dataset]", data.memo.setdefault("views", OrderedDict()))
    if segment not in views:
        views[segment] = segment.within(data)
    views.move_to_end(segment)
    while len(views) > MAX_VIEWS:
        views.popitem(last=False)
    return views[segment]


def members(data: Dataset, user_ids: Iterable[str]) -> pd.DataFrame:
    """One row per person of ``user_ids`` with events in ``data``, the busiest first.

    Columns ``Events.USER``, ``People.NAME`` where the data has names, ``N_EVENTS``, ``FIRST`` and ``LAST`` (ISO day in
    UTC, "" where there are no dates) and ``TOP``: the categories of most of their events, at most three.
    """
    wanted = pd.Index(sorted(set(user_ids)))
    log = data.events[data.events[Events.USER].isin(wanted)]
    found = log.groupby(Events.USER)[Events.AT].agg(["size", "min", "max"])
    found = found.sort_values("size", ascending=False, kind="stable")
    users = list(found.index)
    table = pd.DataFrame({str(Events.USER): users})
    if data.has((Table.PEOPLE,)) and People.NAME in data.tables[Table.PEOPLE].columns:
        names = data.tables[Table.PEOPLE].set_index(People.ID)[People.NAME]
        table[str(People.NAME)] = names.reindex(users).fillna("").to_numpy()
    table[str(Shown.N_EVENTS)] = found["size"].to_numpy()
    table[str(Shown.FIRST)] = [summary.day(data, at) for at in found["min"]]
    table[str(Shown.LAST)] = [summary.day(data, at) for at in found["max"]]
    table[TOP] = _top_categories(data, log).reindex(users).fillna("").to_numpy()
    return table


def _top_categories(data: Dataset, log: pd.DataFrame) -> pd.Series:
    """The categories of most events of each user in ``log``, joined by commas; users without any are left out."""
    names = pd.Series(data.column(Items.CATEGORY), index=list(data.item_ids))
    categories = names.reindex(log[Events.ITEM]).to_numpy()
    pairs = pd.DataFrame({"user": log[Events.USER].to_numpy(), "category": categories})
    counts = pairs[pairs["category"] != ""].value_counts(sort=False).rename("n").reset_index()
    counts = counts.sort_values(["n", "category"], ascending=[False, True], kind="stable")
    top = counts.groupby("user", sort=False).head(N_TOP)
    return top.groupby("user")["category"].agg(", ".join)
