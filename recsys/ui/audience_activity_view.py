"""Audience, activity: what people do, at which hours, in which sessions, and who comes back."""

from __future__ import annotations

import streamlit as st

from recsys.audience import Segment
from recsys.audience.frequency import (
    WEEKDAYS,
    Often,
    busiest,
    by_kind,
    hour_of_week,
    hours,
    in_cells,
    session_findings,
    session_lengths,
    sessions,
    whole_days,
)
from recsys.audience.retention import Back, Retention
from recsys.audience.segments import within
from recsys.audience.strength import share
from recsys.columns import Events
from recsys.data import Dataset
from recsys.plots import audience_activity as plots
from recsys.plots.data import KINDS
from recsys.types import Kind
from recsys.ui import audience_part, audience_segment, frame
from recsys.ui.live_words import counted

_UTC = (
    "Hours are UTC: nobody's own time zone is known here. Dots mark what chance does not explain. The first and the "
    "last day, known in part, are left out."
)
_SESSION = "What one person does without a pause of more than half an hour."
_BACK = (
    "How many of those who joined together did anything in each span since. The first group may have joined earlier."
)


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw the four charts, each with the people behind a click."""
    mine = within(data, segment)
    if mine.events.empty:
        frame.empty("These people have done nothing.", "Choose other people above.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _kinds(mine)
    with right:
        _sessions(mine)
    if audience_part.dated(mine):
        _hours(mine)
        _retention(mine)


@frame.part("audience-kinds")
def _kinds(data: Dataset) -> None:
    frame.section("What do people do?")
    table = by_kind(data)
    chosen = audience_part.clicked(plots.kinds_figure(table), "chart-kinds", plots.kinds_alt(table))
    if chosen:
        kind = str(chosen[0])
        users = in_cells(data, (data.events[Events.KIND] == kind).to_numpy())
        audience_segment.people(data, f"Who has {KINDS[Kind(kind)][0]}", users, "kinds")


@frame.part("audience-sessions")
def _sessions(data: Dataset) -> None:
    frame.section("How long do they stay?", _SESSION)
    if not audience_part.dated(data):
        return
    audience_part.findings(session_findings(data))
    table = session_lengths(data)
    chosen = audience_part.clicked(plots.sessions_figure(table), "chart-sessions", plots.sessions_alt(table))
    if chosen:
        low, high = int(chosen[0]), int(chosen[1])
        log = sessions(data)
        users = log.loc[log[Often.N_EVENTS].between(low, high), str(Events.USER)]
        size = counted(low, "event") if low == high else f"{low} to {high} events"
        audience_segment.people(data, f"Sessions of {size}", users, "sessions")


@frame.part("audience-hours")
def _hours(data: Dataset) -> None:
    frame.section("When do they come?")
    audience_part.findings(busiest(data))
    table = hours(data)
    chosen = audience_part.clicked(plots.hours_figure(table), "chart-hours", plots.hours_alt(table))
    frame.hint(_UTC)
    if chosen:
        weekday, hour = int(chosen[0]), int(chosen[1])
        users = in_cells(data, (hour_of_week(data) == 24 * weekday + hour) & whole_days(data))
        audience_segment.people(data, f"{WEEKDAYS[weekday]}s from {hour}:00 UTC", users, "hours")


@frame.part("audience-retention")
def _retention(data: Dataset) -> None:
    frame.section("Who comes back?")
    found = Retention.of(data)
    table = found.table
    later = table[table[Back.SINCE] == 1]
    if later.empty:
        frame.empty(f"The data do not cover two whole {found.unit}s.", "Choose other data above.")
        return
    back = share(int(later[Back.N_PEOPLE].sum()), int(later[Back.N_JOINED].sum()))
    ends = f"{back.value:.0%} [{back.low:.0%}, {back.high:.0%}]"
    st.markdown(f"- {ends} of {back.n:,} who joined are there again one {found.unit} later.")
    alt = plots.retention_alt(table, found.unit)
    chosen = audience_part.clicked(plots.retention_figure(table, found.unit), "chart-retention", alt)
    frame.hint(_BACK)
    if chosen:
        joined, since = str(chosen[0]), int(chosen[1])
        title = f"Joined from {joined}, there {counted(since, found.unit)} later"
        audience_segment.people(data, title, found.people(joined, since), "retention")
