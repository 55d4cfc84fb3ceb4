"""Drawing of the Data page: what to show, the quality report, and the charts."""

from __future__ import annotations

from enum import StrEnum
from math import ceil, isnan

import streamlit as st

from recsys.data import Dataset, summary
from recsys.data.quality import LEFT_OUT, Quality
from recsys.data.summary import Shown
from recsys.plots import data as plots
from recsys.ui import choices, data_browse, frame, upload_view

TOP_SHARE = 0.1
N_NAMED = 2
"""Reasons for leaving rows out that the first line names."""
_DENSITY_HELP = (
    "Events divided by all possible pairs of a person and an item, of what was not left out. Mostly small: what nobody "
    "has tried yet can only be recommended by its text."
)
_NO_CLOCK = "This data has no dates: the order of its rows stands in for time."


class Section(StrEnum):
    """What the page shows; also its name in the URL."""

    ITEMS = "items"
    PEOPLE = "people"
    QUALITY = "quality"
    CHARTS = "charts"
    OWN = "own"


class Key(StrEnum):
    """Controls of this page in the URL."""

    SHOW = "show"


_LABELS = {
    Section.ITEMS: "Items",
    Section.PEOPLE: "People",
    Section.QUALITY: "Quality",
    Section.CHARTS: "Charts",
    Section.OWN: "Your own data",
}


def choose() -> Section:
    """Draw the choice of a section and return the chosen one."""
    return choices.view(_LABELS, Key.SHOW)


def show(section: Section, data: Dataset) -> None:
    """Draw one section; nothing is computed for the others."""
    draw = {
        Section.ITEMS: data_browse.items,
        Section.PEOPLE: data_browse.people,
        Section.QUALITY: quality,
        Section.CHARTS: charts,
        Section.OWN: upload_view.own_data,
    }
    draw[section](data)


def quality(data: Dataset) -> None:
    """Draw how large the data is, where it comes from, and what became of every doubtful row."""
    found = data.quality
    n_dropped = found.n_dropped
    if n_dropped:
        rows = "1 row was" if n_dropped == 1 else f"{n_dropped:,} rows were"
        st.markdown(f"**{rows} left out**, counted below: {_most_left_out(found)}.")
    else:
        st.markdown("**Nothing was left out.** Every row of the source is in use.")
    with st.grid(5, min_column_width=140):
        st.metric("Items", f"{found.n_items:,}", border=True)
        st.metric("People", f"{found.n_users:,}", border=True)
        st.metric("Events", f"{found.n_events:,}", border=True)
        st.metric("Reviews", f"{found.n_reviews:,}", border=True)
        st.metric("Density", f"{found.density:.1%}", border=True, help=_DENSITY_HELP)
    st.caption(_when(data))
    st.caption(_origin(data))
    table = summary.quality(data)
    st.dataframe(
        table,
        key="quality",
        hide_index=True,
        height="content",
        column_config={
            Shown.WHAT: st.column_config.TextColumn("What", width="medium"),
            Shown.COUNT: st.column_config.NumberColumn("Rows", format="localized", width="small"),
            Shown.BECAME: st.column_config.TextColumn("What became of them", width="medium"),
        },
        alt=f"Quality report of {data.label}: {len(table)} checks, {n_dropped:,} rows left out",
    )


def _most_left_out(found: Quality) -> str:
    """What was left out, the largest counts by name."""
    counts = sorted(
        ((count, what) for what, count, became in found.rows() if became == LEFT_OUT and count), reverse=True
    )
    named = ", ".join(f"{count:,} {what}" for count, what in counts[:N_NAMED])
    return named + (", and less" if len(counts) > N_NAMED else "")


def _when(data: Dataset) -> str:
    if not data.quality.n_events:
        return "No events: only a catalogue."
    if not summary.has_dates(data):
        return _NO_CLOCK
    first, last = data.quality.dates()
    return f"Events from {first} to {last} (UTC)."


def _origin(data: Dataset) -> str:
    start = "Synthetic: nobody in it is real. " if data.synthetic else ""
    return start + frame.plain(data.source or f"Source: {data.label}.")


def charts(data: Dataset) -> None:
    """Draw events over time, the spread of likes, how much people did, and the stars given."""
    if data.events.empty:
        frame.empty("Nothing has happened in this data yet: there is nothing to draw.", "Choose other data above.")
        return
    _timeline(data)
    with st.grid(2, min_column_width=320, gap="medium") as grid:
        for draw in (_popularity, _activity, _stars):
            with grid.cell():
                draw(data)


def _timeline(data: Dataset) -> None:
    frame.section("When did things happen?")
    if not summary.has_dates(data):
        frame.empty(_NO_CLOCK, "Add a column of dates to see when things happened.")
        return
    found, newest_from = summary.timeline(data), summary.newest_fifth(data)
    line = (
        f"The newest fifth, right of the dotted line ({newest_from}), is what “Past and future” on Metrics asks about."
    )
    st.caption(frame.plain(line))
    figure = plots.timeline_figure(found, newest_from)
    frame.chart(figure, "chart-time", f"{plots.timeline_alt(found)} {line}")


def _popularity(data: Dataset) -> None:
    frame.section("Is liking spread or concentrated?")
    table = summary.popularity(data)
    share = summary.share_of_top(table, TOP_SHARE)
    if isnan(share):
        frame.empty("Nobody has liked anything in this data.", "Choose other data above.")
        return
    sentence = f"The most liked {TOP_SHARE:.0%} of the items hold {share:.0%} of all likes."
    st.caption(frame.plain(f"{sentence} Spread evenly it would be {TOP_SHARE:.0%}."))
    figure = plots.popularity_figure(table, ceil(TOP_SHARE * len(table)))
    frame.chart(figure, "chart-likes", plots.popularity_alt(table, sentence))


def _activity(data: Dataset) -> None:
    frame.section("How much did each person do?")
    table = summary.activity(data)
    st.caption("Each group did twice as much as the one left of it.")
    frame.chart(plots.activity_figure(table), "chart-people", plots.activity_alt(table))


def _stars(data: Dataset) -> None:
    frame.section("How many stars do people give?")
    table = summary.stars(data)
    if table.empty:
        frame.empty("Nobody gave stars in this data.", "Choose other data above.")
        return
    st.caption(f"{data.liked_stars:g} stars or more count as a like.")
    frame.chart(plots.stars_figure(table), "chart-stars", plots.stars_alt(table))
