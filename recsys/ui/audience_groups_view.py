"""Audience, groups: whether people fall into groups, what sets each apart, and who is in it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.groups import Groups, Method, find
from recsys.audience.profiles import MAX_PEOPLE, MIN_LIKES
from recsys.audience.segments import within
from recsys.data import Dataset
from recsys.plots.audience_groups import label, people_map, people_map_alt, tried_alt, tried_figure
from recsys.ui import audience_segment, choices, frame, save

_METHODS = {Method.CENTRES: "Everybody in a group", Method.DENSITY: "Only dense groups"}
_HELP = (
    "Everybody in a group (K-means): each person belongs to the nearest of a few typical tastes. Only dense groups "
    "(DBSCAN): a group is a crowd with a gap around it, and whoever stands between crowds is in none."
)
_SILHOUETTE = (
    "Silhouette, −1 to 1: how much nearer people are to their own group than to the next one. Below 0.25 groups run "
    "into each other; above 0.5 they are well apart."
)
_CHANCE = (
    "p: how often groups as clear come out of chance, from 39 times dealing the items anew and 39 clouds without "
    "groups; the worse of the two. Below 0.05 groups are shown."
)
_STABLE = (
    "How alike the groups are when looked for again in four fifths of the people, on average of 20 times: 1 is the "
    "same groups, 0 is chance (adjusted Rand index)."
)


@frame.part("audience-groups")
def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw the groups of the people looked at, everybody on a map, and who is behind what is clicked."""
    here = within(data, segment)
    method = choices.one_of("How", _METHODS, "audience-groups-by", help=_HELP)
    with st.spinner("Looking for groups, in the data and in chance …", show_time=True):
        found = find(here, method)
    st.markdown(f"**{frame.plain(found.finding.sentence)}**")
    if not found.tried.n_groups:
        frame.empty(found.why, "Choose everybody above, or other data.")
        return
    _figures(found)
    st.caption(frame.plain(f"{found.why} {_left_out(found)}".strip()))
    if found.groups:
        st.caption("Draw around some people, or choose a group, to see who they are.")
    _map_and_groups(here, found)
    frame.section("How many groups?" if method == Method.CENTRES else "How near is near?")
    frame.chart(tried_figure(found), f"groups-tried-{method}-{here.version}", tried_alt(found))


def _figures(found: Groups) -> None:
    mean, low, high = found.stable
    with st.grid(4, min_column_width=140):
        st.metric("People compared", f"{len(found.user_ids):,}", border=True)
        st.metric("Silhouette", f"{found.finding.value:.2f}", border=True, help=_SILHOUETTE)
        st.metric("By chance (p)", f"{found.finding.p:.3f}", border=True, help=_CHANCE)
        if found.groups:
            st.metric("Found again", f"{mean:.2f}", border=True, help=f"{_STABLE} Here from {low:.2f} to {high:.2f}.")


def _left_out(found: Groups) -> str:
    if not found.n_left_out:
        return ""
    drawn = f", or not among the {MAX_PEOPLE:,} drawn" if len(found.user_ids) == MAX_PEOPLE else ""
    return f"{found.n_left_out:,} people are left out: fewer than {MIN_LIKES} likes of items with tags{drawn}."


def _map_and_groups(data: Dataset, found: Groups) -> None:
    picture, beside = st.columns([5, 4], gap="medium")
    with picture:
        key = f"groups-map-{found.method}-{data.version}"
        selection = frame.chart(
            people_map(found),
            key,
            people_map_alt(found),
            on_select="rerun",
            selection_mode=("lasso", "box", "points"),
        )
    drawn = [str(point["customdata"]) for point in selection.selection.points if point.get("customdata")]
    chosen: int | None = None
    if found.groups:
        with beside:
            chosen = _table(data, found)
    if drawn:
        audience_segment.people(data, "People drawn around", drawn, "groups-drawn")
    elif chosen is not None:
        _group(data, found, chosen)


def _group(data: Dataset, found: Groups, chosen: int) -> None:
    group = found.groups[chosen]
    tags = ", ".join(f"{tag} ({z:.0f})" for tag, z in group.tags)
    if tags:
        said = f"Group {label(found, chosen)} likes more than the others do, in standard deviations: {tags}."
        st.caption(frame.plain(said))
    audience_segment.people(data, f"Group {label(found, chosen)}", group.user_ids, "groups-one")


def _table(data: Dataset, found: Groups) -> int | None:
    """Draw one line per group; the place of the chosen one, the largest until somebody chooses."""
    chinese = [group.name_zh(data) for group in found.groups]
    names = [group.name for group in found.groups]
    table = pd.DataFrame(
        {
            "Group": [label(found, place) for place in range(len(found.groups))],
            "中文": chinese,
            "People": [len(group.user_ids) for group in found.groups],
            "Apart": [round(group.silhouette, 2) for group in found.groups],
        }
    )
    state: Any = st.dataframe(
        table if chinese != names else table.drop(columns="中文"),
        key=f"groups-table-{found.method}-{data.version}",
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Group": st.column_config.TextColumn(width=200, help="Named after the tags that set it apart most surely."),
            "中文": st.column_config.TextColumn(width=125),
            "People": st.column_config.NumberColumn(width=55),
            "Apart": st.column_config.NumberColumn(width=50, format="%.2f", help=_SILHOUETTE),
        },
        alt=f"{len(table)} groups by size, with their people, silhouette and distinctive tags",
    )
    members = [
        {"user_id": user, "group": label(found, int(place))}
        for user, place in zip(found.user_ids, found.labels, strict=True)
    ]
    save.download("Save who is in which group", members, "groups", f"groups-save-{found.method}")
    rows = state.selection.rows
    return int(rows[0]) if rows and rows[0] < len(found.groups) else 0
