"""Audience, periods: whether people come in cycles, and who comes at which place of one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import streamlit as st

from recsys.audience import Segment
from recsys.audience.frequency import WEEKDAYS, in_cells, shares, whole_days
from recsys.audience.period import CALENDAR, Periods, periods, phases
from recsys.audience.segments import within
from recsys.audience.strength import Z
from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import EPOCH
from recsys.plots import audience_periods as plots
from recsys.ui import audience_part, audience_segment, frame

_POWER = (
    "How much of the ups and downs a wave of each length explains (Lomb-Scargle periodogram, of what the day before "
    "does not lead to expect). Chance seldom gets above the dotted line. The week (or day) is asked about by itself: "
    "the short line is its limit."
)
_ALIKE = "How alike the counts are to themselves so much later, slow changes taken out. Dotted: limits of chance."


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw what was found, the counts, both pictures of cycles, and one cycle laid out."""
    mine = within(data, segment)
    if not audience_part.dated(mine):
        return
    looked = periods(mine)
    if not len(looked.period):
        frame.empty(looked.words, "Choose other data above, or more people.")
        return
    st.markdown(f"**{frame.plain(looked.words)}**")
    _course(mine, looked)
    left, right = st.columns(2, gap="medium")
    with left:
        frame.section("Which length of a cycle?", _POWER)
        frame.chart(plots.power_figure(looked), "chart-power", plots.power_alt(looked))
    with right:
        frame.section("Alike how much later?", _ALIKE)
        frame.chart(plots.correlation_figure(looked), "chart-alike", plots.correlation_alt(looked))
    _cycle(mine, looked)


@frame.part("audience-course")
def _course(data: Dataset, looked: Periods) -> None:
    frame.section(f"How many come per {looked.unit}?")
    chosen = audience_part.clicked(plots.course_figure(looked), "chart-course", plots.course_alt(looked))
    if chosen:
        unit = int(chosen[0])
        at = np.floor(data.events[Events.AT].to_numpy() / looked.seconds).astype(np.int64)
        when = EPOCH + timedelta(seconds=unit * looked.seconds)
        title = f"Here on {when:%a %d %b %Y}" + (f" from {when:%H:%M}" if looked.unit == "hour" else "")
        audience_segment.people(data, title, in_cells(data, at == unit), "course")


@frame.part("audience-cycle")
def _cycle(data: Dataset, looked: Periods) -> None:
    length = round(looked.found[0].value) if looked.found else CALENDAR[looked.unit]
    name = {("day", 7): "One week", ("hour", 24): "One day"}.get((looked.unit, length), f"{length} {looked.unit}s")
    frame.section(f"{name}, laid out")
    if not looked.found:
        frame.hint("No cycle was found; this is the usual one, for comparison.")
    place = phases(data, length)
    value, error = shares(data, place, length)
    labels = _labels(looked.unit, length)
    percent, errors = (100 * value).tolist(), (100 * Z * error).tolist()
    figure = plots.cycle_figure(labels, percent, errors, looked.unit)
    chosen = audience_part.clicked(figure, "chart-cycle", plots.cycle_alt(labels, percent))
    if chosen:
        here = int(chosen[0])
        audience_segment.people(
            data, f"{name}, at {labels[here]}", in_cells(data, (place == here) & whole_days(data)), "cycle"
        )


def _labels(unit: str, length: int) -> list[str]:
    if unit == "day" and length == len(WEEKDAYS):
        return list(WEEKDAYS)
    return [
        f"{place}:00" if unit == "hour" and length == CALENDAR["hour"] else str(place + 1) for place in range(length)
    ]
