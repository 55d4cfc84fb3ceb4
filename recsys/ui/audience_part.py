"""What the views of the Audience page share: charts and tables that answer a click, findings and how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recsys.audience import Finding
from recsys.data import Dataset, summary
from recsys.ui import frame

T = TypeVar("T")

HEIGHT = 320
"""Pixels of a table that scrolls."""
NO_DATES = "These data have no dates: the order of their rows stands in for time."
ADD_DATES = "Choose other data above, or bring some with a column of dates."


def dated(data: Dataset) -> bool:
    """Whether the events of ``data`` have dates; where not, say that nothing can be drawn."""
    if summary.has_dates(data):
        return True
    frame.empty(NO_DATES, ADD_DATES)
    return False


def clicked(figure: go.Figure, key: str, alt: str) -> list[Any] | None:
    """Draw ``figure`` and return the ``customdata`` of the point that is chosen in it, None for none."""
    drawn = frame.chart(figure, key, alt, on_select="rerun", selection_mode="points")
    found = [point["customdata"] for point in drawn["selection"]["points"] if point.get("customdata") is not None]
    if not found:
        return None
    return list(found[0]) if isinstance(found[0], list | tuple) else [found[0]]


def chosen_row(table: pd.DataFrame, key: str, alt: str, columns: Mapping[str, Any], n_rows: int = 10) -> int | None:
    """Draw ``table``, ``n_rows`` of it at a time, and return the row with the chosen cell, None for none."""
    state = st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=HEIGHT if len(table) > n_rows else "content",
        column_config=dict(columns),
        on_select="rerun",
        selection_mode="single-cell",  # a column of boxes to tick would have no heading for screen readers
        alt=alt,
    )
    cells = state["selection"]["cells"]
    return int(cells[0][0]) if cells and int(cells[0][0]) < len(table) else None


def p_words(p: float) -> str:
    """A p-value as it is written.

    >>> p_words(0.0304), p_words(0.00002)
    ('p = 0.030', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def findings(found: Iterable[Finding]) -> None:
    """Draw each of ``found`` as a line; what chance could explain says so."""
    lines = []
    for one in found:
        doubt = "" if one.sure else " :gray[Chance alone could explain it.]"
        p = "" if one.p != one.p else f" :gray[{p_words(one.p)}, {'1 person' if one.n == 1 else f'{one.n:,} people'}.]"
        lines.append(f"- {frame.plain(one.sentence)}{p}{doubt}")
    if lines:
        st.markdown("\n".join(lines))
