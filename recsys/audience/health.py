"""Is the data fit to learn from? One check per known illness, how bad it is, and which events a cure leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.audience.finding import Finding
from recsys.audience.frequency import HOUR_SECONDS, in_cells
from recsys.audience.strength import inequality, ratio, share
from recsys.columns import Events, Facts, Items
from recsys.data import Dataset, summary
from recsys.data.holdout import latest_events
from recsys.data.quality import FEW_EVENTS
from recsys.metrics.significance import Interval

Mask = NDArray[np.bool_]

AGAIN_SECONDS = 600.0
"""The same person doing the same to the same item sooner than this has done it once."""
BURST = 3
"""So many things in one second no person does."""
CAP = 0.95
"""The cure of a skew keeps as many events of each person (or item) as this share of them have at most."""
UNEQUAL = 0.6
"""Gini index from which a skew is worth a look; one tenth having 60% of everything gives about 0.6."""
ROBUST_Z, FAST = 3.5, 30
"""Somebody is implausibly busy whose busiest hour is so many robust standard deviations above the others' (Iglewicz
and Hoaglin 1993, on logarithms), and has at least so many events."""
LEAST_SCALE = 0.25
"""Least robust standard deviation of the logarithms: where most people are alike, small differences are no outliers."""
NO_DATES = "These data have no dates."


@dataclass(frozen=True, eq=False)
class Check:
    """What one check found."""

    name: str
    label: str
    line: str
    """What it looks for, and why that matters."""
    finding: Finding
    """``value`` is a share in [0, 1] or a Gini index, with its interval; ``user_ids`` the people behind it."""
    ill: bool
    """Whether it is worth a look."""
    out: Mask
    """(n_events,) what its cure leaves out; nothing where there is no cure."""
    cure: str = ""
    """What the cure does, with a full stop; "" for none."""

    @property
    def curable(self) -> bool:
        """Whether the cure would change anything."""
        return bool(self.cure and self.out.any())


def health(data: Dataset) -> tuple[Check, ...]:
    """Every check of ``data``, in the order of ``CHECKS``; computed once. Empty without events."""
    return data.once(health, lambda: tuple(check(data) for check in CHECKS) if len(data.events) else ())


def repeats(data: Dataset) -> Check:
    """The same person, item and kind within ``AGAIN_SECONDS``; the cure keeps the first of them."""
    at = data.events[Events.AT].to_numpy(dtype=np.float64)
    same = data.events.groupby([Events.USER, Events.ITEM, Events.KIND], sort=False)[Events.AT].diff().to_numpy()
    out = (same < AGAIN_SECONDS) if summary.has_dates(data) else np.zeros(len(at), dtype=bool)
    exact = data.quality.dropped_duplicate_events
    told = f"; {exact:,} exact copies were left out before" if exact else ""
    said = _counted(data, out, f"done again within {AGAIN_SECONDS / 60:.0f} minutes{told}")
    line = "Double clicks and reloads count one wish twice."
    return _of_events("repeats", "Done twice", line, data, out, said, "Keep the first of them.")


def early(data: Dataset) -> Check:
    """Events before the item was published: the future leaked into the past; the cure leaves them out."""
    column, name, label = str(Facts.PUBLISHED_AT), "early", "Before publication"
    line = "Nobody can read what is not out yet: such times are wrong, and tests by time would leak the future."
    if column not in data.items.columns or not summary.has_dates(data):
        return _unknown(data, name, label, line, "The items have no time of publication: this cannot be checked.")
    out = pd.to_datetime(data.items[column], utc=True, errors="coerce", format="ISO8601")
    seconds = (out - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy()
    before = data.events[Events.AT].to_numpy(dtype=np.float64) < seconds[data.event_rows]
    said = _counted(data, before, "dated before publication")
    return _of_events(name, label, line, data, before, said, "Leave them out.")


def bursts(data: Dataset) -> Check:
    """``BURST`` or more events of one person in one second; the cure leaves them out."""
    name, label = "bursts", "Same second"
    line = "Written by a program: what came first is not known, and tests by time mix it up."
    if not summary.has_dates(data):
        return _unknown(data, name, label, line, NO_DATES)
    second = np.floor(data.events[Events.AT]).rename("second")
    out = data.events.groupby([data.events[Events.USER], second])[Events.AT].transform("size").to_numpy() >= BURST
    said = _counted(data, out, f"beside {BURST - 1} others of the same person in the same second")
    return _of_events(name, label, line, data, out, said, "Leave them out.")


def known_pairs(data: Dataset) -> Check:
    """Later likes of items that the person had touched before: remembering them is no recommending."""
    ask = latest_events(data, 0)[0].ask & data.is_like
    known = ask & np.isin(data.event_pairs, data.event_pairs[~latest_events(data, 0)[0].ask])
    found = ratio(_per_person(data, known), _per_person(data, ask))
    said = f"{_share(found)} of the likes in the newest fifth are of items the person knew before."
    line = "Counted as hits they would flatter whatever repeats what people did: every test in this app skips them."
    return _check("known", "Known before", line, data, found, said, known, 0.01, nothing_out=True)


def twins(data: Dataset) -> Check:
    """Items with the title and text of another: their likes are divided, and a test can leak from one to the other."""
    texts = data.items[[c for c in (Items.TITLE, Items.DESCRIPTION) if c in data.items.columns]].astype(str)
    same = texts.duplicated(keep=False).to_numpy()
    found = share(int(same.sum()), data.n_items)
    said = f"{int(same.sum()):,} of {data.n_items:,} items, {_share(found)}, have the title and text of another."
    line = "Likes of one thing are divided among its copies."
    touched = same[data.event_rows]
    return _check("twins", "Twin items", line, data, found, said, touched, 0.01, nothing_out=True)


def busy_people(data: Dataset) -> Check:
    """How unequally people are active; the cure keeps the newest events of the busiest."""
    counts, out, most = _capped(data, data.event_users, len(data.user_ids))
    found = inequality(counts)
    said = f"Gini index of activity {found.value:.2f} [{found.low:.2f}, {found.high:.2f}] over {found.n:,} people."
    line = "Where few people do nearly everything, models learn their taste. 0: all do as much, 1: one does everything."
    cure = f"Keep the newest {most:,} events of each person."
    return _check("activity", "Busy few", line, data, found, said, out, UNEQUAL, cure)


def popular_items(data: Dataset) -> Check:
    """How unequally items are used; the cure keeps the newest events of the most popular."""
    counts, out, most = _capped(data, data.event_rows, data.n_items)
    found = inequality(counts)
    said = f"Gini index of popularity {found.value:.2f} [{found.low:.2f}, {found.high:.2f}] over {found.n:,} items."
    line = "Where few items have nearly all events, lists repeat them. 0: all as many, 1: one has all."
    cure = f"Keep the newest {most:,} events of each item."
    return _check("popularity", "Popular few", line, data, found, said, out, UNEQUAL, cure)


def new_people(data: Dataset) -> Check:
    """People with too few events; the cure does not learn from them."""
    counts = np.bincount(data.event_users, minlength=len(data.user_ids))
    few = counts < FEW_EVENTS
    found = share(int(few.sum()), len(counts))
    said = f"{int(few.sum()):,} of {len(counts):,} people, {_share(found)}, have fewer than {FEW_EVENTS} events."
    line = "Of them little is known, and little can be learned."
    out = few[data.event_users]
    return _check("few", "Little known people", line, data, found, said, out, 0.2, "Do not learn from them.")


def new_items(data: Dataset) -> Check:
    """Items with too few events; the cure does not learn from these events."""
    item = data.event_rows
    few = np.bincount(item, minlength=data.n_items) < FEW_EVENTS
    found = share(int(few.sum()), data.n_items)
    said = f"{int(few.sum()):,} of {data.n_items:,} items, {_share(found)}, have fewer than {FEW_EVENTS} events."
    line = "Only their texts can recommend them."
    return _check("rare", "Little known items", line, data, found, said, few[item], 0.2, "Do not learn from them.")


def bots(data: Dataset) -> Check:
    """People whose busiest hour is implausible beside everybody else's; the cure does not learn from them."""
    name, label = "bots", "Too busy to be true"
    line = "Programs and shared accounts click like nobody else, and models learn from every click."
    if not summary.has_dates(data):
        return _unknown(data, name, label, line, NO_DATES)
    most = _busiest_hour(data)
    logs = np.log(most)
    middle = float(np.median(logs))
    scale = max(LEAST_SCALE, 1.4826 * float(np.median(np.abs(logs - middle))))
    fast = ((logs - middle) / scale > ROBUST_Z) & (most >= FAST)
    found = share(int(fast.sum()), len(most))
    said = (
        f"{int(fast.sum()):,} of {len(most):,} people, {_share(found)}, have an hour far beyond the usual "
        f"{np.exp(middle):.0f} events; the busiest has {most.max():,}."
    )
    out = fast[data.event_users]
    return _check(name, label, line, data, found, said, out, 0.0, "Do not learn from them.")


