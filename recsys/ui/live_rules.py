"""Rules that point to an item: what people who took your things also took, beside a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from recsys.models.evidence import touched
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import counted
from recsys.ui.wording import Wording

if TYPE_CHECKING:
    from recsys.audience.association import Rule

N_RULES = 3
_HELP = (
    "Association rules over what all people took in one visit, or ever where there are no dates. Only those that hold "
    "after correction for all that were possible. They explain nothing of this score: they stand beside it."
)


def rules_here(words: Wording, now: Picture, item_id: str) -> None:
    """Draw the switch that looks for rules from what somebody liked to this item, and what it finds."""
    data = words.data
    if not st.toggle("Do rules of other people point here?", key=f"rules-{item_id}", help=_HELP):
        return
    # Imported here: the statistics behind it take 30 MB and half a second that a visit without rules can do without.
    from recsys.audience.association import rules_of, rules_that_fired
    from recsys.audience.baskets import Together, usual

    liked = touched(now.query.events, data, float("inf"))
    rows = liked.rows[liked.weights > 0].tolist()
    found = rules_that_fired(data, rows, data.row_of[item_id])
    if found is None:
        with st.spinner("Looking for rules, the first time only"):
            rules_of(data, usual(data))
        found = rules_that_fired(data, rows, data.row_of[item_id]) or ()
    baskets = "visits" if usual(data) is Together.VISIT else "people"
    lines = [f"- {_told(words, rule, baskets)}" for rule in found[:N_RULES]]
    st.markdown("\n".join(lines) or ":small[No rule leads from what you liked to this item.]")


def _told(words: Wording, rule: Rule, baskets: str) -> str:
    """One rule with its strength, as Markdown."""
    left = " and ".join(f"“{plain(words.title(one), 40)}”" for one in rule.left)
    return (
        f"Of the {baskets} with {left}, {rule.confidence.value:.0%} took this too: "
        f"{rule.lift:.1f} times as many as anyway "
        f":small[:gray[({counted(rule.n, 'time')}, at least {rule.lift_low:.1f} times, p {_p(rule.p)})]]"
    )


def _p(p: float) -> str:
    return "below .001" if p < 0.001 else f"{p:.3f}"
