"""Taking a list or its numbers along: as a table, and as the Python that gives the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.live import snippet
from recsys.models.setting import Setting
from recsys.rerank.setting import ChainSetting
from recsys.types import Query, Ranked

IN_PYTHON = "The same list in Python"


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One list to take along."""

    model: str
    """Who made it, in the words of a link."""
    data: Dataset
    rows: Sequence[int]
    """Best first."""
    scores: Sequence[float] | Any
    """At least one per row, in the same order."""


def save_list(data: Dataset, query: Query, ranker: Setting, chain: ChainSetting, ranked: Ranked) -> None:
    """Draw what takes along the list of the Live page: the table, and the lines of Python that give it."""
    model = " ".join(filter(None, (ranker.word, chain.word if chain.steps else "")))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        listed = Listed(model, data, ranked.rows.tolist(), ranked.scores)
        download("Save this list", rows([listed]), "list", "save-list")
        if not data.private:
            k = len(ranked) or 1
            code(IN_PYTHON, lambda: snippet.as_python(data, query, [ranker.word], k, chain.word), "code-list")


def rows(lists: Sequence[Listed]) -> list[dict[str, Any]]:
    """One line per item: who ranked it, its place, id, title and score, in which data, and where to see it again."""
    link = address()
    return [
        {
            "model": one.model,
            "rank": rank,
            "item_id": one.data.item_ids[row],
            "title": one.data.field(row, Items.TITLE),
            "score": float(score),
            "dataset": one.data.label,
            "link": link,
        }
        for one in lists
        for rank, (row, score) in enumerate(zip(one.rows, one.scores, strict=False), start=1)
    ]


def download(label: str, table: Sequence[Mapping[Any, Any]], name: str, key: str) -> None:
    """Draw the button that saves ``table`` as CSV, written only when it is pressed."""
    st.download_button(
        label,
        lambda: as_csv(table),
        f"{name}.csv",
        "text/csv",
        key=key,
        on_click="ignore",
        help="A table of comma separated values, for spreadsheets and programs.",
    )


def as_csv(table: Sequence[Mapping[Any, Any]]) -> str:
    """``table`` as CSV with a line of names; "" without lines."""
    if not table:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def code(label: str, text: Callable[[], str], key: str) -> None:
    """Draw what opens a text to copy, which is written only once it is open."""
    box = st.popover(label, key=key, on_change="rerun")
    if box.open:
        box.code(text(), language="python", wrap_lines=True)


def address() -> str:
    """The address of what is shown, as it can be sent to somebody."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    return "?".join(filter(None, (st.context.url or "", urlencode(pairs))))
