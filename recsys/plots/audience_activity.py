"""Charts of what people do and when: kinds of events, hours of the week, sessions, who comes back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recsys.audience.finding import SURE
from recsys.audience.frequency import WEEKDAYS, Often
from recsys.audience.retention import Back
from recsys.columns import Events
from recsys.plots import theme
from recsys.plots.audience_grid import RISING, Cell, grid_figure
from recsys.plots.data import KINDS

MOST_TIMES = 2.0
"""Times an even spread at which the colour of an hour is full."""
DARKEST = 0.95
"""Share of the cells that are not paler than the darkest colour says: one week in which all of two came is no scale."""


def kinds_figure(table: pd.DataFrame) -> go.Figure:
    """Draw a bar per kind of event with its count; the kind is its ``customdata``."""
    kinds = list(table[Events.KIND])
    figure = go.Figure(
        go.Bar(
            x=list(table[Often.N_EVENTS]),
            y=[KINDS[kind][0] if kind in KINDS else kind for kind in kinds],
            orientation="h",
            text=[f"{n:,}" for n in table[Often.N_EVENTS]],
            textposition="auto",
            marker={"color": theme.PALETTE[0]},
            customdata=[[kind, int(n)] for kind, n in zip(kinds, table[Often.N_PEOPLE], strict=True)],
            hovertemplate="%{x:,} %{y} by %{customdata[1]:,} people<extra></extra>",
        )
    )
    theme.apply(figure, height=90 + 30 * len(table))
    figure.update_xaxes(title="events (count)")
    figure.update_yaxes(autorange="reversed", title="")
    return figure


def kinds_alt(table: pd.DataFrame) -> str:
    """Say the bars in words."""
    rows = zip(table[Events.KIND], table[Often.N_EVENTS], table[Often.N_PEOPLE], strict=True)
    return "Events by kind: " + ", ".join(f"{kind} {n:,} by {who:,} people" for kind, n, who in rows)


def hours_figure(table: pd.DataFrame) -> go.Figure:
    """Draw the hours of the week, weekdays from the top; a dot where chance does not explain the difference."""
    cells = [
        Cell(
            int(row[Often.WEEKDAY]),
            int(row[Often.HOUR]),
            None if np.isnan(row[Often.TIMES]) else float(row[Often.TIMES]),
            (int(row[Often.WEEKDAY]), int(row[Often.HOUR])),
            f"{WEEKDAYS[int(row[Often.WEEKDAY])]} {int(row[Often.HOUR])}:00: {int(row[Often.N_EVENTS]):,} events of "
            f"{int(row[Often.N_PEOPLE]):,} people<br>{row[Often.TIMES]:.2f} times an even spread "
            f"(p = {row[Often.P]:.3f} for all 168)",
            bool(row[Often.P] < SURE),
        )
        for row in table.to_dict("records")
    ]
    hours = [str(hour) if hour % 3 == 0 else "" for hour in range(24)]
    figure = grid_figure(cells, [day[:3] for day in WEEKDAYS], hours, theme.sides(1.0), (0.0, MOST_TIMES), 28)
    figure.update_xaxes(title="hour of the day (UTC)")
    return figure


def hours_alt(table: pd.DataFrame) -> str:
    """Say the hours of the week in words."""
    top = table.iloc[int(table[Often.N_EVENTS].to_numpy().argmax())]
    n_sure = int((table[Often.P] < SURE).sum())
    most = f"{WEEKDAYS[int(top[Often.WEEKDAY])]} from {int(top[Often.HOUR])}:00: {int(top[Often.N_EVENTS]):,} events"
    sure = f"{n_sure} of 168 hours differ from an even spread by more than chance"
    return f"Events by hour of the week in UTC. Most on {most}. {sure}."


def sessions_figure(table: pd.DataFrame) -> go.Figure:
    """Draw a bar per group of sessions by their number of events; the ends of the group are its ``customdata``."""
    groups = [_group(low, high) for low, high in zip(table[Often.FROM], table[Often.TO], strict=True)]
    ends = zip(table[Often.FROM], table[Often.TO], table[Often.N_PEOPLE], strict=True)
    figure = go.Figure(
        go.Bar(
            x=groups,
            y=list(table[Often.N_SESSIONS]),
            text=[f"{n:,}" for n in table[Often.N_SESSIONS]],
            textposition="outside",
            cliponaxis=False,
            marker={"color": theme.PALETTE[2]},
            customdata=[[int(low), int(high), int(n)] for low, high, n in ends],
            hovertemplate="%{y:,} sessions of %{x} events, by %{customdata[2]:,} people<extra></extra>",
        )
    )
    theme.apply(figure, height=theme.LOW)
    figure.update_xaxes(title="events in a session", type="category")
    figure.update_yaxes(title="sessions (count)", rangemode="tozero")
    return figure


def sessions_alt(table: pd.DataFrame) -> str:
    """Say the bars in words."""
    rows = zip(table[Often.FROM], table[Often.TO], table[Often.N_SESSIONS], strict=True)
    return "Sessions by events: " + ", ".join(f"{n:,} with {_group(low, high)}" for low, high, n in rows)


def _group(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def retention_figure(table: pd.DataFrame, unit: str) -> go.Figure:
    """Draw who is there how long after joining, a row per span of joining; the span of joining itself is left out."""
    later = table[table[Back.SINCE] > 0]
    joined = list(dict.fromkeys(later[Back.JOINED]))
    sizes = dict(zip(later[Back.JOINED], later[Back.N_JOINED], strict=True))
    place = {day: row for row, day in enumerate(joined)}
    cells = [
        Cell(
            place[row[Back.JOINED]],
            int(row[Back.SINCE]) - 1,
            float(row[Back.SHARE]),
            (row[Back.JOINED], int(row[Back.SINCE])),
            f"Joined from {row[Back.JOINED]}: {row[Back.N_PEOPLE]} of {row[Back.N_JOINED]} there at {row[Back.SINCE]}"
            f"<br>{row[Back.SHARE]:.0%} [{row[Back.LOW]:.0%}, {row[Back.HIGH]:.0%}]",
        )
        for row in later.to_dict("records")
    ]
    rows = [f"{date.fromisoformat(day):%d %b %y} · {sizes[day]:,}" for day in joined]
    n_columns = int(later[Back.SINCE].max())
    columns = [str(n) if n == 1 or n % 5 == 0 else "" for n in range(1, n_columns + 1)]
    darkest = float(later[Back.SHARE].quantile(DARKEST)) or 1.0
    figure = grid_figure(cells, rows, columns, RISING, (0.0, darkest), 18)
    figure.update_xaxes(title=f"{_plural(unit)} after joining")
    figure.update_yaxes(title="joined from · people", tickfont={"size": 11})
    return figure


def retention_alt(table: pd.DataFrame, unit: str) -> str:
    """Say the picture in words."""
    first = table[table[Back.SINCE] == 1]
    there, of = first[Back.N_PEOPLE].sum(), first[Back.N_JOINED].sum()
    return (
        f"People by the {unit} of joining and the {_plural(unit)} since: {len(first)} groups. One {unit} later "
        f"{there:,} of {of:,} are there."
    )


def _plural(unit: str) -> str:
    return "spans of four weeks" if unit == "four weeks" else f"{unit}s"
