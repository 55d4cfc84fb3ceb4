"""Why an item is where it is: the parts of its score, what it would take to lose its place, and LIME for comparison."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import fsum

import streamlit as st

from recsys.explain.additive import Reason, Reasons, reasons
from recsys.explain.counterfactual import Counterfactual, Outcome, counterfactual
from recsys.explain.lime import lime
from recsys.plots.lime import lime_alt, lime_figure
from recsys.rerank import RERANKERS
from recsys.types import Kind, Part
from recsys.ui import frame
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_rules import rules_here
from recsys.ui.live_words import DONE, nth
from recsys.ui.wording import Wording
from recsys.words.reasons import reason as one_sentence

N_PARTS = 6
N_WORDS = 4
BLOCKS = 10
CENT = 0.01
"""The smallest amount that is printed."""
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
    row, parts = int(now.mine.rows[rank]), [reason.part for reason in told.parts]
    values, language = [reason.value for reason in told.parts], words.language
    st.markdown(f"**{plain(one_sentence(words.data, now.query, row, parts, values, language).claim.text)}**")
    before = frozenset(event.event_id for event in now.situation.known.history)
    items = {event.event_id: event.item_id for event in now.query.events if event.item_id in words.data.row_of}
    told = replace(told, parts=tuple(_titled(words, reason, items.get(reason.part.key)) for reason in told.parts))
    lines = cents(_lines(told, before), told.score)
    longest = max(abs(amount) for _, amount in lines) or 1.0
    st.markdown("  \n".join(_bar(label, amount, longest) for label, amount in lines))
    total = "".join(f" {'−' if amount < 0 else '+'} {abs(amount):.2f}" for _, amount in lines).removeprefix(" + ")
    st.caption(f"{total.strip()} = **{told.score:.2f}**, its score. {_moves(now, rank)}")
    found = counterfactual(now.situation, item_id)
    labels = tuple(words.title(items.get(key)) or label for key, label in zip(found.keys, found.labels, strict=True))
    hangs = _hangs_on(now, replace(found, labels=labels))
    st.markdown(f":small[{hangs}]")  # a caption would fade the badge
    rules_here(words, now, item_id)
    if st.toggle("Ask for a second opinion (LIME)", key=f"lime-{item_id}", help=_LIME_HELP):
        line = lime(now.situation, item_id)
        frame.chart(lime_figure(line), f"lime-figure-{item_id}", lime_alt(line))
        st.caption(
            f"LIME’s straight line fits {line.r2:.0%} of what happened in {line.n_samples} tries. "
            "Where the two differ, the score is no plain sum: leaving one event out lets the others count differently."
        )


def _titled(words: Wording, reason: Reason, item_id: str | None) -> Reason:
    """Name the item of an event in the language of the list; words stay as they were written."""
    if item_id is None or reason.part.label != words.data.title(item_id):
        return reason
    return replace(reason, part=replace(reason.part, label=words.title(item_id)))


def _lines(told: Reasons, before: Collection[str]) -> list[tuple[str, float]]:
    """The largest parts by label, words under their text; the smaller ones as one, what adds nothing as none."""
    parts = [reason for reason in told.parts if abs(reason.value) >= CENT / 2]
    lines = [(_label(reason, before), reason.value) for reason in parts[:N_PARTS]]
    smaller = parts[N_PARTS:]
    if len(smaller) == 1:
        return [*lines, (_label(smaller[0], before), smaller[0].value)]
    if smaller:
        lines.append((f"{len(smaller)} smaller parts", fsum(reason.value for reason in smaller)))
    return lines or [("nothing tells it apart from the average item", told.score)]


def cents(lines: Sequence[tuple[str, float]], total: float) -> list[tuple[str, float]]:
    """``lines`` rounded to two digits so that what is printed adds up to the printed ``total``; the largest gives way.

    >>> cents([("a", 1.004), ("b", 0.504)], 1.508)
    [('a', 1.01), ('b', 0.5)]
    """
    rounded = [round(value, 2) for _, value in lines]
    largest = max(range(len(lines)), key=lambda place: abs(rounded[place]))
    rounded[largest] = round(rounded[largest] + round(total, 2) - fsum(rounded), 2)
    return [(label, value) for (label, _), value in zip(lines, rounded, strict=True)]


def _bar(label: str, amount: float, longest: float) -> str:
    """One part as a bar of blocks, its signed amount, and whose doing it is."""
    blocks = "▇" * round(abs(amount) / longest * BLOCKS) or "▏"
    return f":{'green' if amount >= 0 else 'orange'}[{blocks}] **{amount:+.2f}** {label}"


def _label(reason: Reason, before: Collection[str]) -> str:
    """What a part is; of a text also its strongest words and what the rest of it adds, which sum to the part."""
    strongest = sorted((word for word in reason.words if not word.rest), key=lambda word: -abs(word.value))[:N_WORDS]
    said = plain(_whose(reason.part, reason.part.key in before), MAX_LABEL)
    if len(strongest) < 2:
        return said
    rest = reason.value - fsum(word.value for word in strongest)
    spoken = [f"{plain(word.text, 20)} {word.value:+.2f}" for word in strongest]
    if abs(rest) >= CENT / 2:
        spoken.append(f"as a whole {rest:+.2f}")
    return f"{said} :small[:gray[({', '.join(spoken)})]]"


def _whose(part: Part, before: bool) -> str:
    """Name a part: what was typed or done, now or before the visit, or what the model brings."""
    if part.kind in ("prior", "model", "feature"):
        return part.label
    said = "You typed" if part.kind == "typed" else DONE[Kind(part.kind)]
    if before:
        said = said.replace("You", "Before you came:")
    return f"{said} “{part.label}”"


def _moves(now: Picture, rank: int) -> str:
    """Say what re-ranking did to the item afterwards."""
    if now.mine.chain is None:
        return ""
    moved = now.mine.chain.moved_by(int(now.mine.rows[rank]))
    told = [f"{'▲' if places > 0 else '▼'}{abs(places)} {plain(RERANKERS[name].label)}" for name, places in moved]
    return f"Then re-ranked: {', '.join(told) if told else 'it kept its place'}."


def _hangs_on(now: Picture, found: Counterfactual) -> str:
    """Say which smallest set of events keeps the item listed, checked by ranking again without them."""
    if found.outcome is Outcome.OUTSIDE:
        return "It is not on the list by its score alone."
    if found.outcome is Outcome.CANNOT:
        return "It would be on the list whatever you did: take everything back and it stays."
    if found.outcome is Outcome.UNSURE:
        return "What it hangs on cannot be said: this recommender does not give the same list twice."
    kinds = {event.event_id: event.kind for event in now.query.events}
    named = [_step(label, kinds.get(key)) for key, label in zip(found.keys, found.labels, strict=True)]
    more = [f"{len(named) - MAX_NAMED} more"] if len(named) > MAX_NAMED else []
    after = f"would be {nth(found.rank_after)}" if found.rank_after else "could not be listed"
    smallest = "Nothing less does that." if found.minimal_proved else "Fewer of them may do."
    return (
        f"Without {' and '.join([*named[:MAX_NAMED], *more])} it {after}, off the list. "
        f":green-badge[✓ verified] by ranking again. {smallest}"
    )


def _step(label: str, kind: Kind | None) -> str:
    """Name one step of a set: an item can have been opened and judged."""
    done = "typed" if kind is None else DONE[kind].removeprefix("You ")
    return f"“{plain(label, 40)}” ({done})"
