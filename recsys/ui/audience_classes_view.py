"""Audience, kinds of people: how well the main interest of somebody can be foretold, by what, and of whom."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.interest_classes import GUESSES, LABELS, LEARNERS, Classes, classes_of
from recsys.audience.segments import within
from recsys.data import Dataset
from recsys.plots.audience_classes import confusion_alt, confusion_figure, scores_alt, scores_figure
from recsys.ui import audience_segment, frame
from recsys.ui.audience_part import clicked
from recsys.ui.choices import one_of

_HELP = (
    "Everybody's likes are cut in two halves by time. From the first half the favourite category of the second is "
    "foretold, each person by a learner that was taught without them (five folds). Whiskers are 95% intervals."
)


@frame.part("audience-classes")
def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw how often each learner is right beside two guesses, what it takes for what, and the tree in words."""
    here = within(data, segment)
    with st.spinner("Teaching three learners on four fifths of the people, five times …", show_time=True):
        found = classes_of(here)
    frame.section("Can the main interest be foretold?", _HELP)
    if not found.scores:
        frame.empty(found.finding.sentence, "Choose everybody above, or other data.")
        return
    one = found.finding
    st.markdown(f"**{frame.plain(one.sentence)}**")
    frame.hint(
        f"{one.n:,} people, {len(found.interests)} interests. Difference {one.value:+.1%} of the people, interval "
        f"{one.low:+.1%} to {one.high:+.1%}. {found.people.n_left_out:,} people did too little, turned to something "
        "rare, or were not drawn."
    )
    dot = clicked(scores_figure(found), f"classes-scores-{here.version}", scores_alt(found))
    if dot and dot[0] in found.foretold:
        hits = zip(found.people.user_ids, found.foretold[dot[0]] == found.people.after, strict=True)
        ids = [user for user, hit in hits if hit]
        audience_segment.people(here, f"Foretold right by “{LABELS[dot[0]]}”", ids, "classes-right")
    _confusion(here, found)
    _tree(here, found)


def _confusion(data: Dataset, found: Classes) -> None:
    frame.section("What is taken for what?", "Rows are what people turned to, columns what was foretold.")
    names = {name: LABELS[name] for name in (*LEARNERS, GUESSES[1])}
    best = max((one for one in found.scores if one.name in LEARNERS), key=lambda one: one.accuracy.value).name
    name = one_of("Foretold by", names, "audience-classes-by", best, label_visibility="collapsed")
    frame.hint("Click a cell to see the people in it.")
    cell = clicked(confusion_figure(found, name), f"classes-cells-{name}-{data.version}", confusion_alt(found, name))
    if cell:
        true, said = map(str, cell)
        ids = found.cell(name, true, said)
        audience_segment.people(data, f"Turned to {true}, foretold {said}", ids, "classes-cell")


def _tree(data: Dataset, found: Classes) -> None:
    frame.section("The decision tree in words", "One line per leaf of a tree grown on everybody: it has seen them all.")
    leaves = found.leaves
    table = pd.DataFrame(
        {
            "If, in the first half": [" and ".join(leaf.conditions) or "anything" for leaf in leaves],
            "they turn to": [leaf.interest for leaf in leaves],
            "People": [len(leaf.user_ids) for leaf in leaves],
            "True of": [100 * leaf.right for leaf in leaves],
        }
    )
    frame.hint("Choose a line to see the people it speaks of.")
    state: Any = st.dataframe(
        table,
        key=f"classes-tree-{data.version}",
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "If, in the first half": st.column_config.TextColumn(
                width=720, help="A category stands for its share among the likes; events and days are counted."
            ),
            "they turn to": st.column_config.TextColumn(width=140),
            "People": st.column_config.NumberColumn(width=65),
            "True of": st.column_config.NumberColumn(
                width=65, format="%.0f%%", help="Of the people the tree was grown on: of others it is less."
            ),
        },
        alt=f"The decision tree as {len(leaves)} rules with their people",
    )
    rows = state.selection.rows
    if rows and rows[0] < len(leaves):
        leaf = leaves[rows[0]]
        frame.hint(f"{' and '.join(leaf.conditions) or 'Anything'}: {leaf.interest}.")
        audience_segment.people(
            data, f"Said to turn to {leaf.interest}, line {rows[0] + 1}", leaf.user_ids, "classes-leaf"
        )
