"""Audience, sequences: what people look at after what, how they begin, and the orders that many share."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.finding import SURE
from recsys.audience.patterns import Pattern, frequent, who_shows
from recsys.audience.segments import within
from recsys.audience.sequence import STOPS, Step, first_steps, transitions, who_begins
from recsys.audience.walks import Walks
from recsys.data import Dataset
from recsys.plots import audience_sequences as plots
from recsys.ui import audience_part, audience_segment, frame

_LIFT = (
    "Steps from one item to another within a session. Green is more often than if where people go did not depend on "
    "where they are, orange more seldom. A dot: beyond chance, by people, corrected for all pairs (Benjamini and "
    "Hochberg). Empty squares have fewer than 10 people."
)
_ORDER = (
    "Categories passed in this order within a session, others between allowed. The last columns ask whether it is the "
    "order that matters: how many people show the opposite one, and how often chance alone gives such a difference."
)
_COLUMNS = {
    "Order": st.column_config.TextColumn(width="large"),
    "People": st.column_config.NumberColumn(format="localized", width="small"),
    "Of all": st.column_config.TextColumn(width="medium", help="With its 95% interval."),
    "Opposite": st.column_config.NumberColumn("The opposite", format="localized", width="small"),
    "p": st.column_config.NumberColumn(format="%.3f", width="small", help="Benjamini and Hochberg's correction."),
}


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw the steps against chance, the first steps, and the frequent orders."""
    mine = within(data, segment)
    if not audience_part.dated(mine):
        return
    if transitions(mine).empty:
        frame.empty("Nobody here looks at two items in one session.", "Choose other data or people above.")
        return
    _steps(mine)
    _beginnings(mine)
    _orders(mine)


@frame.part("audience-steps")
def _steps(data: Dataset) -> None:
    frame.section("What follows what?", _LIFT)
    table, walks = transitions(data), Walks.of(data)
    sure = table[table[Step.P] < SURE]
    top = sure[sure[Step.FROM] != sure[Step.TO]].nlargest(3, str(Step.LIFT))
    stays = int((sure[Step.FROM] == sure[Step.TO]).sum())
    lines = [
        f"- {frame.plain(row[Step.FROM])} → {frame.plain(row[Step.TO])}: {row[Step.LIFT]:.1f} times chance "
        f"[{row[Step.LOW]:.1f}, {row[Step.HIGH]:.1f}], {row[Step.N_PEOPLE]:,} people, "
        f"{audience_part.p_words(row[Step.P])}"
        for row in top.to_dict("records")
    ]
    first = f"- In {stays} of {len(walks.names)} categories people stay more often than chance has it." if stays else ""
    none = "" if lines or stays else "- No step is more or less frequent than chance has it."
    st.markdown("\n".join(filter(None, (first, *lines, none))))
    if table[Step.P].isna().all():
        frame.empty("Too few people take any one step to draw them.", "Choose more people above.")
        return
    chosen = audience_part.clicked(plots.lift_figure(table, walks.names), "chart-lift", plots.lift_alt(table))
    if chosen:
        before, after = str(chosen[0]), str(chosen[1])
        audience_segment.people(data, f"{before} → {after}", walks.who_steps(before, after), "steps")


@frame.part("audience-begin")
def _beginnings(data: Dataset) -> None:
    frame.section("How do sessions begin?")
    table, names = first_steps(data), Walks.of(data).names
    st.caption(frame.plain(f"{plots.flow_alt(table)}. Click a dot to see who goes that way."))
    chosen = audience_part.clicked(plots.flow_figure(table, names), "chart-begin", plots.flow_alt(table))
    if chosen:
        step, before, after = int(chosen[0]), str(chosen[1]), str(chosen[2])
        users = who_begins(data, step, _meant(names, before), _meant(names, after))
        way = f"{before} → {after}" if after else before
        audience_segment.people(data, f"{way} at place {step}", users, "begin")


def _meant(names: tuple[str, ...], shown: str) -> tuple[str, ...]:
    """The categories that a block of the chart stands for; () for any."""
    if shown == plots.REST:
        return names[plots.N_SHOWN :]
    return (shown,) if shown in (*names, STOPS) else ()


@frame.part("audience-orders")
def _orders(data: Dataset) -> None:
    frame.section("Which orders do many people share?", _ORDER)
    found = frequent(data)
    if found.empty:
        frame.empty("No order of categories is shared by one in twenty people.", "Choose other data or people above.")
        return
    ends = zip(found[Pattern.SHARE], found[Pattern.LOW], found[Pattern.HIGH], strict=True)
    shown = pd.DataFrame(
        {
            "Order": [" → ".join(names) for names in found[Pattern.SEQUENCE]],
            "People": found[Pattern.N_PEOPLE],
            "Of all": [f"{value:.0%} [{low:.0%}, {high:.0%}]" for value, low, high in ends],
            "Opposite": found[Pattern.N_OTHER_WAY],
            "p": found[Pattern.P],
        }
    )
    alt = f"{len(shown)} orders of categories, the most common: {shown['Order'].iloc[0]}"
    row = audience_part.chosen_row(shown, "orders", alt, _COLUMNS)
    if row is not None:
        names = found[Pattern.SEQUENCE].iloc[row]
        audience_segment.people(data, " → ".join(names), who_shows(data, names), "orders")