CHECKS: tuple[Callable[[Dataset], Check], ...] = (
    repeats,
    early,
    bursts,
    known_pairs,
    twins,
    busy_people,
    popular_items,
    new_people,
    new_items,
    bots,
)
"""Duplicates, leakage, skew, too few events, bots."""


def _busiest_hour(data: Dataset) -> NDArray[np.int64]:
    """(n_users,) most events of each person within any hour."""
    users, at = data.event_users, data.events[Events.AT].to_numpy(dtype=np.float64)
    order = np.lexsort((at, users))
    # One time line with a gap of years between people: an hour never reaches from one to the next.
    line = users[order] * (at.max() - at.min() + 2 * HOUR_SECONDS) + at[order] - at.min()
    within = np.arange(len(line)) - np.searchsorted(line, line - HOUR_SECONDS, side="right") + 1
    most = np.zeros(len(data.user_ids), dtype=np.int64)
    np.maximum.at(most, users[order], within)
    return most


def _capped(data: Dataset, codes: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], Mask, int]:
    """Events of each code, those beyond the newest ``CAP`` of it (bool), and how many each may keep."""
    counts = np.bincount(codes, minlength=n)
    most = max(1, int(np.quantile(counts, CAP)))
    newer = pd.Series(codes[::-1]).groupby(codes[::-1]).cumcount().to_numpy()[::-1]
    return counts, newer >= most, most


