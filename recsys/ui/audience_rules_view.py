"""Audience, rules: who takes this also takes that, what it rests on, and who did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.association import Rule, Rules, rules_of
from recsys.audience.baskets import Level, Together, usual
from recsys.audience.segments import within
from recsys.data import Dataset
from recsys.plots.audience_rules import rules_alt, rules_figure
from recsys.plots.marks import cut
from recsys.ui import audience_segment, frame, save
from recsys.ui.audience_part import clicked
from recsys.ui.choices import one_of
from recsys.ui.live_words import counted

N_DRAWN = 100
HEIGHT, N_ROWS, MAX_TITLE = 380, 9, 60
_TOGETHER = {Together.VISIT: "In one visit", Together.PERSON: "By one person"}
_LEVELS = {Level.ITEM: "Items", Level.CATEGORY: "Categories"}
_HELP = (
    "Taken means liked in any way. A visit ends after half an hour without anything. Tags are not offered: the tags of "
    "one item are always taken together."
)
_SURE = (
    "p after correction (Benjamini and Hochberg) for every rule that was possible. A rule has to beat Fisher's exact "
    "test against all simpler rules, and what busy people and famous items would do by chance."
)


@frame.part("audience-rules")
def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw the rules that hold, each by its strength and by what it rests on, and the people behind the chosen one."""
    here = within(data, segment)
    together, level = _asked(here)
    with st.spinner("Looking for rules …", show_time=True):
        found = rules_of(here, together, level)
    _said(found)
    rules = found.one_way
    if not rules:
        frame.empty(
            "No rule holds: nothing is taken together more often than chance, fame and busy people explain.",
            "Choose what counts as together, or what is taken.",
        )
        return
    told = [in_words(here, rule, level) for rule in rules]
    key = f"rules-{together}-{level}-{here.version}"
    point = clicked(rules_figure(rules[:N_DRAWN], told[:N_DRAWN]), f"{key}-chart", rules_alt(rules, told))
    frame.hint(
        "A whisker ends at the lift a rule has at least. Click a dot, or choose a line, to see who is behind it."
    )
    line = _table(here, found, level, key)
    place = line if point is None else int(point[0])
    if place is not None and place < len(rules):
        audience_segment.people(here, cut(told[place], 2 * MAX_TITLE), found.owners(rules[place], here), "rules-one")


def in_words(data: Dataset, rule: Rule, level: Level) -> str:
    """The rule in one line: what was taken → what is taken with it."""
    return f"{' + '.join(_names(data, rule.left, level))} → {_names(data, (rule.right,), level)[0]}"


def _asked(data: Dataset) -> tuple[Together, Level]:
    """Draw the two choices and return what is chosen."""
    with st.container(horizontal=True, gap="medium"):
        together = one_of("Together", _TOGETHER, f"audience-rules-together-{data.name}", usual(data), help=_HELP)
        return together, one_of("What is taken", _LEVELS, "audience-rules-level")


def _said(found: Rules) -> None:
    n = len(found.one_way)
    held = f"{counted(n, 'rule')} {'holds' if n == 1 else 'hold'}"
    st.markdown(f"**{held}**, of {found.n_tested:,} that were possible.", help=_SURE)
    n_baskets = found.baskets.taken.shape[0]
    short = "" if found.longest > 2 else " Only pairs are looked at: too many sets of three are frequent."
    noun = "visits" if found.together == Together.VISIT else "people"
    frame.hint(
        f"{n_baskets:,} baskets ({noun} with a like). Looked at is what {found.min_baskets} baskets or more hold "
        f"together.{short} A rule is no cause."
    )


def _names(data: Dataset, names: Sequence[str], level: Level) -> list[str]:
    return [cut(data.title(name), MAX_TITLE) if level == Level.ITEM else name for name in names]


def _table(data: Dataset, found: Rules, level: Level, key: str) -> int | None:
    """Draw one line per rule, of a pair only the surer direction; the place of the chosen one."""
    rules = found.one_way
    lines = [
        {
            "If taken": " + ".join(_names(data, rule.left, level)),
            "then also": _names(data, (rule.right,), level)[0],
            "Baskets": rule.n,
            "Support": round(100 * rule.support, 2),
            "Confidence": round(100 * rule.confidence.value, 1),
            "from": round(100 * rule.confidence.low, 1),
            "to": round(100 * rule.confidence.high, 1),
            "Lift": round(rule.lift, 2),
            "at least": round(rule.lift_low, 2),
            "p": "< 0.001" if rule.p < 0.001 else f"{rule.p:.3f}",
        }
        for rule in rules
    ]
    state: Any = st.dataframe(
        pd.DataFrame(lines),
        key=f"{key}-table",
        hide_index=True,
        height=HEIGHT if len(rules) > N_ROWS else "content",
        on_select="rerun",
        selection_mode="single-row",
        column_config=_COLUMNS,
        alt=f"{len(rules)} rules with support, confidence, lift and corrected p, the highest sure lift first",
    )
    save.download(f"Save {counted(len(rules), 'rule')}", lines, "rules", f"{key}-save")
    rows = state.selection.rows
    return int(rows[0]) if rows else None


_COLUMNS = {
    "If taken": st.column_config.TextColumn(width=290),
    "then also": st.column_config.TextColumn(width=290),
    "Baskets": st.column_config.NumberColumn(width=66, help="In which all of it was taken."),
    "Support": st.column_config.NumberColumn(
        width=70, format="%.1f%%", help="Share of all baskets that hold all of it."
    ),
    "Confidence": st.column_config.NumberColumn(
        width=90, format="%.0f%%", help="Share of the baskets with the left side that hold the right side."
    ),
    "from": st.column_config.NumberColumn(width=50, format="%.0f%%", help="95% interval of the confidence."),
    "to": st.column_config.NumberColumn(width=50, format="%.0f%%"),
    "Lift": st.column_config.NumberColumn(
        width=55, format="%.1f", help="How many times as often as the right side is taken anyway."
    ),
    "at least": st.column_config.NumberColumn(
        width=70, format="%.1f", help="The lift at the lower end of the confidence; lines are in this order."
    ),
    "p": st.column_config.TextColumn(width=60, help=_SURE),
}
