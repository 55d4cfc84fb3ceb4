"""Drawing of the Data page: what to show, the quality report, and the charts."""

from __future__ import annotations

from enum import StrEnum
from math import ceil, isnan

import streamlit as st

from recsys.data import Dataset, summary
from recsys.data.summary import Shown
from recsys.plots import data as plots
from recsys.ui import data_browse, frame, upload_view

TOP_SHARE = 0.1
_CHART = {"displayModeBar": False}
_DENSITY_HELP = (
    "Events divided by all possible pairs of a person and an item. Mostly small: what nobody has tried yet can only "
    "be recommended by its text."
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
    """Draw the choice of a section, bound to the URL, and return the chosen one."""
    name = st.segmented_control(
        "Show",
        list(Section),
        format_func=lambda name: _LABELS.get(name, name),
        default=Section.ITEMS,
        required=True,
        key=Key.SHOW,
        bind="query-params",
        wrap=True,
    )
    return Section(name) if name in list(Section) else Section.ITEMS


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
        st.markdown(f"**{rows} left out**, counted below. Nothing was repaired silently.")
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
    """Draw events over time, the spread of likes, and the stars given."""
    if data.events.empty:
        frame.empty("Nothing has happened in this data yet: there is nothing to draw.", "Choose other data above.")
        return
    _timeline(data)
    with st.grid(2, min_column_width=320, gap="medium") as grid:
        with grid.cell():
            _popularity(data)
        with grid.cell():
            _stars(data)


def _timeline(data: Dataset) -> None:
    st.header("When did things happen?", anchor=False)
    if not summary.has_dates(data):
        frame.empty(_NO_CLOCK, "Add a column of dates to see when things happened.")
        return
    found = summary.timeline(data)
    figure = plots.timeline_figure(found)
    st.plotly_chart(figure, key="chart-time", config=_CHART, alt=plots.timeline_alt(found))


def _popularity(data: Dataset) -> None:
    st.header("Is liking spread or concentrated?", anchor=False)
    table = summary.popularity(data)
    share = summary.share_of_top(table, TOP_SHARE)
    if isnan(share):
        frame.empty("Nobody has liked anything in this data.")
        return
    sentence = f"The most liked {TOP_SHARE:.0%} of the items hold {share:.0%} of all likes."
    st.caption(frame.plain(f"{sentence} Spread evenly it would be {TOP_SHARE:.0%}."))
    figure = plots.popularity_figure(table, ceil(TOP_SHARE * len(table)))
    st.plotly_chart(figure, key="chart-likes", config=_CHART, alt=plots.popularity_alt(table, sentence))


def _stars(data: Dataset) -> None:
    st.header("How many stars do people give?", anchor=False)
    table = summary.stars(data)
    if table.empty:
        frame.empty("Nobody gave stars in this data.")
        return
    st.caption("Four stars or more count as a like.")
    st.plotly_chart(plots.stars_figure(table), key="chart-stars", config=_CHART, alt=plots.stars_alt(table))
