"""Drawing of what generated text does for retrieval, on the Words page: the same lists with it and without it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate.enriched import Comparison, Enriched, Enrichment
from recsys.ui import frame
from recsys.ui.metrics_answer import asked_for, table_proof

_GIVES = (
    "Each item's own words and telling review sentences are put beside its description; then the same people get "
    "their lists with that text and without it. Do their later likes stand higher?"
)


def _number(label: str) -> Any:
    return st.column_config.NumberColumn(label, format="%.3f")


_COLUMNS: dict[str, Any] = {
    str(Evaluation.MODEL): "Recommender",
    str(Enriched.SPLIT): "Test",
    str(Enriched.WITHOUT): _number("Without"),
    str(Enriched.WITH): _number("With"),
    str(Evaluation.VALUE): _number("Difference"),
    str(Evaluation.LOW): _number("From"),
    str(Evaluation.HIGH): _number("To"),
    str(Evaluation.N_USERS): "People",
}


@frame.part("words-search")
def does_it_help(data: Dataset) -> None:
    """Draw whether lists ranked by text get better with generated text, measured once when asked for."""
    question = Enrichment()
    table = asked_for(data, question, _GIVES)
    if table is None:
        return
    st.markdown("\n".join(f"- {frame.plain(sentence)}" for sentence in Comparison(table).words))
    st.dataframe(
        table,
        key="words-gain",
        hide_index=True,
        height="content",
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        alt="For each recommender that reads texts and each test: the metric without and with generated text, and the "
        "difference with its 95% interval",
    )
    frame.hint("From and To are the ends of the 95% interval of the difference, paired by person.")
    table_proof(table, "generated-text", data, question.call(data.name))
