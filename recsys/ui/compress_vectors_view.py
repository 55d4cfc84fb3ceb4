"""Compress, vectors: the catalogue's vectors in fewer bits and fewer dimensions, and what is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.plots.vectors import vectors_alt, vectors_figure
from recsys.train.vectors import FULL, Vectors
from recsys.ui import choices, frame, train_job
from recsys.ui.compress_part import lost

QUALITIES = {
    "overlap_items": "Nearest items that stay",
    "overlap_people": "Lists that stay",
    "ndcg": "Hits among new items",
}
WHERE = {"cold_items": "new items", "global_time": "later likes"}
_QUALITY = (
    "Of the ten items nearest to an item, or of everybody's first ten: how many stay the same. Hits: how well the "
    "lists find which new items people liked (NDCG, 0 to 1)."
)


def draw(data: Dataset) -> None:
    """Draw the way to the measurement, then the table, the chart and what is lost."""
    job = train_job.done(
        data,
        Vectors(),
        "Compare vectors",
        "Keeps the vectors of all items in 8 bits, in single bits and in fewer dimensions, searches in each, and "
        "compares with the exact answers. Takes about a minute.",
    )
    if job is None:
        return
    found = job.result
    _table(found)
    _picture(found)
    _losses(found)


def _table(found: Mapping[str, Any]) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame([_row(one, int(found["n_items"])) for one in found["representations"]]),
        hide_index=True,
        height="content",
        column_config={
            "Nearest": number(format="percent", help="Of each item's ten nearest items, those that stay."),
            "Lists": number(format="percent", help="Of everybody's first ten, those that stay."),
            "New items": number(format="%.3f", help="NDCG@10 of lists of items that nobody has touched yet."),
            "Later likes": number(format="%.3f", help="NDCG@10 of lists for what people liked in the last fifth."),
            "Read": number(format="%d B", help="Bytes per item that every search reads."),
            "Kept": number(
                format="%d B",
                help="Bytes per item in all. What scores the hundred candidates could stay on disk.",
            ),
            "p50": number(format="%.3f ms", help="Time of one search for ten items, half of them are faster."),
            "p95": number(format="%.3f ms", help="Nineteen of twenty searches are faster."),
        },
        alt="Every way to keep the vectors with its quality, size and speed",
    )
    people = " and ".join(f"{n:,} people on {WHERE[name]}" for name, n in found["n_people"].items())
    frame.hint(
        f"{found['data']}: {found['n_items']:,} items with {found['dim']} numbers each by {found['encoder']}, "
        f"{people or 'nobody to ask'}. So few items are searched in no time; the bytes matter from a million on."
    )
    for name, reason in found["without"].items():
        frame.hint(f"No numbers on {WHERE[name]}: {reason}.")


def _row(one: Mapping[str, Any], n_items: int) -> dict[str, Any]:
    hits = {name: (one["hits"].get(name) or {"ndcg": {"value": None}})["ndcg"]["value"] for name in WHERE}
    return {
        "Kept as": one["label"],
        "Nearest": one["overlap_items"],
        "Lists": one["overlap_people"],
        "New items": hits["cold_items"],
        "Later likes": hits["global_time"],
        "Read": round(one["swept_bytes"] / n_items),
        "Kept": round(one["bytes"] / n_items),
        "p50": one["p50_ms"],
        "p95": one["p95_ms"],
    }


def _picture(found: Mapping[str, Any]) -> None:
    what = choices.one_of("Quality", QUALITIES, "vector-quality", help=_QUALITY)
    every = found["representations"]
    if all(one[what] is None for one in every):
        frame.empty("This quality could not be measured here.", "Choose another quality, or other data above.")
        return
    frame.chart(vectors_figure(every, what, int(found["n_items"])), f"vectors-{what}", vectors_alt(every, what))


def _losses(found: Mapping[str, Any]) -> None:
    frame.section("What is lost", "Against the exact vectors, over the same people.")
    for one in found["representations"]:
        if one["name"] != FULL:
            with st.container(border=True, key=f"vectors-row-{one['name']}"):
                st.markdown(f"**{frame.plain(one['label'])}:** {frame.plain(_verdict(one))}")
                frame.hint(one["line"])


def _verdict(one: Mapping[str, Any]) -> str:
    return lost({words: one["hits"][name]["loss"] for name, words in WHERE.items() if name in one["hits"]})
