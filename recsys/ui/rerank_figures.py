"""What re-ranking did to the list, in figures, and what every step took and left."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from recsys.rerank import RERANKERS
from recsys.rerank.effects import QUALITIES, Effect, Quality, effects
from recsys.ui.rerank_model import Reordering

SHOWN = ("accuracy", "diversity", "category_diversity", "novelty", "miscalibration")


def figures(shown: Reordering) -> None:
    """Draw the qualities of the list before and after, those that can be told."""
    table = effects(shown.chain.start.rows[: shown.chain.k], shown.chain.rows, shown.chain.start)
    table = table[table[Effect.QUALITY].isin(SHOWN)]
    told = table[table[Effect.REASON] == ""]
    with st.grid(len(SHOWN), min_column_width=150, gap="small", key="effects"):
        for row in told.to_dict("records"):
            _figure(QUALITIES[row[Effect.QUALITY]], row[Effect.BEFORE], row[Effect.AFTER])
    for reason in dict.fromkeys(table[Effect.REASON]):
        if reason:
            labels = [QUALITIES[name].label for name in table[table[Effect.REASON] == reason][Effect.QUALITY]]
            st.caption(f"Not told: {', '.join(labels)}. {reason}")


def _figure(quality: Quality, before: float, after: float) -> None:
    change = round(round(after, 2) - round(before, 2), 2)  # what is said of the figures is true of those shown
    colour: Literal["normal", "inverse"] = "normal" if quality.higher_is_better else "inverse"
    st.metric(
        quality.label,
        f"{before:.2f} → {after:.2f}",
        f"{change:+.2f}" if change else 0,
        delta_color=colour,
        help=f"{quality.line} Unit: {quality.unit}.",
        border=True,
    )


def steps(shown: Reordering) -> None:
    """Draw one line per strategy: what went in and out, how many items of the list it moved, how long it took."""
    k = shown.chain.k
    rows = [
        {
            "Step": RERANKERS[step.name].label,
            "In": len(step.before),
            "Out": len(step.after),
            "Moved in the list": sum(step.places[int(row)] != 0 for row in step.after.rows[:k]),
            "Milliseconds": step.ms,
            "Note": step.note or RERANKERS[step.name].line,
        }
        for step in shown.chain.steps
    ]
    data, n = shown.chain.start.data, len(shown.chain.start)
    first = {
        "Step": "Recommender",
        "In": n if data is None else data.n_items,
        "Out": n,
        "Moved in the list": 0,
        "Milliseconds": shown.ms,
        "Note": "Scores every item; the best go on.",
    }
    st.dataframe(
        pd.DataFrame([first, *rows]),
        hide_index=True,
        column_config={
            "Milliseconds": st.column_config.NumberColumn(format="%.1f"),
            "Note": st.column_config.TextColumn(width="large"),
        },
        alt="What each step of the chain was given, what it left, and how long it took",
    )
