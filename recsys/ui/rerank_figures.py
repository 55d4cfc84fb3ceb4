"""What re-ranking did to the list, in one sentence and in figures, and what every step took and left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from recsys.rerank import RERANKERS
from recsys.rerank.effects import QUALITIES, Effect, effects
from recsys.ui import frame
from recsys.ui.live_words import counted
from recsys.ui.rerank_model import Reordering


@dataclass(frozen=True, slots=True)
class Said:
    """How a quality of a list is told."""

    form: str
    """Of the number, for ``str.format``."""
    rises: str
    falls: str
    about: str
    """What the words are about, in the sentence."""
    scale: str
    """What the number counts, for who asks."""


SAID: Mapping[str, Said] = {
    "accuracy": Said("{:.0%}", "likelier", "less likely", "likes", "The mean chance of a like, told by a model."),
    "diversity": Said("{:.2f}", "more varied", "more alike", "texts", "0: all alike; about 1: unrelated texts."),
    "category_diversity": Said("{:.0%}", "more mixed", "less mixed", "categories", "Of all pairs of listed items."),
    "novelty": Said("{:.1f}", "lesser known", "better known", "items", "In bits: one more means half as many likes."),
    "miscalibration": Said(
        "{:.2f}", "further from yours", "closer to yours", "mix of categories", "In bits: 0 is the very mix you like."
    ),
}
"""Qualities that are shown, in this order."""
SPOKEN = ("diversity", "novelty")
"""Those that the sentence names after the chance: what an aim is made of."""


def told(shown: Reordering) -> pd.DataFrame:
    """The qualities of ``SAID`` of the list before and after, columns of ``Effect``."""
    table = effects(shown.chain.start.rows[: shown.chain.k], shown.chain.rows, shown.chain.start)
    return table[table[Effect.QUALITY].isin(list(SAID))]


def sentence(shown: Reordering, table: pd.DataFrame) -> str:
    """What re-ranking changed, in one plain sentence."""
    if not shown.n_new and not shown.n_moved:
        return "Nothing moved: this is the list as recommended."
    moved = f"{shown.n_new} of {counted(len(shown.after), 'item')} {'is' if shown.n_new == 1 else 'are'} new"
    parts = [moved, f"{shown.n_moved} changed places"] if shown.n_moved else [moved]
    known = {row[Effect.QUALITY]: row for row in table[table[Effect.REASON] == ""].to_dict("records")}
    if "accuracy" in known:
        row = known["accuracy"]
        parts.append(f"chance of a like {_way('accuracy', row[Effect.BEFORE], row[Effect.AFTER])}")
    for name in SPOKEN:
        word = _change(name, known[name][Effect.BEFORE], known[name][Effect.AFTER]) if name in known else ""
        parts += [f"{SAID[name].about} {word}"] if word else []
    return f"{', '.join(parts)}."


def figures(table: pd.DataFrame) -> None:
    """Draw the qualities of the list before and after, those that can be told."""
    known = table[table[Effect.REASON] == ""]
    with st.grid(max(1, len(known)), min_column_width=150, gap="small", key="effects"):
        for row in known.to_dict("records"):
            _figure(row[Effect.QUALITY], row[Effect.BEFORE], row[Effect.AFTER])
    for reason in dict.fromkeys(table[Effect.REASON]):
        if reason:
            labels = [QUALITIES[name].label for name in table[table[Effect.REASON] == reason][Effect.QUALITY]]
            frame.hint(f"Not told: {', '.join(labels)}. {reason}")


def _figure(name: str, before: float, after: float) -> None:
    """One quality; what gets worse is its price, no error: it stays grey."""
    word = _change(name, before, after)
    better = (after > before) == QUALITIES[name].higher_is_better
    colour: Literal["green", "gray"] = "green" if word and better else "gray"
    arrow: Literal["up", "down", "off"] = "off" if not word else "up" if after > before else "down"
    st.metric(
        QUALITIES[name].label,
        _way(name, before, after),
        word or "the same",
        delta_color=colour,
        delta_arrow=arrow,
        help=f"{QUALITIES[name].line} {SAID[name].scale}",
        border=True,
    )


def _way(name: str, before: float, after: float) -> str:
    return f"{SAID[name].form.format(before)} → {SAID[name].form.format(after)}"


def _change(name: str, before: float, after: float) -> str:
    """The direction in words; "" where the numbers as shown are the same."""
    if SAID[name].form.format(before) == SAID[name].form.format(after):
        return ""
    return SAID[name].rises if after > before else SAID[name].falls


def steps(shown: Reordering) -> None:
    """Draw, folded away, one line per strategy: what went in and out, how many items it moved, how long it took."""
    box = st.expander("What each step did", key="steps", on_change="rerun")
    if not box.open:
        return
    with box:
        st.dataframe(
            step_table(shown),
            hide_index=True,
            column_config={
                "Milliseconds": st.column_config.NumberColumn(format="%.1f"),
                "Note": st.column_config.TextColumn(width="large"),
            },
            alt="What each step of the chain was given, what it left, and how long it took",
        )


def step_table(shown: Reordering) -> pd.DataFrame:
    """One line for the recommender and one per strategy, in their order."""
    k, data, n = shown.chain.k, shown.chain.start.data, len(shown.chain.start)
    rows: list[tuple[object, ...]] = [
        ("Recommender", n if data is None else data.n_items, n, 0, shown.ms, "Scores every item; the best go on.")
    ]
    rows += [
        (
            RERANKERS[step.name].label,
            len(step.before),
            len(step.after),
            sum(step.places[int(row)] != 0 for row in step.after.rows[:k]),
            step.ms,
            step.note or RERANKERS[step.name].line,
        )
        for step in shown.chain.steps
    ]
    return pd.DataFrame(rows, columns=["Step", "In", "Out", "Moved in the list", "Milliseconds", "Note"])