def _per_person(data: Dataset, chosen: Mask) -> NDArray[np.int64]:
    return np.bincount(data.event_users[chosen], minlength=len(data.user_ids))


def _counted(data: Dataset, out: Mask, what: str) -> str:
    found = ratio(_per_person(data, out), _per_person(data, np.ones(len(out), dtype=bool)))
    if not out.any():
        return f"None of {len(out):,} events is {what}."
    return f"{int(out.sum()):,} of {len(out):,} events, {_share(found)}, are {what}."


def _share(one: Interval) -> str:
    """A share with its interval.

    >>> _share(Interval(0.25, -0.1, 0.5, 9)), _share(Interval(float("nan"), 0, 0, 0))
    ('25% [0%, 50%]', 'none')
    """
    if one.value != one.value:
        return "none"
    low, high = max(0.0, one.low), min(1.0, one.high)
    digits = 0 if one.value >= 0.1 or not one.value else 1
    return f"{one.value:.{digits}%} [{low:.{digits}%}, {high:.{digits}%}]"


def _of_events(name: str, label: str, line: str, data: Dataset, out: Mask, said: str, cure: str) -> Check:
    found = ratio(_per_person(data, out), _per_person(data, np.ones(len(out), dtype=bool)))
    return _check(name, label, line, data, found, said, out, 0.01, cure)


def _check(
    name: str,
    label: str,
    line: str,
    data: Dataset,
    found: Interval,
    said: str,
    out: Mask,
    limit: float,
    cure: str = "",
    *,
    nothing_out: bool = False,
) -> Check:
    """A check whose ``found`` is ill above ``limit``; the people behind it are those of the events ``out``."""
    low, high = max(0.0, found.low), min(1.0, found.high)
    finding = Finding(said, found.n, found.value, low, high, user_ids=in_cells(data, out))
    ill = bool(found.value > limit)
    return Check(name, label, line, finding, ill, np.zeros_like(out) if nothing_out else np.asarray(out), cure)


def _unknown(data: Dataset, name: str, label: str, line: str, why: str) -> Check:
    return Check(name, label, line, Finding(why, 0, float("nan")), False, np.zeros(len(data.events), dtype=bool))
