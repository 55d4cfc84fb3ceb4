"""How often people do what, and when: kinds, hours of the week, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import norm

from recsys.audience.finding import SURE, Finding
from recsys.audience.strength import Z, ratio, ratios
from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS

Floats = NDArray[np.float64]

HOUR_SECONDS = 3600.0
GAP_SECONDS = 1800.0
"""A longer pause starts a new session: half an hour, as in most logs of the web."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
N_CELLS = 168


class Often(StrEnum):
    """Columns of the tables of this module, beside those of ``Events``."""

    N_EVENTS = "n_events"
    N_PEOPLE = "n_people"
    N_SESSIONS = "n_sessions"
    WEEKDAY = "weekday"  # 0 is Monday
    HOUR = "hour"  # 0..23, UTC
    SHARE = "share"
    LOW = "low"
    HIGH = "high"
    TIMES = "times"  # as often as an even spread over the hours that passed would have it
    P = "p"  # two-sided, after Bonferroni's correction for all hours of the week
    MINUTES = "minutes"
    FROM = "from"
    TO = "to"


def by_kind(data: Dataset) -> pd.DataFrame:
    """One row per kind of event that occurs, the most frequent first: events, and people who did it."""
    log = data.events.groupby(Events.KIND)[Events.USER].agg(["size", "nunique"])
    log = log.sort_values("size", ascending=False, kind="stable").reset_index()
    return log.set_axis([str(Events.KIND), str(Often.N_EVENTS), str(Often.N_PEOPLE)], axis=1)


def hour_of_week(data: Dataset) -> NDArray[np.int64]:
    """(n_events,) hours since Monday 0:00 UTC, 0..167."""
    return _hours_since_monday(data) % N_CELLS


def _hours_since_monday(data: Dataset) -> NDArray[np.int64]:
    """(n_events,) whole hours since a Monday 0:00 UTC; the first of January 1970 was a Thursday."""
    at = data.events[Events.AT].to_numpy(dtype=np.float64)
    return np.asarray(np.floor(at / HOUR_SECONDS).astype(np.int64) + 3 * 24)


def shares(data: Dataset, cells: NDArray[np.int64], n_cells: int) -> tuple[Floats, Floats]:
    """(n_cells,) share of the events of :func:`whole_days` in each of ``cells`` (n_events,), and its standard error.

    Both people and weeks are taken as drawn: one busy person proves nothing, and neither does one crowded day. The
    squared errors of both are added and that of people in weeks taken off, which counted twice (Cameron, Gelbach and
    Miller 2011); never below the larger of both. NaN without events.
    """
    keep = whole_days(data)
    users, week = data.event_users[keep], _hours_since_monday(data)[keep] // N_CELLS
    squares = []
    for cluster in (users, week, users * (week.max(initial=0) + 1) + week):
        groups, place = np.unique(cluster, return_inverse=True)
        shape = (len(groups), n_cells)
        counts = sp.coo_matrix((np.ones(len(place)), (place, cells[keep])), shape=shape).tocsr()
        value, error = ratios(counts, np.asarray(counts.sum(axis=1)).ravel())
        squares.append(error**2)
    of_people, of_weeks, of_both = squares
    return value, np.sqrt(np.maximum(of_people + of_weeks - of_both, np.maximum(of_people, of_weeks)))


def whole_days(data: Dataset) -> NDArray[np.bool_]:
    """(n_events,) False on the day the data begin and the one they end, as they cover these in part.

    All are True where nothing else is left.
    """
    days = np.floor(data.events[Events.AT].to_numpy(dtype=np.float64) / DAY_SECONDS)
    inside = (days > days.min(initial=np.inf)) & (days < days.max(initial=-np.inf))
    return inside if inside.any() else np.ones(len(days), dtype=bool)


def hours(data: Dataset) -> pd.DataFrame:
    """The 168 hours of the week in UTC: events, people, share of all events with its interval, and against even.

    Only events of :func:`whole_days`. ``TIMES`` compares with how often that hour came in these days. For intervals and
    ``P`` see :func:`shares`; ``P`` is NaN without events.
    """
    return data.once(hours, lambda: _spread(data, hour_of_week(data), _chances(data)))


def _chances(data: Dataset) -> Floats:
    """(168,) how the hours of the week share the time of :func:`whole_days`, in sum 1."""
    hour = _hours_since_monday(data)[whole_days(data)]
    if not len(hour):
        return np.full(N_CELLS, 1 / N_CELLS)
    first, last = int(hour.min()) // 24 * 24, int(hour.max()) // 24 * 24 + 23
    weeks, rest = divmod(last - first + 1, N_CELLS)
    passed = np.full(N_CELLS, weeks, dtype=np.float64)
    passed[(first + np.arange(rest)) % N_CELLS] += 1
    return np.asarray(passed / passed.sum())


