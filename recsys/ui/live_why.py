"""Why an item is where it is: the parts of its score, what it would take to lose its place, and LIME for comparison."""

from __future__ import annotations

from math import fsum

import streamlit as st

from recsys.explain.additive import Reason, Reasons, reasons
from recsys.explain.counterfactual import Counterfactual, Outcome, counterfactual
from recsys.explain.lime import lime
from recsys.plots.lime import lime_alt, lime_figure
from recsys.rerank import RERANKERS
from recsys.types import Kind, Part
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import DONE, nth
from recsys.ui.wording import Wording

N_PARTS = 6
N_WORDS = 4
BLOCKS = 10
NO_BAR = {"displayModeBar": False}
MAX_LABEL = 70
MAX_NAMED = 3
_LIME_HELP = (
    "LIME explains any model from outside: it leaves out some of your events many times and fits a straight line. "
    "Beside it stands what the model itself says, which is exact."
)


def why(words: Wording, now: Picture, rank: int) -> None:
    """Draw the sum behind the score at ``rank`` (0-based) of my list, and what the item's place hangs on."""
    item_id = now.mine.item_ids[rank]
    told = reasons(now.situation, now.mine.rows[rank : rank + 1])[0]
    lines = _lines(told)
    longest = max(abs(amount) for _, amount in lines) or 1.0
    st.markdown("  \n".join(_bar(label, amount, longest) for label, amount in lines))
    total = " + ".join(f"{amount:.2f}" for _, amount in lines).replace("+ -", "− ")
    st.caption(f"{total} = **{told.score:.2f}**, its score. {_moves(now, rank)}")
    st.markdown(f":small[{_hangs_on(words, counterfactual(now.situation, item_id))}]")  # a caption would fade the badge
    if st.toggle("Compare with LIME", key=f"lime-{item_id}", help=_LIME_HELP):
        found = lime(now.situation, item_id)
        st.plotly_chart(lime_figure(found), key=f"lime-figure-{item_id}", alt=lime_alt(found), config=NO_BAR)
        st.caption(
            f"LIME explains {found.r2:.0%} of {found.n_samples} tries (R²), in {found.ms:.0f} ms. "
            "Where the two differ, the score is no plain sum: leaving one event out lets the others count differently."
        )


def _lines(told: Reasons) -> list[tuple[str, float]]:
    """The largest parts by label, words under their text; the smaller ones as one."""
    lines = [(_label(reason), reason.value) for reason in told.parts[:N_PARTS]]
    smaller = [reason.value for reason in told.parts[N_PARTS:]]
    if smaller:
        lines.append((f"{len(smaller)} smaller parts", fsum(smaller)))
    return lines


def _bar(label: str, amount: float, longest: float) -> str:
    """One part as a bar of blocks, its signed amount, and whose doing it is."""
    blocks = "▇" * max(1, round(abs(amount) / longest * BLOCKS))
    return f":{'green' if amount >= 0 else 'orange'}[{blocks}] **{amount:+.2f}** {label}"


def _label(reason: Reason) -> str:
    strongest = sorted((word for word in reason.words if not word.rest), key=lambda word: -abs(word.value))[:N_WORDS]
    spoken = ", ".join(f"{plain(word.text, 20)} {word.value:+.2f}" for word in strongest)
    return plain(_whose(reason.part), MAX_LABEL) + (f" :small[:gray[({spoken})]]" if len(strongest) > 1 else "")


def _whose(part: Part) -> str:
    if part.kind in ("prior", "model", "feature"):
        return part.label
    said = "You typed" if part.kind == "typed" else DONE[Kind(part.kind)]
    return f"{said} “{part.label}”"


def _moves(now: Picture, rank: int) -> str:
    """Say what re-ranking did to the item afterwards."""
    if now.mine.chain is None:
        return ""
    moved = now.mine.chain.moved_by(int(now.mine.rows[rank]))
    told = [f"{'▲' if places > 0 else '▼'}{abs(places)} {plain(RERANKERS[name].label)}" for name, places in moved]
    return f"Then re-ranked: {', '.join(told) if told else 'it kept its place'}."


def _hangs_on(words: Wording, found: Counterfactual) -> str:
    """Say which smallest set of events keeps the item listed, checked by ranking again without them."""
    if found.outcome is Outcome.OUTSIDE:
        return "It is not on the list by its score alone."
    if found.outcome is Outcome.CANNOT:
        return "It would stay on the list without anything you did: not your doing."
    if found.outcome is Outcome.UNSURE:
        return "What it hangs on cannot be said: this recommender does not give the same list twice."
    named = [f"“{plain(label, 40)}”" for label in found.labels[:MAX_NAMED]]
    more = f" and {len(found.labels) - MAX_NAMED} more" if len(found.labels) > MAX_NAMED else ""
    after = f"would be {nth(found.rank_after)}" if found.rank_after else "could not be listed"
    smallest = "Nothing less does that." if found.minimal_proved else "The search was cut short: less may do."
    return (
        f"Without {' and '.join(named)}{more} it {after}, off the list. "
        f":green-badge[✓ verified] by ranking again. {smallest}"
    )