def _spread(data: Dataset, cells: NDArray[np.int64], even: Floats) -> pd.DataFrame:
    value, error = shares(data, cells, len(even))
    seen, keep = pd.Series(data.event_users), whole_days(data)
    people = seen[keep].groupby(cells[keep]).nunique().reindex(range(len(even)), fill_value=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # hours that never came, and nobody at all
        z = np.abs(value - even) / error
        p = np.where(error > 0, np.minimum(1.0, 2 * norm.sf(z) * len(even)), np.nan)
        times = value / even
    place = np.arange(len(even))
    return pd.DataFrame(
        {
            str(Often.WEEKDAY): place // 24 if len(even) == N_CELLS else place,
            str(Often.HOUR): place % 24,
            str(Often.N_EVENTS): np.bincount(cells[keep], minlength=len(even)),
            str(Often.N_PEOPLE): people.to_numpy(),
            str(Often.SHARE): value,
            str(Often.LOW): np.maximum(0.0, value - Z * error),
            str(Often.HIGH): np.minimum(1.0, value + Z * error),
            str(Often.TIMES): times,
            str(Often.P): p,
        }
    )


def in_cells(data: Dataset, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    """Who did one of the events that ``chosen`` (n_events, bool) marks, sorted."""
    return tuple(data.user_ids[code] for code in np.unique(data.event_users[chosen]))


def busiest(data: Dataset) -> tuple[Finding, Finding]:
    """The weekday and the hour of the day with most events against an even spread, ``p`` for all 7 or 24 of them."""
    cells, chances = hour_of_week(data), _chances(data).reshape(7, 24)
    days, of_day = cells // 24, cells % 24
    return (
        _busiest(data, days, chances.sum(axis=1), "weekday", WEEKDAYS),
        _busiest(data, of_day, chances.sum(axis=0), "hour of the day", [f"{place}:00" for place in range(24)]),
    )


def _busiest(data: Dataset, cells: NDArray[np.int64], even: Floats, what: str, names: Sequence[str]) -> Finding:
    table = _spread(data, cells, even)
    place = int(table[Often.TIMES].fillna(0).to_numpy().argmax())
    row, fair = table.iloc[place], float(even[place])
    times, low, high = (float(row[column]) / fair for column in (Often.SHARE, Often.LOW, Often.HIGH))
    first = "The busiest {} is {}" if row[Often.P] < SURE else "No {} stands out, {} most"
    size = f"with {row[Often.SHARE]:.0%} of all events: {times:.2f} times [{low:.2f}, {high:.2f}] an even spread."
    return Finding(
        f"{first.format(what, names[place])}, {size}",
        int(row[Often.N_PEOPLE]),
        times - 1,
        low - 1,
        high - 1,
        float(row[Often.P]),
        in_cells(data, (cells == place) & whole_days(data)),
    )


def sessions(data: Dataset) -> pd.DataFrame:
    """One row per session, by person, then time: who, start (seconds since 1970), events, minutes to its last event.

    A session is what one person does without a pause of more than ``GAP_SECONDS``.
    """
    return data.once(sessions, lambda: _sessions(data))


def _sessions(data: Dataset) -> pd.DataFrame:
    order, number = in_sessions(data)
    log = data.events.iloc[order]
    grouped = log[[str(Events.USER), str(Events.AT)]].groupby(number)
    table = grouped.agg(user=(Events.USER, "first"), at=(Events.AT, "min"), end=(Events.AT, "max"))
    table[str(Often.N_EVENTS)] = grouped.size()
    table[str(Often.MINUTES)] = (table["end"] - table["at"]) / 60
    table = table.drop(columns="end").rename(columns={"user": str(Events.USER), "at": str(Events.AT)})
    return table.reset_index(drop=True)


def in_sessions(data: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the events by person, then time, and the number of the session of each, from 0."""
    users, at = data.event_users, data.events[Events.AT].to_numpy(dtype=np.float64)
    order = np.lexsort((at, users))
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (np.diff(users[order]) != 0) | (np.diff(at[order]) > GAP_SECONDS)
    return order, np.asarray(starts.cumsum() - 1, dtype=np.int64)


def session_lengths(data: Dataset) -> pd.DataFrame:
    """Sessions by how many events they have, in groups that double: ``FROM``, ``TO``, ``N_SESSIONS``, ``N_PEOPLE``."""
    table = sessions(data)
    sizes = table[Often.N_EVENTS].to_numpy(dtype=np.int64)
    groups = np.ceil(np.log2(np.maximum(sizes, 1))).astype(np.int64)
    rows = []
    for group in range(int(groups.max()) + 1 if len(groups) else 0):
        here = groups == group
        low = 1 if group == 0 else 2 ** (group - 1) + 1
        rows.append((low, 2**group, int(here.sum()), table[Events.USER].to_numpy()[here]))
    found = [(low, high, n, len(set(users))) for low, high, n, users in rows]
    return pd.DataFrame(found, columns=[*map(str, (Often.FROM, Often.TO, Often.N_SESSIONS, Often.N_PEOPLE))])


def session_findings(data: Dataset) -> tuple[Finding, ...]:
    """Events per session, share of sessions with one event, minutes per session; intervals by people."""
    table = sessions(data)
    if table.empty:
        return ()
    of_person = table.assign(one=table[Often.N_EVENTS] == 1, n=1).groupby(Events.USER)
    n, events, ones, minutes = (of_person[c].sum().to_numpy() for c in ("n", Often.N_EVENTS, "one", Often.MINUTES))
    size, single, long = ratio(events, n), ratio(ones, n), ratio(minutes, n)
    lines = (
        (f"{size.value:.1f} events per session [{size.low:.1f}, {size.high:.1f}].", size),
        (f"{single.value:.0%} of the sessions [{max(0, single.low):.0%}, {single.high:.0%}] have one event.", single),
        (f"{long.value:.1f} minutes from the first event to the last [{long.low:.1f}, {long.high:.1f}].", long),
    )
    return tuple(Finding(said, len(table), one.value, one.low, one.high) for said, one in lines)
